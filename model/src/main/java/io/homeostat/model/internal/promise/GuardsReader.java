package io.homeostat.model.internal.promise;

import io.homeostat.model.Environments;
import io.homeostat.model.Expressions;
import io.homeostat.model.Node;
import io.homeostat.model.Problem;
import io.homeostat.model.Rollout.Guards;
import io.homeostat.model.Rollout.Hours;
import java.net.URI;
import java.time.DayOfWeek;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** What has to hold before a stage of a rollout ends; its shape was checked. */
final class GuardsReader {

    private GuardsReader() {}

    static Guards read(Node.Mapping step) {
        List<String> objectives = new ArrayList<>();
        step.sequence("objectives").forEach(name -> objectives.add(name.toString()));
        String webhook = step.text("webhook");
        return new Guards(
                step.get("window") == null ? null : hours(step.mapping("window")),
                List.copyOf(objectives),
                step.text("when"),
                step.text("experiment"),
                webhook == null ? null : URI.create(webhook));
    }

    /** What is wrong with the guards of a strategy, in itself or in its steps. */
    static void check(Node.Mapping strategy, Library library, List<Problem> problems) {
        List<Node> steps = new ArrayList<>(strategy.sequence("steps"));
        steps.add(strategy);
        for (Node each : steps) {
            Node.Mapping step = (Node.Mapping) each;
            if (step.get("when") instanceof Node.Text condition) {
                Expressions.checkSignals(condition, problems);
            }
            if (step.get("experiment") instanceof Node.Text name) {
                var _ = library.find(Environments.GROUP, "Experiment", name);
            }
        }
    }

    static Hours hours(Node.Mapping window) {
        Set<DayOfWeek> days = EnumSet.noneOf(DayOfWeek.class);
        for (Node each : window.sequence("days")) {
            days.add(day(each.toString()));
        }
        if (window.get("days") == null) {
            days.addAll(EnumSet.range(DayOfWeek.MONDAY, DayOfWeek.FRIDAY));
        }
        return new Hours(
                Set.copyOf(days),
                LocalTime.parse(window.text("from", "00:00")),
                LocalTime.parse(window.text("to", "00:00")),
                ZoneId.of(window.text("zone", "UTC")));
    }

    private static DayOfWeek day(String brief) {
        for (DayOfWeek day : DayOfWeek.values()) {
            if (day.name().toLowerCase(Locale.ROOT).startsWith(brief)) {
                return day;
            }
        }
        throw new IllegalArgumentException(brief);
    }
}
