package io.homeostat.deliver.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import io.homeostat.converge.Traffic.Arm;
import io.homeostat.converge.Traffic.Arms;
import io.homeostat.converge.Traffic.Split;
import io.homeostat.converge.Traffic.Tally;
import io.homeostat.deliver.judge.Finding;
import io.homeostat.deliver.judge.Verdict;
import io.homeostat.model.Node;
import io.homeostat.model.Rollout.Judging;
import io.homeostat.model.Rollout.Otherwise;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** From counters that grow to what the judge is shown. */
class TrialTest {

    private static final Judging JUDGING = new Judging(
            0.01,
            1,
            1.5,
            0.001,
            0.99,
            1.1,
            1.5,
            Duration.ZERO,
            100,
            Duration.ZERO,
            Duration.ZERO,
            true,
            Duration.ZERO,
            Otherwise.PROMOTE,
            Otherwise.PROMOTE);

    private Instant now = Instant.parse("2026-11-02T10:00:00Z");
    private String run = "first";
    private long requests;
    private long failed;
    private Trial trial = new Trial(JUDGING, Account.NONE);

    /** Ten times as many requests to the stable version, none of which fails. */
    private Arms arms() {
        return new Arms(
                new Arm("old", 2, 2, 0, tally(requests * 10, 0), List.of()),
                new Arm("new", 1, 1, 0, tally(requests, failed), List.of()),
                null,
                new Split(5, 9),
                true);
    }

    private Tally tally(long count, long bad) {
        return new Tally(run, count, bad, new TreeMap<>(Map.of(1000L, count - bad)));
    }

    private void look(int stage, boolean compared) {
        now = now.plusMillis(250);
        trial.see(arms(), stage, compared, now);
    }

    private void more(long count, long bad) {
        requests += count;
        failed += bad;
    }

    private double errorsSeen() {
        Verdict whole = trial.whole();
        return whole == null ? 0 : whole.findings().getFirst().canaryValue();
    }

    @Test
    void whatWasThereBeforeDoesNotCount() {
        more(1000, 500);
        look(0, true);
        assertThat(trial.whole()).isNull();

        more(100, 0);
        look(0, true);
        assertThat(errorsSeen()).isZero();
    }

    @Test
    void nothingCountsWhileOnlyOneVersionHasTraffic() {
        look(0, true);
        more(100, 100);
        look(0, false);
        more(100, 1);
        look(0, true);

        assertThat(errorsSeen()).isEqualTo(1);
    }

    @Test
    void whereThereIsABaselineTheRestOfTheStableVersionSaysNothing() {
        for (int i = 0; i < 2; i++) {
            more(100L * i, 5L * i);
            Arms all = arms();
            Arm like = new Arm("old", 1, 1, 0, tally(requests, failed), List.of());
            now = now.plusMillis(250);
            trial.see(new Arms(all.stable(), all.canary(), like, all.split(), true), 0, true, now);
        }

        Finding errors = Objects.requireNonNull(trial.whole()).findings().getFirst();
        assertThat(errors.baselineSeen()).isEqualTo(100);
        assertThat(errors.baselineValue()).isEqualTo(5);
    }

    @Test
    void aGateThatBeganAgainTakesNothingBack() {
        look(0, true);
        more(100, 3);
        look(0, true);
        run = "second";
        requests = 50;
        failed = 2;
        look(0, true);

        assertThat(errorsSeen()).isEqualTo(5);
    }

    @Test
    void aFewErrorsOfOneAgentAndAFewOfTheNextDecideTogether() {
        look(0, true);
        more(100, 2);
        look(0, true);
        assertThat(trial.whole()).isNotInstanceOf(Verdict.Fail.class);

        Account known = new Account(List.of(), Node.Mapping.EMPTY, trial.errors(), trial.crashes(), Map.of());
        trial = new Trial(JUDGING, known);
        look(0, true);
        more(100, 2);
        look(0, true);
        assertThat(trial.whole()).isInstanceOf(Verdict.Fail.class);
    }

    @Test
    void eachStageProvesItselfAnew() {
        look(0, true);
        for (int i = 0; i < 100; i++) {
            more(1000, 0);
            look(0, true);
        }
        assertThat(trial.ofStage()).isInstanceOf(Verdict.Pass.class);

        more(50, 0);
        look(1, true);
        assertThat(trial.ofStage()).isNotInstanceOf(Verdict.Pass.class);
        assertThat(trial.whole()).isInstanceOf(Verdict.Pass.class);
    }

    private static Arms pair(long stable, long stableFailed, long canary, long canaryFailed) {
        return new Arms(
                new Arm("old", 2, 2, 0, new Tally("run", stable, stableFailed, new TreeMap<>()), List.of()),
                new Arm("new", 1, 1, 0, new Tally("run", canary, canaryFailed, new TreeMap<>()), List.of()),
                null,
                new Split(5, 5),
                true);
    }

    @Test
    void oneOfSeveralThatFailsSpeaksAgainstAll() {
        for (long i = 0; i < 40; i++) {
            now = now.plusMillis(250);
            trial.see(Map.of("web", pair(i * 950, 0, i * 50, 0), "api", pair(i * 95, 0, i * 5, i * 2)), 0, true, now);
        }

        assertThat(trial.whole()).isInstanceOf(Verdict.Fail.class);
    }

    /** Added up, the canaries would have 55 % of the failures and 34 % of the requests. */
    @Test
    void oneThatAlwaysFailsAndOneThatNeverDoesAreEachComparedWithTheirOwn() {
        for (long i = 0; i < 400; i++) {
            now = now.plusMillis(250);
            trial.see(
                    Map.of("bad", pair(i * 50, i * 10, i * 60, i * 12), "good", pair(i * 90, 0, i * 10, 0)),
                    0,
                    true,
                    now);
        }

        assertThat(trial.whole()).isNotNull().isNotInstanceOf(Verdict.Fail.class);
    }
}
