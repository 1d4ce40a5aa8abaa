package io.homeostat.chaos.perimeter;

import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What a search found.
 *
 * @param holds the hardest magnitude at which the hypothesis held, below every one at which it broke; 0: at none
 * @param breaks the easiest at which it broke, confirmed; NaN: at none
 * @param broke the check that broke first there; empty without one
 * @param heldBefore a magnitude that held on the way up and, tried again after a break, broke: NaN without one. Then the
 *     answer is not monotone, or the system does not come back to what it was
 * @param hysteresis what it lost by having been broken, in percent, 0 or more and less than 100: NaN when it was never broken, or the
 *     search ended before that was known. {@link #hysteresis(double, double)} has the formula
 * @param recovery the longest that it took, once every fault was undone, to be as before a break; null when it was never broken, or nobody
 *     measured it
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
        double hysteresis,
        @Nullable Duration recovery,
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

    /**
     * How far the way down is from the way up: {@code 100 · (1 − D/U)}, where U is the hardest magnitude that held on the way up, before the
     * break, and D the hardest that holds after it. As of a Schmitt trigger or an ecosystem (Scheffer et al., Catastrophic shifts in
     * ecosystems, Nature 413, 2001) the two are the same where nothing remembers the break. Where less is harder it is the other way
     * round.
     */
    static double hysteresis(double up, double down) {
        return 100 * (1 - Math.min(up, down) / Math.max(up, down));
    }

    /** The middle of the interval, as ratios have it; NaN without two ends. */
    public double estimate() {
        return holds > 0 ? Math.sqrt(holds * breaks) : Double.NaN;
    }
}
