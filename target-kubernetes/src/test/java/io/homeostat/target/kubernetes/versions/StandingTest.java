package io.homeostat.target.kubernetes.versions;

import static org.assertj.core.api.Assertions.assertThat;

import io.homeostat.converge.Traffic.Split;
import io.homeostat.model.Node;
import io.homeostat.model.Rollout.Match;
import io.homeostat.target.kubernetes.objects.Annotations;
import io.homeostat.target.kubernetes.versions.Standing.Phase;
import io.homeostat.target.kubernetes.versions.Standing.Side;
import java.util.List;
import java.util.Objects;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class StandingTest {

    private static Standing of(Split split, Phase phase) {
        return new Standing("old", split, phase);
    }

    private static Node.Mapping annotated(String text) {
        return Node.Mapping.EMPTY.with(
                "metadata", Node.Mapping.EMPTY.with("annotations", Node.Mapping.EMPTY.with(Annotations.SPLIT, text)));
    }

    @Test
    void whatIsWrittenOnADeploymentIsReadAgain() {
        Match header = new Match(false, "x-test", "yes");
        for (Phase phase : Phase.values()) {
            Standing standing = of(new Split(50, 20, true, List.of(header), header), phase);
            assertThat(Standing.of(annotated(standing.text()))).isEqualTo(standing);
        }
        assertThat(Standing.of(Node.Mapping.EMPTY)).isNull();
    }

    @Test
    void whatSomebodyScribbledLetsNothingNewIn() {
        for (String text : List.of("", "{", "[]", "{\"phase\": \"soon\"}")) {
            Standing standing = Objects.requireNonNull(Standing.of(annotated(text)));
            assertThat(standing.carries(Side.CANARY, "new")).as(text).isFalse();
            assertThat(standing.carries(Side.OWN, "old")).as(text).isTrue();
        }
    }

    @Test
    void theCanaryHasItsWeightTheBaselineAsMuchAndTheStableVersionTheRest() {
        Standing standing = of(new Split(50, 20, true, List.of(), null), Phase.SPLIT);
        assertThat(standing.share(Side.CANARY)).hasValue(20);
        assertThat(standing.share(Side.BASELINE)).hasValue(20);
        assertThat(standing.share(Side.OWN)).hasValue(60);

        Standing most = of(new Split(50, 80, true, List.of(), null), Phase.SPLIT);
        assertThat(most.share(Side.BASELINE)).as("as far as there is as much").hasValue(20);
        assertThat(most.share(Side.OWN)).hasValue(0);
    }

    @Test
    void withoutAWeightTheCanaryGetsNothingAndWithAllOfItTheOthersDo() {
        Standing none = of(new Split(50, 0), Phase.SPLIT);
        assertThat(none.carries(Side.CANARY, "new")).isFalse();
        assertThat(none.carries(Side.OWN, "old")).isTrue();
        assertThat(none.share(Side.CANARY)).isEqualTo(OptionalInt.empty());

        Standing all = of(new Split(100, 100), Phase.SPLIT);
        assertThat(all.carries(Side.CANARY, "new")).isTrue();
        assertThat(all.carries(Side.OWN, "old")).isFalse();

        Standing asked = of(new Split(50, 0, false, List.of(new Match(false, "x-test", "yes")), null), Phase.SPLIT);
        assertThat(asked.carries(Side.CANARY, "new")).as("those who ask for it").isTrue();
        assertThat(asked.share(Side.CANARY)).hasValue(0);
    }

    @Test
    void whileTheNewVersionComesInItsCanaryHelps() {
        Standing half = of(new Split(50, 50), Phase.REPLACING);
        assertThat(half.carries(Side.CANARY, "new")).isTrue();
        assertThat(half.carries(Side.OWN, "old")).isTrue();
        assertThat(half.share(Side.CANARY)).isEmpty();

        Standing all = of(new Split(100, 100), Phase.REPLACING);
        assertThat(all.carries(Side.OWN, "old")).as("nobody goes back").isFalse();
        assertThat(all.carries(Side.OWN, "newest")).isTrue();
        assertThat(all.carries(Side.CANARY, "new")).isTrue();
    }

    @Test
    void whatLeavesHasNoTraffic() {
        Standing leaving = of(new Split(100, 100), Phase.LEAVING);
        assertThat(leaving.carries(Side.CANARY, "new")).isFalse();
        assertThat(leaving.carries(Side.BASELINE, "old-baseline")).isFalse();
        assertThat(leaving.carries(Side.OWN, "old")).isTrue();
    }
}
