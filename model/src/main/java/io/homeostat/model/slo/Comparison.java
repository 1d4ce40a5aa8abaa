package io.homeostat.model.slo;

import java.util.Locale;

/** How a number compares with another. */
public enum Comparison {
    LT,
    LTE,
    GT,
    GTE;

    /** {@code left op right}; never true when one of them is not a number. */
    public boolean holds(double left, double right) {
        return switch (this) {
            case LT -> left < right;
            case LTE -> left <= right;
            case GT -> left > right;
            case GTE -> left >= right;
        };
    }

    /** @param word as OpenSLO writes it */
    public static Comparison of(String word, Comparison otherwise) {
        for (Comparison each : values()) {
            if (each.name().toLowerCase(Locale.ROOT).equals(word)) {
                return each;
            }
        }
        return otherwise;
    }
}
