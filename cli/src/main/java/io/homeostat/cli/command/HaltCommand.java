package io.homeostat.cli.command;

import java.io.IOException;

/** The lever that stops all chaos. */
public final class HaltCommand implements Command {

    @Override
    public void describe(Usage usage) {
        usage.summary("stop all chaos at once, and let nothing begin")
                .option("--reason", "TEXT", "Why; everybody sees it.")
                .changes()
                .paragraph(
                        "Whatever runs is undone. It stays so, across restarts of the agent, until homeostat resume.")
                .example("homeostat halt --reason 'we have an incident'", "No experiment from now on.");
    }

    @Override
    public int run(Call call) throws Failure, IOException {
        return Changing.post(
                call,
                "halt",
                "/api/v1/halt",
                "reason",
                call.value("--reason"),
                "by",
                call.variables().getOrDefault("USER", "somebody"));
    }
}
