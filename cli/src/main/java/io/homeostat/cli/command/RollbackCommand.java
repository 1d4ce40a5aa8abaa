package io.homeostat.cli.command;

import java.io.IOException;

/** Back to an earlier revision. */
public final class RollbackCommand implements Command {

    @Override
    public void describe(Usage usage) {
        usage.summary("go back to the last good revision, or to a given one")
                .required(Changing.APPLICATION, "application", "The application to roll back.")
                .option("--to", "REVISION", "An earlier revision (default: the last good one before the current).")
                .changes()
                .paragraph(
                        "What Git says now is quarantined, so that it does not come back by itself: the next other commit, or "
                                + "homeostat release, ends that.")
                .example("homeostat rollback shop", "To the last good revision.")
                .example("homeostat rollback shop --to 3f2a1b9", "To a given one; homeostat history lists them.");
    }

    @Override
    public int run(Call call) throws Failure, IOException {
        String application = call.argument(Changing.APPLICATION);
        return Changing.post(
                call,
                "roll back " + application,
                "/api/v1/rollback",
                "application",
                application,
                "revision",
                call.value("--to"));
    }
}
