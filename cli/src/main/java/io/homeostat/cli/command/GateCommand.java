package io.homeostat.cli.command;

import io.homeostat.gate.Gate;

/** The data plane. The agent starts it; the launcher runs it under its own flags. */
public final class GateCommand implements Command {

    @Override
    public void describe(Usage usage) {
        usage.summary("run the gate: the process that Services' connections go through")
                .option("--dir", "DIR", "Its directory: configuration, control socket, pid.")
                .option(
                        "--mount",
                        "DIR",
                        "In a pod: where the agent's Secret is mounted, which says what to serve and whom to obey.")
                .paragraph(
                        "The agent starts one and keeps it running; it balances connections over the instances that are ready, "
                                + "from its configuration on disk, with or without the agent. To be called by hand only to look at one.")
                .example("homeostat gate --dir /tmp/gate", "A gate in the foreground, with nothing to serve yet.");
    }

    @Override
    public int run(Call call) throws Failure {
        String mount = call.value("--mount");
        String directory = Changing.required(call, "--dir");
        Gate.main(
                mount == null
                        ? new String[] {"--dir", directory}
                        : new String[] {"--dir", directory, "--mount", mount});
        return Exit.DONE;
    }
}
