package io.homeostat.target.local.control;

import io.homeostat.model.CronSchedule;
import io.homeostat.model.Node;
import io.homeostat.model.Position;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a CronJob does next.
 *
 * <p>Times that passed while nobody was looking are made up for once, by the latest of them, as Kubernetes does; unless it is
 * older than {@code startingDeadlineSeconds}. More than {@link #TOO_MANY} missed times without such a deadline are a clock that
 * jumped rather than work to do: then only the next time counts.
 */
public final class CronRun {

    static final int TOO_MANY = 100;

    private CronRun() {}

    public enum Concurrency {
        ALLOW,
        FORBID,
        REPLACE
    }

    /** @param startingDeadline null: however late */
    public record Spec(
            CronSchedule schedule,
            ZoneId zone,
            Concurrency concurrency,
            @Nullable Duration startingDeadline,
            boolean suspend,
            int successfulHistory,
            int failedHistory) {
        @Nullable
        Instant next(Instant after) {
            ZonedDateTime next = schedule.next(after.atZone(zone));
            return next == null ? null : next.toInstant();
        }
    }

    /** One Job that the CronJob has made. */
    public record Run(String name, Instant scheduledAt, JobRun.@Nullable Outcome outcome) {}

    public sealed interface Action {
        /** Named after its time, so that doing it again makes no second one. */
        record Start(Instant scheduledAt) implements Action {}

        record Delete(String name, String reason) implements Action {}
    }

    /**
     * @param lastSchedule the newest time that has been dealt with
     * @param wakeAt when the next time comes; null: never
     */
    public record Decision(
            Instant lastSchedule,
            List<Action> actions,
            @Nullable Instant wakeAt,
            String note) {}

    /** @param lastSchedule the newest time that has been dealt with; when it was created at first */
    public static Decision decide(Spec spec, Instant lastSchedule, List<Run> runs, Instant now) {
        List<Action> actions = new ArrayList<>();
        trim(runs, JobRun.Outcome.COMPLETE, spec.successfulHistory(), actions);
        trim(runs, JobRun.Outcome.FAILED, spec.failedHistory(), actions);
        if (spec.suspend()) {
            return new Decision(lastSchedule, actions, null, "");
        }
        Instant from = lastSchedule;
        if (spec.startingDeadline() != null
                && now.minus(spec.startingDeadline()).isAfter(from)) {
            from = now.minus(spec.startingDeadline());
        }
        Instant due = null;
        int missed = 0;
        for (Instant next = spec.next(from); next != null && !next.isAfter(now); ) {
            due = next;
            if (++missed > TOO_MANY) {
                return new Decision(
                        now,
                        actions,
                        spec.next(now),
                        "more than " + TOO_MANY + " times were missed; none of them is made up for. "
                                + "Set startingDeadlineSeconds, or check the clock");
            }
            next = spec.next(next);
        }
        Instant wakeAt = spec.next(now);
        if (due == null) {
            return new Decision(lastSchedule, actions, wakeAt, "");
        }
        List<Run> active = runs.stream().filter(run -> run.outcome() == null).toList();
        if (!active.isEmpty() && spec.concurrency() == Concurrency.FORBID) {
            // Not dealt with: it starts as soon as the running one ends, if it is not too late by then.
            return new Decision(lastSchedule, actions, wakeAt, "");
        }
        if (spec.concurrency() == Concurrency.REPLACE) {
            active.forEach(run -> actions.add(new Action.Delete(run.name(), "replaced by the next run")));
        }
        actions.add(new Action.Start(due));
        return new Decision(due, actions, wakeAt, "");
    }

    private static void trim(List<Run> runs, JobRun.Outcome outcome, int keep, List<Action> actions) {
        runs.stream()
                .filter(run -> run.outcome() == outcome)
                .sorted(Comparator.comparing(Run::scheduledAt).reversed())
                .skip(keep)
                .forEach(run -> actions.add(new Action.Delete(run.name(), "older than the history that is kept")));
    }

    /** The {@code status} of the CronJob. */
    public static Node.Mapping status(List<Run> runs, @Nullable Instant lastSchedule, @Nullable Instant lastSuccess) {
        List<Node> active = new ArrayList<>();
        runs.stream()
                .filter(run -> run.outcome() == null)
                .forEach(
                        run -> active.add(Node.Mapping.EMPTY.with("kind", "Job").with("name", run.name())));
        Node.Mapping status = Node.Mapping.EMPTY.with("active", new Node.Sequence(active, Position.NONE));
        if (lastSchedule != null) {
            status = status.with("lastScheduleTime", Conditions.time(lastSchedule));
        }
        if (lastSuccess != null) {
            status = status.with("lastSuccessfulTime", Conditions.time(lastSuccess));
        }
        return status;
    }
}
