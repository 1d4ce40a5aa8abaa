package io.homeostat.target.local.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.homeostat.converge.Health;
import io.homeostat.converge.Kstatus;
import io.homeostat.converge.Target;
import io.homeostat.model.Node;
import io.homeostat.model.ObjectKey;
import io.homeostat.target.local.control.Member.Phase;
import io.homeostat.target.local.control.RollingUpdate.Spec;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Back-off, progress and the status that follows from them. */
class DecisionsTest {

    private static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");

    @ParameterizedTest
    @CsvSource({"0, 0", "1, 0", "2, 10", "3, 20", "4, 40", "5, 80", "6, 160", "7, 300", "30, 300"})
    void theFirstCrashRestartsAtOnceTheOthersWaitTwiceAsLongEachTime(int streak, int seconds) {
        assertThat(CrashBackoff.delay(streak)).isEqualTo(Duration.ofSeconds(seconds));
    }

    @Test
    void tenGoodMinutesForgiveEverything() {
        CrashBackoff crashed = CrashBackoff.NONE;
        for (int i = 0; i < 5; i++) {
            crashed = crashed.ended(Duration.ofSeconds(1), NOW);
        }
        assertThat(crashed.streak()).isEqualTo(5);
        assertThat(crashed.ended(Duration.ofMinutes(10), NOW)).isEqualTo(new CrashBackoff(1, NOW));
    }

    @Test
    void aSingleKillRaisesNoDoubtAndACrashDoes() {
        CrashBackoff once = CrashBackoff.NONE.ended(Duration.ofSeconds(2), NOW);
        assertThat(once.doubtedUntil(NOW, Duration.ofSeconds(2), true)).isNull();
        assertThat(once.doubtedUntil(NOW, Duration.ofSeconds(20), false)).isNull();
        assertThat(once.doubtedUntil(NOW, Duration.ofSeconds(2), false)).isEqualTo(NOW.plusSeconds(10));
        CrashBackoff often = new CrashBackoff(4, NOW);
        assertThat(often.doubtedUntil(NOW, Duration.ofSeconds(2), true)).isEqualTo(NOW.plusSeconds(40));
    }

    private static Member member(String digest, @Nullable Instant readySince, @Nullable Instant doubt) {
        return new Member("x-" + digest, digest, 1, NOW, false, Phase.RUNNING, readySince, doubt);
    }

    private static Health health(Spec spec, List<Member> members, Rollout rollout, Instant now) {
        Node.Mapping status = DeploymentStatus.of("web", spec, 60, members, rollout, null, now)
                .status();
        Node.Mapping content = Node.Mapping.EMPTY.with("spec", Node.Mapping.EMPTY.with("replicas", spec.replicas()));
        return Kstatus.of(new Target.Live(
                new ObjectKey("apps", "Deployment", "default", "web"), "", "", "", "", content, status, List.of()));
    }

    @Test
    void aCrashLoopNeverMovesTheDeadline() {
        Spec spec = Spec.rolling(1, "new", "1", "0", 0, false);
        Member old = member("old", NOW.minusSeconds(100), null);
        Rollout rollout = Rollout.observe(null, spec, List.of(old), NOW);
        Instant now = NOW;
        for (int i = 0; i < 30; i++) {
            now = now.plusSeconds(1);
            Member flickering = member("new", i % 2 == 0 ? now : null, now.plusSeconds(10));
            rollout = Rollout.observe(rollout, spec, List.of(old, flickering), now);
        }
        assertThat(rollout.lastProgress()).isEqualTo(NOW.plusSeconds(1));
        assertThat(rollout.complete()).isFalse();
        List<Member> members = List.of(old, member("new", null, null));
        assertThat(health(spec, members, rollout, NOW.plusSeconds(60)).status()).isEqualTo(Health.Status.PROGRESSING);
        assertThat(health(spec, members, rollout, NOW.plusSeconds(61)).status()).isEqualTo(Health.Status.DEGRADED);
    }

    @Test
    void theDeadlineSurvivesARestartOfTheAgent() {
        Spec spec = Spec.rolling(2, "new", "1", "0", 0, false);
        Rollout rollout = Rollout.observe(null, spec, List.of(), NOW);
        assertThat(Rollout.from(rollout.asNode())).isEqualTo(rollout);
        assertThat(Rollout.observe(Rollout.from(rollout.asNode()), spec, List.of(), NOW.plusSeconds(30)))
                .isEqualTo(rollout);
    }

    @Test
    void itIsHealthyOnceEveryNewInstanceIsAvailableAndNoOldOneIsLeft() {
        Spec spec = Spec.rolling(1, "new", "1", "0", 0, false);
        Member old = member("old", NOW.minusSeconds(9), null);
        Member fresh = member("new", NOW, null);
        Rollout rollout = Rollout.observe(null, spec, List.of(old), NOW);
        assertThat(health(spec, List.of(old), rollout, NOW).status()).isEqualTo(Health.Status.PROGRESSING);
        assertThat(health(spec, List.of(old, fresh), rollout, NOW).status()).isEqualTo(Health.Status.PROGRESSING);
        rollout = Rollout.observe(rollout, spec, List.of(fresh), NOW);
        assertThat(rollout.complete()).isTrue();
        assertThat(health(spec, List.of(fresh), rollout, NOW).status()).isEqualTo(Health.Status.HEALTHY);
    }

    @Test
    void anotherVersionIsAnotherRolloutWithItsOwnTime() {
        Spec first = Spec.rolling(1, "a", "1", "0", 0, false);
        Rollout one = Rollout.observe(null, first, List.of(member("a", NOW, null)), NOW);
        Rollout two = Rollout.observe(one, Spec.rolling(1, "b", "1", "0", 0, false), List.of(), NOW.plusSeconds(9));
        assertThat(one.complete()).isTrue();
        assertThat(two.complete()).isFalse();
        assertThat(two.revision()).isEqualTo(2);
        assertThat(two.startedAt()).isEqualTo(NOW.plusSeconds(9));
    }
}
