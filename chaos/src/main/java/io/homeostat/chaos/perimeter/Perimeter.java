package io.homeostat.chaos.perimeter;

import java.util.Locale;

/**
 * What a search found.
 *
 * @param holds the hardest magnitude at which the hypothesis held, below every one at which it broke; 0: at none
 * @param breaks the easiest at which it broke, confirmed; NaN: at none
 * @param broke the check that broke first there; empty without one
 * @param heldBefore a magnitude that held on the way up and, tried again after a break, broke: NaN without one. Then the
 *     answer is not monotone, or the system does not come back to what it was
 * @param mixed magnitudes at which one trial said this and another that
 * @param trials that were made, and {@code breaking} of them that broke
 * @param reason why it ended, for people
 */
public record Perimeter(
        Status status,
        double holds,
        double breaks,
        String broke,
        double heldBefore,
        int mixed,
        int trials,
        int breaking,
        String reason) {

    public enum Status {
        /** The two ends are as close as was asked for. */
        FOUND,
        /** Nothing broke it, up to the hardest that was to be tried. */
        BEYOND,
        /** The easiest that was to be tried breaks it. */
        BELOW,
        /** It does not even hold while nothing is done. */
        UNSTEADY,
        /** Something ended it early; what is known by then is said. */
        UNFINISHED,
        /** Somebody ended it. */
        ABORTED;

        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }

        /** Whether it says something about the system. */
        public boolean isAnswer() {
            return this == FOUND || this == BEYOND || this == BELOW;
        }
    }

    /** The middle of the interval, as ratios have it; NaN without two ends. */
    public double estimate() {
        return holds > 0 ? Math.sqrt(holds * breaks) : Double.NaN;
    }
}
