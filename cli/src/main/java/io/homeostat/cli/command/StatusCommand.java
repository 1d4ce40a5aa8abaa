package io.homeostat.cli.command;

import io.homeostat.cli.client.AgentClient;
import io.homeostat.cli.client.AgentException;
import io.homeostat.cli.show.Nodes;
import io.homeostat.cli.show.StatusText;
import io.homeostat.cli.terminal.Terminal;
import io.homeostat.model.Node;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** What runs, from which revision, and how it is. */
public final class StatusCommand implements Command {

    private static final long WATCH_MILLIS = 1_000;

    @Override
    public void describe(Usage usage) {
        usage.summary("what runs, from which revision, and how it is")
                .option("-w, --watch", "Show it anew every second, until Ctrl-C.")
                .option("--names", "Only the names of the applications, one a line.")
                .agent()
                .paragraph("Exit code 0 when everything is as Git says and healthy, 2 when something is not.")
                .example("homeostat status", "One line per application, and what needs a person.")
                .example("homeostat status --watch", "The same, kept up to date.")
                .example("homeostat status -o json", "For programs; the answer of GET /api/v1/status.");
    }

    @Override
    public int run(Call call) throws Failure, IOException {
        AgentClient agent = call.agent();
        if (call.has("--watch")) {
            return watch(call);
        }
        Node.Mapping status = agent.get("/api/v1/status");
        if (call.has("--names")) {
            call.print(Nodes.mappings(status.sequence("applications")).stream()
                    .map(application -> application.text("name", ""))
                    .toList());
            return Exit.DONE;
        }
        call.print(status, lines(call, status));
        return StatusText.isWell(status) ? Exit.DONE : Exit.SOMETHING;
    }

    private static List<String> lines(Call call, Node.Mapping status) {
        return StatusText.lines(status, call.paint(), call.clock().instant());
    }

    /** An agent that goes away is shown as such and found again when it is back. */
    private static int watch(Call call) throws Failure, IOException {
        List<String> shown = List.of();
        Node answered = Node.Mapping.EMPTY;
        while (true) {
            List<String> now = new ArrayList<>();
            try {
                Node.Mapping status = call.agent().get("/api/v1/status");
                now.addAll(lines(call, status));
                if (call.json() && !status.equals(answered)) {
                    call.print(status);
                    answered = status;
                }
            } catch (AgentException unreachable) {
                now.add(call.paint().bad(String.valueOf(unreachable.getMessage())));
            }
            if (!call.json()) {
                shown = redraw(call.terminal(), shown, now);
            }
            try {
                Thread.sleep(WATCH_MILLIS);
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
                return Exit.DONE;
            }
        }
    }

    /** Over what was shown on a terminal; elsewhere only what is new, after an empty line. */
    private static List<String> redraw(Terminal terminal, List<String> shown, List<String> now) {
        if (terminal.watched()) {
            terminal.out().print(shown.isEmpty() ? "" : "\u001b[" + shown.size() + "A");
            now.forEach(line -> terminal.out().print(line + "\u001b[K\n"));
            terminal.out().print("\u001b[J");
            terminal.flush();
        } else if (!now.equals(shown)) {
            if (!shown.isEmpty()) {
                terminal.line("");
            }
            terminal.lines(now);
        }
        return now;
    }
}
