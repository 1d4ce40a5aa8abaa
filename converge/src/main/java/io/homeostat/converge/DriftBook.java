package io.homeostat.converge;

import io.homeostat.converge.Step.Cause;
import io.homeostat.model.ObjectKey;
import io.homeostat.model.SyncPolicy;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** Which differences are drift, and telling the journal when one comes and goes. */
final class DriftBook {

    private record Found(String object, String what, List<String> by) {}

    private final History history;
    private final Function<ObjectKey, List<String>> writers;

    /** @param writers who wrote what differs at an object */
    DriftBook(History history, Function<ObjectKey, List<String>> writers) {
        this.history = history;
        this.writers = writers;
    }

    static boolean isRepair(Step step) {
        return switch (step) {
            case Step.Create create -> create.cause() == Cause.REPAIR;
            case Step.Update update -> update.cause() == Cause.REPAIR;
            case Step.Replace replace -> replace.cause() == Cause.REPAIR;
            case Step.Repair ignored -> true;
            default -> false;
        };
    }

    /** Writes down what drifted since the last look, and what is as it should be again. */
    void update(Plan plan, SyncPolicy policy) {
        Map<String, Found> found = new LinkedHashMap<>();
        for (Step step : plan.steps()) {
            if (isRepair(step)) {
                collect(step, found);
            }
        }
        Map<String, ApplicationState.OpenDrift> open =
                history.application(plan.application()).drift();
        found.forEach((place, drift) -> {
            if (!open.containsKey(place)) {
                history.record(Facts.driftFound(
                        plan.application(),
                        drift.object(),
                        place,
                        drift.what(),
                        drift.by(),
                        policy.drift() == SyncPolicy.Drift.REPAIR));
            }
        });
        open.forEach((place, drift) -> {
            if (!found.containsKey(place)) {
                history.record(Facts.driftGone(plan.application(), drift.object(), place));
            }
        });
    }

    private void collect(Step step, Map<String, Found> found) {
        String object = step.key().toString();
        List<String> by = writers.apply(step.key());
        switch (step) {
            case Step.Create ignored -> found.put(object, new Found(object, "it is missing", List.of()));
            case Step.Update update -> changes(object, update.changes(), by, found);
            case Step.Replace replace -> changes(object, replace.changes(), by, found);
            case Step.Repair repair ->
                repair.drift().forEach(drift -> found.put(drift.place(), new Found(object, drift.found(), by)));
            default -> {}
        }
    }

    private static void changes(String object, List<Change> changes, List<String> by, Map<String, Found> found) {
        for (Change change : changes) {
            String what = change.before() == null ? "it is absent" : "it is " + change.before();
            found.put(object + " " + change.path(), new Found(object, what, by));
        }
    }

    /** What may be put right: everything, or without the drift when it is only to be reported. */
    Plan withoutReported(Plan plan, SyncPolicy policy) {
        return policy.drift() == SyncPolicy.Drift.REPAIR
                ? plan
                : new Plan(
                        plan.application(),
                        plan.revision(),
                        plan.steps().stream().filter(step -> !isRepair(step)).toList());
    }
}
