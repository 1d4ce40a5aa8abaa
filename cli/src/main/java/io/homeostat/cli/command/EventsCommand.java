package io.homeostat.cli.command;

import io.homeostat.cli.show.EventText;
import io.homeostat.cli.terminal.Terminal;
import io.homeostat.model.Json;
import io.homeostat.model.Node;
import java.io.IOException;

/** What happened: the journal. */
public final class EventsCommand implements Command {

    private static final int LAST = 50;

    @Override
    public void describe(Usage usage) {
        usage.summary("what happened: the journal, oldest first")
                .option("-f, --follow", "Go on with what happens from now on, until Ctrl-C.")
                .option("-n, --last", "N", "Only the last N events (default: " + LAST + ").")
                .option("--after", "SEQUENCE", "Every event after this number instead of the last ones.")
                .option("--application", "NAME", "Only of this application.")
                .option("--type", "TYPE", "Only of this type: application.quarantined.")
                .agent()
                .paragraph(
                        "With -o json, one JSON object a line (NDJSON), each with its number and its hash in the chain.")
                .example("homeostat events --follow", "The last events, and each new one as it happens.")
                .example("homeostat events --last 10 -o json", "The last ten, for programs.");
    }

    @Override
    public int run(Call call) throws Failure, IOException {
        String after = call.value("--after");
        int last = call.number("--last", LAST);
        boolean follow = call.has("--follow");
        Terminal terminal = call.terminal();
        call.agent()
                .lines(
                        "/api/v1/events",
                        line -> {
                            if (line.isEmpty()) {
                                terminal.flush(); // a sign of life; nobody may be reading any more
                                return true;
                            }
                            terminal.line(call.json() ? line : text(line, follow, call));
                            if (follow) {
                                terminal.flush();
                            }
                            return true;
                        },
                        "after",
                        after,
                        "last",
                        after == null ? String.valueOf(last) : null,
                        "application",
                        call.value("--application"),
                        "type",
                        call.value("--type"),
                        "follow",
                        follow ? "true" : null);
        terminal.flush();
        return Exit.DONE;
    }

    private static String text(String line, boolean follow, Call call) throws IOException {
        return Json.read(line) instanceof Node.Mapping event ? EventText.line(event, !follow, call.paint()) : line;
    }
}
