package io.homeostat.target.local.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.homeostat.model.CronSchedule;
import io.homeostat.target.local.control.CronRun.Action;
import io.homeostat.target.local.control.CronRun.Concurrency;
import io.homeostat.target.local.control.CronRun.Run;
import io.homeostat.target.local.control.CronRun.Spec;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class CronRunTest {

    private static final Instant NOON = Instant.parse("2026-11-21T12:00:00Z");

    private static Spec hourly(Concurrency concurrency, @Nullable Duration deadline, boolean suspend) {
        CronSchedule schedule = Objects.requireNonNull(CronSchedule.parse("0 * * * *"));
        return new Spec(schedule, ZoneId.of("UTC"), concurrency, deadline, suspend, 2, 1);
    }

    private static Spec hourly() {
        return hourly(Concurrency.ALLOW, null, false);
    }

    @Test
    void itStartsOnTimeAndOnce() {
        CronRun.Decision early = CronRun.decide(hourly(), NOON.minusSeconds(600), List.of(), NOON.minusSeconds(1));
        assertThat(early.actions()).isEmpty();
        assertThat(early.wakeAt()).isEqualTo(NOON);
        CronRun.Decision due = CronRun.decide(hourly(), NOON.minusSeconds(600), List.of(), NOON);
        assertThat(due.actions()).containsExactly(new Action.Start(NOON));
        assertThat(CronRun.decide(hourly(), due.lastSchedule(), List.of(), NOON.plusSeconds(1))
                        .actions())
                .isEmpty();
    }

    @Test
    void ofSeveralMissedTimesTheLatestIsMadeUpFor() {
        CronRun.Decision decision =
                CronRun.decide(hourly(), NOON.minus(Duration.ofHours(5)), List.of(), NOON.plusSeconds(90));
        assertThat(decision.actions()).containsExactly(new Action.Start(NOON));
        assertThat(decision.lastSchedule()).isEqualTo(NOON);
    }

    @Test
    void whatIsTooLateIsLeftOut() {
        Spec strict = hourly(Concurrency.ALLOW, Duration.ofSeconds(60), false);
        assertThat(CronRun.decide(strict, NOON.minusSeconds(600), List.of(), NOON.plusSeconds(90))
                        .actions())
                .isEmpty();
        assertThat(CronRun.decide(strict, NOON.minusSeconds(600), List.of(), NOON.plusSeconds(30))
                        .actions())
                .hasSize(1);
    }

    @Test
    void aClockThatJumpedStartsNothing() {
        CronRun.Decision decision =
                CronRun.decide(hourly(), NOON.minus(Duration.ofDays(30)), List.of(), NOON.plusSeconds(1));
        assertThat(decision.actions()).isEmpty();
        assertThat(decision.note()).contains("startingDeadlineSeconds");
        assertThat(decision.lastSchedule()).isEqualTo(NOON.plusSeconds(1));
    }

    @Test
    void forbidWaitsForTheRunningOneAndReplaceEndsIt() {
        List<Run> running = List.of(new Run("c-1", NOON.minusSeconds(3600), null));
        Instant last = NOON.minusSeconds(3600);
        CronRun.Decision forbid = CronRun.decide(hourly(Concurrency.FORBID, null, false), last, running, NOON);
        assertThat(forbid.actions()).isEmpty();
        assertThat(forbid.lastSchedule()).isEqualTo(last);
        assertThat(CronRun.decide(hourly(Concurrency.REPLACE, null, false), last, running, NOON)
                        .actions())
                .containsExactly(new Action.Delete("c-1", "replaced by the next run"), new Action.Start(NOON));
    }

    @Test
    void theHistoryIsLimited() {
        List<Run> runs = List.of(
                new Run("c-1", NOON.minusSeconds(4), JobRun.Outcome.COMPLETE),
                new Run("c-2", NOON.minusSeconds(3), JobRun.Outcome.COMPLETE),
                new Run("c-3", NOON.minusSeconds(2), JobRun.Outcome.COMPLETE),
                new Run("c-4", NOON.minusSeconds(6), JobRun.Outcome.FAILED),
                new Run("c-5", NOON.minusSeconds(5), JobRun.Outcome.FAILED));
        List<Action> actions = CronRun.decide(hourly(Concurrency.ALLOW, null, true), NOON, runs, NOON)
                .actions();
        assertThat(actions)
                .extracting(action -> action instanceof Action.Delete delete ? delete.name() : "start")
                .containsExactly("c-1", "c-4");
    }

    @Test
    void suspendedNothingStarts() {
        CronRun.Decision decision =
                CronRun.decide(hourly(Concurrency.ALLOW, null, true), NOON.minusSeconds(1), List.of(), NOON);
        assertThat(decision.actions()).isEmpty();
        assertThat(decision.wakeAt()).isNull();
    }
}
