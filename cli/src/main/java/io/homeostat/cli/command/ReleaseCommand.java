package io.homeostat.cli.command;

import java.io.IOException;

/** Ends a quarantine. */
public final class ReleaseCommand implements Command {

    @Override
    public void describe(Usage usage) {
        usage.summary("end the quarantine of a bad revision")
                .required(Changing.APPLICATION, "application", "The application whose revision is quarantined.")
                .changes()
                .paragraph("What Git says now is tried again, although it failed before: when the cause lay elsewhere.")
                .example("homeostat release shop", "Tries the quarantined revision of shop again.");
    }

    @Override
    public int run(Call call) throws Failure, IOException {
        String application = call.argument(Changing.APPLICATION);
        return Changing.post(call, "release " + application, "/api/v1/release", "application", application);
    }
}
