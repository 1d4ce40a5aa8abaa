package io.homeostat.cli.command;

import io.homeostat.cli.client.AgentClient;
import io.homeostat.cli.show.Nodes;
import io.homeostat.cli.show.StatusText;
import io.homeostat.cli.terminal.Progress;
import io.homeostat.model.Node;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** Look at Git now, and wait until what it says runs. */
public final class SyncCommand implements Command {

    private static final long POLL_MILLIS = 200;

    /** States that end by themselves. */
    private static final Set<String> ON_THE_WAY = Set.of("progressing", "pending");

    @Override
    public void describe(Usage usage) {
        usage.summary("look at Git now, and wait until what it says runs")
                .optional(Changing.APPLICATION, "application", "Only this one.")
                .option("--no-wait", "Only ask for it.")
                .changes()
                .paragraph("Exit code 0 when everything is as Git says and healthy, 2 when something is not.")
                .example("homeostat sync", "Fetch, apply, wait; say how it went.");
    }

    @Override
    public int run(Call call) throws Failure, IOException {
        String application = call.arguments().argument(Changing.APPLICATION);
        AgentClient agent = Consent.to(call, "sync " + (application == null ? "everything" : application));
        Node.Mapping answer = agent.post("/api/v1/sync", "application", application);
        if (call.has("--no-wait")) {
            call.print(answer, List.of(answer.text("message", "asked for")));
            return Exit.DONE;
        }
        Node.Mapping status = settled(call, agent, application == null ? "" : application);
        call.print(status, StatusText.lines(status, call.paint(), call.clock().instant()));
        return StatusText.isWell(status) ? Exit.DONE : Exit.SOMETHING;
    }

    private static Node.Mapping settled(Call call, AgentClient agent, String application) throws IOException {
        try (Progress progress = Progress.show(call.terminal(), "fetching")) {
            while (true) {
                Node.Mapping status = agent.get("/api/v1/status");
                List<String> waiting = Nodes.mappings(status.sequence("applications")).stream()
                        .filter(one ->
                                application.isEmpty() || one.text("name", "").equals(application))
                        .filter(one -> ON_THE_WAY.contains(one.text("state", "")))
                        .map(one -> one.text("name", "") + " "
                                + one.mapping("health").text("message", ""))
                        .toList();
                if (waiting.isEmpty()) {
                    return status;
                }
                progress.say(waiting.stream().map(String::strip).collect(Collectors.joining(", ")));
                Thread.sleep(POLL_MILLIS);
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new IOException("stopped waiting; the agent goes on", stopped);
        }
    }
}
