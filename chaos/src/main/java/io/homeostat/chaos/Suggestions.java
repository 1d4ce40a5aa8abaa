package io.homeostat.chaos;

import io.homeostat.chaos.coverage.Coverage;
import io.homeostat.model.ObjectKey;
import io.homeostat.model.chaos.FaultClass;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Experiments that would raise coverage most. Pure. */
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

    /** The cells that weigh most and are worth least, without what is excluded or has opted out. */
    static List<Suggestion> of(Coverage.Report report, Map<String, Surroundings.Component> components, int atMost) {
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
            String document = faultClass == null ? null : document(cell, faultClass, components, names);
            if (document != null && suggestions.size() < atMost) {
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
            Set<String> names) {
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
              duration: 30s
              schedule: {freshness: 30d}
            """.formatted(name, holds, faultClass.word(), aim, much(faultClass));
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

    private static String much(FaultClass faultClass) {
        return switch (faultClass) {
            case NETWORK_CHAOS -> ", spec: {action: delay, delay: {latency: 100ms}}";
            case STRESS_CHAOS -> ", spec: {stressors: {cpu: {workers: 1, load: 50}}}";
            case IO_CHAOS -> ", spec: {action: latency, delay: 100ms, volumePath: /data}";
            case TIME_CHAOS -> ", spec: {timeOffset: -10m}";
            case DNS_CHAOS -> ", spec: {action: error, patterns: [example.com]}";
            case MEMORY -> ", mebibytes: 64";
            case LATENCY -> ", mean: 200ms";
            case BANDWIDTH -> ", bytesPerSecond: 100000";
            case ERROR, RESET, CORRUPT, BLACKHOLE -> ", percent: 1";
            case SCALE -> ", to: 1";
            case CONFIGURATION -> ", configMap: which, key: WHICH, value: nonsense";
            case VERSION, IMAGE, EXTENSION, GIT_UNREACHABLE, AGENT_DOWN, API_UNREACHABLE, ACCESS, PERSON -> "";
            case DISK -> ", volume: which";
            case KILL, TERMINATE, PAUSE, CRASH_LOOP, CPU, FILE_DESCRIPTORS, IO, CORDON, DRAIN, TAINT -> "";
        };
    }
}
