package io.homeostat.chaos.coverage;

import io.homeostat.chaos.ChaosFacts;
import io.homeostat.journal.Event;
import io.homeostat.model.Node;
import io.homeostat.model.chaos.Exclusion;
import io.homeostat.model.chaos.FaultClass;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What the journal says about the surface: every component and directed edge, times every class of fault that applies to it.
 *
 * <p>A cell is <em>exercised</em> by a run in which the fault was seen at its place, there was a steady state before, every check
 * was made meanwhile, and recovery was verified. It is <em>passed</em> when the hypothesis held as well. The newest such run counts,
 * in full for {@link #FRESH}; from then on half of it is lost every {@link #FRESH}, and half at once when what was touched is declared
 * otherwise by now. Each cell weighs what its component or edge does; shares are of the weight of all cells.
 */
public final class Coverage {

    public static final Duration FRESH = Duration.ofDays(30);

    private List<Target> targets = List.of();
    private Set<String> classes = Set.of();
    private Map<String, String> unavailable = Map.of();
    private List<Exclusion> exclusions = List.of();
    private final Map<Key, Exercise> newest = new HashMap<>();

    private record Target(
            String name, boolean isEdge, boolean declared, double weight, String digest, Map<String, String> without) {}

    private record Key(String target, String faultClass) {}

    private record Exercise(Instant at, boolean passed, String digest, String experiment) {}

    /**
     * One cell at one moment.
     *
     * @param worth what is left of its exercise: 0 never, 1 fresh
     * @param exercisedAt null when it never was
     * @param excluded on whose word nobody is to exercise it; null when nobody said so, or it is over
     */
    public record Cell(
            String target,
            String faultClass,
            double weight,
            double worth,
            boolean passed,
            @Nullable Instant exercisedAt,
            String experiment,
            @Nullable Exclusion excluded) {}

    /**
     * All of it at one moment; shares are 0 to 1.
     *
     * @param stale share of the weight that was exercised and has lost some of its worth
     * @param excluded share of the weight that nobody is to exercise; it is part of the whole all the same
     * @param cells that count
     * @param without what can never be done as things are declared: no part of the whole
     * @param unavailable classes of fault that cannot be done here at all, with the reason
     * @param undeclared edges that were seen and that nobody declared
     */
    public record Report(
            double exercised,
            double passed,
            double stale,
            double excluded,
            List<Cell> cells,
            List<Without> without,
            Map<String, String> unavailable,
            List<String> undeclared) {}

    /** A class of fault that does not apply to one component or edge. */
    public record Without(String target, String faultClass, String reason) {}

    public synchronized void take(Event event) {
        switch (event.type()) {
            case ChaosFacts.SURFACE -> surface(event.data());
            case ChaosFacts.ENDED -> ended(event);
            default -> {}
        }
    }

    private void surface(Node.Mapping data) {
        List<Target> seen = new ArrayList<>();
        for (Node each : data.sequence("targets")) {
            if (each instanceof Node.Mapping target) {
                seen.add(new Target(
                        target.text("name", ""),
                        target.flag("edge", false),
                        target.flag("declared", false),
                        target.get("weight") instanceof Node.Numeric weight
                                ? weight.value().doubleValue()
                                : 0,
                        target.text("digest", ""),
                        reasons(target.mapping("notApplicable"))));
            }
        }
        targets = List.copyOf(seen);
        unavailable = reasons(data.mapping("unavailable"));
        exclusions = excluded(data);
        Set<String> known = new HashSet<>();
        data.sequence("classes").forEach(each -> known.add(each.toString()));
        classes = Set.copyOf(known);
    }

    private static Map<String, String> reasons(Node.Mapping said) {
        Map<String, String> reasons = new TreeMap<>();
        said.fields().keySet().forEach(each -> reasons.put(each, said.text(each, "")));
        return reasons;
    }

    private static List<Exclusion> excluded(Node.Mapping data) {
        List<Exclusion> excluded = new ArrayList<>();
        for (Node each : data.sequence("exclusions")) {
            if (each instanceof Node.Mapping said) {
                Set<String> only = new HashSet<>();
                said.sequence("classes").forEach(word -> only.add(word.toString()));
                excluded.add(new Exclusion(
                        "",
                        said.text("target", ""),
                        Set.copyOf(only),
                        said.text("owner", ""),
                        said.text("reason", ""),
                        Instant.parse(said.text("until", "1970-01-01T00:00:00Z"))));
            }
        }
        return List.copyOf(excluded);
    }

    private @Nullable Exclusion exclusion(String target, String faultClass, Instant now) {
        for (Exclusion each : exclusions) {
            if (each.until().isAfter(now) && each.concerns(target, faultClass)) {
                return each;
            }
        }
        return null;
    }

    private void ended(Event event) {
        Node.Mapping data = event.data();
        if (!data.flag("steadyBefore", false) || !data.flag("checkedDuring", false) || !data.flag("recovered", false)) {
            return;
        }
        boolean held = data.text("verdict", "").equals("held");
        for (Node each : data.sequence("cells")) {
            if (each instanceof Node.Mapping cell && cell.flag("observed", false)) {
                newest.put(
                        new Key(cell.text("target", ""), cell.text("class", "")),
                        new Exercise(event.time(), held, cell.text("digest", ""), data.text("experiment", "")));
            }
        }
    }

    public synchronized Report at(Instant now) {
        List<Cell> cells = new ArrayList<>();
        List<Without> without = new ArrayList<>();
        List<String> undeclared = new ArrayList<>();
        double all = 0;
        double exercised = 0;
        double passed = 0;
        double stale = 0;
        double excluded = 0;
        for (Target target : targets) {
            if (target.isEdge() && !target.declared()) {
                undeclared.add(target.name());
            }
            for (FaultClass each : target.isEdge() ? FaultClass.ofEdges() : FaultClass.ofWorkloads()) {
                if (!classes.contains(each.word())) {
                    continue;
                }
                String reason = target.without().get(each.word());
                if (reason != null) {
                    without.add(new Without(target.name(), each.word(), reason));
                    continue;
                }
                Exercise exercise = newest.get(new Key(target.name(), each.word()));
                double worth = exercise == null ? 0 : worth(exercise, target.digest(), now);
                boolean held = exercise != null && exercise.passed();
                all += target.weight();
                exercised += target.weight() * worth;
                passed += held ? target.weight() * worth : 0;
                Exclusion exclusion = exclusion(target.name(), each.word(), now);
                excluded += exclusion == null ? 0 : target.weight();
                stale += exercise != null && worth < 1 ? target.weight() : 0;
                cells.add(new Cell(
                        target.name(),
                        each.word(),
                        target.weight(),
                        worth,
                        held,
                        exercise == null ? null : exercise.at(),
                        exercise == null ? "" : exercise.experiment(),
                        exclusion));
            }
        }
        double whole = all == 0 ? 1 : all;
        return new Report(
                exercised / whole,
                passed / whole,
                stale / whole,
                excluded / whole,
                List.copyOf(cells),
                List.copyOf(without),
                unavailable,
                List.copyOf(undeclared));
    }

    private static double worth(Exercise exercise, String digest, Instant now) {
        double days = Duration.between(exercise.at(), now).toMillis()
                / (double) Duration.ofDays(1).toMillis();
        double fresh = FRESH.toDays();
        double worth = days <= fresh ? 1 : Math.pow(0.5, (days - fresh) / fresh);
        return exercise.digest().equals(digest) ? worth : worth * 0.5;
    }
}
