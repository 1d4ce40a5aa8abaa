package io.homeostat.chaos.check;

import org.jspecify.annotations.Nullable;

/**
 * What the looks at one check came to in one phase.
 *
 * @param unit of what was measured: {@code ms}, {@code % failed}; empty where there is nothing to measure
 * @param looks how many
 * @param held how many of them found it as it should be
 * @param broken how many found it broken; the others could not tell
 * @param typical of times the median of the last {@value Measuring#KEPT} looks, of shares the share of the whole phase; null
 *     without any
 * @param worst the largest; null without any
 */
public record Measured(
        String name,
        String unit,
        int looks,
        int held,
        int broken,
        @Nullable Double typical,
        @Nullable Double worst) {}
