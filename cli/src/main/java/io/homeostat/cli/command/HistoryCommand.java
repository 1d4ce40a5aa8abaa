package io.homeostat.cli.command;

import io.homeostat.cli.show.HistoryText;
import io.homeostat.model.Node;
import java.io.IOException;

/** Which revisions ran. */
public final class HistoryCommand implements Command {

    @Override
    public void describe(Usage usage) {
        usage.summary("which revisions ran, and what became of each")
                .optional("APPLICATION", "application", "Only of this one.")
                .agent()
                .example("homeostat history shop", "Newest first: applied when, good or failed, and why it failed.");
    }

    @Override
    public int run(Call call) throws Failure, IOException {
        Node.Mapping history = call.agent()
                .get("/api/v1/history", "application", call.arguments().argument("APPLICATION"));
        call.print(
                history, HistoryText.lines(history, call.paint(), call.clock().instant()));
        return Exit.DONE;
    }
}
