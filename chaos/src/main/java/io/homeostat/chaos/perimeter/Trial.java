package io.homeostat.chaos.perimeter;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * One trial that is over.
 *
 * @param magnitude in the unit of the axis; 0: nothing was done
 * @param broke the check that broke first; empty when none did
 * @param why in words, where it did not simply hold
 * @param recovered all was as before afterwards
 * @param recovery from when every fault was undone until all was as before; null when it was not, or nobody measured it
 */
public record Trial(
        double magnitude,
        Outcome outcome,
        String broke,
        String why,
        boolean recovered,
        @Nullable Duration recovery) {

    /** One of which nobody measured how long that took. */
    public Trial(double magnitude, Outcome outcome, String broke, String why, boolean recovered) {
        this(magnitude, outcome, broke, why, recovered, null);
    }

    public enum Outcome {
        HELD,
        BROKE,
        /** It showed nothing. */
        NOTHING,
        /** Somebody or something ended it, and the search with it. */
        ABORTED
    }
}
