package io.homeostat.signal.notify;

import io.homeostat.journal.Event;
import io.homeostat.model.Node;
import io.homeostat.model.Position;
import java.util.ArrayList;
import java.util.List;

/** An event in the form that each channel reads. */
final class Bodies {

    private Bodies() {}

    /** What {@code GET /api/v1/events} gives, so that one reader serves both. */
    static Node.Mapping plain(Event event, String environment, int more) {
        Node.Mapping body = Node.Mapping.EMPTY
                .with("environment", environment)
                .with("sequence", event.sequence())
                .with("time", event.time().toString())
                .with("type", event.type())
                .with("application", event.application())
                .with("message", event.message())
                .with("data", event.data());
        return more == 0 ? body : body.with("notTold", more);
    }

    static Node.Mapping slack(Event event, String environment, int more) {
        return Node.Mapping.EMPTY.with("text", sign(event) + " *" + environment + "* " + text(event, more));
    }

    /** An Adaptive Card, as a Teams workflow takes it. */
    static Node.Mapping teams(Event event, String environment, int more) {
        List<Node> facts = new ArrayList<>();
        fact(facts, "Environment", environment);
        fact(facts, "Objective", event.data().text("slo", ""));
        fact(facts, "Service", event.data().text("service", ""));
        fact(facts, "Application", event.application());
        fact(facts, "Severity", event.data().text("severity", ""));
        fact(facts, "Time", event.time().toString());
        Node.Mapping title = Node.Mapping.EMPTY
                .with("type", "TextBlock")
                .with("text", sign(event) + " " + text(event, more))
                .with("weight", "Bolder")
                .with("wrap", Node.Bool.of(true));
        Node.Mapping card = Node.Mapping.EMPTY
                .with("$schema", "http://adaptivecards.io/schemas/adaptive-card.json")
                .with("type", "AdaptiveCard")
                .with("version", "1.4")
                .with(
                        "body",
                        list(title, Node.Mapping.EMPTY.with("type", "FactSet").with("facts", list(facts))));
        Node.Mapping attachment = Node.Mapping.EMPTY
                .with("contentType", "application/vnd.microsoft.card.adaptive")
                .with("content", card);
        return Node.Mapping.EMPTY.with("type", "message").with("attachments", list(attachment));
    }

    private static String text(Event event, int more) {
        return event.message() + (more == 0 ? "" : " (and " + more + " more that were not told one by one)");
    }

    private static String sign(Event event) {
        return switch (event.type()) {
            case "alert.resolved", "budget.restored" -> "✅";
            case "alert.pending" -> "⚠️";
            default -> "🔥";
        };
    }

    private static void fact(List<Node> facts, String title, String value) {
        if (!value.isEmpty()) {
            facts.add(Node.Mapping.EMPTY.with("title", title).with("value", value));
        }
    }

    private static Node list(Node... elements) {
        return list(List.of(elements));
    }

    private static Node list(List<Node> elements) {
        return new Node.Sequence(elements, Position.NONE);
    }
}
