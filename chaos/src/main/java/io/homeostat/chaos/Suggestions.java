package io.homeostat.chaos;

import io.homeostat.chaos.coverage.Coverage;
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
            String callee = ends[1].substring(ends[1].indexOf('/') + 1);
            boolean known = components.containsKey(ends[0]);
            if (callee.contains("/")) {
                return null;
            }
            aim = (known ? "from: " + ends[0] + ", " : "") + "to: " + callee;
            holds = "edge['" + (known ? ends[0].substring(ends[0].lastIndexOf('/') + 1) : "undeclared") + "->" + callee
                    + "'].errorRatio < 0.05";
            brief = (known ? ends[0].substring(ends[0].lastIndexOf('/') + 1) + "-" : "") + callee;
        } else {
            String name = cell.target().substring(cell.target().lastIndexOf('/') + 1);
            aim = "workload: " + cell.target();
            holds = "workload['" + name + "'].ready >= 1";
            brief = name;
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

    private static String unique(String name, Set<String> names) {
        String unique = name;
        for (int i = 2; !names.add(unique); i++) {
            unique = name + "-" + i;
        }
        return unique;
    }

    private static String much(FaultClass faultClass) {
        return switch (faultClass) {
            case MEMORY -> ", mebibytes: 64";
            case LATENCY -> ", mean: 200ms";
            case BANDWIDTH -> ", bytesPerSecond: 100000";
            case ERROR, RESET, CORRUPT, BLACKHOLE -> ", percent: 1";
            case SCALE -> ", to: 1";
            case CONFIGURATION -> ", configMap: which, key: WHICH, value: nonsense";
            case VERSION, IMAGE, EXTENSION, GIT_UNREACHABLE, ACCESS, PERSON -> "";
            case DISK -> ", volume: which";
            case KILL, TERMINATE, PAUSE, CRASH_LOOP, CPU, FILE_DESCRIPTORS, IO -> "";
        };
    }
}
