package io.homeostat.cli.command;

import io.homeostat.cli.show.ExperimentText;
import io.homeostat.model.Node;
import java.io.IOException;

/** One experiment and its runs. */
public final class ExperimentShowCommand implements Command {

    @Override
    public void describe(Usage usage) {
        usage.summary("one experiment: its runs, and what happened in them")
                .required("NAME", "", "The experiment.")
                .agent()
                .example("homeostat experiment show web-survives-a-kill", "Its runs, newest first.");
    }

    @Override
    public int run(Call call) throws Failure, IOException {
        Node.Mapping answer = call.agent().get("/api/v1/experiments", "name", call.argument("NAME"));
        call.print(
                answer, ExperimentText.show(answer, call.paint(), call.clock().instant()));
        return Exit.DONE;
    }
}
