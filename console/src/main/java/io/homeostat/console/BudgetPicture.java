package io.homeostat.console;

import io.homeostat.model.Node;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Where an error budget went: over time, and in which moments most of it, beside what happened just then. */
final class BudgetPicture {

    /** So many moments are told. */
    private static final int COSTLY = 5;

    /** A smaller share than this is noise. */
    private static final double WORTH_TELLING = 0.01;

    /** What happened this long before it began to cost may be why. */
    private static final Duration BEFORE = Duration.ofMinutes(2);

    /** @param cost share of the whole budget */
    record Moment(Instant from, Instant to, double cost, List<Node.Mapping> happened) {}

    private BudgetPicture() {}

    static void over(Html html, Visit visit, Node.Mapping slo, Node.Mapping history, Node.Mapping events) {
        List<Node.Mapping> points = Fields.objects(history, "points");
        List<Double> remaining = numbers(points, "remaining");
        Frame.live(html, "budget-history", "section", "panel").with("h2", "Over time");
        if (remaining.stream().filter(each -> !each.isNaN()).count() < 2) {
            Frame.empty(html, "Not enough has been counted yet for a picture.");
            html.close();
            return;
        }
        html.open("div", "class", "pictures");
        Forecast forecast = forecast(slo, history, remaining);
        double left = remaining.getLast();
        picture(
                html,
                points,
                "Budget left",
                (Double.isNaN(left) ? "no data now" : left <= 0 ? "spent" : Numbers.percent(rounded(left)) + " now")
                        + (forecast == null ? "" : ", " + forecast.words()),
                remaining.stream().map(each -> Math.max(0, each)).toList(),
                Double.NaN,
                1,
                forecast);
        double burns = Numbers.of(points.getLast(), "burnRate");
        picture(
                html,
                points,
                "Burn rate",
                Double.isNaN(burns) ? "no data now" : Charts.number(burns) + "× now",
                numbers(points, "burnRate"),
                1,
                Double.NaN,
                null);
        html.close();
        costly(html, visit, costly(points, Fields.objects(events, "events")));
        html.close();
    }

    private static List<Double> numbers(List<Node.Mapping> points, String key) {
        return points.stream().map(point -> Numbers.of(point, key)).toList();
    }

    /**
     * What becomes of the budget if it burns on like this.
     *
     * @param until where the picture ends
     */
    record Forecast(Charts.Ahead ahead, Instant until, String words) {}

    /** A third of the picture at most, and no further than to the end of the budget; null where nothing is known. */
    static @Nullable Forecast forecast(Node.Mapping slo, Node.Mapping history, List<Double> remaining) {
        List<Node.Mapping> points = Fields.objects(history, "points");
        double step = Numbers.of(history, "stepSeconds");
        double window = Numbers.of(slo.mapping("window"), "seconds");
        double perSecond = Numbers.of(slo, "burnRate") / window;
        double left = remaining.getLast();
        if (!(step > 0) || !(perSecond >= 0) || !(left > 0)) {
            return null;
        }
        double most = step * Math.max(1, points.size() - 1) / 2;
        double spentIn = left / perSecond;
        double seconds = Math.min(most, spentIn);
        Instant until = Instant.parse(Fields.text(points.getLast(), "at")).plusMillis(Math.round(seconds * 1000));
        double exhausted = Numbers.of(slo, "exhaustedInSeconds");
        String words = Double.isNaN(exhausted)
                ? "not spent within the window at this rate"
                : "spent in " + Times.length(Math.round(exhausted)) + " at this rate";
        return new Forecast(new Charts.Ahead(seconds / step, Math.max(0, left - perSecond * seconds)), until, words);
    }

    private static double rounded(double share) {
        return Math.round(share * 1000) / 1000.0;
    }

    private static void picture(
            Html html,
            List<Node.Mapping> points,
            String title,
            String now,
            List<Double> values,
            double limit,
            double most,
            @Nullable Forecast forecast) {
        html.open("figure")
                .open("figcaption")
                .with("strong", title)
                .text(" " + now)
                .close();
        Charts.line(
                html,
                title + ": " + now,
                values,
                limit,
                "spends exactly the budget",
                most,
                forecast == null ? null : forecast.ahead());
        html.open("p", "class", "span");
        Times.clock(html, Fields.text(points.getFirst(), "at"));
        Times.clock(
                html,
                forecast == null
                        ? Fields.text(points.getLast(), "at")
                        : forecast.until().toString());
        html.close().close();
    }

    /** The moments in which most of the budget went, the most expensive first. */
    static List<Moment> costly(List<Node.Mapping> points, List<Node.Mapping> events) {
        List<Moment> moments = new ArrayList<>();
        for (int i = 1; i < points.size(); i++) {
            double cost = Numbers.of(points.get(i - 1), "remaining") - Numbers.of(points.get(i), "remaining");
            if (cost >= WORTH_TELLING) {
                Instant from = Instant.parse(Fields.text(points.get(i - 1), "at"));
                Instant to = Instant.parse(Fields.text(points.get(i), "at"));
                moments.add(new Moment(from, to, cost, between(events, from.minus(BEFORE), to)));
            }
        }
        return moments.stream()
                .sorted(Comparator.comparingDouble((Moment moment) -> -moment.cost()))
                .limit(COSTLY)
                .toList();
    }

    /** What changed something, or shows that something broke; not what only says that the budget went. */
    private static List<Node.Mapping> between(List<Node.Mapping> events, Instant from, Instant to) {
        return events.stream()
                .filter(event -> Fields.text(event, "type")
                        .matches("sync\\.started|rollback\\.chosen|rollout\\.(started|stage|promoted|failed|aborted)"
                                + "|experiment\\.(started|ended)|drift\\.found|instance\\.exited"
                                + "|target\\.lost|chaos\\.halted"))
                .filter(event -> {
                    Instant at = Instant.parse(Fields.text(event, "time"));
                    return !at.isBefore(from) && !at.isAfter(to);
                })
                .limit(3)
                .toList();
    }

    private static void costly(Html html, Visit visit, List<Moment> moments) {
        if (moments.isEmpty()) {
            return;
        }
        html.with("h3", "What cost most").open("ol", "class", "costly");
        for (Moment moment : moments) {
            html.open("li")
                    .with("strong", Numbers.percent(rounded(moment.cost())) + " of the budget")
                    .text(" ");
            html.open("span", "class", "when").text("until ");
            Times.clock(html, moment.to().toString());
            html.close();
            if (moment.happened().isEmpty()) {
                html.with("p", "Nothing in the newest 300 events happened just then.", "class", "small");
            } else {
                html.open("ol", "class", "events");
                moment.happened().forEach(event -> Frame.event(html, visit, event));
                html.close();
            }
            html.close();
        }
        html.close();
    }
}
