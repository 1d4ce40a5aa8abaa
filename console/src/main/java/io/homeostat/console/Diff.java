package io.homeostat.console;

import io.homeostat.model.Json;
import io.homeostat.model.Node;
import java.util.List;

/** One step of a plan, as a difference that people can read. */
final class Diff {

    private Diff() {}

    static void step(Html html, Node.Mapping step) {
        String action = Fields.text(step, "action");
        Tone tone = switch (action) {
            case "create" -> Tone.GOOD;
            case "delete", "blocked" -> Tone.BAD;
            case "kept" -> Tone.QUIET;
            default -> Tone.CHANGING;
        };
        html.open("div", "class", "step");
        html.open("p");
        Frame.badge(html, tone, action);
        html.with("strong", Fields.text(step, "object"));
        String origin = Fields.text(step, "origin");
        if (!origin.isEmpty()) {
            html.text(" ").with("span", origin, "class", "small");
        }
        html.close();
        if (!Fields.text(step, "reason").isEmpty()) {
            html.with("p", Fields.text(step, "reason"), "class", "small");
        }
        changes(html, Fields.objects(step, "changes"));
        for (Node.Mapping drift : Fields.objects(step, "drift")) {
            html.with("p", Fields.text(drift, "place") + ": " + Fields.text(drift, "found"), "class", "small");
        }
        html.close();
    }

    private static void changes(Html html, List<Node.Mapping> changes) {
        if (changes.isEmpty()) {
            return;
        }
        html.open("dl", "class", "diff");
        for (Node.Mapping change : changes) {
            html.with("dt", Fields.text(change, "path"));
            Node before = change.get("before");
            Node after = change.get("after");
            if (before != null) {
                html.open("dd", "class", "before").with("del", shown(before)).close();
            }
            if (after != null) {
                html.open("dd", "class", "after").with("ins", shown(after)).close();
            }
        }
        html.close();
    }

    private static String shown(Node value) {
        return value instanceof Node.Text text ? text.value() : Json.pretty(value);
    }
}
