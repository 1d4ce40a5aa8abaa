package io.homeostat.cli.command;

import java.io.IOException;

/** Ends a freeze. */
public final class UnfreezeCommand implements Command {

    @Override
    public void describe(Usage usage) {
        usage.summary("end a freeze before its time")
                .required(Changing.APPLICATION, "application", "The frozen application.")
                .changes()
                .paragraph("What waited goes on at once.")
                .example("homeostat unfreeze shop", "Commits to shop are applied again.");
    }

    @Override
    public int run(Call call) throws Failure, IOException {
        String application = call.argument(Changing.APPLICATION);
        return Changing.post(call, "unfreeze " + application, "/api/v1/unfreeze", "application", application);
    }
}
