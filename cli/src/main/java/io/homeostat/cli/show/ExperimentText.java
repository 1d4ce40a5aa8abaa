package io.homeostat.cli.show;

import io.homeostat.cli.terminal.Paint;
import io.homeostat.cli.terminal.Table;
import io.homeostat.model.Node;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** {@code homeostat experiment …}: what is done, what happened, what it showed. */
public final class ExperimentText {

    private ExperimentText() {}

    public static List<String> list(Node.Mapping answer, Paint paint, Instant now) {
        Table table = Table.of(paint, "EXPERIMENT", "DOES", "LAST", "", "OWNER");
        for (Node.Mapping each : Nodes.mappings(answer.sequence("experiments"))) {
            Node.Mapping last = each.mapping("last");
            table.row(
                    paint.strong(each.text("name", "")),
                    each.sequence("faults").stream().map(Node::toString).collect(Collectors.joining("; ")),
                    state(last, paint),
                    Brief.ago(last.text("startedAt", ""), now),
                    each.flag("declared", false) ? each.text("owner", "") : paint.dim("not declared now"));
        }
        List<String> lines = new ArrayList<>();
        for (Node.Mapping each : Nodes.mappings(answer.sequence("experiments"))) {
            String waits = each.mapping("schedule").text("waits", "");
            if (!waits.isEmpty()) {
                String why = each.mapping("schedule").text("why", "");
                lines.add(paint.busy(each.text("name", "")) + " is due" + (why.isEmpty() ? "" : ", since " + why + ",")
                        + " and waits: " + waits);
            }
        }
        for (Node.Mapping each : Nodes.mappings(answer.sequence("asked"))) {
            lines.add(paint.busy(each.text("who", "")) + " is asked to " + each.text("task", "") + " ("
                    + Brief.until(each.text("until", ""), now) + " it is too late): homeostat experiment answer "
                    + each.text("run", ""));
        }
        Node.Mapping halt = answer.mapping("halt");
        if (!halt.isEmpty()) {
            lines.add(paint.bad("halted") + " by " + halt.text("by", "") + " " + Brief.ago(halt.text("since", ""), now)
                    + (halt.text("reason", "").isEmpty() ? "" : ": " + halt.text("reason", "")));
        }
        lines.addAll(
                table.isEmpty()
                        ? List.of("No experiments yet; docs/chaos.md shows how to declare one.")
                        : table.lines());
        return lines;
    }

    public static boolean isAnyBroken(Node.Mapping answer) {
        return Nodes.mappings(answer.sequence("experiments")).stream()
                .anyMatch(each -> each.mapping("last").text("verdict", "").equals("broken"));
    }

    public static List<String> show(Node.Mapping answer, Paint paint, Instant now) {
        List<String> lines = new ArrayList<>();
        Node.Mapping experiment = answer.mapping("experiment");
        lines.add(paint.strong(experiment.text("name", "")) + "  " + experiment.text("description", ""));
        for (Node fault : experiment.sequence("faults")) {
            lines.add(paint.dim("does    ") + fault);
        }
        Node.Mapping schedule = experiment.mapping("schedule");
        if (!schedule.isEmpty()) {
            lines.add(paint.dim("runs    ") + schedule.text("when", "") + schedule(schedule, paint));
        }
        for (Node.Mapping run : Nodes.mappings(answer.sequence("runs"))) {
            lines.add("");
            lines.add(state(run, paint)
                    + paint.dim("  " + Brief.ago(run.text("startedAt", ""), now) + ", by ")
                    + run.text("by", ""));
            for (Node.Mapping step : Nodes.mappings(run.sequence("steps"))) {
                lines.add("  " + step(step, paint));
            }
        }
        return lines;
    }

    private static String schedule(Node.Mapping schedule, Paint paint) {
        String waits = schedule.text("waits", "");
        String next = schedule.text("next", "");
        return !waits.isEmpty() ? paint.busy(" waits: ") + waits : next.isEmpty() ? "" : paint.dim(", next at ") + next;
    }

    private static String state(Node.Mapping run, Paint paint) {
        if (run.isEmpty()) {
            return paint.dim("never ran");
        }
        String verdict = run.text("verdict", "");
        return verdict.isEmpty() ? paint.busy("runs: " + run.text("phase", "")) : word(verdict, paint);
    }

    private static String word(String verdict, Paint paint) {
        return switch (verdict) {
            case "held" -> paint.good(verdict);
            case "broken" -> paint.bad(verdict);
            default -> paint.busy(verdict);
        };
    }

    /** One event of a run, with its time of day. */
    public static String step(Node.Mapping event, Paint paint) {
        String time = event.text("time", "");
        String clock = time.length() >= 23 ? time.substring(11, 23) : time;
        return paint.dim(clock) + "  " + event.text("message", "");
    }

    public static String verdict(Node.Mapping data, Paint paint) {
        return paint.strong(data.text("experiment", "")) + " " + word(data.text("verdict", ""), paint) + ": "
                + data.text("reason", "");
    }

    public static List<String> plan(Node.Mapping plan, Paint paint) {
        List<String> lines = new ArrayList<>();
        Table table = Table.of(paint, "FAULT", "HOW MUCH", "WHERE", "HOW LONG");
        for (Node.Mapping fault : Nodes.mappings(plan.sequence("faults"))) {
            table.row(
                    fault.text("class", ""),
                    fault.text("magnitude", ""),
                    fault.text("place", ""),
                    fault.text("lasts", ""));
        }
        if (!table.isEmpty()) {
            lines.addAll(table.lines());
        }
        for (Node refusal : plan.sequence("refusals")) {
            lines.add(paint.bad("no: ") + refusal);
        }
        return lines;
    }
}
