package io.homeostat.converge;

import java.time.Instant;
import java.util.List;
import java.util.function.ToIntFunction;

/**
 * Holds a plan that deletes more than the allowed share of what an application owns, or all of it, until a person confirms
 * exactly these deletions. A wrong path in a commit looks just like this. A rollback is not held: what it deletes is what the bad
 * revision brought.
 */
final class PruneLimit implements Guard {

    private final History history;
    private final ToIntFunction<String> maxDeletedPercent;

    /** @param maxDeletedPercent the limit that applies to an application, 0–100 */
    PruneLimit(History history, ToIntFunction<String> maxDeletedPercent) {
        this.history = history;
        this.maxDeletedPercent = maxDeletedPercent;
    }

    @Override
    public String name() {
        return "prune limit";
    }

    @Override
    public Answer ask(Plan plan, Step.Cause cause, Instant now) {
        List<String> deleted = deletions(plan);
        if (deleted.isEmpty() || cause == Step.Cause.REPAIR || cause == Step.Cause.ROLLBACK) {
            return new Answer.Yes();
        }
        int owned = deleted.size();
        for (Step step : plan.steps()) {
            if (!(step instanceof Step.Delete || step instanceof Step.Create || step instanceof Step.Blocked)) {
                owned++;
            }
        }
        int limit = maxDeletedPercent.applyAsInt(plan.application());
        if (deleted.size() < owned && deleted.size() * 100 <= limit * owned) {
            return new Answer.Yes();
        }
        ApplicationState.Hold hold = history.application(plan.application()).hold();
        if (hold != null && hold.confirmed() && hold.deletions().containsAll(deleted)) {
            return new Answer.Yes();
        }
        String share = deleted.size() == owned
                ? "everything it owns (" + owned + " objects)"
                : deleted.size() + " of " + owned + " objects, more than prune.maxDeletedPercent: " + limit;
        return new Answer.No(
                "the plan deletes " + share
                        + "; look at it with `homeostat plan`, then allow it with `homeostat confirm "
                        + plan.application() + "`",
                null);
    }

    /** What is to be deleted: a confirmation is for these, or for those of them that are left after a crash. */
    static List<String> deletions(Plan plan) {
        return plan.steps().stream()
                .filter(Step.Delete.class::isInstance)
                .map(step -> step.key().toString())
                .sorted()
                .toList();
    }
}
