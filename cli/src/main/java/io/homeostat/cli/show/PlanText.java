package io.homeostat.cli.show;

import io.homeostat.cli.terminal.Paint;
import io.homeostat.model.Node;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** {@code homeostat plan}: a diff that people like to read. What does not change is counted, not listed. */
public final class PlanText {

    private static final String UNCHANGED = "unchanged";

    /** Order and words of the summary. */
    private static final Map<String, String> ACTIONS = actions();

    private PlanText() {}

    public static List<String> lines(Node.Mapping plan, Paint paint) {
        List<String> lines = new ArrayList<>();
        List<String> problems = new ArrayList<>();
        Map<String, Integer> counts = new LinkedHashMap<>();
        ACTIONS.keySet().forEach(action -> counts.put(action, 0));
        problems.addAll(problems(plan, paint));
        for (Node.Mapping application : Nodes.mappings(plan.sequence("applications"))) {
            List<String> own = application(application, paint, counts);
            if (!own.isEmpty()) {
                lines.add(paint.strong(application.text("name", "")));
                lines.addAll(own);
                lines.add("");
            }
        }
        problems.forEach(lines::add);
        if (!problems.isEmpty()) {
            lines.add("");
        }
        lines.add(summary(plan, counts));
        return lines;
    }

    /** True when applying the plan would do something, or something stands in the way. */
    public static boolean hasChanges(Node.Mapping plan) {
        return Nodes.mappings(plan.sequence("applications")).stream()
                .flatMap(application -> Nodes.mappings(application.sequence("steps")).stream())
                .anyMatch(step -> !step.text("action", "").equals(UNCHANGED));
    }

    /** True when what Git says is invalid somewhere, so that it cannot be applied whole. */
    public static boolean hasErrors(Node.Mapping plan) {
        return errors(plan)
                || Nodes.mappings(plan.sequence("applications")).stream().anyMatch(PlanText::errors);
    }

    private static boolean errors(Node.Mapping holder) {
        return Nodes.mappings(holder.sequence("problems")).stream().anyMatch(PlanText::isError);
    }

    private static List<String> application(Node.Mapping application, Paint paint, Map<String, Integer> counts) {
        List<String> lines = new ArrayList<>();
        for (Node.Mapping step : Nodes.mappings(application.sequence("steps"))) {
            String action = step.text("action", "");
            counts.merge(action, 1, Integer::sum);
            if (!action.equals(UNCHANGED)) {
                lines.add(step(step, action, paint));
                for (Node.Mapping change : Nodes.mappings(step.sequence("changes"))) {
                    ChangeText.lines(change, paint).forEach(line -> lines.add("      " + line));
                }
            }
        }
        for (Node.Mapping guard : Nodes.mappings(application.sequence("guards"))) {
            if (!guard.text("answer", "yes").equals("yes")) {
                lines.add("  " + paint.busy("held by " + guard.text("guard", "")) + ": " + guard.text("reason", ""));
            }
        }
        lines.addAll(problems(application, paint));
        return lines;
    }

    private static String step(Node.Mapping step, String action, Paint paint) {
        String object = step.text("object", "");
        String reason = step.text("reason", "");
        String after = reason.isEmpty() ? "" : paint.dim(": ") + reason;
        String cause = step.text("cause", "change").equals("rollback") ? paint.dim(" (rollback)") : "";
        return switch (action) {
            case "create" -> paint.good("  + " + object) + cause + after;
            case "delete" -> paint.bad("  - " + object) + paint.dim("  no longer in Git") + after;
            case "update" -> paint.busy("  ~ " + object) + cause + after;
            case "replace" -> paint.bad("  ± " + object) + paint.dim("  deleted and created anew") + after;
            case "move" -> paint.busy("  > " + object) + paint.dim("  moved from " + step.text("from", "")) + after;
            case "kept" -> paint.dim("  = " + object + "  kept") + after;
            case "repair" -> paint.busy("  * " + object) + paint.dim("  repaired") + after;
            default -> paint.bad("  ! " + object) + paint.dim("  " + action) + after;
        };
    }

    private static List<String> problems(Node.Mapping holder, Paint paint) {
        return Nodes.mappings(holder.sequence("problems")).stream()
                .map(problem -> "  " + (isError(problem) ? paint.bad("✗ ") : "! ") + problem.text("text", ""))
                .toList();
    }

    private static boolean isError(Node.Mapping problem) {
        return problem.text("severity", "").equals("error");
    }

    private static String summary(Node.Mapping plan, Map<String, Integer> counts) {
        String revision = Brief.revision(plan.text("revision", ""));
        String where = revision.isEmpty() ? "" : " (revision " + revision + ")";
        int unchanged = counts.getOrDefault(UNCHANGED, 0);
        String said = counts.entrySet().stream()
                .filter(count -> count.getValue() > 0 && !count.getKey().equals(UNCHANGED))
                .map(count -> count.getValue() + " " + ACTIONS.getOrDefault(count.getKey(), count.getKey()))
                .collect(Collectors.joining(", "));
        return said.isEmpty()
                ? "No changes: " + unchanged + (unchanged == 1 ? " object is" : " objects are") + " as Git says" + where
                        + "."
                : said + ", " + unchanged + " unchanged" + where + ".";
    }

    private static Map<String, String> actions() {
        Map<String, String> actions = new LinkedHashMap<>();
        actions.put("create", "to create");
        actions.put("update", "to update");
        actions.put("replace", "to replace");
        actions.put("move", "to move");
        actions.put("repair", "to repair");
        actions.put("delete", "to delete");
        actions.put("kept", "kept");
        actions.put("blocked", "blocked");
        actions.put(UNCHANGED, UNCHANGED);
        return actions;
    }
}
