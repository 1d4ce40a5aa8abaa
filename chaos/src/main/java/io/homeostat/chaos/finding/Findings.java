package io.homeostat.chaos.finding;

import io.homeostat.chaos.ChaosFacts;
import io.homeostat.chaos.life.Life;
import io.homeostat.chaos.perimeter.Perimeters;
import io.homeostat.journal.Event;
import io.homeostat.model.Node;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What is known to be wrong: kept until the experiment that showed it shows otherwise. A run that shows nothing, or was aborted,
 * changes nothing. Safe for use by many threads.
 */
public final class Findings {

    private final Map<String, Finding> broken = new TreeMap<>();
    private final Map<String, Finding> unnoticed = new TreeMap<>();
    private final Map<String, Finding> shrunk = new TreeMap<>();

    /** @param perimeters has taken the event already */
    public synchronized void take(Event event, Perimeters perimeters) {
        if (!event.type().equals(ChaosFacts.ENDED)) {
            return;
        }
        String experiment = event.data().text("experiment", "");
        switch (event.data().text("verdict", "")) {
            case "held" -> {
                broken.remove(experiment);
                unnoticed.remove(experiment);
            }
            case "broken" -> broken(experiment, event);
            default -> {
                return;
            }
        }
        if (!event.data().mapping("perimeter").isEmpty()) {
            Perimeters.Found earlier = perimeters.shrunkFrom(experiment);
            if (earlier == null) {
                shrunk.remove(experiment);
            } else {
                keep(shrunk, finding(Finding.Kind.SHRUNK, event, shrunk(event, earlier)));
            }
        }
    }

    private void broken(String experiment, Event event) {
        String broke = event.data().text("broke", "");
        String reason = event.data().text("reason", "");
        if (broke.equals(Life.NOTICE) && event.data().flag("recovered", false)) {
            // Every promise held, during and after.
            broken.remove(experiment);
        } else {
            Finding.Kind kind = broke.equals(Life.GUARDRAILS) ? Finding.Kind.GUARDRAIL : Finding.Kind.BROKEN;
            keep(broken, finding(kind, event, reason));
        }
        if (event.data().flag("unnoticed", false)) {
            keep(unnoticed, finding(Finding.Kind.UNNOTICED, event, reason));
        } else if (!event.data().text("noticed", "").isEmpty()) {
            unnoticed.remove(experiment);
        }
    }

    private static String shrunk(Event event, Perimeters.Found earlier) {
        String unit = event.data().mapping("perimeter").text("unit", "");
        return "it breaks at " + amount(event.data().mapping("perimeter"), "breaks", unit) + ", where "
                + amount(earlier.said(), "holds", unit) + " held at "
                + brief(earlier.said().text("revision", ""));
    }

    private static String amount(Node.Mapping said, String key, String unit) {
        String number = said.get(key) instanceof Node.Numeric value
                ? value.value().stripTrailingZeros().toPlainString()
                : "";
        return unit.equals("%") ? number + "%" : number + " " + unit;
    }

    private static String brief(String revision) {
        return revision.length() > 7 ? revision.substring(0, 7) : revision;
    }

    private static void keep(Map<String, Finding> among, Finding finding) {
        Finding earlier = among.get(finding.experiment());
        among.put(finding.experiment(), earlier == null ? finding : finding.seenAgain(earlier));
    }

    private static Finding finding(Finding.Kind kind, Event event, String statement) {
        Node.Mapping data = event.data();
        return new Finding(
                kind,
                data.text("experiment", ""),
                data.text("run", ""),
                event.time(),
                event.time(),
                1,
                statement,
                data.text("broke", ""),
                perHour(data.mapping("toll")),
                number(data.mapping("toll"), "tier", 1));
    }

    private static @Nullable Double perHour(Node.Mapping toll) {
        double spent = number(toll, "budget", 0);
        double hours = number(toll, "millis", 0) / Duration.ofHours(1).toMillis();
        return spent > 0 && hours > 0 ? Double.valueOf(spent / hours) : null;
    }

    private static double number(Node.Mapping in, String key, double otherwise) {
        return in.get(key) instanceof Node.Numeric number ? number.value().doubleValue() : otherwise;
    }

    /** All of them, the most pressing first. */
    public synchronized List<Finding> ranked() {
        List<Finding> all = new ArrayList<>(broken.values());
        all.addAll(unnoticed.values());
        all.addAll(shrunk.values());
        all.sort(Finding.RANK);
        return List.copyOf(all);
    }
}
