package io.homeostat.cli.command;

import io.homeostat.cli.command.Usage.Argument;
import io.homeostat.cli.command.Usage.Option;
import io.homeostat.model.Suggestions;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The words of one call, understood: {@code --name VALUE}, {@code --name=VALUE}, {@code -n VALUE}, {@code -nVALUE}, switches
 * together ({@code -fp}), {@code --} before words that only look like options.
 *
 * <p>Ours, because every millisecond before the first line counts here: the libraries for this take as long to load as the
 * rest of a call takes altogether (docs/decisions/0006-command-line.md).
 */
public final class Arguments {

    private final Usage usage;
    private final Map<String, String> values = new HashMap<>();
    private final List<String> words = new ArrayList<>();

    private Arguments(Usage usage) {
        this.usage = usage;
    }

    /** @throws Failure with {@link Exit#WRONG_USE} when the words make no sense */
    public static Arguments parse(Usage usage, List<String> words) throws Failure {
        Arguments arguments = new Arguments(usage);
        Deque<String> rest = new ArrayDeque<>(words);
        while (!rest.isEmpty()) {
            String word = rest.pop();
            if (word.equals("--")) {
                arguments.words.addAll(rest);
                break;
            } else if (word.startsWith("--")) {
                arguments.takeLong(word, rest);
            } else if (word.startsWith("-") && word.length() > 1) {
                arguments.takeShort(word, rest);
            } else {
                arguments.words.add(word);
            }
        }
        if (!arguments.has("--help")) {
            arguments.checkWords();
        }
        return arguments;
    }

    /** True when the option was given. */
    public boolean has(String option) {
        return values.containsKey(declared(option));
    }

    /** Value of an option; null when it was not given. */
    public @Nullable String value(String option) {
        return values.get(declared(option));
    }

    /** The argument with this label; null when it was not given. */
    public @Nullable String argument(String label) {
        List<Argument> declared = usage.arguments();
        for (int i = 0; i < declared.size(); i++) {
            if (declared.get(i).label().equals(label)) {
                return i < words.size() ? words.get(i) : null;
            }
        }
        throw new IllegalArgumentException(usage.name() + " declares no argument " + label);
    }

    private String declared(String option) {
        if (usage.find(option) == null) {
            throw new IllegalArgumentException(usage.name() + " declares no option " + option);
        }
        return option;
    }

    private void takeLong(String word, Deque<String> rest) throws Failure {
        int equals = word.indexOf('=');
        String name = equals < 0 ? word : word.substring(0, equals);
        Option option = option(name);
        if (option.isSwitch()) {
            if (equals >= 0) {
                throw wrong("'" + name + "' takes no value");
            }
            put(option, "");
        } else {
            put(option, equals < 0 ? next(option, name, rest) : word.substring(equals + 1));
        }
    }

    private void takeShort(String word, Deque<String> rest) throws Failure {
        for (int i = 1; i < word.length(); i++) {
            String name = "-" + word.charAt(i);
            Option option = option(name);
            if (!option.isSwitch()) {
                String attached = word.substring(i + 1);
                put(option, attached.isEmpty() ? next(option, name, rest) : attached);
                return;
            }
            put(option, "");
        }
    }

    private Option option(String name) throws Failure {
        Option option = usage.find(name);
        if (option == null) {
            List<String> known = usage.options().stream()
                    .flatMap(each -> each.names().stream())
                    .toList();
            String guess = Suggestions.didYouMean(name, known);
            throw wrong("there is no option '" + name + "'" + (guess == null ? "" : "; " + guess));
        }
        return option;
    }

    private String next(Option option, String name, Deque<String> rest) throws Failure {
        String value = rest.poll();
        if (value == null) {
            throw wrong("'" + name + "' needs a value: " + option.label());
        }
        return value;
    }

    private void put(Option option, String value) throws Failure {
        if (!option.values().isEmpty() && !option.values().contains(value)) {
            String guess = Suggestions.didYouMean(value, option.values());
            throw wrong("'" + option.name() + "' is one of " + option.label() + ", not '" + value + "'"
                    + (guess == null ? "" : "; " + guess));
        }
        if (values.putIfAbsent(option.name(), value) != null && !option.isSwitch()) {
            throw wrong("'" + option.name() + "' is given twice");
        }
    }

    private void checkWords() throws Failure {
        List<Argument> declared = usage.arguments();
        if (words.size() > declared.size()) {
            throw wrong("'" + words.get(declared.size()) + "' is one word too many");
        }
        for (Argument argument : declared.subList(words.size(), declared.size())) {
            if (argument.required()) {
                throw wrong(argument.label() + " is missing: " + argument.text());
            }
        }
    }

    private Failure wrong(String message) {
        return Failure.wrongUse(message, usage.synopsis() + "; more: homeostat " + usage.name() + " --help");
    }
}
