package io.homeostat.converge;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** A plan and its steps in few words, for the journal and for people. */
public final class PlanSummary {

    private PlanSummary() {}

    /** {@code create 3, update 1}; {@code nothing to do} when there is nothing. */
    public static String of(Plan plan) {
        Map<String, Integer> counts = new LinkedHashMap<>();
        for (Step step : plan.steps()) {
            if (!(step instanceof Step.Unchanged)) {
                counts.merge(action(step), 1, Integer::sum);
            }
        }
        return counts.isEmpty()
                ? "nothing to do"
                : counts.entrySet().stream()
                        .map(count -> count.getKey() + " " + count.getValue())
                        .collect(Collectors.joining(", "));
    }

    /** How many steps would do something. */
    static int count(Plan plan) {
        int count = 0;
        for (Step step : plan.steps()) {
            if (isEffective(step)) {
                count++;
            }
        }
        return count;
    }

    /** Whether the target has anything to do for it. */
    static boolean isEffective(Step step) {
        return !(step instanceof Step.Unchanged || step instanceof Step.Kept || step instanceof Step.Blocked);
    }

    /** The stable word for a kind of step, the same in JSON, events and text. */
    public static String action(Step step) {
        return switch (step) {
            case Step.Create ignored -> "create";
            case Step.Update ignored -> "update";
            case Step.Replace ignored -> "replace";
            case Step.Move ignored -> "move";
            case Step.Repair ignored -> "repair";
            case Step.Unchanged ignored -> "unchanged";
            case Step.Delete ignored -> "delete";
            case Step.Kept ignored -> "kept";
            case Step.Blocked ignored -> "blocked";
        };
    }

    /** {@code update Deployment/web (2 fields)}. */
    static String intention(Step step) {
        String base = action(step) + " " + step.key();
        return switch (step) {
            case Step.Update update -> base + fields(update.changes().size());
            case Step.Replace replace -> base + " (" + replace.reason() + ")";
            case Step.Move move ->
                base
                        + (move.fromApplication().equals(move.application())
                                ? " from " + move.fromOrigin()
                                : " from application '" + move.fromApplication() + "'");
            default -> base;
        };
    }

    private static String fields(int count) {
        return " (" + count + (count == 1 ? " field)" : " fields)");
    }

    /** {@code 840 ms}, {@code 2.3 s}, {@code 4 min 10 s}. */
    public static String duration(long millis) {
        if (millis < 1000) {
            return millis + " ms";
        }
        if (millis < 60_000) {
            return String.format(Locale.ROOT, "%.1f s", millis / 1000.0);
        }
        return millis / 60_000 + " min " + millis / 1000 % 60 + " s";
    }
}
