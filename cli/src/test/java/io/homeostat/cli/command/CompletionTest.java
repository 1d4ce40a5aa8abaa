package io.homeostat.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.homeostat.cli.Commands;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a shell offers, asked of the shell. */
class CompletionTest {

    @TempDir
    Path directory;

    @BeforeEach
    void anAgentWithTwoApplications() throws Exception {
        Path homeostat = Files.writeString(
                directory.resolve("homeostat"),
                "#!/bin/sh\n[ \"$*\" = 'status --names' ] && printf 'shop\\nmail\\n'\n");
        assertThat(homeostat.toFile().setExecutable(true)).isTrue();
        Files.createDirectories(directory.resolve("examples"));
    }

    /** Offers for the last word, as bash computes them. */
    private List<String> offers(String... words) throws Exception {
        Path script = Files.write(directory.resolve("completion.bash"), Completion.bash(Commands.usages()));
        StringBuilder line = new StringBuilder("set -u; . ").append(script).append("; COMP_WORDS=(");
        for (String word : words) {
            line.append("'").append(word).append("' ");
        }
        line.append("); COMP_CWORD=")
                .append(words.length - 1)
                .append("; _homeostat; printf '%s\\n' \"${COMPREPLY[@]}\"");
        ProcessBuilder builder = new ProcessBuilder("bash", "-c", line.toString()).directory(directory.toFile());
        builder.environment().merge("PATH", directory.toString(), (path, own) -> own + ":" + path);
        builder.redirectErrorStream(true);
        Process process = builder.start();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
        return out.lines().filter(each -> !each.isEmpty()).toList();
    }

    @Test
    void bashOffersCommands() throws Exception {
        assertThat(offers("homeostat", "")).contains("status", "why", "journal").doesNotContain("verify");
        assertThat(offers("homeostat", "st")).containsExactly("status");
    }

    @Test
    void bashOffersOptionsAndTheirValues() throws Exception {
        assertThat(offers("homeostat", "status", "--w")).containsExactly("--watch");
        assertThat(offers("homeostat", "validate", "-o", "")).containsExactly("text", "json", "sarif");
        assertThat(offers("homeostat", "status", "--output", "j")).containsExactly("json");
        assertThat(offers("homeostat", "journal", "v")).containsExactly("verify");
        assertThat(offers("homeostat", "completion", "")).containsExactly("bash", "zsh", "fish");
    }

    @Test
    void bashAsksTheAgentForItsApplications() throws Exception {
        assertThat(offers("homeostat", "why", "")).containsExactly("shop", "mail");
        assertThat(offers("homeostat", "rollback", "s")).containsExactly("shop");
    }

    @Test
    void bashOffersDirectories() throws Exception {
        assertThat(offers("homeostat", "plan", "ex")).containsExactly("examples");
        assertThat(offers("homeostat", "status", "--state", "ex")).containsExactly("examples");
    }

    @Test
    void everyOptionOfEveryCommandIsInEveryScript() {
        List<Usage> usages = Commands.usages();
        String bash = String.join("\n", Completion.bash(usages));
        String zsh = String.join("\n", Completion.zsh(usages));
        String fish = String.join("\n", Completion.fish(usages));

        for (Usage usage : usages) {
            for (Usage.Option option : usage.options()) {
                assertThat(bash).contains(option.name());
                assertThat(zsh).contains("'" + option.name() + "[");
                assertThat(fish).contains(" -l " + option.name().substring(2));
            }
        }
    }
}
