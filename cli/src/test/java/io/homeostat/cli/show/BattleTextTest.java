package io.homeostat.cli.show;

import static org.assertj.core.api.Assertions.assertThat;

import io.homeostat.model.Json;
import io.homeostat.model.Node;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/** Which of two is worse, from what the journal says of both. */
class BattleTextTest {

    private static BattleText.Side side(String verdict, String more) throws IOException {
        return new BattleText.Side(
                "here", "0123", (Node.Mapping) Json.read("{\"verdict\": \"" + verdict + "\"" + more + "}"));
    }

    private static BattleText.Side breaks(String axis, String at) throws IOException {
        return side(
                "held",
                ", \"perimeter\": {\"axis\": \"" + axis + "\", \"unit\": \"u\""
                        + (at.isEmpty() ? "" : ", \"breaks\": " + at) + "}");
    }

    private static String check(String name, int held, int broken) {
        return "{\"name\": \"" + name + "\", \"looks\": " + (held + broken) + ", \"held\": " + held + ", \"broken\": "
                + broken + "}";
    }

    private static BattleText.Side broken(String... checks) throws IOException {
        return side("broken", ", \"checks\": [" + String.join(", ", checks) + "]");
    }

    private static String outcome(BattleText.Side a, BattleText.Side b) {
        return BattleText.compare(a, b, 30).text("outcome", "");
    }

    @Test
    void whatBreaksAtLessIsWorseExceptWhereLessIsHarder() throws Exception {
        assertThat(outcome(breaks("latency", "400"), breaks("latency", "100"))).isEqualTo(BattleText.WORSE);
        assertThat(outcome(breaks("latency", "100"), breaks("latency", "400"))).isEqualTo(BattleText.SAME);
        assertThat(outcome(breaks("latency", "400"), breaks("latency", "390"))).isEqualTo(BattleText.SAME);
        assertThat(outcome(breaks("bandwidth", "1000"), breaks("bandwidth", "9000")))
                .isEqualTo(BattleText.WORSE);
        assertThat(outcome(breaks("bandwidth", "9000"), breaks("bandwidth", "1000")))
                .isEqualTo(BattleText.SAME);
    }

    @Test
    void whatNothingBreaksWithstandsMore() throws Exception {
        assertThat(outcome(breaks("latency", ""), breaks("latency", "100"))).isEqualTo(BattleText.WORSE);
        assertThat(outcome(breaks("latency", "100"), breaks("latency", ""))).isEqualTo(BattleText.SAME);
        assertThat(outcome(breaks("latency", ""), breaks("latency", ""))).isEqualTo(BattleText.SAME);
    }

    @Test
    void breakingAnotherPromiseIsWorseAlthoughBothBreakOne() throws Exception {
        BattleText.Side one = broken(check("web", 3, 1), check("api", 4, 0));
        assertThat(outcome(one, broken(check("web", 3, 1), check("api", 3, 1)))).isEqualTo(BattleText.WORSE);
        assertThat(outcome(one, broken(check("web", 1, 3), check("api", 4, 0)))).isEqualTo(BattleText.SAME);
        assertThat(outcome(
                        broken(check("web", 3, 1), check("api", 0, 0)), broken(check("web", 4, 0), check("api", 3, 1))))
                .as("A never looked at it")
                .isEqualTo(BattleText.SAME);
    }

    @Test
    void whatMeasuresMoreIsWorse() throws Exception {
        String measured = ", \"checks\": [{\"name\": \"web\", \"unit\": \"ms\", \"during\": ";
        assertThat(outcome(side("held", measured + "10}]"), side("held", measured + "14}]")))
                .isEqualTo(BattleText.WORSE);
        assertThat(outcome(side("held", measured + "14}]"), side("held", measured + "10}]")))
                .isEqualTo(BattleText.SAME);
    }
}
