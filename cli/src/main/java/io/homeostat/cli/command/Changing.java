package io.homeostat.cli.command;

import io.homeostat.cli.client.AgentClient;
import io.homeostat.model.Node;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the commands that ask the agent to change something have in common: name the environment, ask, say the answer. */
final class Changing {

    static final String APPLICATION = "APPLICATION";

    private Changing() {}

    /** @param body names and values by turns; a null value leaves the field out */
    static int post(Call call, String action, String path, @Nullable String... body) throws Failure, IOException {
        AgentClient agent = Consent.to(call, action);
        Node.Mapping answer = agent.post(path, body);
        call.print(answer, List.of(answer.text("message", "done")));
        return Exit.DONE;
    }

    static String required(Call call, String option) throws Failure {
        String value = call.value(option);
        if (value == null || value.isBlank()) {
            throw Failure.wrongUse("'" + option + "' is missing", "see --help for an example");
        }
        return value;
    }
}
