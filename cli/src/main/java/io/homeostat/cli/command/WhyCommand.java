package io.homeostat.cli.command;

import io.homeostat.cli.show.WhyText;
import io.homeostat.model.Node;
import java.io.IOException;

/** Why something is not what Git says. */
public final class WhyCommand implements Command {

    @Override
    public void describe(Usage usage) {
        usage.summary("why is this not what Git says?")
                .required("NAME", "application", "An application or an object: shop, Deployment/web.")
                .agent()
                .paragraph(
                        "Answers in one screen: what is the matter, since when and in which file, what every guard says, "
                                + "the exit codes and last words of what fails, and what to try.")
                .example("homeostat why shop", "Why the application is not what Git says, or that it is.")
                .example("homeostat why Deployment/web", "The same for one object.");
    }

    @Override
    public int run(Call call) throws Failure, IOException {
        Node.Mapping why = call.agent().get("/api/v1/why", "name", call.argument("NAME"));
        call.print(why, WhyText.lines(why, call.paint()));
        return Exit.DONE;
    }
}
