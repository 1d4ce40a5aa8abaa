package io.homeostat.cli.command;

import io.homeostat.cli.client.AgentClient;
import io.homeostat.model.Node;
import java.io.IOException;

/**
 * Whoever works in two terminals will one day be in the wrong one: every command that changes something says first which
 * environment it acts on, and a protected one wants its name typed.
 */
final class Consent {

    private static final String OPTION = "--yes-really";

    private Consent() {}

    /**
     * The agent, once it is clear that this is the one that is meant.
     *
     * @param action what is about to be done: {@code freeze shop}
     */
    static AgentClient to(Call call, String action) throws Failure, IOException {
        AgentClient agent = call.agent();
        Node.Mapping status = agent.get("/api/v1/status");
        String environment = status.text("environment", agent.agent().environment());
        boolean isProtected = status.flag("protected", false);
        String answer = call.value(OPTION);
        if (answer != null && !answer.equals(environment)) {
            throw Failure.of(
                    "this is environment '" + environment + "', not '" + answer + "'; nothing was done",
                    "say --state with the state directory of the one you mean");
        }
        if (!call.json()) {
            call.terminal().err().println(action + " in environment " + environment);
        }
        if (isProtected && answer == null) {
            ask(call, environment, action);
        }
        return agent;
    }

    private static void ask(Call call, String environment, String action) throws Failure, IOException {
        if (!call.terminal().answered()) {
            throw Failure.wrongUse(
                    "environment '" + environment + "' is protected and nobody is here to be asked; nothing was done",
                    "to " + action + " from a script, add " + OPTION + " " + environment);
        }
        String typed = call.terminal().ask("This environment is protected. Its name, to go on: ");
        if (!environment.equals(typed)) {
            throw Failure.of("that is not its name; nothing was done", "");
        }
    }
}
