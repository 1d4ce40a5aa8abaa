package io.homeostat.cli.show;

import io.homeostat.cli.terminal.Paint;
import io.homeostat.cli.terminal.Table;
import io.homeostat.model.Node;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** {@code homeostat status}: what runs, from which revision, and what needs a person. */
public final class StatusText {

    private StatusText() {}

    public static List<String> lines(Node.Mapping status, Paint paint, Instant now) {
        List<String> lines = new ArrayList<>();
        lines.add(environment(status, paint));
        lines.addAll(source(status.mapping("source"), paint, now));
        lines.add(agent(status.mapping("agent"), paint, now));
        lines.add("");
        List<Node.Mapping> applications = Nodes.mappings(status.sequence("applications"));
        if (applications.isEmpty()) {
            lines.add("No applications yet.");
            return lines;
        }
        Table table = Table.of(paint, "APPLICATION", "STATE", "HEALTH", "REVISION", "INSTANCES", "");
        for (Node.Mapping application : applications) {
            table.row(
                    paint.strong(application.text("name", "")),
                    state(application.text("state", ""), paint),
                    health(application.mapping("health").text("status", ""), paint),
                    revision(application),
                    instances(application.mapping("instances")),
                    message(application));
        }
        lines.addAll(table.lines());
        for (Node.Mapping application : applications) {
            lines.addAll(notes(application, paint, now));
        }
        return lines;
    }

    /** True when every application is as Git says, and healthy. */
    public static boolean isWell(Node.Mapping status) {
        return Nodes.mappings(status.sequence("applications")).stream()
                        .allMatch(application -> application.text("state", "").equals("synced")
                                && application
                                        .mapping("health")
                                        .text("status", "")
                                        .equalsIgnoreCase("healthy"))
                && status.mapping("source").text("error", "").isEmpty();
    }

    private static String environment(Node.Mapping status, Paint paint) {
        return paint.dim("environment ")
                + paint.strong(status.text("environment", ""))
                + (status.flag("protected", false) ? " " + paint.busy("protected") : "");
    }

    private static List<String> source(Node.Mapping source, Paint paint, Instant now) {
        List<String> lines = new ArrayList<>();
        String commit = said(
                Brief.revision(source.text("revision", "")),
                quoted(source.text("subject", "")),
                source.text("author", "").isEmpty() ? "" : "by " + source.text("author", ""),
                Brief.ago(source.text("time", ""), now));
        lines.add(paint.dim("source      ")
                + said(source.text("location", ""), source.text("reference", ""))
                + (commit.isEmpty() ? "" : paint.dim(" @ ") + commit));
        String error = source.text("error", "");
        if (!error.isEmpty()) {
            lines.add("            " + paint.bad(error));
        }
        return lines;
    }

    private static String agent(Node.Mapping agent, Paint paint, Instant now) {
        String started = Brief.ago(agent.text("startedAt", ""), now);
        return paint.dim("agent       ")
                + agent.text("version", "")
                + paint.dim(", pid ")
                + agent.integer("pid", 0)
                + (started.isEmpty() ? "" : paint.dim(", started ") + started)
                + (agent.flag("ready", true) ? "" : paint.busy(", not ready yet"));
    }

    private static String revision(Node.Mapping application) {
        String running = Brief.revision(application.text("revision", ""));
        String desired = Brief.revision(application.text("desiredRevision", ""));
        // A commit that changes nothing of an application leaves it at the revision it was applied from.
        boolean there = desired.isEmpty() || application.text("state", "").equals("synced");
        return there || desired.equals(running) ? running : (running.isEmpty() ? "–" : running) + " → " + desired;
    }

    private static String instances(Node.Mapping instances) {
        return instances.isEmpty() ? "" : instances.integer("ready", 0) + "/" + instances.integer("desired", 0);
    }

    private static String message(Node.Mapping application) {
        String message = application.text("message", "");
        return message.isEmpty() ? application.mapping("health").text("message", "") : message;
    }

    private static List<String> notes(Node.Mapping application, Paint paint, Instant now) {
        List<String> notes = new ArrayList<>();
        String name = application.text("name", "");
        String services = Nodes.mappings(application.sequence("services")).stream()
                .map(service -> service.text("name", "") + " " + service.text("address", ""))
                .collect(Collectors.joining(", "));
        if (!services.isEmpty()) {
            notes.add(paint.dim("serves " + services));
        }
        Node.Mapping freeze = application.mapping("freeze");
        if (!freeze.isEmpty()) {
            notes.add(paint.busy("frozen") + " by " + freeze.text("owner", "") + ": " + freeze.text("reason", "")
                    + paint.dim(", ends " + Brief.until(freeze.text("until", ""), now)));
        }
        Node.Mapping quarantine = application.mapping("quarantine");
        // An older one matters to nobody any more: something else is declared now.
        if (!quarantine.isEmpty() && quarantine.text("revision", "").equals(application.text("desiredRevision", ""))) {
            notes.add(paint.bad("quarantined ") + Brief.revision(quarantine.text("revision", "")) + ": "
                    + quarantine.text("reason", "") + paint.dim("; another commit or ")
                    + paint.command("homeostat release " + name) + paint.dim(" ends it"));
        }
        Node.Mapping hold = application.mapping("hold");
        if (!hold.isEmpty()) {
            notes.add(paint.busy("held: ")
                    + hold.text("reason", "")
                    + paint.dim("; ")
                    + paint.command("homeostat confirm " + name)
                    + paint.dim(" lets it go"));
        }
        for (Node drift : application.sequence("drift")) {
            notes.add(paint.busy("drift: ")
                    + (drift instanceof Node.Mapping found
                            ? said(found.text("place", found.text("object", "")), found.text("found", ""))
                            : drift.toString()));
        }
        return notes.stream()
                .map(note -> "  " + paint.strong(name) + " " + note)
                .toList();
    }

    static String state(String state, Paint paint) {
        return switch (state) {
            case "synced" -> paint.good(state);
            case "failed", "quarantined", "blocked" -> paint.bad(state);
            default -> paint.busy(state);
        };
    }

    static String health(String health, Paint paint) {
        return switch (health.toLowerCase(Locale.ROOT)) {
            case "healthy" -> paint.good(health);
            case "degraded" -> paint.bad(health);
            default -> paint.busy(health);
        };
    }

    private static String quoted(String text) {
        return text.isEmpty() ? "" : "\"" + text + "\"";
    }

    private static String said(String... parts) {
        return Stream.of(parts).filter(part -> !part.isEmpty()).collect(Collectors.joining(" "));
    }
}
