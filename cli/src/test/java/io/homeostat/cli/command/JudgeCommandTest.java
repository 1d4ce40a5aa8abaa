package io.homeostat.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.homeostat.cli.Checkout;
import io.homeostat.cli.Typed;
import io.homeostat.model.Json;
import io.homeostat.model.Node;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JudgeCommandTest {

    private static final Path EXAMPLES = Checkout.root().resolve("examples/judge");

    @TempDir
    Path directory;

    @Test
    void aWorseCanaryIsShownWithItsNumbers() {
        Typed typed = Typed.piped("judge", EXAMPLES.resolve("tenfold.csv").toString());

        assertThat(typed).isEqualTo(new Typed(1, """
                        fail: worse than the baseline: errors (after 6 s)

                          METRIC  STABLE        CANARY       RATIO  BETWEEN        E-VALUE      DECISION
                          errors  32 of 21,270  51 of 2,412  14.1×  6.51 and 26.1  1e26 of 100  worse

                          evidence against the canary  ▁▂▅█████████████████████████████████████████████████████████  █ decides
                        """, ""));
    }

    @Test
    void tooLittleEvidenceIsSaidWithHowMuchMoreWouldDo() throws Exception {
        List<String> all = Files.readAllLines(EXAMPLES.resolve("equal.csv"));
        Path part = Files.write(directory.resolve("part.csv"), all.subList(0, 150));
        Typed typed = Typed.piped("judge", part.toString());

        assertThat(typed.exit()).isEqualTo(2);
        assertThat(typed.out())
                .startsWith("inconclusive: too little evidence: errors\n")
                .contains("times the traffic so far would show it to be");
    }

    @Test
    void jsonHasEveryNumber() throws Exception {
        Typed typed = Typed.piped("judge", EXAMPLES.resolve("counts.json").toString(), "--alpha", "0.05", "-o", "json");

        assertThat(typed.exit()).isEqualTo(1);
        Node.Mapping answer = (Node.Mapping) Json.read(typed.out());
        assertThat(answer.text("verdict")).isEqualTo("fail");
        Node.Mapping errors = (Node.Mapping) answer.sequence("findings").getFirst();
        assertThat(errors.get("pValue")).hasToString("0.0455796318");
        assertThat(errors.mapping("interval").get("upper")).hasToString("2.70338972");
    }

    @Test
    void aGoodCanaryEndsWithZero() throws Exception {
        Path file = Files.writeString(
                directory.resolve("good.csv"), "time,arm,requests,errors\n0,stable,90000,9\n0,canary,90000,8\n");

        assertThat(Typed.piped("judge", file.toString()))
                .satisfies(typed -> assertThat(typed.exit()).isZero())
                .satisfies(typed -> assertThat(typed.out()).startsWith("pass: within tolerance: errors"));
    }

    @Test
    void wrongUseIsSaid() {
        String file = EXAMPLES.resolve("equal.csv").toString();

        assertThat(Typed.piped("judge", file, "--alpha", "2").err())
                .contains("'--alpha' is '2'", "a number above 0.0, below 1.0");
        assertThat(Typed.piped("judge", file, "--alpha", "2").exit()).isEqualTo(64);
        assertThat(Typed.piped("judge", "nowhere.csv").err()).contains("nowhere.csv does not exist");
        assertThat(Typed.piped("judge", Checkout.root().resolve("pom.xml").toString())
                        .err())
                .contains("is no column", "nothing was judged");
    }
}
