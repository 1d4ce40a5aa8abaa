package io.homeostat.cli.command;

import io.homeostat.cli.show.TopText;
import io.homeostat.cli.terminal.Redrawn;
import io.homeostat.model.Node;
import java.io.IOException;

/** Who calls whom, how often, how well, how fast: now. */
public final class TopCommand implements Command {

    @Override
    public void describe(Usage usage) {
        usage.summary("who calls whom, how often, how well, how fast: a live table")
                .option("--once", "Show it once and end.")
                .agent()
                .paragraph(
                        "Rates and latencies are those of one second, as the gate sees them, one line for each caller,"
                                + " callee and version. Without --once it goes on until Ctrl-C; with -o json it shows it"
                                + " once.")
                .example("homeostat top", "A live table.")
                .example("homeostat top --once -o json", "One second of it, for programs.");
    }

    @Override
    public int run(Call call) throws Failure, IOException {
        if (call.has("--once") || call.json()) {
            Node.Mapping top = call.agent().get("/api/v1/top");
            call.print(top, TopText.lines(top, call.paint()));
            return Exit.DONE;
        }
        Redrawn table = new Redrawn(call.terminal());
        // The agent answers after the second that it looks at.
        while (!Thread.currentThread().isInterrupted()) {
            table.show(TopText.lines(call.agent().get("/api/v1/top"), call.paint()));
        }
        return Exit.DONE;
    }
}
