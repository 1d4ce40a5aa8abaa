package io.homeostat.cli.command;

import io.homeostat.cli.show.DriftText;
import io.homeostat.model.Node;
import java.io.IOException;

/** What differs from Git without anybody having asked Git. */
public final class DriftCommand implements Command {

    @Override
    public void describe(Usage usage) {
        usage.summary("what differs from Git without anybody having asked Git")
                .agent()
                .paragraph("Exit code 0 when nothing differs, 2 when something does.")
                .example("homeostat drift", "Differences that are reported, or about to be repaired.");
    }

    @Override
    public int run(Call call) throws Failure, IOException {
        Node.Mapping drift = call.agent().get("/api/v1/drift");
        call.print(drift, DriftText.lines(drift, call.paint(), call.clock().instant()));
        return drift.sequence("drift").isEmpty() ? Exit.DONE : Exit.SOMETHING;
    }
}
