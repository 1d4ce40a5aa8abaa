package io.homeostat.bench;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** Measured times, and what is quoted of them. Quantiles are the nearest-rank ones: a value that was really measured. */
record Sample(String what, double bar, List<Double> sorted) {

    static Sample of(String what, double bar, double[] millis) {
        return new Sample(what, bar, Arrays.stream(millis).sorted().boxed().toList());
    }

    double quantile(double q) {
        return sorted.get(Math.max(0, (int) Math.ceil(q * sorted.size()) - 1));
    }

    static String header() {
        return String.format(
                Locale.ROOT,
                "%-44s %6s %9s %9s %9s %9s %9s  %s",
                "what",
                "n",
                "min",
                "p50",
                "p90",
                "p99",
                "max",
                "bar (p99)");
    }

    String row() {
        return String.format(
                Locale.ROOT,
                "%-44s %6d %7.1fms %7.1fms %7.1fms %7.1fms %7.1fms  ≤ %.0f ms: %s",
                what,
                sorted.size(),
                sorted.getFirst(),
                quantile(0.5),
                quantile(0.9),
                quantile(0.99),
                sorted.getLast(),
                bar,
                quantile(0.99) <= bar ? "reached" : "MISSED");
    }
}
