package io.homeostat.cli.show;

import io.homeostat.cli.terminal.Paint;
import io.homeostat.cli.terminal.Table;
import io.homeostat.model.Node;
import java.util.ArrayList;
import java.util.List;

/** {@code homeostat why NAME}: one sentence, then what it rests on, then what to try. One screen. */
public final class WhyText {

    private static final int LOG_LINES = 8;

    private WhyText() {}

    public static List<String> lines(Node.Mapping why, Paint paint) {
        List<String> lines = new ArrayList<>();
        lines.add(paint.strong(why.text("answer", "")));
        Table facts = Table.withoutHeading();
        for (Node.Mapping line : Nodes.mappings(why.sequence("lines"))) {
            String place = line.text("place", "");
            facts.row(
                    paint.dim(line.text("topic", "")),
                    line.text("text", "") + (place.isEmpty() ? "" : paint.dim("  " + place)));
        }
        if (!facts.isEmpty()) {
            lines.add("");
            facts.lines().forEach(line -> lines.add("  " + line));
        }
        for (Node.Mapping evidence : Nodes.mappings(why.sequence("evidence"))) {
            lines.add("");
            lines.addAll(evidence(evidence, paint));
        }
        List<String> next = Nodes.texts(why.sequence("next"));
        if (!next.isEmpty()) {
            lines.add("");
            lines.add(paint.dim("Try:"));
            next.forEach(command -> lines.add("  " + paint.command(command)));
        }
        return lines;
    }

    private static List<String> evidence(Node.Mapping evidence, Paint paint) {
        List<String> lines = new ArrayList<>();
        String instance = evidence.text("instance", "");
        String exit = evidence.get("exitCode") instanceof Node.Numeric code ? " (exit code " + code + ")" : "";
        lines.add("  " + (instance.isEmpty() ? "" : instance + " ") + paint.bad(evidence.text("reason", "")) + ": "
                + evidence.text("message", "") + exit);
        List<String> log = Nodes.texts(evidence.sequence("log"));
        log.subList(Math.max(0, log.size() - LOG_LINES), log.size())
                .forEach(line -> lines.add("    " + paint.dim("│ ") + line));
        return lines;
    }
}
