package io.homeostat.converge;

import io.homeostat.model.ObjectKey;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Which steps have to wait before they are tried again: those that failed, and repairs that somebody keeps undoing. Forgotten
 * when the agent ends, which only means that the next try comes sooner. Safe for use by many threads.
 */
final class Retries {

    /** Repairs of one object that cost no wait; who undoes more of them is fighting us. */
    static final int FREE_REPAIRS = 3;

    /** After this long without a repair the count starts anew. */
    static final Duration PEACE = Duration.ofMinutes(10);

    private record Wait(String application, int failures, int repairs, Instant last, Instant until) {}

    private final RandomGenerator random;
    private final Map<ObjectKey, Wait> waits = new HashMap<>();

    Retries(RandomGenerator random) {
        this.random = random;
    }

    /** The plan without the steps whose time has not come. */
    synchronized Plan due(Plan plan, Instant now) {
        List<Step> due = new ArrayList<>(plan.steps().size());
        for (Step step : plan.steps()) {
            Wait wait = waits.get(step.key());
            if (wait == null || !PlanSummary.isEffective(step) || !now.isBefore(wait.until())) {
                due.add(step);
            }
        }
        return new Plan(plan.application(), plan.revision(), due);
    }

    synchronized void failed(Step step, Instant now) {
        Wait before = waits.get(step.key());
        int failures = before == null ? 1 : before.failures() + 1;
        Instant until = now.plus(Backoff.STEPS.after(failures, random));
        waits.put(
                step.key(), new Wait(step.application(), failures, before == null ? 0 : before.repairs(), now, until));
    }

    synchronized void done(Step step, Instant now) {
        if (!DriftBook.isRepair(step)) {
            waits.remove(step.key());
            return;
        }
        Wait before = waits.get(step.key());
        int repairs = before == null || before.last().plus(PEACE).isBefore(now) ? 1 : before.repairs() + 1;
        Instant until = now.plus(Backoff.FIGHTS.after(repairs - FREE_REPAIRS, random));
        waits.put(step.key(), new Wait(step.application(), 0, repairs, now, until));
    }

    /** True when no step of an application waits for another try after a failure. */
    synchronized boolean nothingWaits(String application) {
        return waits.values().stream().noneMatch(wait -> wait.application().equals(application) && wait.failures() > 0);
    }

    /** How long until the next step of an application is due; null when none waits. */
    synchronized @Nullable Duration next(String application, Instant now) {
        Duration next = null;
        for (Wait wait : waits.values()) {
            if (wait.application().equals(application) && now.isBefore(wait.until())) {
                Duration left = Duration.between(now, wait.until());
                next = next == null || left.compareTo(next) < 0 ? left : next;
            }
        }
        return next;
    }

    /** How often in a row a step failed, or a repair was undone, for {@code why}; null when it did not. */
    synchronized @Nullable String story(ObjectKey object, Instant now) {
        Wait wait = waits.get(object);
        if (wait == null || !now.isBefore(wait.until())) {
            return null;
        }
        String left = PlanSummary.duration(Duration.between(now, wait.until()).toMillis());
        return wait.failures() > 0
                ? "failed " + wait.failures() + " times, next try in " + left
                : "repaired " + wait.repairs() + " times and undone by somebody, next repair in " + left;
    }

    /** Lets everything be tried at once: a person asked for it. */
    synchronized void forget(String application) {
        waits.values().removeIf(wait -> wait.application().equals(application));
    }
}
