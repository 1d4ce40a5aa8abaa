package io.homeostat.converge;

import io.homeostat.converge.ApplicationState.Attempt;
import io.homeostat.converge.Health.Status;
import io.homeostat.converge.Rendering.Rendered;
import io.homeostat.converge.Step.Cause;
import io.homeostat.converge.Step.Declared;
import io.homeostat.converge.Target.Evidence;
import io.homeostat.converge.Target.Live;
import io.homeostat.model.ObjectKey;
import io.homeostat.model.SyncPolicy;
import io.homeostat.model.SyncPolicy.OnFailure;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;

/**
 * Is a revision good or bad? Good once everything is applied and healthy; bad when an object says that it cannot, or the time
 * is up. The time counts from the start of the attempt and nothing sets it back, neither a crash loop nor an agent's restart.
 */
final class Verdicts {

    /** What an application may take beyond the longest progress deadline among its workloads. */
    static final Duration GRACE = Duration.ofSeconds(10);

    private static final int DEFAULT_PROGRESS_SECONDS = 600;
    private static final int EVIDENCE_KEPT = 5;

    private final Target target;
    private final History history;
    private final InstantSource clock;
    private final BiConsumer<String, SyncPolicy> quarantined;

    /** @param quarantined called with an application and its policy after its revision was found bad */
    Verdicts(Target target, History history, InstantSource clock, BiConsumer<String, SyncPolicy> quarantined) {
        this.target = target;
        this.history = history;
        this.clock = clock;
        this.quarantined = quarantined;
    }

    /** Notes that everything of a revision has been declared to the target. */
    void applied(String application, Rendered rendered) {
        Attempt attempt = history.application(application).attempt();
        if (attempt != null
                && attempt.digest().equals(rendered.digest())
                && attempt.phase() == Attempt.Phase.APPLYING) {
            history.record(Facts.syncApplied(application, attempt.revision(), attempt.digest()));
        }
    }

    /** @return how long until the next look, at the latest */
    Duration judge(String application, Rendered rendered, SyncPolicy policy, Health health) throws IOException {
        Attempt attempt = history.application(application).attempt();
        if (attempt == null
                || !attempt.digest().equals(rendered.digest())
                || attempt.phase() == Attempt.Phase.SUCCEEDED) {
            return Reconciler.RESYNC;
        }
        Instant now = clock.instant();
        Duration limit = limit(rendered, policy);
        Instant deadline = attempt.startedAt().plus(limit);
        if (attempt.phase() != Attempt.Phase.APPLYING && health.status() == Status.HEALTHY) {
            long millis = Duration.between(attempt.startedAt(), now).toMillis();
            history.record(Facts.syncSucceeded(application, attempt.revision(), attempt.digest(), millis));
        } else if (attempt.isOpen() && health.status() == Status.DEGRADED) {
            fail(application, attempt, policy, health.message());
        } else if (attempt.isOpen() && !now.isBefore(deadline)) {
            fail(
                    application,
                    attempt,
                    policy,
                    "not healthy within " + PlanSummary.duration(limit.toMillis()) + why(attempt, health));
        } else if (attempt.isOpen()) {
            return Duration.between(now, deadline);
        }
        return Reconciler.RESYNC;
    }

    private static String why(Attempt attempt, Health health) {
        String message = health.message().isEmpty() ? "" : "; " + health.message();
        return attempt.phase() == Attempt.Phase.APPLYING ? "; not everything could be applied" + message : message;
    }

    private void fail(String application, Attempt attempt, SyncPolicy policy, String reason) throws IOException {
        List<Evidence> evidence = evidence(application);
        String full = evidence.isEmpty()
                ? reason
                : reason + "; " + evidence.getFirst().message();
        history.record(Facts.syncFailed(application, attempt.revision(), attempt.digest(), full, evidence));
        // A rollback that does not get healthy leaves nothing better to go to; it stays and is shown.
        if (attempt.cause() != Cause.ROLLBACK && policy.onFailure() != OnFailure.KEEP) {
            history.record(Facts.quarantined(application, attempt.revision(), attempt.digest(), full));
            quarantined.accept(application, policy);
        }
    }

    private List<Evidence> evidence(String application) throws IOException {
        List<Evidence> all = new ArrayList<>();
        for (Map.Entry<ObjectKey, Live> entry : target.observe().entrySet()) {
            Live live = entry.getValue();
            if (live.application().equals(application)
                    && all.size() < EVIDENCE_KEPT
                    && Kstatus.of(live).status() != Status.HEALTHY) {
                all.addAll(target.evidence(entry.getKey()));
            }
        }
        return List.copyOf(all.subList(0, Math.min(EVIDENCE_KEPT, all.size())));
    }

    /** The policy's time, or what the slowest workload allows itself, once for each wave. */
    static Duration limit(Rendered rendered, SyncPolicy policy) {
        if (!policy.healthTimeout().isZero()) {
            return policy.healthTimeout();
        }
        int longest = -1;
        for (Declared declared : rendered.declared()) {
            longest = Math.max(longest, declared.document().spec().integer("progressDeadlineSeconds", -1));
        }
        longest = longest < 0 ? DEFAULT_PROGRESS_SECONDS : longest;
        long waves = rendered.declared().stream().map(Declared::wave).distinct().count();
        return Duration.ofSeconds(longest * Math.max(1, waves)).plus(GRACE);
    }
}
