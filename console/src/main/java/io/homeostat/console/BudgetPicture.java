package io.homeostat.console;

import io.homeostat.model.Node;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

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

    static void over(Html html, Visit visit, Node.Mapping history, Node.Mapping events) {
        List<Node.Mapping> points = Fields.objects(history, "points");
        List<Double> remaining = numbers(points, "remaining");
        Frame.live(html, "budget-history", "section", "panel").with("h2", "Over time");
        if (remaining.stream().filter(each -> !each.isNaN()).count() < 2) {
            Frame.empty(html, "Not enough has been counted yet for a picture.");
            html.close();
            return;
        }
        html.open("div", "class", "pictures");
        picture(
                html,
                points,
                "Budget left",
                remaining.stream().map(each -> Math.max(0, each)).toList(),
                Double.NaN,
                1);
        picture(html, points, "Burn rate", numbers(points, "burnRate"), 1, Double.NaN);
        html.close();
        costly(html, visit, costly(points, Fields.objects(events, "events")));
        html.close();
    }

    private static List<Double> numbers(List<Node.Mapping> points, String key) {
        return points.stream().map(point -> Numbers.of(point, key)).toList();
    }

    private static void picture(
            Html html, List<Node.Mapping> points, String title, List<Double> values, double limit, double most) {
        double last = values.getLast();
        String now = Double.isNaN(last)
                ? "no data now"
                : Double.isNaN(most) ? Charts.number(last) + "× now" : Numbers.percent(last) + " now";
        html.open("figure")
                .open("figcaption")
                .with("strong", title)
                .text(" " + now)
                .close();
        Charts.line(html, title + ": " + now, values, limit, "spends exactly the budget", most);
        html.open("p", "class", "span");
        Times.clock(html, Fields.text(points.getFirst(), "at"));
        Times.clock(html, Fields.text(points.getLast(), "at"));
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
                    .with("strong", Numbers.percent(Math.round(moment.cost() * 1000) / 1000.0) + " of the budget")
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
