package io.homeostat.converge;

import io.homeostat.converge.ApplicationState.Attempt;
import io.homeostat.converge.Hooks.Decision;
import io.homeostat.converge.Rendering.Rendered;
import io.homeostat.converge.Step.Cause;
import io.homeostat.converge.Step.Declared;
import io.homeostat.converge.Target.Live;
import io.homeostat.model.ObjectKey;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How the hooks of one application are in one look, and what follows for its plan. A hook is no drift: what is there of it, or is
 * no longer there, says how a run went, and nothing is repaired.
 */
record HookBook(Map<ObjectKey, Decision> decisions) {

    /**
     * @param state before this look
     * @param isNew whether this look begins a new attempt
     */
    static HookBook of(
            Rendered rendered,
            ApplicationState state,
            boolean isNew,
            Cause cause,
            Map<ObjectKey, Live> observed,
            Instant now) {
        Map<ObjectKey, Decision> decisions = new LinkedHashMap<>();
        Attempt attempt = state.attempt();
        boolean isOpen = isNew || (attempt != null && attempt.isOpen());
        boolean isFirst = state.goods().stream().allMatch(good -> good.digest().equals(rendered.digest()));
        for (Declared declared : rendered.declared()) {
            Hook hook = Hook.of(declared.document());
            if (hook == null) {
                continue;
            }
            ObjectKey key = declared.document().key();
            HookRun run = isNew ? null : state.hooks().get(key.toString());
            boolean failed = run != null && Boolean.FALSE.equals(run.passed());
            decisions.put(
                    key,
                    !hook.runsFor(cause, isFirst) || (!isOpen && !failed)
                            ? new Decision.Passed()
                            : Hooks.decide(hook, declared.digest(), run, observed.get(key), now));
        }
        return new HookBook(decisions);
    }

    /** Writes down what ended since the last look. */
    void record(String application, History history) {
        Map<String, HookRun> runs = history.application(application).hooks();
        decisions.forEach((key, decision) -> {
            HookRun run = runs.get(key.toString());
            if (run == null || run.passed() != null) {
                return;
            }
            if (decision instanceof Decision.Passed) {
                history.record(Facts.hookEnded(application, key, true, ""));
            } else if (decision instanceof Decision.Failed failed) {
                history.record(Facts.hookEnded(application, key, false, failed.reason()));
            }
        });
    }

    /** The plan with exactly those hooks in it that start now. */
    Plan plan(Plan plan) {
        if (decisions.isEmpty()) {
            return plan;
        }
        List<Step> steps = new ArrayList<>();
        for (Step step : plan.steps()) {
            Decision decision = decisions.get(step.key());
            if (decision == null || !(step instanceof Step.Declaring declaring)) {
                steps.add(step);
            } else if (!(decision instanceof Decision.Start)) {
                steps.add(new Step.Unchanged(declaring.desired()));
            } else if (step instanceof Step.Create) {
                steps.add(new Step.Create(declaring.desired(), Cause.CHANGE));
            } else {
                steps.add(new Step.Replace(
                        declaring.desired(), List.of(), "a hook runs anew for each change", Cause.CHANGE));
            }
        }
        return new Plan(plan.application(), plan.revision(), List.copyOf(steps));
    }

    boolean isHook(ObjectKey key) {
        return decisions.containsKey(key);
    }

    boolean passed(ObjectKey key) {
        return decisions.get(key) instanceof Decision.Passed;
    }

    boolean allPassed() {
        return decisions.values().stream().allMatch(Decision.Passed.class::isInstance);
    }

    /** What failed, in words; null when nothing did. */
    @Nullable
    String failure() {
        for (Map.Entry<ObjectKey, Decision> hook : decisions.entrySet()) {
            if (hook.getValue() instanceof Decision.Failed failed) {
                return "the hook " + hook.getKey() + " failed: " + failed.reason();
            }
        }
        return null;
    }

    /** How long until a deadline decides; null when none does. */
    @Nullable
    Duration next() {
        Duration next = null;
        for (Decision decision : decisions.values()) {
            if (decision instanceof Decision.Wait wait
                    && (next == null || wait.left().compareTo(next) < 0)) {
                next = wait.left();
            }
        }
        return next;
    }
}
