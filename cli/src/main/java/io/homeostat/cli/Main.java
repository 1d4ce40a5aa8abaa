package io.homeostat.cli;

import io.homeostat.cli.client.AgentException;
import io.homeostat.cli.command.Arguments;
import io.homeostat.cli.command.Call;
import io.homeostat.cli.command.Command;
import io.homeostat.cli.command.Exit;
import io.homeostat.cli.command.Failure;
import io.homeostat.cli.command.Help;
import io.homeostat.cli.command.Usage;
import io.homeostat.cli.terminal.Paint;
import io.homeostat.cli.terminal.Table;
import io.homeostat.cli.terminal.Terminal;
import io.homeostat.model.Json;
import io.homeostat.model.Node;
import io.homeostat.model.Suggestions;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** {@code homeostat COMMAND …}: finds the command, runs it, turns every outcome into an exit code. */
public final class Main {

    private static final List<String> HELP = List.of("help", "-h", "--help");

    private final Terminal terminal;
    private final Map<String, String> variables;
    private final InstantSource clock;

    Main(Terminal terminal, Map<String, String> variables, InstantSource clock) {
        this.terminal = terminal;
        this.variables = variables;
        this.clock = clock;
    }

    public static void main(String... words) {
        int exit = new Main(Terminal.system(), System.getenv(), InstantSource.system()).run(List.of(words));
        // Not returning: threads of a library must not keep a finished command alive.
        System.exit(exit);
    }

    /** @return one of {@link Exit} */
    int run(List<String> words) {
        boolean json = words.contains("json") || words.contains("-ojson") || words.contains("--output=json");
        try {
            int exit = dispatch(words);
            terminal.flush();
            return exit;
        } catch (Terminal.ClosedException nobodyReads) {
            return Exit.DONE;
        } catch (Failure failure) {
            return say(json, failure.message(), failure.suggestion(), failure.exit());
        } catch (AgentException failure) {
            return say(json, String.valueOf(failure.getMessage()), failure.suggestion(), Exit.FAILED);
        } catch (IOException failure) {
            return say(json, described(failure), "", Exit.FAILED);
        }
    }

    private int dispatch(List<String> words) throws Failure, IOException {
        String first = words.isEmpty() ? "help" : words.getFirst();
        if (HELP.contains(first)) {
            return help(words);
        }
        if (first.equals("-V") || first.equals("--version")) {
            return dispatch(List.of("version"));
        }
        for (int length = Math.min(2, words.size()); length > 0; length--) {
            String name = String.join(" ", words.subList(0, length));
            Command command = Commands.find(name);
            if (command != null) {
                return call(name, command, words.subList(length, words.size()));
            }
        }
        throw unknown(words);
    }

    /** {@code help COMMAND} is {@code COMMAND --help}. */
    private int help(List<String> words) throws Failure, IOException {
        if (words.size() > 1) {
            List<String> asked = new ArrayList<>(words.subList(1, words.size()));
            asked.add("--help");
            return dispatch(asked);
        }
        terminal.lines(overview(terminal.paint()));
        return words.isEmpty() ? Exit.WRONG_USE : Exit.DONE;
    }

    private int call(String name, Command command, List<String> words) throws Failure, IOException {
        Usage usage = Usage.of(name, command);
        if (usage.arguments().isEmpty() && isWord(words, 0)) {
            String longer = name + " " + words.getFirst();
            String guess = Suggestions.didYouMean(longer, Commands.names());
            if (guess != null) {
                throw Failure.wrongUse("there is no command '" + longer + "'; " + guess, "homeostat help lists them");
            }
        }
        Arguments arguments = Arguments.parse(usage, words);
        if (arguments.has("--help")) {
            terminal.lines(Help.lines(usage, terminal.paint()));
            return Exit.DONE;
        }
        return command.run(new Call(arguments, terminal, variables, clock));
    }

    private static Failure unknown(List<String> words) {
        String first = words.getFirst();
        if (first.startsWith("-")) {
            return Failure.wrongUse(
                    "'" + first + "' stands before the command", "options come after it: homeostat status -o json");
        }
        List<String> longer = Commands.names().stream()
                .filter(name -> name.startsWith(first + " "))
                .toList();
        if (longer.isEmpty()) {
            return noCommand(first, Commands.names(), "homeostat help lists them");
        }
        String those = "homeostat " + String.join(", ", longer);
        return isWord(words, 1)
                ? noCommand(first + " " + words.get(1), longer, those)
                : Failure.wrongUse("'" + first + "' needs a second word", those);
    }

    private static boolean isWord(List<String> words, int place) {
        return words.size() > place && !words.get(place).startsWith("-");
    }

    /** A second word by itself is known, too: {@code battle} is {@code experiment battle}. */
    private static Failure noCommand(String written, List<String> known, String suggestion) {
        String guess = known.stream()
                .filter(name -> name.endsWith(" " + written))
                .map(name -> "did you mean '" + name + "'?")
                .findFirst()
                .orElse(Suggestions.didYouMean(written, known));
        return Failure.wrongUse(
                "there is no command '" + written + "'" + (guess == null ? "" : "; " + guess), suggestion);
    }

    /** On standard error, so that what reads standard output never takes it for an answer. */
    private int say(boolean json, String message, String suggestion, int exit) {
        terminal.out().flush();
        if (json) {
            terminal.err()
                    .println(
                            Json.write(Node.Mapping.EMPTY.with("error", message).with("suggestion", suggestion)));
        } else {
            terminal.err().println(terminal.paint().bad("homeostat: ") + message);
            if (!suggestion.isEmpty()) {
                terminal.err().println("  " + suggestion);
            }
        }
        return exit;
    }

    private static String described(IOException failure) {
        String message = failure.getMessage();
        if (message == null || message.isBlank()) {
            return failure.toString();
        }
        // Of these the message is the path alone.
        return switch (failure) {
            case NoSuchFileException _ -> "there is no " + message;
            case AccessDeniedException _ -> message + " may not be read or written by you";
            default -> message;
        };
    }

    static List<String> overview(Paint paint) {
        List<String> lines = new ArrayList<>();
        lines.add(paint.strong("homeostat") + " — declare it in Git; keep it there; prove it holds");
        lines.add("");
        lines.add("  homeostat COMMAND [options]");
        for (Commands.Group group : Commands.GROUPS) {
            lines.add("");
            lines.add(paint.dim(group.heading()));
            Table table = Table.withoutHeading();
            for (Usage usage : Commands.usages()) {
                if (group.names().contains(usage.name())) {
                    table.row(paint.strong(String.format(Locale.ROOT, "%-14s", usage.name())), usage.summary());
                }
            }
            table.lines().forEach(line -> lines.add("  " + line));
        }
        lines.add("");
        lines.add("homeostat COMMAND --help shows how, with an example.");
        lines.add("Exit codes: 0 done, 1 failed or invalid, 2 there is something (changes, unhealthy), 64 wrong use.");
        return lines;
    }
}
