package io.homeostat.cli.command;

import java.io.IOException;

/** The plan of one application. */
public final class DiffCommand implements Command {

    @Override
    public void describe(Usage usage) {
        usage.summary("what one application is, against what Git says")
                .required(Changing.APPLICATION, "application", "The application to look at.")
                .option("--revision", "REVISION", "Against another revision instead of what Git says now.")
                .agent()
                .paragraph(
                        "The same view as plan, of one application. Exit code 0 when nothing differs, 2 when something does, "
                                + "1 when what is written is invalid.")
                .example("homeostat diff shop", "Field by field.")
                .example("homeostat diff shop --revision HEAD~1", "Against the commit before.");
    }

    @Override
    public int run(Call call) throws Failure, IOException {
        return PlanCommand.show(
                call,
                call.agent()
                        .get(
                                "/api/v1/plan",
                                "application",
                                call.argument(Changing.APPLICATION),
                                "revision",
                                call.value("--revision")));
    }
}
