package io.homeostat.cli.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class ArgumentsTest {

    private static Arguments parse(String... words) throws Failure {
        Command command = new Command() {
            @Override
            public void describe(Usage usage) {
                usage.summary("cook something")
                        .required("DISH", "", "What to cook.")
                        .optional("SIDE", "", "What with.")
                        .option("-f, --fast", "Hurry.")
                        .option("-p, --pepper", "Hot.")
                        .option("-n, --guests", "N", "For how many.")
                        .option("--cook", "WHO", "Who cooks.")
                        .output();
            }

            @Override
            public int run(Call call) {
                return Exit.DONE;
            }
        };
        return Arguments.parse(Usage.of("cook", command), List.of(words));
    }

    @Test
    void takesAValueInEveryUsualForm() throws Failure {
        assertThat(parse("soup", "--guests", "4").value("--guests")).isEqualTo("4");
        assertThat(parse("soup", "--guests=4").value("--guests")).isEqualTo("4");
        assertThat(parse("soup", "-n", "4").value("--guests")).isEqualTo("4");
        assertThat(parse("-n4", "soup").value("--guests")).isEqualTo("4");
        assertThat(parse("soup", "--cook=").value("--cook")).isEmpty();
        assertThat(parse("soup", "--cook", "--fast").value("--cook")).isEqualTo("--fast");
        assertThat(parse("soup").value("--guests")).isNull();
    }

    @Test
    void takesSwitchesAloneAndTogether() throws Failure {
        assertThat(parse("soup", "-f").has("--fast")).isTrue();
        assertThat(parse("soup", "-fp").has("--pepper")).isTrue();
        assertThat(parse("soup", "-fpn4").value("--guests")).isEqualTo("4");
        assertThat(parse("soup").has("--fast")).isFalse();
    }

    @Test
    void takesWordsInOrderAlsoBetweenOptions() throws Failure {
        Arguments arguments = parse("soup", "-f", "bread");

        assertThat(arguments.argument("DISH")).isEqualTo("soup");
        assertThat(arguments.argument("SIDE")).isEqualTo("bread");
        assertThat(parse("soup").argument("SIDE")).isNull();
    }

    @Test
    void afterTwoDashesNothingIsAnOption() throws Failure {
        Arguments arguments = parse("--", "-f", "--guests");

        assertThat(arguments.argument("DISH")).isEqualTo("-f");
        assertThat(arguments.argument("SIDE")).isEqualTo("--guests");
        assertThat(arguments.has("--fast")).isFalse();
    }

    @Test
    void aLoneDashIsAWord() throws Failure {
        assertThat(parse("-").argument("DISH")).isEqualTo("-");
    }

    @Test
    void whatMakesNoSenseIsWrongUseAndSaysHowItIsDone() {
        assertWrong("there is no option '--gests'; did you mean '--guests'?", "soup", "--gests", "4");
        assertWrong("there is no option '-x'", "soup", "-x");
        assertWrong("'--guests' needs a value: N", "soup", "--guests");
        assertWrong("'-n' needs a value: N", "soup", "-n");
        assertWrong("'--fast' takes no value", "soup", "--fast=yes");
        assertWrong("'--guests' is given twice", "soup", "-n4", "--guests", "5");
        assertWrong("'--output' is one of text|json, not 'jsn'; did you mean 'json'?", "soup", "-o", "jsn");
        assertWrong("DISH is missing: What to cook.");
        assertWrong("'salad' is one word too many", "soup", "bread", "salad");
    }

    @Test
    void helpIsGivenEvenWhenSomethingIsMissing() throws Failure {
        assertThat(parse("-h").has("--help")).isTrue();
    }

    private static void assertWrong(String message, String... words) {
        assertThatThrownBy(() -> parse(words)).isInstanceOfSatisfying(Failure.class, failure -> {
            assertThat(failure.message()).startsWith(message);
            assertThat(failure.exit()).isEqualTo(64);
            assertThat(failure.suggestion())
                    .startsWith("homeostat cook DISH [SIDE]")
                    .endsWith("homeostat cook --help");
        });
    }
}
