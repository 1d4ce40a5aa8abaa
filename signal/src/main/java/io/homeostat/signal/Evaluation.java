package io.homeostat.signal;

import io.homeostat.model.Durations;
import io.homeostat.model.slo.Objective;
import io.homeostat.model.slo.Slo;
import io.homeostat.model.slo.Window;
import io.homeostat.signal.AlertState.Condition;
import io.homeostat.signal.series.Series;
import io.homeostat.signal.series.SeriesStore;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What the stored counts say about one objective at one moment. Reads, and changes nothing. */
final class Evaluation {

    private final Slo slo;
    private final SeriesStore store;
    private final Instant now;
    private final Window.Span span;

    Evaluation(Slo slo, SeriesStore store, Instant now) {
        this.slo = slo;
        this.store = store;
        this.now = now;
        this.span = slo.window().at(now);
    }

    /** An alert's condition, and why. */
    record Verdict(Condition condition, double burnRate, String why) {}

    Window.Span span() {
        return span;
    }

    /** @param problems why a series gets no data now, by its name */
    List<SloView.Part> parts(Map<String, String> problems) throws IOException {
        List<SloView.Part> parts = new ArrayList<>();
        for (Objective objective : slo.objectives()) {
            String name = SeriesName.of(objective);
            Evidence evidence = since(span.from(), objective);
            parts.add(new SloView.Part(
                    objective,
                    name,
                    evidence,
                    Budget.of(evidence, objective.target(), slo.method(), objective.slice(), span.length()),
                    problems.getOrDefault(name, "")));
        }
        return parts;
    }

    /** Of several objectives the one with the least left, unless they are weighed into one. */
    Budget budget(List<SloView.Part> parts) {
        if (slo.composite()) {
            return Budget.composite(parts.stream()
                    .map(part -> new Budget.Part(part.budget(), part.objective().weight()))
                    .toList());
        }
        Budget least = Budget.UNKNOWN;
        for (SloView.Part part : parts) {
            Budget budget = part.budget();
            if (budget.isKnown() && (!least.isKnown() || budget.remaining() < least.remaining())) {
                least = budget;
            }
        }
        return least;
    }

    /** The time over which the burn rate is shown and the forecast made. */
    Duration recent() {
        return BurnRates.standard(span.length()).getFirst().longTime();
    }

    double burnRate(Duration lookback) throws IOException {
        return burn(lookback).rate();
    }

    Verdict verdict(Alert alert) throws IOException {
        Burn over = burn(alert.longTime());
        if (alert.onNoData()) {
            return new Verdict(
                    over.hasData() ? Condition.DOES_NOT : Condition.HOLDS,
                    over.rate(),
                    "no data for " + text(alert.longTime()));
        }
        Burn lately = alert.shortTime().equals(alert.longTime()) ? over : burn(alert.shortTime());
        double ofLongTime = alert.ofBudget() ? over.rate() * counted(alert.longTime()) : over.rate();
        boolean breaches =
                alert.op().holds(ofLongTime, alert.threshold()) && alert.op().holds(lately.rate(), alert.threshold());
        // With little traffic a single failure is a large share, and no reason to wake anybody.
        boolean enough = over.failures() >= slo.minFailures();
        boolean rises = alert.op().holds(Double.MAX_VALUE, alert.threshold());
        Condition condition = !over.hasData() || !lately.hasData()
                ? Condition.NO_DATA
                : breaches && (enough || !rises) ? Condition.HOLDS : Condition.DOES_NOT;
        return new Verdict(
                condition,
                ofLongTime,
                "it burned " + number(ofLongTime) + " times too fast for " + text(alert.longTime()) + " and "
                        + number(lately.rate()) + " for " + text(alert.shortTime()) + " (limit "
                        + number(alert.threshold()) + ")");
    }

    /**
     * Share of the last of it in which anything was counted at all, above 0 up to 1. Of a young objective the burn rate of a few
     * minutes is known, and says little about how much of the budget has gone: a blip would set off every alert at once.
     */
    private double counted(Duration length) throws IOException {
        Instant began = now;
        for (Objective objective : slo.objectives()) {
            Instant one = store.series(SeriesName.of(objective)).began();
            began = one.isBefore(began) ? one : began;
        }
        double age = Math.max(Duration.between(began, now).toMillis(), 0);
        return Math.min(1, age / length.toMillis());
    }

    private record Burn(double rate, double failures, boolean hasData) {}

    private Burn burn(Duration lookback) throws IOException {
        double spent = 0;
        double allowed = 0;
        double failures = 0;
        double highest = Double.NaN;
        boolean hasData = false;
        for (Objective objective : slo.objectives()) {
            // One slice more: the one that has only begun does not count.
            Evidence evidence = since(now.minus(lookback).minus(objective.slice()), objective);
            hasData |= evidence.hasData();
            failures += evidence.failures();
            double rate = evidence.burnRate(objective.target());
            if (!Double.isNaN(rate)) {
                spent += objective.weight() * evidence.badShare();
                allowed += objective.weight() * (1 - objective.target());
                highest = Double.isNaN(highest) ? rate : Math.max(highest, rate);
            }
        }
        double rate = slo.composite() && allowed > 0 ? spent / allowed : highest;
        return new Burn(rate, failures, hasData);
    }

    private Evidence since(Instant from, Objective objective) throws IOException {
        Series series = store.series(SeriesName.of(objective));
        boolean moves = slo.window() instanceof Window.Rolling || !from.equals(span.from());
        Instant start = moves && !objective.slice().isZero() ? Measure.wholeSlice(from, objective.slice()) : from;
        return Measure.over(series, objective, slo.method(), start, now);
    }

    private static String text(Duration length) {
        return Durations.format(length);
    }

    private static String number(double rate) {
        return Double.isNaN(rate)
                ? "–"
                : String.format(Locale.ROOT, "%.2f", rate).replaceAll("\\.?0+$", "");
    }
}
