package io.homeostat.chaos.perimeter;

/**
 * One trial that is over.
 *
 * @param magnitude in the unit of the axis; 0: nothing was done
 * @param broke the check that broke first; empty when none did
 * @param why in words, where it did not simply hold
 * @param recovered all was as before afterwards
 */
public record Trial(double magnitude, Outcome outcome, String broke, String why, boolean recovered) {

    public enum Outcome {
        HELD,
        BROKE,
        /** It showed nothing. */
        NOTHING,
        /** Somebody or something ended it, and the search with it. */
        ABORTED
    }
}
