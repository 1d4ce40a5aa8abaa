package io.homeostat.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.homeostat.cli.command.Usage;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class MainTest {

    static List<String> names() {
        return Commands.names();
    }

    @ParameterizedTest
    @MethodSource("names")
    void everyCommandHelpsWithAnExampleThatMakesSense(String name) throws Exception {
        Usage usage = Commands.usages().stream()
                .filter(each -> each.name().equals(name))
                .findFirst()
                .orElseThrow();
        String help = Typed.piped((name + " --help").split(" ")).out();

        assertThat(usage.summary()).isNotBlank();
        assertThat(usage.examples()).isNotEmpty();
        assertThat(help).contains(usage.summary(), usage.synopsis());
        assertThat(help.lines()).allSatisfy(line -> assertThat(line.length()).isLessThan(110));
        for (Usage.Example example : usage.examples()) {
            assertThat(help).contains(example.call());
            assertThat(Examples.parse(example.call()).name()).isEqualTo(name);
        }
    }

    @Test
    void withoutAWordItShowsWhatThereIs() {
        Typed typed = Typed.piped();

        assertThat(typed.exit()).isEqualTo(64);
        assertThat(typed.out()).contains("homeostat COMMAND [options]").contains(names());
        assertThat(Typed.piped("help")).isEqualTo(new Typed(0, typed.out(), ""));
        assertThat(Typed.piped("help", "why")).isEqualTo(Typed.piped("why", "--help"));
    }

    @Test
    void aWordThatIsNoCommandIsWrongUse() {
        assertThat(Typed.piped("stauts"))
                .isEqualTo(
                        new Typed(
                                64,
                                "",
                                "homeostat: there is no command 'stauts'; did you mean 'status'?\n  homeostat help lists them\n"));
        assertThat(Typed.piped("journal").err()).contains("'journal' needs a second word");
        assertThat(Typed.piped("experiment", "rnu", "x").err())
                .contains("there is no command 'experiment rnu'; did you mean 'experiment run'?");
        assertThat(Typed.piped("coverage", "sugest").err()).contains("did you mean 'coverage suggest'?");
        assertThat(Typed.piped("battle", "x").err()).contains("did you mean 'experiment battle'?");
        assertThat(Typed.piped("--state", "x", "status").err()).contains("stands before the command");
        assertThat(Typed.piped("why").exit()).isEqualTo(64);
    }

    @Test
    void aShareIsAPercentageBeforeAnythingIsDone() {
        for (List<String> command : List.of(List.of("coverage"), List.of("test", "."))) {
            List<String> words = new ArrayList<>(command);
            words.addAll(List.of("--min", "101"));
            Typed typed = Typed.piped(words.toArray(String[]::new));
            assertThat(typed.exit()).isEqualTo(64);
            assertThat(typed.err()).contains("'--min' is a percentage from 0 to 100, not '101'");
        }
    }

    @Test
    void versionIsShort() {
        assertThat(Typed.piped("version").out()).matches("homeostat \\S+ \\(Java 25\\S*\\)\n");
        assertThat(Typed.piped("--version")).isEqualTo(Typed.piped("version"));
    }
}
