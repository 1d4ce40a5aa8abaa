package io.homeostat.cli.command;

import io.homeostat.cli.client.AgentClient;
import io.homeostat.model.Node;
import java.io.IOException;
import java.util.List;

/** How the step of a person went. */
public final class ExperimentAnswerCommand implements Command {

    private static final String NAME = "NAME";

    @Override
    public void describe(Usage usage) {
        usage.summary("say how the step of a person went")
                .required(NAME, "", "The experiment that asks, or its run.")
                .option("--not-done", "It could not be done; the run then shows nothing.")
                .option("--note", "TEXT", "What there is to say about it; it stands in the journal.")
                .changes()
                .example("homeostat experiment answer game-day --note 'phones are off'", "It was done.");
    }

    @Override
    public int run(Call call) throws Failure, IOException {
        String name = call.argument(NAME);
        AgentClient agent = Consent.to(call, "experiment answer " + name);
        String note = call.value("--note");
        Node.Mapping answer = agent.post(
                "/api/v1/experiment",
                Node.Mapping.EMPTY
                        .with("action", "answer")
                        .with("name", name)
                        .with("done", Node.Bool.of(!call.has("--not-done")))
                        .with("note", note == null ? "" : note)
                        .with("by", call.variables().getOrDefault("USER", "somebody")));
        call.print(answer, List.of(answer.text("message", "done")));
        return Exit.DONE;
    }
}
