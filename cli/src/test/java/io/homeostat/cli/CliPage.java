package io.homeostat.cli;

import io.homeostat.cli.command.Usage;

/** {@code docs/cli.md}, made from how the commands say they are called. */
final class CliPage {

    private CliPage() {}

    static String markdown() {
        StringBuilder page = new StringBuilder("""
                # The commands

                *This page is made from what `homeostat COMMAND --help` says; a test keeps the two in agreement.*

                Common to all:

                - **Exit codes**: `0` done, `1` failed or invalid, `2` there is something (changes, drift, something unhealthy),
                  `64` wrong use.
                - **`-o json`** writes the answer as JSON to standard output, with stable names. Errors go to standard error, with
                  `-o json` as `{"error": …, "suggestion": …}`.
                - **Colours and progress** only on a terminal; `NO_COLOR` is respected.
                - **`--state DIR`** says which agent is meant: the one that keeps its state there. Without it `$HOMEOSTAT_STATE`, else
                  `$XDG_STATE_HOME/homeostat`, else `~/.local/state/homeostat`.
                - Every command that **changes** something names the environment first. On a `protected` one it asks for its name;
                  scripts say `--yes-really ENVIRONMENT`.

                """);
        for (Commands.Group group : Commands.GROUPS) {
            page.append("## ").append(group.heading()).append("\n\n");
            for (Usage usage : Commands.usages()) {
                if (group.names().contains(usage.name())) {
                    command(page, usage);
                }
            }
        }
        return page.toString().stripTrailing() + "\n";
    }

    private static void command(StringBuilder page, Usage usage) {
        page.append("### ").append(usage.name()).append("\n\n");
        page.append(sentence(usage.summary())).append("\n\n");
        page.append("    ").append(usage.synopsis()).append("\n\n");
        usage.paragraphs().forEach(paragraph -> page.append(paragraph).append("\n\n"));
        page.append("| | |\n|---|---|\n");
        for (Usage.Argument argument : usage.arguments()) {
            row(page, argument.label(), argument.text());
        }
        for (Usage.Option option : usage.options()) {
            row(page, (String.join(", ", option.names()) + " " + option.label()).strip(), option.text());
        }
        page.append("\n```sh\n");
        for (Usage.Example example : usage.examples()) {
            page.append("# ")
                    .append(example.text())
                    .append("\n")
                    .append(example.call())
                    .append("\n");
        }
        page.append("```\n\n");
    }

    private static void row(StringBuilder page, String name, String text) {
        page.append("| `").append(name.replace("|", "\\|")).append("` | ");
        page.append(text.replace("|", "\\|")).append(" |\n");
    }

    private static String sentence(String summary) {
        String capital = Character.toUpperCase(summary.charAt(0)) + summary.substring(1);
        return summary.endsWith("?") ? capital : capital + ".";
    }
}
