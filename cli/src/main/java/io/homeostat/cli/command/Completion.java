package io.homeostat.cli.command;

import io.homeostat.cli.command.Usage.Argument;
import io.homeostat.cli.command.Usage.Option;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Scripts that complete a command line, made from how the commands say they are called. Names of applications are asked of
 * the agent at the moment they are wanted; when there is none, nothing is offered.
 */
final class Completion {

    private static final String APPLICATIONS = "homeostat status --names 2>/dev/null";

    private Completion() {}

    static List<String> bash(List<Usage> commands) {
        List<String> script = new ArrayList<>();
        script.add("# bash completion for homeostat; use: eval \"$(homeostat completion bash)\"");
        script.add("_homeostat() {");
        script.add("  local word=\"${COMP_WORDS[COMP_CWORD]}\" previous=\"${COMP_WORDS[COMP_CWORD-1]}\" words= kind=");
        script.add("  local command=\"${COMP_WORDS[1]}\"");
        script.add("  COMPREPLY=()");
        script.add("  if [ \"$COMP_CWORD\" -eq 1 ]; then");
        script.add("    COMPREPLY=($(compgen -W '" + String.join(" ", firstWords(commands)) + "' -- \"$word\"))");
        script.add("    return");
        script.add("  fi");
        script.add("  case \"$command $previous\" in");
        for (Usage usage : commands) {
            for (Option option : usage.options()) {
                if (!option.values().isEmpty()) {
                    script.add("    " + patterns(usage, option) + ") COMPREPLY=($(compgen -W '"
                            + String.join(" ", option.values()) + "' -- \"$word\")); return ;;");
                } else if (option.label().equals("DIR")) {
                    script.add(
                            "    " + patterns(usage, option) + ") COMPREPLY=($(compgen -d -- \"$word\")); return ;;");
                }
            }
        }
        script.add("  esac");
        script.add("  case \"$command\" in");
        for (String first : firstWords(commands)) {
            List<Usage> same = commands.stream()
                    .filter(usage -> firstWord(usage).equals(first))
                    .toList();
            script.add("    " + first + ") words='" + words(same) + "' kind='" + kind(same) + "' ;;");
        }
        script.add("  esac");
        script.add("  case \"$word:$kind\" in");
        script.add("    -*) ;;");
        script.add("    *:directory) COMPREPLY=($(compgen -d -- \"$word\")); return ;;");
        script.add("    *:application) words=\"$(" + APPLICATIONS + ")\" ;;");
        script.add("    *:?*) words=\"$kind\" ;;");
        script.add("  esac");
        script.add("  COMPREPLY=($(compgen -W \"$words\" -- \"$word\"))");
        script.add("}");
        script.add("complete -F _homeostat homeostat ./homeostat");
        return script;
    }

    private static String patterns(Usage usage, Option option) {
        return option.names().stream()
                .map(name -> "'" + firstWord(usage) + " " + name + "'")
                .collect(Collectors.joining("|"));
    }

    private static String words(List<Usage> usages) {
        Set<String> words = new LinkedHashSet<>();
        for (Usage usage : usages) {
            if (usage.name().contains(" ")) {
                words.add(usage.name().substring(usage.name().indexOf(' ') + 1));
            }
            usage.options().forEach(option -> words.add(option.name()));
        }
        return String.join(" ", words);
    }

    private static String kind(List<Usage> usages) {
        return usages.stream()
                .flatMap(usage -> usage.arguments().stream())
                .map(Argument::kind)
                .findFirst()
                .orElse("");
    }

    static List<String> zsh(List<Usage> commands) {
        List<String> script = new ArrayList<>();
        script.add("#compdef homeostat");
        script.add("_homeostat() {");
        script.add("  local -a commands");
        script.add("  if (( CURRENT == 2 )); then");
        script.add("    commands=(");
        for (String first : firstWords(commands)) {
            script.add("      " + quoted(first + ":" + summary(commands, first)));
        }
        script.add("    )");
        script.add("    _describe command commands");
        script.add("    return");
        script.add("  fi");
        script.add("  local command=$words[2]");
        script.add("  shift words; (( CURRENT-- ))");
        script.add("  case $command in");
        for (String first : firstWords(commands)) {
            script.add("    " + first + ") _arguments \\");
            for (Usage usage : commands) {
                if (firstWord(usage).equals(first)) {
                    usage.options().forEach(option -> script.add("      " + zsh(option) + " \\"));
                    usage.arguments().forEach(argument -> script.add("      " + zsh(argument) + " \\"));
                    if (usage.name().contains(" ")) {
                        script.add("      " + quoted("1:action:(" + usage.name().substring(first.length() + 1) + ")")
                                + " \\");
                    }
                }
            }
            script.add("      ;;");
        }
        script.add("  esac");
        script.add("}");
        script.add("_homeostat_applications() {");
        script.add("  local -a names; names=(${(f)\"$(" + APPLICATIONS + ")\"}); compadd -a names");
        script.add("}");
        script.add(
                "if [ \"$funcstack[1]\" = _homeostat ]; then _homeostat \"$@\"; else compdef _homeostat homeostat; fi");
        return script;
    }

    private static String zsh(Option option) {
        String text = "[" + option.text().replace("[", "(").replace("]", ")").replace(":", "\\:") + "]";
        String value = option.isSwitch()
                ? ""
                : ":" + option.name().substring(2) + ":"
                        + (option.values().isEmpty()
                                ? option.label().equals("DIR") ? "_files -/" : ""
                                : "(" + String.join(" ", option.values()) + ")");
        return quoted(option.name() + text + value);
    }

    private static String zsh(Argument argument) {
        String action = switch (argument.kind()) {
            case "directory" -> "_files -/";
            case "application" -> "_homeostat_applications";
            default -> argument.kind().isEmpty() ? "" : "(" + argument.kind() + ")";
        };
        return quoted("*:" + argument.label().toLowerCase(Locale.ROOT) + ":" + action);
    }

    static List<String> fish(List<Usage> commands) {
        List<String> script = new ArrayList<>();
        script.add("# fish completion for homeostat");
        script.add("complete -c homeostat -f");
        for (String first : firstWords(commands)) {
            script.add("complete -c homeostat -n __fish_use_subcommand -a " + first + " -d "
                    + quoted(summary(commands, first)));
        }
        for (Usage usage : commands) {
            String when = "complete -c homeostat -n '__fish_seen_subcommand_from " + firstWord(usage) + "'";
            if (usage.name().contains(" ")) {
                script.add(when + " -a " + usage.name().substring(usage.name().indexOf(' ') + 1));
            }
            for (Option option : usage.options()) {
                script.add(when + fish(option) + " -d " + quoted(option.text()));
            }
            for (Argument argument : usage.arguments()) {
                String values = switch (argument.kind()) {
                    case "directory" -> "(__fish_complete_directories)";
                    case "application" -> "(" + APPLICATIONS + ")";
                    default -> argument.kind();
                };
                if (!values.isEmpty()) {
                    script.add(when + " -a '" + values + "'");
                }
            }
        }
        return script;
    }

    private static String fish(Option option) {
        StringBuilder text = new StringBuilder();
        for (String name : option.names()) {
            text.append(name.startsWith("--") ? " -l " + name.substring(2) : " -s " + name.substring(1));
        }
        if (option.label().equals("DIR")) {
            text.append(" -r -a '(__fish_complete_directories)'");
        } else if (!option.isSwitch()) {
            text.append(" -x -a ").append(quoted(String.join(" ", option.values())));
        }
        return text.toString();
    }

    private static String firstWord(Usage usage) {
        int space = usage.name().indexOf(' ');
        return space < 0 ? usage.name() : usage.name().substring(0, space);
    }

    private static Set<String> firstWords(List<Usage> commands) {
        Set<String> words = new LinkedHashSet<>();
        commands.forEach(usage -> words.add(firstWord(usage)));
        return words;
    }

    private static String summary(List<Usage> commands, String first) {
        return commands.stream()
                .filter(usage -> firstWord(usage).equals(first))
                .map(Usage::summary)
                .collect(Collectors.joining("; "));
    }

    private static String quoted(String text) {
        return "'" + text.replace("'", "'\\''") + "'";
    }
}
