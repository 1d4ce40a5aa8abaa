package io.homeostat.cli.command;

import io.homeostat.cli.client.AgentClient;
import io.homeostat.cli.show.AdoptText;
import io.homeostat.model.Node;
import java.io.IOException;
import java.util.List;

/** Takes over objects that exist already. */
public final class AdoptCommand implements Command {

    @Override
    public void describe(Usage usage) {
        usage.summary("take over objects that exist already; shows first what that would change")
                .required(Changing.APPLICATION, "application", "The application that declares them.")
                .option("--apply", "Do it: without this nothing is changed.")
                .changes()
                .paragraph(
                        "What is declared and exists without being ours is listed with who wrote it and what would change. On"
                                + " one machine homeostat makes everything itself, and there is nothing to adopt.")
                .paragraph("Exit code 0 when there is nothing to adopt or it was done, 2 when there is something.")
                .example("homeostat adopt shop", "What would be taken over, from whom, and what would change.")
                .example("homeostat adopt shop --apply", "Take it over.");
    }

    @Override
    public int run(Call call) throws Failure, IOException {
        String application = call.argument(Changing.APPLICATION);
        if (!call.has("--apply")) {
            Node.Mapping found = call.agent().get("/api/v1/adopt", "application", application);
            call.print(found, AdoptText.lines(found, call.paint()));
            return found.sequence("objects").isEmpty() ? Exit.DONE : Exit.SOMETHING;
        }
        AgentClient agent = Consent.to(call, "adopt what exists of " + application);
        Node.Mapping answer = agent.post("/api/v1/adopt", "application", application);
        call.print(answer, List.of(answer.text("message", "done")));
        return Exit.DONE;
    }
}
