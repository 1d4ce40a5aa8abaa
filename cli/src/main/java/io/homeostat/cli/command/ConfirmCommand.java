package io.homeostat.cli.command;

import java.io.IOException;

/** Lets a held plan go. */
public final class ConfirmCommand implements Command {

    @Override
    public void describe(Usage usage) {
        usage.summary("let a plan go that is held")
                .required(Changing.APPLICATION, "application", "The application whose plan is held.")
                .changes()
                .paragraph(
                        "A plan that deletes more than prune.maxDeletedPercent, or everything, waits for a person. Look at it with homeostat plan first; the confirmation is for exactly that plan.")
                .paragraph(
                        "A revision that waits for an earlier environment (Environment.spec.after) comes before its turn: a fix, while that environment cannot show that it works. The confirmation is for exactly that revision.")
                .example("homeostat confirm shop", "Lets the held plan of shop go.");
    }

    @Override
    public int run(Call call) throws Failure, IOException {
        String application = call.argument(Changing.APPLICATION);
        return Changing.post(call, "confirm " + application, "/api/v1/confirm", "application", application);
    }
}
