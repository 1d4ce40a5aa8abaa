package io.homeostat.converge;

import io.homeostat.converge.Target.Live;
import io.homeostat.model.Node;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import org.jspecify.annotations.Nullable;

/**
 * What is to be done about a hook now. A pure function that always comes to an end: whatever happens to the Job (it succeeds,
 * fails, hangs, is deleted, is collected, its controller is away), after the deadline there is an answer.
 */
final class Hooks {

    /** What the Job's own controller may take to say that the deadline has passed. */
    static final Duration MARGIN = Duration.ofSeconds(15);

    private static final Duration CLOCKS_DIFFER = Duration.ofSeconds(2);

    /** What to do; the set is closed. */
    sealed interface Decision {
        /** Create it, or delete what is left of the last one and create it anew. */
        record Start() implements Decision {}

        /** It runs; look again after this long, at the latest. */
        record Wait(Duration left) implements Decision {}

        record Passed() implements Decision {}

        record Failed(String reason) implements Decision {}
    }

    private Hooks() {}

    /**
     * @param digest of the Job as declared, which says for which content of the application it runs
     * @param run what the journal says of it in this attempt; null when it was not started in it
     * @param live the Job as it is; null when it is not there
     */
    static Decision decide(Hook hook, String digest, @Nullable HookRun run, @Nullable Live live, Instant now) {
        if (run != null && run.passed() != null) {
            return run.passed() ? new Decision.Passed() : new Decision.Failed(run.reason());
        }
        boolean isThis = live != null && live.appliedDigest().equals(digest);
        if (run == null) {
            // Nobody remembers: an agent died in between, or came with an empty disk. The Job itself may know.
            return live != null && isThis ? found(hook, live, now) : new Decision.Start();
        }
        Duration left = left(hook, run.startedAt(), now);
        if (live == null) {
            return new Decision.Failed("it was deleted before its end was seen");
        }
        if (isThis) {
            Node.Mapping failed = ended(live, "Failed");
            if (failed != null && isOf(failed, run)) {
                return new Decision.Failed(failed.text("message", "the job failed"));
            }
            Node.Mapping complete = ended(live, "Complete");
            if (complete != null && isOf(complete, run)) {
                return new Decision.Passed();
            }
        }
        return left.isPositive()
                ? new Decision.Wait(left)
                : new Decision.Failed("it did not end within "
                        + PlanSummary.duration(hook.deadline().toMillis()));
    }

    private static Decision found(Hook hook, Live live, Instant now) {
        if (ended(live, "Complete") != null) {
            return new Decision.Passed();
        }
        Instant started = time(live.status().text("startTime", ""));
        Duration left = left(hook, started == null ? now : started, now);
        return ended(live, "Failed") == null && left.isPositive() ? new Decision.Wait(left) : new Decision.Start();
    }

    private static Duration left(Hook hook, Instant started, Instant now) {
        return Duration.between(now, started.plus(hook.deadline()).plus(MARGIN));
    }

    private static Node.@Nullable Mapping ended(Live live, String type) {
        for (Node condition : live.status().sequence("conditions")) {
            if (condition instanceof Node.Mapping mapping
                    && type.equals(mapping.text("type"))
                    && "True".equals(mapping.text("status"))) {
                return mapping;
            }
        }
        return null;
    }

    /** What is observed right after a start may still be the Job before it, in all but its end the same. */
    private static boolean isOf(Node.Mapping condition, HookRun run) {
        Instant since = time(condition.text("lastTransitionTime", ""));
        return since == null || !since.isBefore(run.startedAt().minus(CLOCKS_DIFFER));
    }

    private static @Nullable Instant time(String text) {
        try {
            return text.isEmpty() ? null : Instant.parse(text);
        } catch (DateTimeParseException other) {
            return null;
        }
    }
}
