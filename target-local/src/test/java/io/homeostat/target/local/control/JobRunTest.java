package io.homeostat.target.local.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.homeostat.target.local.control.JobRun.Action;
import io.homeostat.target.local.control.JobRun.Outcome;
import io.homeostat.target.local.control.JobRun.Spec;
import io.homeostat.target.local.control.JobRun.State;
import io.homeostat.target.local.control.Member.Phase;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class JobRunTest {

    private static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");
    private static int names;

    private static Member member(Phase phase) {
        return new Member("j-" + names++, "d", 1, NOW, false, phase, null, null);
    }

    private static Spec spec(int parallelism, @Nullable Integer completions, int backoffLimit) {
        return new Spec(parallelism, completions, backoffLimit, null, null, false);
    }

    private static JobRun.Decision decide(Spec spec, Member... members) {
        return JobRun.decide(spec, State.NEW, List.of(members), 0, null, NOW);
    }

    @Test
    void asManyAtATimeAsParallelismSaysAndNoMoreThanAreNeeded() {
        assertThat(decide(spec(2, 3, 6)).actions()).hasSize(2);
        assertThat(decide(spec(2, 3, 6), member(Phase.RUNNING)).actions()).hasSize(1);
        assertThat(decide(spec(2, 3, 6), member(Phase.SUCCEEDED), member(Phase.SUCCEEDED), member(Phase.RUNNING))
                        .actions())
                .isEmpty();
    }

    @Test
    void itIsCompleteWhenEnoughHaveSucceeded() {
        JobRun.Decision decision = decide(spec(1, 1, 6), member(Phase.SUCCEEDED));
        assertThat(decision.state().outcome()).isEqualTo(Outcome.COMPLETE);
        assertThat(decision.state().finishedAt()).isEqualTo(NOW);
    }

    @Test
    void withoutCompletionsOneSuccessEndsTheStarting() {
        assertThat(decide(spec(2, null, 6), member(Phase.SUCCEEDED), member(Phase.RUNNING))
                        .actions())
                .isEmpty();
        assertThat(decide(spec(2, null, 6), member(Phase.SUCCEEDED), member(Phase.SUCCEEDED))
                        .state()
                        .outcome())
                .isEqualTo(Outcome.COMPLETE);
    }

    @Test
    void tooManyFailuresEndItAndEverythingOfIt() {
        Member running = member(Phase.RUNNING);
        JobRun.Decision decision = decide(spec(2, 2, 1), member(Phase.FAILED), member(Phase.FAILED), running);
        assertThat(decision.state().outcome()).isEqualTo(Outcome.FAILED);
        assertThat(decision.state().reason()).isEqualTo("BackoffLimitExceeded");
        assertThat(decision.actions()).containsExactly(new Action.Stop(running.name(), "the job has ended"));
    }

    @Test
    void aFailureMakesTheNextStartWait() {
        JobRun.Decision decision =
                JobRun.decide(spec(1, 1, 6), State.NEW, List.of(member(Phase.FAILED)), 0, NOW.minusSeconds(4), NOW);
        assertThat(decision.actions()).isEmpty();
        assertThat(decision.wakeAt()).isEqualTo(NOW.plusSeconds(6));
        assertThat(JobRun.wait(3)).isEqualTo(Duration.ofSeconds(40));
        assertThat(JobRun.wait(20)).isEqualTo(Duration.ofMinutes(6));
    }

    @Test
    void itsTimeIsLimited() {
        Spec limited = new Spec(1, 1, 6, Duration.ofSeconds(30), null, false);
        State started = new State(NOW.minusSeconds(30), null, null, "", "", 0, 0);
        JobRun.Decision decision = JobRun.decide(limited, started, List.of(member(Phase.RUNNING)), 0, null, NOW);
        assertThat(decision.state().reason()).isEqualTo("DeadlineExceeded");
        assertThat(decision.actions()).hasSize(1);
    }

    @Test
    void whatHasEndedNeverStartsAgainAndIsClearedAfterItsTime() {
        Spec brief = new Spec(1, 1, 6, null, Duration.ofSeconds(60), false);
        State ended = new State(NOW, NOW, Outcome.COMPLETE, "", "", 1, 0);
        assertThat(JobRun.decide(brief, ended, List.of(), 0, null, NOW.plusSeconds(59)))
                .isEqualTo(new JobRun.Decision(ended, List.of(), NOW.plusSeconds(60)));
        assertThat(JobRun.decide(brief, ended, List.of(), 0, null, NOW.plusSeconds(60))
                        .actions())
                .containsExactly(new Action.CleanUp());
    }

    @Test
    void suspendedNothingRuns() {
        Spec suspended = new Spec(1, 1, 6, null, null, true);
        assertThat(JobRun.decide(suspended, State.NEW, List.of(member(Phase.RUNNING)), 0, null, NOW)
                        .actions())
                .hasSize(1);
        assertThat(decide(suspended).actions()).isEmpty();
    }
}
