package io.homeostat.converge;

import io.homeostat.converge.Step.Declared;
import io.homeostat.converge.Target.Live;
import io.homeostat.model.ObjectKey;
import io.homeostat.source.Snapshot;
import java.io.IOException;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * Takes the steps of a plan: intent into the journal, effect on the target, outcome into the journal. What fails does not keep
 * the others of its wave from going on; a wave begins only when everything in the ones before it is declared and healthy (a
 * hook: has ended well), and nothing is deleted before everything is declared. What stands already and only drifted is put right
 * whatever it comes after: a rollout may keep an earlier wave for days.
 */
final class Steps {

    private final Target target;
    private final History history;
    private final Retries retries;
    private final Snapshot snapshot;
    private final InstantSource clock;
    private final HookBook hooks;

    Steps(Target target, History history, Retries retries, Snapshot snapshot, InstantSource clock, HookBook hooks) {
        this.target = target;
        this.history = history;
        this.retries = retries;
        this.snapshot = snapshot;
        this.clock = clock;
        this.hooks = hooks;
    }

    /**
     * @param declared everything that the application declares, to know which waves there are
     * @return true when nothing is left to do; false when something failed, is blocked or waits for an earlier wave
     */
    boolean apply(Plan plan, List<Declared> declared) throws IOException {
        boolean done = plan.steps().stream().noneMatch(Step.Blocked.class::isInstance);
        TreeSet<Integer> waves = new TreeSet<>();
        declared.forEach(object -> waves.add(object.wave()));
        for (int wave : waves) {
            if (!declareWave(plan, wave) || (wave != waves.last() && !isHealthy(declared, wave))) {
                putRight(plan, wave);
                return false;
            }
        }
        if (!hooks.allPassed()) {
            return false;
        }
        for (Step step : plan.steps()) {
            if (step instanceof Step.Delete) {
                done &= take(step);
            }
        }
        return done;
    }

    private boolean declareWave(Plan plan, int wave) {
        boolean done = true;
        for (Step step : plan.steps()) {
            if (step instanceof Step.Declaring && PlanSummary.isEffective(step) && Order.wave(step) == wave) {
                done &= take(step);
            }
        }
        return done;
    }

    /** What drifted in place in later waves. */
    private void putRight(Plan plan, int after) {
        for (Step step : plan.steps()) {
            boolean stands = step instanceof Step.Update || step instanceof Step.Repair;
            if (stands && DriftBook.isRepair(step) && Order.wave(step) > after) {
                take(step);
            }
        }
    }

    private boolean isHealthy(List<Declared> declared, int upToWave) throws IOException {
        Map<ObjectKey, Live> observed = target.observe();
        for (Declared object : declared) {
            ObjectKey key = object.document().key();
            if (object.wave() > upToWave) {
                continue;
            }
            if (hooks.isHook(key)) {
                if (!hooks.passed(key)) {
                    return false;
                }
                continue;
            }
            Live live = observed.get(key);
            if (live == null || Kstatus.of(live).status() != Health.Status.HEALTHY) {
                return false;
            }
        }
        return true;
    }

    /** @return whether it was done, or may be left for later without keeping anything else from going on */
    private boolean take(Step step) {
        if (!retries.isDue(step, clock.instant())) {
            return DriftBook.isRepair(step);
        }
        String revision = snapshot.revision();
        history.record(Facts.stepIntended(step, revision));
        try {
            target.apply(step, snapshot);
        } catch (IOException | RuntimeException failed) {
            retries.failed(step, clock.instant());
            String reason = failed instanceof IOException ? String.valueOf(failed.getMessage()) : failed.toString();
            history.record(Facts.stepFailed(step, revision, reason));
            return false;
        }
        retries.done(step, clock.instant());
        history.record(Facts.stepDone(step, revision));
        if (step instanceof Step.Declaring declaring && hooks.isHook(step.key())) {
            Hook hook = Hook.of(declaring.desired().document());
            if (hook != null) {
                history.record(Facts.hookStarted(declaring, hook));
            }
        }
        return true;
    }
}
