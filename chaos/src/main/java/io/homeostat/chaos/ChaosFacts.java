package io.homeostat.chaos;

import io.homeostat.chaos.check.Measured;
import io.homeostat.chaos.life.Course;
import io.homeostat.chaos.life.Phase;
import io.homeostat.chaos.life.Verdict;
import io.homeostat.journal.Entry;
import io.homeostat.model.Document;
import io.homeostat.model.Node;
import io.homeostat.model.Position;
import io.homeostat.model.chaos.Exclusion;
import io.homeostat.model.chaos.Experiment;
import io.homeostat.model.chaos.FaultClass;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Every event that experiments write into the journal: its type, its sentence, its data. {@link Memory} reads them back. */
public final class ChaosFacts {

    public static final String STARTED = "experiment.started";
    public static final String REFUSED = "experiment.refused";
    public static final String WAITS = "experiment.waits";
    public static final String PHASE = "experiment.phase";
    public static final String OBSERVED = "experiment.observed";
    public static final String NOTICED = "experiment.noticed";
    public static final String UNDONE = "experiment.undone";
    public static final String ENDED = "experiment.ended";
    public static final String HALTED = "chaos.halted";
    public static final String RESUMED = "chaos.resumed";
    public static final String REGISTERED = "catalog.registered";
    public static final String UNREGISTERED = "catalog.removed";
    public static final String SURFACE = "surface.seen";

    private ChaosFacts() {}

    /**
     * One place of the surface that a run touched, by the class of fault.
     *
     * @param target a workload, or an edge as {@code Deployment/web → Service/api}
     * @param digest of what it was declared as then
     */
    public record Cell(String target, String faultClass, String magnitude, boolean observed, String digest) {}

    /** @param why it is now; empty when that goes without saying */
    static Entry started(
            String run,
            Experiment experiment,
            String revision,
            String by,
            String why,
            Map<String, List<String>> places) {
        List<String> what = experiment.faults().stream()
                .map(fault -> fault + " (" + String.join(", ", places.getOrDefault(fault.id(), List.of())) + ")")
                .toList();
        return entry(
                STARTED,
                experiment.name() + " begins" + (why.isEmpty() ? "" : ", since " + why) + ": "
                        + String.join("; ", what),
                because(data(run, experiment.name()), why)
                        .with("owner", experiment.owner())
                        .with("by", by)
                        .with("revision", revision)
                        .with("components", texts(experiment.components()))
                        .with("faults", texts(what)));
    }

    static Entry refused(Experiment experiment, String by, List<String> refusals) {
        return entry(
                REFUSED,
                experiment.name() + " was not begun: " + refusals.getFirst(),
                Node.Mapping.EMPTY
                        .with("experiment", experiment.name())
                        .with("by", by)
                        .with("reasons", texts(refusals)));
    }

    /** It is due, and may not begin. */
    static Entry waits(Experiment experiment, String reason, String why) {
        return entry(
                WAITS,
                experiment.name() + " is due" + (why.isEmpty() ? "" : ", since " + why + ",") + " and waits: " + reason,
                because(Node.Mapping.EMPTY.with("experiment", experiment.name()).with("reason", reason), why));
    }

    static Entry phase(String run, String experiment, Phase phase) {
        String words = switch (phase) {
            case BEFORE -> "is there a steady state?";
            case INJECT -> "the steady state is there; the faults begin";
            case DURING -> "the faults are there; does it hold?";
            case STOP -> "the faults are taken away";
            case RECOVERY -> "nothing is left of the faults; does it recover?";
            case OVER -> "over";
        };
        return entry(PHASE, experiment + ": " + words, data(run, experiment).with("phase", phase.word()));
    }

    static Entry observed(String run, String experiment, String fault, String place, String seen) {
        return entry(
                OBSERVED,
                experiment + ": " + fault + " was seen at " + place + ": " + seen,
                data(run, experiment).with("fault", fault).with("place", place).with("seen", seen));
    }

    /** @param afterMillis since the faults began */
    static Entry noticed(String run, String experiment, String alert, long afterMillis) {
        return entry(
                NOTICED,
                experiment + ": somebody noticed: the alert " + alert + " fired " + afterMillis
                        + " ms after the faults began",
                data(run, experiment).with("alert", alert).with("afterMillis", afterMillis));
    }

    /** @param afterMillis since the promise broke, or since it was to end */
    static Entry undone(String run, String experiment, long afterMillis) {
        return entry(
                UNDONE,
                experiment + ": every fault is undone, " + afterMillis + " ms after it was to be",
                data(run, experiment).with("afterMillis", afterMillis));
    }

    /**
     * What was found never to be possible, as the workload is declared.
     *
     * @param container empty for the instance as a whole
     */
    record Refused(String target, String faultClass, String container, String digest, String reason) {
        private Node.Mapping node() {
            return Node.Mapping.EMPTY
                    .with("target", target)
                    .with("class", faultClass)
                    .with("container", container)
                    .with("digest", digest)
                    .with("reason", reason);
        }
    }

    /** The same end, with what was found on the way. */
    static Entry with(Entry ended, List<Refused> refused) {
        return refused.isEmpty()
                ? ended
                : new Entry(
                        ended.type(),
                        ended.application(),
                        ended.object(),
                        ended.message(),
                        ended.data()
                                .with(
                                        "refused",
                                        new Node.Sequence(
                                                refused.stream()
                                                        .<Node>map(Refused::node)
                                                        .toList(),
                                                Position.NONE)));
    }

    /**
     * What a run leaves beside its verdict.
     *
     * @param noticed the alert that fired because of it; null when none did, or was to
     * @param before each check, in the phase before the faults
     * @param during each check, while they were there
     */
    record Outcome(
            List<Cell> cells, Toll toll, @Nullable String noticed, List<Measured> before, List<Measured> during) {

        static final Outcome NOTHING = of(List.of(), Toll.NONE);

        static Outcome of(List<Cell> cells, Toll toll) {
            return new Outcome(cells, toll, null, List.of(), List.of());
        }
    }

    static Entry ended(String run, String experiment, Course course, Outcome outcome) {
        Verdict verdict = course.verdict() == null ? Verdict.INCONCLUSIVE : course.verdict();
        return entry(
                ENDED,
                experiment + " " + verdict.word() + ": " + course.reason(),
                data(run, experiment)
                        .with("verdict", verdict.word())
                        .with("reason", course.reason())
                        .with("broke", course.broke())
                        .with("steadyBefore", flag(course.steadyBefore()))
                        .with("checkedDuring", flag(course.checkedDuring()))
                        .with("recovered", flag(course.recovered()))
                        .with("noticed", outcome.noticed() == null ? "" : outcome.noticed())
                        .with("unnoticed", flag(course.unnoticed()))
                        .with("toll", outcome.toll().node())
                        .with(
                                "cells",
                                new Node.Sequence(
                                        outcome.cells().stream()
                                                .map(ChaosFacts::cell)
                                                .toList(),
                                        Position.NONE))
                        .with("checks", checks(outcome)));
    }

    private static Node checks(Outcome outcome) {
        Map<String, Measured> before =
                outcome.before().stream().collect(Collectors.toMap(Measured::name, each -> each, (one, other) -> one));
        List<Node> views = new ArrayList<>();
        for (Measured during : outcome.during()) {
            Node.Mapping view = Node.Mapping.EMPTY
                    .with("name", during.name())
                    .with("looks", during.looks())
                    .with("held", during.held())
                    .with("broken", during.broken())
                    .with("unit", during.unit());
            Measured earlier = before.get(during.name());
            view = with(view, "before", earlier == null ? null : earlier.typical());
            view = with(view, "during", during.typical());
            views.add(with(view, "worst", during.worst()));
        }
        return new Node.Sequence(views, Position.NONE);
    }

    private static Node.Mapping with(Node.Mapping view, String key, @Nullable Double value) {
        return value == null ? view : view.with(key, number(value));
    }

    static Entry halted(String by, String reason) {
        return entry(
                HALTED,
                "all chaos is halted by " + by + (reason.isEmpty() ? "" : ": " + reason),
                Node.Mapping.EMPTY.with("by", by).with("reason", reason));
    }

    static Entry resumed(String by) {
        return entry(RESUMED, "experiments may run again, says " + by, Node.Mapping.EMPTY.with("by", by));
    }

    static Entry registered(Document document, String by) {
        String name = document.key().name();
        return entry(
                REGISTERED,
                "the extension " + name + " is registered by " + by,
                Node.Mapping.EMPTY.with("extension", name).with("by", by).with("document", document.content()));
    }

    static Entry unregistered(String name, String by) {
        return entry(
                UNREGISTERED,
                "the extension " + name + " is removed by " + by,
                Node.Mapping.EMPTY.with("extension", name).with("by", by));
    }

    /**
     * What there is to be exercised, as {@link io.homeostat.chaos.coverage.Coverage} reads it.
     *
     * @param unavailable the classes of fault that cannot be done here at all, with the reason
     */
    static Entry surface(
            List<String> classes, Map<String, String> unavailable, List<Target> targets, List<Exclusion> exclusions) {
        List<Node> excluded = exclusions.stream()
                .<Node>map(each -> Node.Mapping.EMPTY
                        .with("target", each.target())
                        .with("classes", texts(new TreeSet<>(each.classes())))
                        .with("owner", each.owner())
                        .with("reason", each.reason())
                        .with("until", each.until().toString()))
                .toList();
        List<Node> said = targets.stream()
                .<Node>map(target -> Node.Mapping.EMPTY
                        .with("name", target.name())
                        .with("edge", flag(target.isEdge()))
                        .with("declared", flag(target.declared()))
                        .with("weight", number(target.weight()))
                        .with("digest", target.digest())
                        .with("notApplicable", reasons(target.without())))
                .toList();
        return entry(
                SURFACE,
                "there are " + targets.size() + " components and edges to exercise",
                Node.Mapping.EMPTY
                        .with("table", FaultClass.TABLE)
                        .with("classes", texts(classes))
                        .with("unavailable", reasons(unavailable))
                        .with("targets", new Node.Sequence(said, Position.NONE))
                        .with("exclusions", new Node.Sequence(excluded, Position.NONE)));
    }

    /**
     * A component, or a directed edge.
     *
     * @param name a workload, or {@code Deployment/web → Service/api}
     * @param declared false: an edge that was seen, and that nobody declared
     * @param weight how much it matters times its share of the traffic
     * @param without the classes of fault that the target can do and that can never be done to this, with the reason
     */
    public record Target(
            String name, boolean isEdge, boolean declared, double weight, String digest, Map<String, String> without) {}

    private static Node.Mapping reasons(Map<String, String> reasons) {
        Node.Mapping said = Node.Mapping.EMPTY;
        for (Map.Entry<String, String> each : new TreeMap<>(reasons).entrySet()) {
            said = said.with(each.getKey(), each.getValue());
        }
        return said;
    }

    private static Node cell(Cell cell) {
        return Node.Mapping.EMPTY
                .with("target", cell.target())
                .with("class", cell.faultClass())
                .with("magnitude", cell.magnitude())
                .with("observed", flag(cell.observed()))
                .with("digest", cell.digest());
    }

    static Node.Mapping because(Node.Mapping data, String why) {
        return why.isEmpty() ? data : data.with("why", why);
    }

    static Node.Mapping data(String run, String experiment) {
        return Node.Mapping.EMPTY.with("run", run).with("experiment", experiment);
    }

    static Entry entry(String type, String message, Node.Mapping data) {
        return new Entry(
                type,
                "",
                data.text("experiment", "").isEmpty() ? "" : "Experiment/" + data.text("experiment"),
                message,
                data);
    }

    static Node.Bool flag(boolean value) {
        return new Node.Bool(value, Position.NONE);
    }

    static Node number(double value) {
        return new Node.Numeric(BigDecimal.valueOf(Math.round(value * 1e6), 6), Position.NONE);
    }

    static Node texts(Iterable<String> texts) {
        List<Node> nodes = new ArrayList<>();
        texts.forEach(text -> nodes.add(Node.Text.of(text)));
        return new Node.Sequence(nodes, Position.NONE);
    }
}
