package io.homeostat.cli.command;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a command is called, as data: parsed by {@link Arguments}, shown by {@link Help}, completed by {@link Completion}.
 */
public final class Usage {
    /** What is longer stands in the text, so that the texts of the others have room. */
    private static final int LONGEST_LABEL = 24;

    /**
     * @param names all of them, the short one first
     * @param label of the value; empty for a switch
     * @param values the only values there are; none when any goes
     */
    public record Option(List<String> names, String label, List<String> values, String text) {
        /** The long name, by which a call is asked. */
        public String name() {
            return names.getLast();
        }

        public boolean isSwitch() {
            return label.isEmpty();
        }
    }

    /** @param kind what a shell can complete: {@code file}, {@code directory}, {@code application}; empty: nothing */
    public record Argument(String label, boolean required, String kind, String text) {}

    /** A call that can be copied as it stands, and what it does. */
    public record Example(String call, String text) {}

    private final String name;
    private String summary = "";
    private final List<String> paragraphs = new ArrayList<>();
    private final List<Option> options = new ArrayList<>();
    private final List<Argument> arguments = new ArrayList<>();
    private final List<Example> examples = new ArrayList<>();

    private Usage(String name) {
        this.name = name;
    }

    /** How {@code command} is called under {@code name}, with what every command understands. */
    public static Usage of(String name, Command command) {
        Usage usage = new Usage(name);
        command.describe(usage);
        return usage.option("-h, --help", "Show this help.");
    }

    /** One line, what it is for; no full stop. */
    public Usage summary(String line) {
        summary = line;
        return this;
    }

    public Usage paragraph(String text) {
        paragraphs.add(text);
        return this;
    }

    /**
     * A switch.
     *
     * @param names {@code -f, --follow}
     */
    public Usage option(String names, String text) {
        return option(names, "", text);
    }

    /** @param label what stands for the value: {@code N}, {@code DIR} */
    public Usage option(String names, String label, String text) {
        options.add(new Option(split(names), label, List.of(), text));
        return this;
    }

    /** @param values the only ones there are */
    public Usage choice(String names, List<String> values, String text) {
        String label = String.join("|", values);
        boolean isLong = label.length() > LONGEST_LABEL;
        options.add(new Option(
                split(names),
                isLong ? "WORD" : label,
                values,
                isLong ? text + " One of " + String.join(", ", values) + "." : text));
        return this;
    }

    public Usage required(String label, String kind, String text) {
        arguments.add(new Argument(label, true, kind, text));
        return this;
    }

    public Usage optional(String label, String kind, String text) {
        arguments.add(new Argument(label, false, kind, text));
        return this;
    }

    public Usage example(String call, String text) {
        examples.add(new Example(call, text));
        return this;
    }

    /** {@code -o text|json}. */
    public Usage output() {
        return choice("-o, --output", List.of("text", "json"), "How to write the answer: for people or for programs.");
    }

    /** {@code -o} and where the agent's state is. */
    public Usage agent() {
        return output().option(
                        "--state",
                        "DIR",
                        "State directory of the agent to ask (default: $HOMEOSTAT_STATE, else ~/.local/state/homeostat).");
    }

    /** What every command that changes something understands. */
    public Usage changes() {
        return agent().option(
                        "--yes-really",
                        "ENVIRONMENT",
                        "Answer the question that a protected environment asks; for scripts.");
    }

    public String name() {
        return name;
    }

    public String summary() {
        return summary;
    }

    public List<String> paragraphs() {
        return paragraphs;
    }

    public List<Option> options() {
        return options;
    }

    public List<Argument> arguments() {
        return arguments;
    }

    public List<Example> examples() {
        return examples;
    }

    /** {@code homeostat logs NAME [-f] [options]}. */
    public String synopsis() {
        StringBuilder text = new StringBuilder("homeostat ").append(name);
        for (Argument argument : arguments) {
            text.append(argument.required() ? " " + argument.label() : " [" + argument.label() + "]");
        }
        return text.append(" [options]").toString();
    }

    public @Nullable Option find(String optionName) {
        for (Option option : options) {
            if (option.names().contains(optionName)) {
                return option;
            }
        }
        return null;
    }

    private static List<String> split(String names) {
        return Arrays.stream(names.split(",")).map(String::strip).toList();
    }
}
