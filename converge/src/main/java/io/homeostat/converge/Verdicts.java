package io.homeostat.converge;

import io.homeostat.converge.ApplicationState.Attempt;
import io.homeostat.converge.ApplicationState.Attempt.Phase;
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
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Is a revision good or bad?
 *
 * <p>Good once everything is applied and has been healthy for {@link #SETTLE}, so that a program which dies right after its
 * start is not taken for a working one. Bad when an object of it says that it cannot, or when the time is up; and also when it
 * falls into a crash loop after it looked good, as long as its time is not up. The time counts from the start of the attempt:
 * no crash loop and no agent's restart sets it back, and only what is no fault of the revision (a freeze, an absent agent) does
 * not count.
 */
final class Verdicts {

    /** How long health has to last before it is believed. */
    static final Duration SETTLE = Duration.ofSeconds(1);

    /** What an application may take beyond the longest progress deadline among its workloads. */
    static final Duration GRACE = Duration.ofSeconds(10);

    private static final String CRASH_LOOP = "CrashLoopBackOff";
    private static final int DEFAULT_PROGRESS_SECONDS = 600;
    private static final int EVIDENCE_KEPT = 5;

    private record Since(String digest, Instant at) {}

    private final Target target;
    private final History history;
    private final InstantSource clock;
    private final BiConsumer<String, SyncPolicy> quarantined;
    private final Map<String, Since> healthySince = new ConcurrentHashMap<>();

    /** @param quarantined called with an application and its policy after its revision was found bad */
    Verdicts(Target target, History history, InstantSource clock, BiConsumer<String, SyncPolicy> quarantined) {
        this.target = target;
        this.history = history;
        this.clock = clock;
        this.quarantined = quarantined;
    }

    /**
     * @param isComplete nothing is left to do, and nothing holds it
     * @param isHeld something that is no fault of the revision keeps it from going on
     * @param hooks a failed one is a bad revision, however healthy its objects are
     * @return how long until the next look, at the latest
     */
    Duration judge(
            String application,
            Rendered rendered,
            SyncPolicy policy,
            boolean isComplete,
            boolean isHeld,
            HookBook hooks)
            throws IOException {
        Attempt attempt = history.application(application).attempt();
        if (attempt == null || !attempt.digest().equals(rendered.digest())) {
            return Reconciler.RESYNC;
        }
        if (isComplete && attempt.phase() == Phase.APPLYING) {
            history.record(Facts.syncApplied(application, attempt.revision(), attempt.digest()));
        }
        Instant now = clock.instant();
        String failedHook = hooks.failure();
        Health health =
                failedHook == null ? health(rendered, target.observe()) : new Health(Status.DEGRADED, failedHook);
        Instant since = since(application, attempt.digest(), health, now);
        Duration limit = limit(rendered, policy);
        Duration left =
                Duration.between(now, attempt.startedAt().plus(attempt.paused()).plus(limit));
        boolean mayFail = !isHeld && attempt.isOpen();
        if (mayFail && health.status() == Status.DEGRADED) {
            fail(application, attempt, rendered, health.message());
        } else if (isComplete && since != null && attempt.phase() != Phase.SUCCEEDED) {
            Duration settling = Duration.between(now, since.plus(settle(rendered)));
            if (settling.isPositive()) {
                return settling;
            }
            succeed(application, attempt, now);
        } else if (mayFail && !left.isPositive()) {
            fail(application, attempt, rendered, late(limit, isComplete, health));
        } else if (attempt.phase() == Phase.SUCCEEDED && left.isPositive() && since == null) {
            failInACrashLoop(application, attempt, rendered);
        }
        quarantine(application, policy, health);
        return left.isPositive() ? left : Reconciler.RESYNC;
    }

    /** It was found bad by whoever brings it in. */
    Duration bad(String application, Rendered rendered, SyncPolicy policy, String reason) {
        Attempt attempt = history.application(application).attempt();
        if (attempt != null && attempt.isOpen() && attempt.digest().equals(rendered.digest())) {
            fail(application, attempt, rendered, reason);
        }
        quarantine(application, policy, new Health(Status.DEGRADED, reason));
        return Reconciler.RESYNC;
    }

    private void succeed(String application, Attempt attempt, Instant now) {
        long millis = Duration.between(attempt.startedAt(), now).toMillis();
        history.record(Facts.syncSucceeded(application, attempt.revision(), attempt.digest(), millis));
    }

    /** Since when it has been healthy; null when it is not. */
    private @Nullable Instant since(String application, String digest, Health health, Instant now) {
        if (health.status() != Status.HEALTHY) {
            healthySince.remove(application);
            return null;
        }
        Since known = healthySince.get(application);
        if (known == null || !known.digest().equals(digest)) {
            known = new Since(digest, now);
            healthySince.put(application, known);
        }
        return known.at();
    }

    /** Configuration alone cannot crash. */
    private static Duration settle(Rendered rendered) {
        boolean runs = rendered.declared().stream()
                .map(Declared::document)
                .anyMatch(document -> document.spec().get("template") != null
                        && document.spec().integer("replicas", 1) > 0);
        return runs ? SETTLE : Duration.ZERO;
    }

    /** Of what this revision declares, as far as the target works on just that: what was there before is no evidence. */
    static Health health(Rendered rendered, Map<ObjectKey, Live> observed) {
        Health worst = new Health(Status.HEALTHY, "");
        for (Declared declared : rendered.declared()) {
            if (Hook.of(declared.document()) != null) {
                continue;
            }
            Live live = observed.get(declared.document().key());
            boolean isThis = live != null && live.appliedDigest().equals(declared.digest());
            Health health = live == null || !isThis
                    ? new Health(Status.PROGRESSING, "it is not applied yet")
                    : Kstatus.of(live);
            if (health.status().compareTo(worst.status()) > 0) {
                worst = new Health(health.status(), declared.document().key() + ": " + health.message());
            }
        }
        return worst;
    }

    private static String late(Duration limit, boolean isComplete, Health health) {
        String message = health.message().isEmpty() ? "" : "; " + health.message();
        return "not healthy within " + PlanSummary.duration(limit.toMillis())
                + (isComplete ? message : "; not everything could be applied" + message);
    }

    private void failInACrashLoop(String application, Attempt attempt, Rendered rendered) {
        for (Evidence evidence : evidence(rendered)) {
            if (attempt.cause() == Cause.CHANGE && evidence.reason().equals(CRASH_LOOP)) {
                fail(application, attempt, rendered, "it was healthy and then fell into a crash loop");
                return;
            }
        }
    }

    private void fail(String application, Attempt attempt, Rendered rendered, String reason) {
        List<Evidence> evidence = evidence(rendered);
        String full = evidence.isEmpty()
                ? reason
                : reason + "; " + evidence.getFirst().message();
        history.record(Facts.syncFailed(application, attempt.revision(), attempt.digest(), full, evidence));
    }

    /**
     * What failed is quarantined, in this look or, if the agent died in between, in the next one. A rollback that does not get
     * healthy leaves nothing better to go to; it stays and is shown.
     */
    private void quarantine(String application, SyncPolicy policy, Health health) {
        ApplicationState state = history.application(application);
        Attempt attempt = state.attempt();
        if (attempt == null
                || attempt.phase() != Phase.FAILED
                || attempt.cause() == Cause.ROLLBACK
                || policy.onFailure() == OnFailure.KEEP
                || health.status() == Status.HEALTHY
                || state.quarantines().containsKey(attempt.digest())) {
            return;
        }
        history.record(Facts.quarantined(
                application,
                attempt.revision(),
                attempt.digest(),
                attempt.reason(),
                false,
                policy.onFailure() == OnFailure.HOLD));
        quarantined.accept(application, policy);
    }

    /** What helps to understand; not having it is no reason not to judge. */
    private List<Evidence> evidence(Rendered rendered) {
        List<Evidence> all = new ArrayList<>();
        try {
            Map<ObjectKey, Live> observed = target.observe();
            for (Declared declared : rendered.declared()) {
                Live live = observed.get(declared.document().key());
                if (live != null
                        && all.size() < EVIDENCE_KEPT
                        && Kstatus.of(live).status() != Status.HEALTHY) {
                    all.addAll(target.evidence(live.key()));
                }
            }
        } catch (IOException | RuntimeException unreadable) {
            return List.copyOf(all);
        }
        return List.copyOf(all.subList(0, Math.min(EVIDENCE_KEPT, all.size())));
    }

    /** The policy's time, or what the slowest workload allows itself, once for each wave, and what the hooks may take. */
    static Duration limit(Rendered rendered, SyncPolicy policy) {
        if (!policy.healthTimeout().isZero()) {
            return policy.healthTimeout();
        }
        int longest = -1;
        Duration hooks = Duration.ZERO;
        for (Declared declared : rendered.declared()) {
            Hook hook = Hook.of(declared.document());
            if (hook != null) {
                hooks = hooks.plus(hook.deadline()).plus(Hooks.MARGIN);
            }
            longest = Math.max(longest, declared.document().spec().integer("progressDeadlineSeconds", -1));
        }
        longest = longest < 0 ? DEFAULT_PROGRESS_SECONDS : longest;
        long waves = rendered.declared().stream()
                .filter(declared -> Hook.of(declared.document()) == null)
                .map(Declared::wave)
                .distinct()
                .count();
        return Duration.ofSeconds(longest * Math.max(1, waves)).plus(hooks).plus(GRACE);
    }
}
