package io.homeostat.chaos.finding;

import java.time.Instant;
import java.util.Comparator;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Something that an experiment showed to be wrong.
 *
 * @param experiment that shows it, and shows when it is gone
 * @param run the newest in which it was seen
 * @param since when it was seen first
 * @param at when it was seen last
 * @param times how many runs in a row saw it
 * @param statement one sentence
 * @param broke the promise; empty where it is not one check
 * @param budgetPerHour what an hour of it would cost of the error budget that is hit worst: 1 is all of it; null when no error
 *     budget was seen to be spent
 * @param tier how much what was disturbed matters
 */
public record Finding(
        Kind kind,
        String experiment,
        String run,
        Instant since,
        Instant at,
        int times,
        String statement,
        String broke,
        @Nullable Double budgetPerHour,
        double tier) {

    public enum Kind {
        /** A promise does not hold. */
        BROKEN,
        /** A bad change got through everything that should have caught it. */
        GUARDRAIL,
        /** What was done on purpose made no alert fire. */
        UNNOTICED,
        /** What held breaks now. */
        SHRUNK;

        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** What would cost most of an error budget comes first, then what matters more, then what is newer. */
    public static final Comparator<Finding> RANK = Comparator.<Finding>comparingDouble(
                    each -> -Objects.requireNonNullElse(each.budgetPerHour(), 0.0))
            .thenComparingDouble(each -> -each.tier())
            .thenComparing(Finding::at, Comparator.reverseOrder());

    Finding seenAgain(Finding earlier) {
        return new Finding(
                kind, experiment, run, earlier.since, at, earlier.times + 1, statement, broke, budgetPerHour, tier);
    }
}
