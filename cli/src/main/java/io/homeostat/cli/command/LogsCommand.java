package io.homeostat.cli.command;

import io.homeostat.cli.terminal.Terminal;
import io.homeostat.model.Json;
import io.homeostat.model.Node;
import java.io.IOException;

/** What instances write. */
public final class LogsCommand implements Command {

    private static final int TAIL = 100;
    private static final String SEPARATOR = " | ";

    @Override
    public void describe(Usage usage) {
        usage.summary("what the instances of something write")
                .required("NAME", "application", "An application or an object: shop, Deployment/web.")
                .option("-f, --follow", "Go on with what they write from now on, until Ctrl-C.")
                .option("-n, --tail", "N", "Only the last N lines of each instance (default: " + TAIL + ").")
                .option("-p, --previous", "Of the run before the current one: what a crash left behind.")
                .agent()
                .paragraph("With -o json, one JSON object a line: instance, line.")
                .example("homeostat logs Deployment/web -f", "All instances of web, as they write.")
                .example("homeostat logs shop --previous --tail 20", "The last words of the runs before.");
    }

    @Override
    public int run(Call call) throws Failure, IOException {
        int tail = call.number("--tail", TAIL);
        boolean follow = call.has("--follow");
        Terminal terminal = call.terminal();
        call.agent()
                .lines(
                        "/api/v1/logs",
                        line -> {
                            terminal.line(call.json() ? json(line) : text(line, call));
                            if (follow) {
                                terminal.flush();
                            }
                            return true;
                        },
                        "name",
                        call.argument("NAME"),
                        "tail",
                        String.valueOf(tail),
                        "follow",
                        follow ? "true" : null,
                        "previous",
                        call.has("--previous") ? "true" : null);
        terminal.flush();
        return Exit.DONE;
    }

    private static String text(String line, Call call) {
        int at = line.indexOf(SEPARATOR);
        return at < 0
                ? line
                : call.paint().dim(line.substring(0, at) + " │ ") + line.substring(at + SEPARATOR.length());
    }

    private static String json(String line) {
        int at = line.indexOf(SEPARATOR);
        return Json.write(Node.Mapping.EMPTY
                .with("instance", at < 0 ? "" : line.substring(0, at))
                .with("line", at < 0 ? line : line.substring(at + SEPARATOR.length())));
    }
}
