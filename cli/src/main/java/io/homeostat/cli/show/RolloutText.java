package io.homeostat.cli.show;

import io.homeostat.cli.terminal.Paint;
import io.homeostat.model.Node;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** {@code homeostat rollout explain}: where a rollout stands, what was shown, and how the evidence grew. */
public final class RolloutText {

    private RolloutText() {}

    public static List<String> lines(Node.Mapping rollout, Paint paint) {
        List<String> lines = new ArrayList<>();
        String phase = rollout.text("phase", "");
        lines.add(paint.strong(rollout.text("name", "")) + " " + paint.dim(rollout.text("object", "")) + " "
                + Brief.revision(rollout.text("revision", "")) + ": "
                + phase(phase, rollout.flag("paused", false), paint) + ", " + rollout.integer("weight", 0)
                + " % of the traffic");
        lines.add("  " + rollout.text("message", ""));
        List<Node.Mapping> stages = Nodes.mappings(rollout.sequence("stages"));
        if (!stages.isEmpty() && phase.equals("running")) {
            lines.add("  " + stages(stages, rollout.integer("stage", -1), paint));
        }
        for (Node.Mapping check : Nodes.mappings(rollout.sequence("checks"))) {
            lines.add("  " + check(check, paint));
        }
        Node.Mapping verdict = rollout.mapping("verdict");
        if (!verdict.isEmpty()) {
            lines.add("");
            JudgeText.findings(verdict.with("baseline", "stable").with("canary", "canary"), paint)
                    .forEach(line -> lines.add("  " + line));
            Node.Mapping outlook = verdict.mapping("outlook");
            if (!outlook.isEmpty() && phase.equals("running")) {
                lines.add(String.format(
                        Locale.ROOT,
                        "  This stage: %s; at this rate, %.1f times its traffic so far would show it to be %s.",
                        verdict.text("stage", ""),
                        JudgeText.number(outlook.get("timesTheTraffic")),
                        outlook.text("wouldShow", "")));
            }
        }
        List<String> chart = EvidenceChart.lines(Nodes.mappings(rollout.sequence("samples")), paint);
        if (!chart.isEmpty()) {
            lines.add("");
            lines.addAll(chart);
        }
        return lines;
    }

    private static String check(Node.Mapping check, Paint paint) {
        String mark = switch (check.text("state", "")) {
            case "holds" -> paint.good("✓");
            case "fails" -> paint.bad("✗");
            default -> paint.dim("?");
        };
        int failed = check.integer("failed", 0);
        String count = failed == 0 ? "" : " (failed " + failed + " times, " + check.integer("allowed", 0) + " may)";
        return mark + " " + check.text("name", "") + ": " + check.text("detail", "") + count;
    }

    private static String stages(List<Node.Mapping> stages, int reached, Paint paint) {
        List<String> shown = new ArrayList<>();
        for (int i = 0; i < stages.size(); i++) {
            String title = stages.get(i).text("title", "");
            shown.add(
                    i < reached
                            ? paint.good("✓ " + title)
                            : i == reached ? paint.busy("● " + title) : paint.dim("○ " + title));
        }
        return String.join(paint.dim(" → "), shown);
    }

    public static String phase(String phase, boolean paused, Paint paint) {
        return switch (phase) {
            case "running" -> paint.busy(paused ? "paused" : phase);
            case "completed" -> paint.good(phase);
            case "superseded" -> phase;
            default -> paint.bad(phase);
        };
    }
}
