package io.homeostat.agent;

import io.homeostat.model.Node;
import io.homeostat.signal.AlertState;
import io.homeostat.signal.Budget;
import io.homeostat.signal.BudgetHistory;
import io.homeostat.signal.SignalFacts;
import io.homeostat.signal.SloView;
import io.homeostat.signal.TrackRecord;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Objectives as the JSON of the API. The reference is {@code docs/api.md}. */
final class SloJson {

    private SloJson() {}

    static Node.Mapping all(String environment, Collection<SloView> views, String failure) {
        Node.Mapping answer = Node.Mapping.EMPTY
                .with("environment", environment)
                .with("slos", JsonList.of(List.copyOf(views), SloJson::one));
        return failure.isEmpty() ? answer : answer.with("error", failure);
    }

    static Node.Mapping one(SloView view) {
        Node.Mapping node = Node.Mapping.EMPTY
                .with("name", view.slo().name())
                .with("title", view.slo().title())
                .with("service", view.slo().service())
                .with("application", view.application())
                .with("state", view.word())
                .with("method", method(view))
                .with(
                        "window",
                        Node.Mapping.EMPTY
                                .with("from", view.window().from().toString())
                                .with("to", view.window().to().toString())
                                .with("seconds", view.window().length().toSeconds()))
                .with("budget", budget(view.budget()))
                .with("burnRate", SignalFacts.number(view.burnRate()));
        if (view.exhaustedIn() != null) {
            node = node.with("exhaustedInSeconds", view.exhaustedIn().toSeconds());
        }
        return node.with("objectives", JsonList.of(view.parts(), SloJson::part))
                .with("alerts", JsonList.of(view.alerts(), SloJson::alert))
                .with("at", view.at().toString());
    }

    private static String method(SloView view) {
        return switch (view.slo().method()) {
            case OCCURRENCES -> "Occurrences";
            case TIMESLICES -> "Timeslices";
            case RATIO_TIMESLICES -> "RatioTimeslices";
        };
    }

    private static Node.Mapping budget(Budget budget) {
        return Node.Mapping.EMPTY
                .with("indicator", SignalFacts.number(budget.indicator()))
                .with("target", SignalFacts.number(budget.target()))
                .with("remaining", SignalFacts.number(budget.remaining()))
                .with("allowed", SignalFacts.number(budget.allowed()))
                .with("spent", SignalFacts.number(budget.spent()));
    }

    private static Node.Mapping part(SloView.Part part) {
        Node.Mapping node = Node.Mapping.EMPTY
                .with("id", part.objective().id())
                .with("title", part.objective().title())
                .with("indicator", part.objective().indicator().name())
                .with("budget", budget(part.budget()))
                .with("bad", SignalFacts.number(part.evidence().bad()))
                .with("all", SignalFacts.number(part.evidence().all()));
        return part.noData().isEmpty() ? node : node.with("noData", part.noData());
    }

    private static Node.Mapping alert(SloView.AlertView alert) {
        AlertState state = alert.state();
        Node.Mapping node = Node.Mapping.EMPTY
                .with("name", alert.name())
                .with("severity", alert.severity())
                .with("state", state.phase().name().toLowerCase(Locale.ROOT))
                .with("burnRate", SignalFacts.number(alert.burnRate()))
                .with("threshold", SignalFacts.number(alert.threshold()));
        return state.phase() == AlertState.Phase.INACTIVE
                ? node
                : node.with("since", state.since().toString());
    }

    /** What is not known is absent. */
    static Node.Mapping history(BudgetHistory history) {
        return Node.Mapping.EMPTY
                .with("stepSeconds", history.step().toSeconds())
                .with("points", JsonList.of(history.points(), SloJson::point));
    }

    private static Node.Mapping point(BudgetHistory.Point point) {
        Node.Mapping node = Node.Mapping.EMPTY.with("at", point.at().toString());
        node = Double.isNaN(point.remaining()) ? node : node.with("remaining", SignalFacts.number(point.remaining()));
        return Double.isNaN(point.burnRate()) ? node : node.with("burnRate", SignalFacts.number(point.burnRate()));
    }

    /** Times in seconds; those that are not known are absent. */
    static Node.Mapping record(TrackRecord record) {
        Node.Mapping node = Node.Mapping.EMPTY.with("failures", record.failures());
        node = seconds(node, "mttdSeconds", record.mttd());
        node = seconds(node, "mttrSeconds", record.mttr());
        return seconds(node, "mtbfSeconds", record.mtbf());
    }

    private static Node.Mapping seconds(Node.Mapping node, String key, @Nullable Duration length) {
        return length == null ? node : node.with(key, length.toSeconds());
    }
}
