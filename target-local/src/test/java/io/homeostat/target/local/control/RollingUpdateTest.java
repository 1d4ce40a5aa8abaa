package io.homeostat.target.local.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.homeostat.target.local.control.Member.Phase;
import io.homeostat.target.local.control.RollingUpdate.Action;
import io.homeostat.target.local.control.RollingUpdate.Spec;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RollingUpdateTest {

    private static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");

    static Member ready(String name, String digest) {
        return new Member(name, digest, 1, NOW.minusSeconds(60), false, Phase.RUNNING, NOW.minusSeconds(50), null);
    }

    static Member starting(String name, String digest) {
        return new Member(name, digest, 1, NOW.minusSeconds(1), false, Phase.RUNNING, null, null);
    }

    static Member crashing(String name, String digest) {
        return new Member(
                name, digest, 1, NOW.minusSeconds(30), false, Phase.RUNNING, NOW.minusSeconds(1), NOW.plusSeconds(9));
    }

    static Member leaving(Member member) {
        return new Member(
                member.name(),
                member.digest(),
                member.ordinal(),
                member.createdAt(),
                true,
                member.phase(),
                member.readySince(),
                null);
    }

    private static Spec spec(int replicas, String surge, String unavailable) {
        return Spec.rolling(replicas, "new", surge, unavailable, 0, false);
    }

    private static List<String> act(Spec spec, Member... members) {
        List<String> actions = new ArrayList<>();
        for (Action action : RollingUpdate.decide(spec, List.of(members), NOW).actions()) {
            actions.add(
                    switch (action) {
                        case Action.Create create -> "+" + create.digest();
                        case Action.Stop stop -> "-" + stop.name();
                    });
        }
        return actions;
    }

    @ParameterizedTest
    @CsvSource({
        "1, 25%, 25%, 1, 0",
        "4, 25%, 25%, 1, 1",
        "5, 25%, 25%, 2, 1",
        "10, 30%, 30%, 3, 3",
        "3, 0, 0, 0, 1",
        "3, 0%, 10%, 0, 1",
        "0, 25%, 25%, 0, 1",
        "3, 2, 1, 2, 1",
        "3, 100%, 0, 3, 0"
    })
    void percentagesAreRoundedAsKubernetesDoes(int replicas, String surge, String unavailable, int above, int below) {
        Spec spec = spec(replicas, surge, unavailable);
        assertThat(spec.maxSurge()).isEqualTo(above);
        assertThat(spec.maxUnavailable()).isEqualTo(below);
    }

    @Test
    void whatIsMissingIsCreated() {
        assertThat(act(spec(3, "25%", "25%"))).containsExactly("+new", "+new", "+new");
    }

    @Test
    void nothingHappensWhenAllIsThere() {
        assertThat(act(spec(2, "1", "0"), ready("a", "new"), ready("b", "new"))).isEmpty();
    }

    @Test
    void aNewOneComesBeforeAnOldOneGoes() {
        assertThat(act(spec(2, "1", "0"), ready("a", "old"), ready("b", "old"))).containsExactly("+new");
        assertThat(act(spec(2, "1", "0"), ready("a", "old"), ready("b", "old"), starting("c", "new")))
                .isEmpty();
        assertThat(act(spec(2, "1", "0"), ready("a", "old"), ready("b", "old"), ready("c", "new")))
                .containsExactly("-a");
    }

    @Test
    void withoutSurgeAnOldOneGoesFirst() {
        assertThat(act(spec(2, "0", "1"), ready("a", "old"), ready("b", "old"))).containsExactly("-a");
        assertThat(act(spec(2, "0", "1"), ready("b", "old"))).containsExactly("+new");
    }

    @Test
    void aCrashLoopNeverPushesAReadyOldOneOut() {
        assertThat(act(spec(1, "1", "0"), ready("a", "old"), crashing("b", "new")))
                .isEmpty();
    }

    @Test
    void brokenOldOnesMakeRoomOnceNewOnesAreThere() {
        assertThat(act(spec(1, "0", "1"), starting("a", "old"))).containsExactly("-a");
        assertThat(act(spec(1, "1", "0"), starting("a", "old"), starting("b", "new")))
                .isEmpty();
        assertThat(act(spec(1, "1", "0"), starting("a", "old"), ready("b", "new")))
                .containsExactly("-a");
    }

    @Test
    void scalingDownTakesThoseThatAreLeastUseful() {
        assertThat(act(spec(1, "1", "0"), ready("a", "new"), starting("b", "new")))
                .containsExactly("-b");
    }

    @Test
    void recreateWaitsUntilTheLastOldOneIsGone() {
        Spec recreate = new Spec(2, "new", 0, 2, 0, true, false);
        assertThat(act(recreate, ready("a", "old"), ready("b", "old"))).containsExactly("-a", "-b");
        assertThat(act(recreate, leaving(ready("a", "old")))).isEmpty();
        assertThat(act(recreate)).containsExactly("+new", "+new");
    }

    @Test
    void pausedKeepsVersionsAndNumbers() {
        Spec paused = Spec.rolling(2, "new", "1", "0", 0, true);
        assertThat(act(paused, ready("a", "old"), ready("b", "old"))).isEmpty();
        assertThat(act(paused, ready("a", "old"))).containsExactly("+old");
        assertThat(act(paused)).containsExactly("+new", "+new");
    }

    @Test
    void itAsksAgainWhenMinReadySecondsHavePassed() {
        Spec spec = Spec.rolling(1, "new", "1", "0", 60, false);
        RollingUpdate.Decision decision =
                RollingUpdate.decide(spec, List.of(ready("a", "old"), ready("b", "new")), NOW);
        assertThat(decision.actions()).isEmpty();
        assertThat(decision.wakeAt()).isEqualTo(NOW.plusSeconds(10));
    }
}
