package io.homeostat.cli.command;

import io.homeostat.cli.client.AgentClient;
import io.homeostat.cli.client.AgentException;
import io.homeostat.cli.terminal.Paint;
import io.homeostat.cli.terminal.Terminal;
import io.homeostat.model.Json;
import io.homeostat.model.Node;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One call of a command: what was typed, and where.
 *
 * @param variables the environment variables
 * @param clock for "3 min ago"
 */
public record Call(Arguments arguments, Terminal terminal, Map<String, String> variables, InstantSource clock) {

    public boolean has(String option) {
        return arguments.has(option);
    }

    public @Nullable String value(String option) {
        return arguments.value(option);
    }

    /** A declared argument; the empty text when it was not given. */
    public String argument(String label) {
        String given = arguments.argument(label);
        return given == null ? "" : given;
    }

    /** @throws Failure when it is not a number from 0 on */
    public int number(String option, int otherwise) throws Failure {
        String value = arguments.value(option);
        if (value == null) {
            return otherwise;
        }
        try {
            int number = Integer.parseInt(value);
            if (number >= 0) {
                return number;
            }
        } catch (NumberFormatException notOne) {
            // Said below.
        }
        throw Failure.wrongUse("'" + option + "' is a number from 0 on, not '" + value + "'", "");
    }

    /**
     * 0 when it was not given.
     *
     * @throws Failure when it is not a whole number from 0 to 100
     */
    public int percent(String option) throws Failure {
        int percent = number(option, 0);
        if (percent > 100) {
            throw Failure.wrongUse("'" + option + "' is a percentage from 0 to 100, not '" + percent + "'", "");
        }
        return percent;
    }

    public boolean json() {
        return "json".equals(arguments.value("--output"));
    }

    public Paint paint() {
        return terminal.paint();
    }

    /** {@code --state}, else $HOMEOSTAT_STATE, else homeostat's directory below $XDG_STATE_HOME or ~/.local/state. */
    public Path state() {
        return state(arguments.value("--state"), variables);
    }

    static Path state(@Nullable String option, Map<String, String> variables) {
        if (option != null) {
            return Path.of(option).toAbsolutePath().normalize();
        }
        String own = variables.getOrDefault("HOMEOSTAT_STATE", "");
        if (!own.isEmpty()) {
            return Path.of(own).toAbsolutePath().normalize();
        }
        String xdg = variables.getOrDefault("XDG_STATE_HOME", "");
        return (xdg.startsWith("/") ? Path.of(xdg) : Path.of(System.getProperty("user.home"), ".local", "state"))
                .resolve("homeostat");
    }

    public AgentClient agent() throws AgentException {
        return AgentClient.of(state());
    }

    /** The answer as JSON, indented. */
    public void print(Node answer) {
        terminal.line(Json.pretty(answer).stripTrailing());
        terminal.flush();
    }

    public void print(List<String> lines) {
        terminal.lines(lines);
    }

    /** JSON when that is asked for, otherwise the lines. */
    public void print(Node answer, List<String> lines) {
        if (json()) {
            print(answer);
        } else {
            print(lines);
        }
    }
}
