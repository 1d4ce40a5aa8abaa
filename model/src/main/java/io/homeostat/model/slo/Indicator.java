package io.homeostat.model.slo;

import java.util.List;

/** What is measured. */
public sealed interface Indicator {

    String name();

    /** Every question it asks. */
    List<Metric> metrics();

    /**
     * A share of what happened.
     *
     * @param isGood whether {@code part} counts what went well, or what went wrong
     * @param counter whether the numbers only grow; else each is a count of its own
     */
    record Share(String name, Metric part, boolean isGood, Metric total, boolean counter) implements Indicator {
        @Override
        public List<Metric> metrics() {
            return List.of(part, total);
        }
    }

    /** @param success whether the ratio is the share of what went well, or of what went wrong */
    record Ratio(String name, Metric ratio, boolean success) implements Indicator {
        @Override
        public List<Metric> metrics() {
            return List.of(ratio);
        }
    }

    /** A value, which each objective compares with its own. */
    record Threshold(String name, Metric value) implements Indicator {
        @Override
        public List<Metric> metrics() {
            return List.of(value);
        }
    }
}
