package io.homeostat.chaos;

import io.homeostat.chaos.coverage.Coverage;
import io.homeostat.model.ObjectKey;
import io.homeostat.model.chaos.FaultClass;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Experiments that would raise coverage most, each such that it may begin as things are. */
public final class Suggestions {

    private static final String ARROW = " → ";

    private Suggestions() {}

    /**
     * One that could be put into Git; its hypothesis is a beginning.
     *
     * @param raises by so much the share that is exercised, 0 to 1
     * @param document as YAML
     */
    public record Suggestion(String target, String faultClass, double raises, String document) {}

    /** How many instances of a workload there are. */
    interface Instances {
        int of(ObjectKey workload) throws IOException;
    }

    /**
     * The cells that weigh most and are worth least, without what is excluded or has opted out, and without what only somebody who
     * knows the workload can fill in.
     */
    static List<Suggestion> of(
            Coverage.Report report, Map<String, Surroundings.Component> components, Instances instances, int atMost)
            throws IOException {
        double all = report.cells().stream().mapToDouble(Coverage.Cell::weight).sum();
        List<Coverage.Cell> missing = new ArrayList<>(report.cells().stream()
                .filter(cell -> cell.excluded() == null && cell.weight() * (1 - cell.worth()) > 0)
                .filter(cell -> mayBeTouched(cell.target(), components))
                .toList());
        missing.sort(Comparator.comparingDouble((Coverage.Cell cell) -> -cell.weight() * (1 - cell.worth()))
                .thenComparing(Coverage.Cell::target)
                .thenComparing(Coverage.Cell::faultClass));
        List<Suggestion> suggestions = new ArrayList<>();
        Set<String> names = new HashSet<>();
        for (Coverage.Cell cell : missing) {
            FaultClass faultClass = FaultClass.of(cell.faultClass());
            if (faultClass == null || suggestions.size() >= atMost) {
                continue;
            }
            String document = document(cell, faultClass, components, instances, names);
            if (document != null) {
                suggestions.add(new Suggestion(
                        cell.target(), cell.faultClass(), cell.weight() * (1 - cell.worth()) / all, document));
            }
        }
        return List.copyOf(suggestions);
    }

    private static boolean mayBeTouched(String target, Map<String, Surroundings.Component> components) {
        for (String end : target.split(ARROW, -1)) {
            Surroundings.Component component = components.get(end);
            if (component != null && component.optedOut()) {
                return false;
            }
        }
        return true;
    }

    private static @Nullable String document(
            Coverage.Cell cell,
            FaultClass faultClass,
            Map<String, Surroundings.Component> components,
            Instances instances,
            Set<String> names)
            throws IOException {
        Surroundings.Component component = components.get(cell.target());
        int count = component == null ? 0 : instances.of(component.key());
        String much = much(faultClass, count);
        if (much == null) {
            return null;
        }
        String aim;
        String holds;
        String brief;
        if (faultClass.isOnEdge()) {
            String[] ends = cell.target().split(ARROW, -1);
            Named caller = Named.of(ends[0]);
            Named called = Named.of(ends[1]);
            String callee = called.name();
            boolean known = components.containsKey(ends[0]);
            if (known && !caller.namespace().equals(called.namespace())) {
                return null;
            }
            aim = (known ? "from: " + caller.kind() + "/" + caller.name() + ", " : "") + "to: " + callee
                    + called.said();
            holds = "edge['" + (known ? caller.name() : "undeclared") + "->" + callee + "'].errorRatio < 0.05";
            brief = (known ? caller.name() + "-" : "") + callee;
        } else {
            Named workload = Named.of(cell.target());
            aim = "workload: " + workload.kind() + "/" + workload.name() + workload.said();
            holds = "workload['" + workload.name() + "'].ready >= 1";
            brief = workload.name();
        }
        String name = unique((faultClass.word() + "-" + brief).toLowerCase(Locale.ROOT), names);
        return """
            apiVersion: homeostat.io/v1
            kind: Experiment
            metadata: {name: %s}
            spec:
              owner: somebody            # who answers for it
              hypothesis:
                probes: [{name: it goes on, cel: "%s"}]   # better: slos, by their names
              faults: [{%s: {%s%s}}]
            %s  schedule: {freshness: 30d}
            """.formatted(name, holds, faultClass.word(), aim, much, reach(faultClass, count));
    }

    /** {@code Deployment/web} in its parts, with its namespace in front where that is not the default one. */
    private record Named(String namespace, String kind, String name) {

        static Named of(String component) {
            String[] parts = component.split("/", 3);
            return switch (parts.length) {
                case 3 -> new Named(parts[0], parts[1], parts[2]);
                case 2 -> new Named(ObjectKey.DEFAULT_NAMESPACE, parts[0], parts[1]);
                default -> new Named(ObjectKey.DEFAULT_NAMESPACE, "", component);
            };
        }

        /** As an experiment says it. */
        String said() {
            return namespace.equals(ObjectKey.DEFAULT_NAMESPACE) ? "" : ", namespace: " + namespace;
        }
    }

    private static String unique(String name, Set<String> names) {
        String unique = name;
        for (int i = 2; !names.add(unique); i++) {
            unique = name + "-" + i;
        }
        return unique;
    }

    /** The blast radius, where half of the instances is not enough, and how long it takes until something shows. */
    private static String reach(FaultClass faultClass, int instances) {
        return switch (faultClass.on()) {
            case PIPELINE -> """
              blastRadius: {percent: 100}    # if nothing catches it, it reaches all of them
              duration: 10m                  # long enough for a verdict: its progress deadline, the stages of a rollout
            """;
            case EDGE -> "  duration: 5m\n";
            case INSTANCES, NODES, MESH, WORKLOAD, OUTSIDE ->
                (instances == 1 ? "  blastRadius: {percent: 100}    # there is only one instance\n" : "")
                        + "  duration: 30s\n";
        };
    }

    /**
     * What else it takes.
     *
     * @param instances of the workload; of no matter on edges
     * @return null where nothing that makes sense can be written
     */
    private static @Nullable String much(FaultClass faultClass, int instances) {
        if (!faultClass.isOnEdge() && instances == 0) {
            return null;
        }
        return switch (faultClass) {
            case NETWORK_CHAOS -> ", spec: {action: delay, delay: {latency: 100ms}}";
            case STRESS_CHAOS -> ", spec: {stressors: {cpu: {workers: 1, load: 50}}}";
            case TIME_CHAOS -> ", spec: {timeOffset: -10m}";
            case DNS_CHAOS -> ", spec: {action: error}";
            case MEMORY -> ", mebibytes: 64";
            case LATENCY -> ", mean: 200ms";
            case BANDWIDTH -> ", bytesPerSecond: 100000";
            case ERROR, RESET, CORRUPT, BLACKHOLE -> ", percent: 2";
            case SCALE -> instances > 1 ? ", to: " + (instances - 1) : null;
            // Which key, which path, which volume only those know who run it.
            case CONFIGURATION, IO_CHAOS, DISK -> null;
            case EXTENSION, GIT_UNREACHABLE, AGENT_DOWN, API_UNREACHABLE, ACCESS, PERSON -> null;
            case VERSION, IMAGE -> "";
            case KILL, TERMINATE, PAUSE, CRASH_LOOP, CPU, FILE_DESCRIPTORS, IO, CORDON, DRAIN, TAINT -> "";
        };
    }
}
