package io.homeostat.chaos.perimeter;

import io.homeostat.chaos.perimeter.Perimeter.Status;
import io.homeostat.model.chaos.Search;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What to try next.
 *
 * <pre>
 *   nothing done ──holds──► ramp: from, ×2, ×2 … ──breaks──► bisect between what held and what broke ──close enough──►
 *        └─breaks: unsteady      └─ holds at the end: beyond        what held still holds after the last break? ──► found
 * </pre>
 *
 * <p>Thresholds are looked for by ratios, since nobody knows the scale beforehand: the ramp doubles, the middle is the geometric
 * one, the precision is relative. A magnitude holds when a trial there holds; it breaks when two of up to three there break, so that
 * one that fails by chance moves nothing. Nothing harder than a confirmed break is ever tried again. What must be withstood, if it
 * lies between the two ends, is tried before their middle, so that the answer to that question never hangs on the precision.
 *
 * <p>Everything follows from the trials so far, in their order: whoever knows them can say what comes next. Pure.
 */
public final class Finder {

    /** So many trials in a row that show nothing end a search. */
    static final int PATIENCE = 3;

    private static final double RAMP = 2;

    private final Search search;
    private final TreeSet<Double> held;
    private boolean steady;
    private double holds;
    private double breaks = Double.NaN;
    private String broke = "";
    private boolean verified;
    private double heldBefore = Double.NaN;
    private @Nullable Duration recovery;
    private int mixed;

    private double asked = Double.NaN;
    private int yes;
    private int no;

    private int breaking;
    private int nothing;
    private @Nullable Status over;
    private String reason = "";

    /** What comes next. */
    public sealed interface Step {

        /** @param magnitude 0: nothing is done, and what must hold is looked at all the same */
        record Try(double magnitude, String why) implements Step {}

        record Done(Perimeter perimeter) implements Step {}
    }

    private Finder(Search search) {
        this.search = search;
        this.held = new TreeSet<>((one, other) -> search.isHarder(one, other) ? 1 : one.equals(other) ? 0 : -1);
    }

    /**
     * @param trials all so far, in their order
     * @param spent of the error budget that is worst off since the search began, in percent of the whole
     */
    public static Step next(Search search, List<Trial> trials, double spent) {
        Finder finder = new Finder(search);
        trials.forEach(finder::take);
        return finder.step(trials.size(), spent);
    }

    private void take(Trial trial) {
        asked = trial.magnitude();
        nothing = trial.outcome() == Trial.Outcome.NOTHING ? nothing + 1 : 0;
        switch (trial.outcome()) {
            case HELD -> yes++;
            case BROKE -> {
                no++;
                breaking++;
                recovery = longer(recovery, trial.recovery());
            }
            case ABORTED -> end(Status.ABORTED, trial.why());
            case NOTHING -> {
                if (nothing >= PATIENCE) {
                    end(Status.UNFINISHED, PATIENCE + " trials in a row showed nothing: " + trial.why());
                }
            }
        }
        if (no == 2 || (no > 0 && !trial.recovered() && trial.outcome() == Trial.Outcome.BROKE)) {
            broken(trial);
        } else if (yes > 0 && (no == 0 || yes == 2)) {
            held();
        }
        if (!trial.recovered() && asked > 0 && trial.outcome() == Trial.Outcome.BROKE) {
            end(Status.UNFINISHED, "it did not recover from " + search.said(asked) + ": " + trial.why());
        }
    }

    private static @Nullable Duration longer(@Nullable Duration one, @Nullable Duration other) {
        return one == null || (other != null && other.compareTo(one) > 0) ? other : one;
    }

    private void held() {
        if (asked == 0) {
            steady = true;
        } else {
            held.add(asked);
            holds = asked;
            verified = true;
        }
        conclude();
    }

    private void broken(Trial trial) {
        if (asked == 0) {
            end(Status.UNSTEADY, "it breaks while nothing is done: " + trial.why());
        } else {
            if (held.remove(asked) && Double.isNaN(heldBefore)) {
                heldBefore = asked;
            }
            breaks = asked;
            broke = trial.broke();
            Double below = held.isEmpty() ? null : held.last();
            holds = below == null ? 0 : below;
            verified = false;
        }
        conclude();
    }

    private void conclude() {
        mixed += yes > 0 && no > 0 ? 1 : 0;
        yes = 0;
        no = 0;
    }

    private void end(Status status, String why) {
        if (over == null) {
            over = status;
            reason = why;
        }
    }

    private Step step(int trials, double spent) {
        Step wanted = over != null ? done(over, reason, trials) : wanted(trials);
        if (!(wanted instanceof Step.Try)) {
            return wanted;
        }
        if (trials >= search.trials()) {
            return done(Status.UNFINISHED, "all " + trials + " trials are used up", trials);
        }
        if (breaking >= search.breakingTrials()) {
            return done(Status.UNFINISHED, "all " + breaking + " trials that may break it are used up", trials);
        }
        if (trials > 0 && spent >= search.errorBudget()) {
            return done(
                    Status.UNFINISHED,
                    String.format(
                            Locale.ROOT,
                            "%.1f%% of an error budget is spent, and %.1f%% may",
                            spent,
                            search.errorBudget()),
                    trials);
        }
        return wanted;
    }

    private Step wanted(int trials) {
        if (yes + no > 0 || nothing > 0) {
            return new Step.Try(asked, nothing > 0 ? "the last one showed nothing" : "is that confirmed?");
        }
        if (!steady) {
            return new Step.Try(0, "does it hold while nothing is done?");
        }
        if (Double.isNaN(breaks)) {
            return ramp(trials);
        }
        if (holds == 0) {
            return done(Status.BELOW, "it breaks at " + search.said(breaks) + ", and nothing easier held", trials);
        }
        double middle = middle();
        if (!Double.isNaN(middle)) {
            return new Step.Try(
                    middle,
                    "between " + search.said(holds) + ", which holds, and " + search.said(breaks) + ", which does not");
        }
        if (!verified) {
            return new Step.Try(holds, "does it still hold, after the last break?");
        }
        return done(
                Status.FOUND, "it holds at " + search.said(holds) + " and breaks at " + search.said(breaks), trials);
    }

    private Step ramp(int trials) {
        if (holds == 0) {
            return new Step.Try(search.from(), "the least that is to be tried");
        }
        if (!search.isHarder(search.to(), holds)) {
            return done(Status.BEYOND, "nothing broke it up to " + search.said(search.to()), trials);
        }
        double next = search.axis().round(search.axis().falls() ? holds / RAMP : holds * RAMP);
        return new Step.Try(search.isHarder(next, search.to()) ? search.to() : next, "twice as hard");
    }

    /** NaN when what holds and what breaks are close enough, or nothing can be done in between. */
    private double middle() {
        if (isBetween(search.required())) {
            return search.required();
        }
        double ratio = Math.max(holds, breaks) / Math.min(holds, breaks);
        double middle = search.axis().round(Math.sqrt(holds * breaks));
        return ratio <= 1 + search.precision() / 100 || !isBetween(middle) ? Double.NaN : middle;
    }

    private boolean isBetween(double magnitude) {
        return search.isHarder(magnitude, holds) && search.isHarder(breaks, magnitude);
    }

    private Step done(Status status, String why, int trials) {
        return new Step.Done(new Perimeter(
                status, holds, breaks, broke, heldBefore, hysteresis(), recovery, mixed, trials, breaking, why));
    }

    /** Only what held after the last break tells it. */
    private double hysteresis() {
        if (Double.isNaN(breaks) || !verified) {
            return Double.NaN;
        }
        return Double.isNaN(heldBefore) ? 0 : Perimeter.hysteresis(heldBefore, holds);
    }
}
