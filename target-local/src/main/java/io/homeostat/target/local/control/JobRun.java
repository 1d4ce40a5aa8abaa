package io.homeostat.target.local.control;

import io.homeostat.model.Node;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a Job does next: as many instances at a time as {@code parallelism} says, until {@code completions} have succeeded, more
 * than {@code backoffLimit} have failed, or its time is over.
 *
 * <p>Failed instances stay, as their logs are the evidence; each failure makes the next start wait, 10 s doubling up to 6 min.
 */
public final class JobRun {

    private static final Duration LONGEST_WAIT = Duration.ofMinutes(6);

    private JobRun() {}

    /**
     * @param completions null: one success is enough, and then no more are started
     * @param activeDeadline null: none
     * @param ttl how long what is finished is kept; null: for ever
     */
    public record Spec(
            int parallelism,
            @Nullable Integer completions,
            int backoffLimit,
            @Nullable Duration activeDeadline,
            @Nullable Duration ttl,
            boolean suspend) {}

    /** How a job ended. */
    public enum Outcome {
        COMPLETE,
        FAILED
    }

    /**
     * What must be known of a job after its instances are gone.
     *
     * @param outcome null while it goes on
     */
    public record State(
            @Nullable Instant startedAt,
            @Nullable Instant finishedAt,
            @Nullable Outcome outcome,
            String reason,
            String message,
            int succeeded,
            int failed) {
        public static final State NEW = new State(null, null, null, "", "", 0, 0);

        public boolean isFinished() {
            return outcome != null;
        }
    }

    public sealed interface Action {
        record Create() implements Action {}

        record Stop(String name, String reason) implements Action {}

        /** The time to live after the end has passed: what the job left behind goes. */
        record CleanUp() implements Action {}
    }

    /** @param wakeAt when the answer may change though nothing else happens; null: never */
    public record Decision(
            State state, List<Action> actions, @Nullable Instant wakeAt) {}

    /**
     * @param restarts how often programs were started again within instances that have not finished; they count as failures
     * @param lastFailure when the last instance failed; null when none has
     */
    public static Decision decide(
            Spec spec, State before, List<Member> members, int restarts, @Nullable Instant lastFailure, Instant now) {
        if (before.isFinished()) {
            return finished(spec, before, members, now);
        }
        List<Member> active = members.stream()
                .filter(member -> !member.deleting() && isActive(member))
                .toList();
        int succeeded = count(members, Member.Phase.SUCCEEDED);
        int failed = count(members, Member.Phase.FAILED);
        State state = new State(
                before.startedAt() == null && !spec.suspend() ? now : before.startedAt(),
                null,
                null,
                "",
                "",
                succeeded,
                failed);
        if (spec.suspend()) {
            State suspended = new State(null, null, null, "", "", succeeded, failed);
            return new Decision(suspended, stopAll(active, "suspended"), null);
        }
        Instant started = state.startedAt() == null ? now : state.startedAt();
        Instant deadline = spec.activeDeadline() == null ? null : started.plus(spec.activeDeadline());
        if (failed + restarts > spec.backoffLimit()) {
            String message = failed + restarts + " failures; backoffLimit is " + spec.backoffLimit();
            return end(spec, state, Outcome.FAILED, "BackoffLimitExceeded", message, active, now);
        }
        if (deadline != null && !deadline.isAfter(now)) {
            String message = "active for longer than activeDeadlineSeconds";
            return end(spec, state, Outcome.FAILED, "DeadlineExceeded", message, active, now);
        }
        boolean enough =
                spec.completions() == null ? succeeded > 0 && active.isEmpty() : succeeded >= spec.completions();
        if (enough) {
            return end(spec, state, Outcome.COMPLETE, "CompletionsReached", succeeded + " succeeded", active, now);
        }
        return goOn(spec, state, active, succeeded, failed, lastFailure, deadline, now);
    }

    private static Decision goOn(
            Spec spec,
            State state,
            List<Member> active,
            int succeeded,
            int failed,
            @Nullable Instant lastFailure,
            @Nullable Instant deadline,
            Instant now) {
        int wanted = spec.completions() == null
                ? (succeeded > 0 ? active.size() : spec.parallelism())
                : Math.min(spec.parallelism(), spec.completions() - succeeded);
        List<Action> actions = new ArrayList<>();
        Instant wakeAt = deadline;
        if (active.size() < wanted) {
            Instant next = lastFailure == null ? now : lastFailure.plus(wait(failed));
            if (next.isAfter(now)) {
                wakeAt = wakeAt == null || next.isBefore(wakeAt) ? next : wakeAt;
            } else {
                for (int i = active.size(); i < wanted; i++) {
                    actions.add(new Action.Create());
                }
            }
        }
        active.stream()
                .sorted(Comparator.comparing(Member::createdAt).reversed())
                .limit(Math.max(0, active.size() - wanted))
                .forEach(member -> actions.add(new Action.Stop(member.name(), "parallelism is lower now")));
        return new Decision(state, actions, wakeAt);
    }

    private static Decision end(
            Spec spec, State state, Outcome outcome, String reason, String message, List<Member> active, Instant now) {
        State ended = new State(
                state.startedAt(), now, outcome, reason, message, state.succeeded(), state.failed() + active.size());
        Instant wakeAt = spec.ttl() == null ? null : now.plus(spec.ttl());
        return new Decision(
                outcome == Outcome.COMPLETE
                        ? new State(state.startedAt(), now, outcome, reason, message, state.succeeded(), state.failed())
                        : ended,
                stopAll(active, "the job has ended"),
                wakeAt);
    }

    private static Decision finished(Spec spec, State state, List<Member> members, Instant now) {
        List<Action> actions = new ArrayList<>(stopAll(
                members.stream()
                        .filter(member -> !member.deleting() && isActive(member))
                        .toList(),
                "the job has ended"));
        if (spec.ttl() == null || state.finishedAt() == null) {
            return new Decision(state, actions, null);
        }
        Instant gone = state.finishedAt().plus(spec.ttl());
        if (gone.isAfter(now)) {
            return new Decision(state, actions, gone);
        }
        actions.add(new Action.CleanUp());
        return new Decision(state, actions, null);
    }

    /** How long the next start waits after so many failures. */
    static Duration wait(int failures) {
        if (failures == 0) {
            return Duration.ZERO;
        }
        Duration wait = Duration.ofSeconds(10L << Math.min(failures - 1, 10));
        return wait.compareTo(LONGEST_WAIT) > 0 ? LONGEST_WAIT : wait;
    }

    private static boolean isActive(Member member) {
        return member.phase() == Member.Phase.PENDING || member.phase() == Member.Phase.RUNNING;
    }

    private static int count(List<Member> members, Member.Phase phase) {
        return (int) members.stream().filter(member -> member.phase() == phase).count();
    }

    private static List<Action> stopAll(List<Member> active, String reason) {
        List<Action> actions = new ArrayList<>();
        active.forEach(member -> actions.add(new Action.Stop(member.name(), reason)));
        return actions;
    }

    /** The {@code status} of the Job. */
    public static Node.Mapping status(Spec spec, State state, List<Member> members) {
        List<Member> active = members.stream()
                .filter(member -> !member.deleting() && isActive(member))
                .toList();
        Node.Mapping status = Node.Mapping.EMPTY
                .with("active", active.size())
                .with("ready", active.stream().filter(Member::isReady).count())
                .with("succeeded", state.succeeded())
                .with("failed", state.failed());
        if (state.startedAt() != null) {
            status = status.with("startTime", Conditions.time(state.startedAt()));
        }
        Conditions conditions = new Conditions();
        if (state.outcome() != null && state.finishedAt() != null) {
            boolean complete = state.outcome() == Outcome.COMPLETE;
            conditions.add(complete ? "Complete" : "Failed", true, state.reason(), state.message(), state.finishedAt());
            if (complete) {
                status = status.with("completionTime", Conditions.time(state.finishedAt()));
            }
        } else if (spec.suspend()) {
            conditions.add("Suspended", true, "JobSuspended", "suspended by spec.suspend", Instant.EPOCH);
        }
        return status.with("conditions", conditions.asNode());
    }
}
