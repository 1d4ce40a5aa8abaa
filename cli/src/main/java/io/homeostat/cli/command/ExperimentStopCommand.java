package io.homeostat.cli.command;

import java.io.IOException;

/** Ends an experiment that runs. */
public final class ExperimentStopCommand implements Command {

    @Override
    public void describe(Usage usage) {
        usage.summary("stop an experiment that runs, and undo what it did")
                .required("NAME", "", "The experiment, or the id of one run.")
                .changes()
                .example("homeostat experiment stop web-survives-a-kill", "Undone within a second.");
    }

    @Override
    public int run(Call call) throws Failure, IOException {
        String name = call.argument("NAME");
        return Changing.post(
                call,
                "experiment stop " + name,
                "/api/v1/experiment",
                "action",
                "stop",
                "name",
                name,
                "by",
                call.variables().getOrDefault("USER", "somebody"));
    }
}
