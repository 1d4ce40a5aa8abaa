package io.homeostat.cli.command;

import java.io.IOException;

/** Experiments may run again. */
public final class ResumeCommand implements Command {

    @Override
    public void describe(Usage usage) {
        usage.summary("let experiments run again after a halt")
                .changes()
                .example("homeostat resume", "What was stopped stays stopped; new runs may begin.");
    }

    @Override
    public int run(Call call) throws Failure, IOException {
        return Changing.post(
                call, "resume", "/api/v1/resume", "by", call.variables().getOrDefault("USER", "somebody"));
    }
}
