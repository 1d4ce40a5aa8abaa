package io.homeostat.model.slo;

import java.time.Duration;

/**
 * One thing to be reached.
 *
 * @param id unique: the SLO's name, with {@code /2} and so on behind it where it has several objectives
 * @param title for people
 * @param op how a value compares with {@code value} where it is good; for threshold indicators only
 * @param target share that must be good, from 0 to below 1
 * @param slice length of a slice of time; zero where events are counted
 * @param sliceTarget share of a slice that must be good for the slice to be good
 * @param weight in a composite objective
 */
public record Objective(
        String id,
        String title,
        Indicator indicator,
        Comparison op,
        double value,
        double target,
        Duration slice,
        double sliceTarget,
        double weight) {}
