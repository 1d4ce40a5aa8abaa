package io.homeostat.cli.command;

import io.homeostat.cli.show.ExperimentText;
import io.homeostat.model.Node;
import java.io.IOException;

/** Which experiments there are, and what each showed last. */
public final class ExperimentListCommand implements Command {

    @Override
    public void describe(Usage usage) {
        usage.summary("the experiments: what each does, and what it showed last")
                .agent()
                .paragraph("Exit code 2 when the last run of one was broken.")
                .example("homeostat experiment list", "All of them.");
    }

    @Override
    public int run(Call call) throws Failure, IOException {
        Node.Mapping answer = call.agent().get("/api/v1/experiments");
        call.print(
                answer, ExperimentText.list(answer, call.paint(), call.clock().instant()));
        return ExperimentText.isAnyBroken(answer) ? Exit.SOMETHING : Exit.DONE;
    }
}
