package io.homeostat.cli;

import io.homeostat.cli.command.Arguments;
import io.homeostat.cli.command.Failure;
import io.homeostat.cli.command.Usage;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Calls as they are written in help and docs. */
final class Examples {

    private static final Pattern WORD = Pattern.compile("'([^']*)'|\"([^\"]*)\"|(\\S+)");

    private Examples() {}

    /** The command of a call, whose words it understands. @throws Failure when it does not */
    static Usage parse(String call) throws Failure {
        String bare = call.replaceFirst("^eval \"\\$\\((.*)\\)\"$", "$1").replaceFirst(" [>|&].*$", "");
        List<String> words = new ArrayList<>();
        Matcher word = WORD.matcher(bare);
        while (word.find()) {
            words.add(Arrays.asList(word.group(1), word.group(2), word.group(3)).stream()
                    .filter(group -> group != null)
                    .findFirst()
                    .orElseThrow());
        }
        if (!List.of("homeostat", "./homeostat").contains(words.removeFirst())) {
            throw new IllegalArgumentException("not a call of homeostat: " + call);
        }
        // As Main does: two words that are a command come before one.
        List<Usage> longestFirst = Commands.usages().stream()
                .sorted(Comparator.comparingInt(usage -> -usage.name().length()))
                .toList();
        for (Usage usage : longestFirst) {
            List<String> name = List.of(usage.name().split(" "));
            if (words.size() >= name.size() && words.subList(0, name.size()).equals(name)) {
                Arguments.parse(usage, words.subList(name.size(), words.size()));
                return usage;
            }
        }
        throw new IllegalArgumentException("no such command: " + call);
    }
}
