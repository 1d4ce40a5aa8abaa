package io.homeostat.signal;

import io.homeostat.model.slo.Slo;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An error budget: what may go wrong in a window before the objective is missed.
 *
 * <p>Events are counted against those that there were; slices of time against all of the window, since how many there are is
 * known beforehand: 99.95 % over a week of 1-minute slices allows 10,080 · 0.0005 = 5.04 bad minutes, 5 min 2.4 s. Time without
 * data spends nothing.
 *
 * @param indicator share that was good, 0 to 1; not a number without data
 * @param target share that must be good
 * @param remaining share of the budget that is left: 1 untouched, 0 spent, below 0 overspent; not a number without data
 * @param allowed bad units in the window; of events, among those that there were so far
 * @param spent bad units
 */
public record Budget(double indicator, double target, double remaining, double allowed, double spent) {

    public static final Budget UNKNOWN = new Budget(Double.NaN, Double.NaN, Double.NaN, 0, 0);

    /** @param window its whole length, even where it is not over */
    public static Budget of(Evidence evidence, double target, Slo.Method method, Duration slice, Duration window) {
        if (evidence.all() <= 0) {
            return new Budget(Double.NaN, target, Double.NaN, 0, 0);
        }
        double units = method == Slo.Method.OCCURRENCES ? evidence.all() : slices(window, slice);
        double allowed = (1 - target) * units;
        return new Budget(1 - evidence.badShare(), target, 1 - evidence.bad() / allowed, allowed, evidence.bad());
    }

    /** How many whole slices a window has. */
    static double slices(Duration window, Duration slice) {
        return slice.isZero() ? 0 : window.dividedBy(slice);
    }

    /** How long everything may be bad before the budget is spent; for slices of time only. */
    public static Duration allowance(double target, Duration window) {
        return Duration.ofMillis(Math.round((1 - target) * window.toMillis()));
    }

    /** One part of a composite objective. */
    public record Part(Budget budget, double weight) {}

    /**
     * Several budgets as one: indicators and targets are averaged by weight, and what is spent of each counts by its weight and
     * by how little its target allows. Parts without data are left out of both, so they speak neither for nor against.
     */
    public static Budget composite(List<Part> parts) {
        double weights = 0;
        double indicator = 0;
        double target = 0;
        double spent = 0;
        for (Part part : parts) {
            Budget budget = part.budget();
            if (!Double.isNaN(budget.remaining())) {
                weights += part.weight();
                indicator += part.weight() * budget.indicator();
                target += part.weight() * budget.target();
                spent += part.weight() * (1 - budget.remaining()) * (1 - budget.target());
            }
        }
        if (weights == 0) {
            return UNKNOWN;
        }
        double allowed = (weights - target) / weights;
        return new Budget(
                indicator / weights, target / weights, 1 - spent / weights / allowed, allowed, spent / weights);
    }

    /**
     * When the budget is spent if it burns on like this.
     *
     * @param burnRate of late
     * @param left until the window ends; null for one that rolls
     * @return null when it is not spent within this window, or nothing burns; zero when it is spent already
     */
    public @Nullable Duration exhaustedIn(double burnRate, Duration window, @Nullable Duration left) {
        if (Double.isNaN(remaining)) {
            return null;
        }
        if (remaining <= 0) {
            return Duration.ZERO;
        }
        if (Double.isNaN(burnRate) || burnRate <= 0) {
            return null;
        }
        double millis = remaining * window.toMillis() / burnRate;
        Duration longest = left == null ? window : left;
        return millis > longest.toMillis() ? null : Duration.ofMillis((long) millis);
    }

    public boolean isKnown() {
        return !Double.isNaN(remaining);
    }
}
