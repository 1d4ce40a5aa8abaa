package io.homeostat.cli.client;

import io.homeostat.model.Json;
import io.homeostat.model.Node;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * {@code STATE/agent.json}: where the agent of a state directory listens. Only its owner can read it, for the token in it.
 *
 * @param pid of the agent that wrote it; it may be gone
 */
public record AgentFile(String url, String token, long pid, String environment) {

    /** @throws AgentException when no agent ever wrote one here */
    public static AgentFile read(Path state) throws AgentException {
        Path file = state.resolve("agent.json");
        try {
            if (!(Json.read(Files.readAllBytes(file)) instanceof Node.Mapping content)) {
                throw new AgentException(file + " is not what an agent writes", "stop the agent and start it again", 0);
            }
            return new AgentFile(
                    content.text("url", ""),
                    content.text("token", ""),
                    content.integer("pid", 0),
                    content.text("environment", ""));
        } catch (NoSuchFileException missing) {
            throw new AgentException("no agent runs on " + state, start(state), 0);
        } catch (AgentException already) {
            throw already;
        } catch (IOException unreadable) {
            throw new AgentException(
                    "cannot read " + file + ": " + unreadable.getMessage(),
                    "run this as the user that started the agent",
                    0);
        }
    }

    /** The command that starts an agent on a state directory. */
    static String start(Path state) {
        return "start one: homeostat agent --source DIRECTORY-OR-URL --state " + state
                + "; or say which one you mean with --state DIR";
    }
}
