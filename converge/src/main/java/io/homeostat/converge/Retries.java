package io.homeostat.converge;

import io.homeostat.model.ObjectKey;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Which steps have to wait before they are tried again: those that failed, and repairs that somebody keeps undoing. A wait is
 * for exactly what failed: another declaration of the same object starts afresh. Forgotten when the agent ends, which only
 * means that the next try comes sooner. Safe for use by many threads.
 */
final class Retries {

    /** Repairs of one object that cost no wait; who undoes more of them is fighting us. */
    static final int FREE_REPAIRS = 3;

    /** After this long without a repair the count starts anew. */
    static final Duration PEACE = Duration.ofMinutes(10);

    /** @param what digest of what was declared; empty for a deletion */
    private record Wait(String application, String what, int failures, int repairs, Instant last, Instant until) {}

    private final RandomGenerator random;
    private final Map<ObjectKey, Wait> waits = new HashMap<>();

    Retries(RandomGenerator random) {
        this.random = random;
    }

    /** Forgets the failures of an application that its plan has nothing to do with any more. */
    synchronized void keepOnly(Plan plan) {
        Set<ObjectKey> stillToDo = new HashSet<>();
        for (Step step : plan.steps()) {
            Wait wait = waits.get(step.key());
            if (wait != null && PlanSummary.isEffective(step) && wait.what().equals(what(step))) {
                stillToDo.add(step.key());
            }
        }
        waits.entrySet()
                .removeIf(entry -> entry.getValue().application().equals(plan.application())
                        && entry.getValue().failures() > 0
                        && !stillToDo.contains(entry.getKey()));
    }

    synchronized boolean isDue(Step step, Instant now) {
        Wait wait = waits.get(step.key());
        return wait == null || !wait.what().equals(what(step)) || !now.isBefore(wait.until());
    }

    synchronized void failed(Step step, Instant now) {
        Wait before = waits.get(step.key());
        boolean again = before != null && before.what().equals(what(step));
        int failures = before != null && again ? before.failures() + 1 : 1;
        int repairs = before != null && again ? before.repairs() : 0;
        Instant until = now.plus(Backoff.STEPS.after(failures, random));
        waits.put(step.key(), new Wait(step.application(), what(step), failures, repairs, now, until));
    }

    synchronized void done(Step step, Instant now) {
        if (!DriftBook.isRepair(step)) {
            waits.remove(step.key());
            return;
        }
        Wait before = waits.get(step.key());
        int repairs = before == null || before.last().plus(PEACE).isBefore(now) ? 1 : before.repairs() + 1;
        Instant until = now.plus(Backoff.FIGHTS.after(repairs - FREE_REPAIRS, random));
        waits.put(step.key(), new Wait(step.application(), what(step), 0, repairs, now, until));
    }

    private static String what(Step step) {
        return step instanceof Step.Declaring declaring ? declaring.desired().digest() : "";
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

    private static String by(List<String> writers) {
        return writers.isEmpty()
                ? "somebody"
                : writers.stream().map(name -> "'" + name + "'").collect(Collectors.joining(", "));
    }

    /**
     * How often in a row a step failed, or a repair was undone, for {@code why}; null when it did not.
     *
     * @param writers who is known to have undone it
     */
    synchronized @Nullable String story(ObjectKey object, List<String> writers, Instant now) {
        Wait wait = waits.get(object);
        if (wait == null || !now.isBefore(wait.until())) {
            return null;
        }
        String left = PlanSummary.duration(Duration.between(now, wait.until()).toMillis());
        return wait.failures() > 0
                ? "failed " + wait.failures() + " times, next try in " + left
                : "repaired " + wait.repairs() + " times and undone by " + by(writers) + ", next repair in " + left;
    }

    /** Lets everything be tried at once: a person asked for it. */
    synchronized void forget(String application) {
        waits.values().removeIf(wait -> wait.application().equals(application));
    }
}
