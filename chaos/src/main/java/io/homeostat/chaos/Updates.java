package io.homeostat.chaos;

import io.homeostat.model.Node;
import io.homeostat.model.ObjectKey;
import io.homeostat.model.chaos.Aim;
import io.homeostat.model.chaos.Experiment;
import io.homeostat.model.chaos.FaultClass;
import io.homeostat.model.chaos.Hypothesis;
import io.homeostat.model.slo.Slo;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Ordinary updates, those without a Rollout, and experiments keep out of each other's way: what breaks while a workload is being
 * replaced says nothing of the fault, and the other way round. Pure.
 */
public final class Updates {

    private static final Pattern WORKLOAD = Pattern.compile("workload\\[\\s*['\"]([^'\"]+)['\"]\\s*]");
    private static final Pattern EDGE = Pattern.compile("edge\\[\\s*['\"]([^'\"]+?)->([^'\"]+)['\"]\\s*]");

    private Updates() {}

    /**
     * Whether a Deployment or StatefulSet has instances of two versions, from what it says of itself.
     *
     * @return how far it is, in words; null when it is no such workload, or all of it is of one version
     */
    public static @Nullable String underWay(ObjectKey workload, Node.Mapping spec, Node.Mapping status) {
        int replicas = status.integer("replicas", 0);
        int updated = status.integer("updatedReplicas", 0);
        return switch (workload.kind()) {
            case "Deployment" ->
                replicas > updated ? (replicas - updated) + " of " + replicas + " instances are old" : null;
            case "StatefulSet" -> {
                Node.Mapping strategy = spec.mapping("updateStrategy");
                int stays = strategy.mapping("rollingUpdate").integer("partition", 0);
                int wanted = Math.min(replicas, spec.integer("replicas", 1)) - stays;
                boolean another = !status.text("currentRevision", "").equals(status.text("updateRevision", ""));
                yield another && updated < wanted && !strategy.text("type", "").equals("OnDelete")
                        ? (wanted - updated) + " of " + replicas + " instances are old"
                        : null;
            }
            default -> null;
        };
    }

    /** Why nothing may begin while things are on their way to a revision. One sentence each. */
    static List<String> objections(
            Experiment experiment,
            Set<String> touched,
            Map<String, Surroundings.Component> components,
            List<Slo> slos) {
        Set<String> all = new TreeSet<>(touched);
        all.addAll(lookedAt(experiment.hypothesis(), components, slos));
        Set<String> objections = new TreeSet<>();
        for (Surroundings.Component component : behind(all, components)) {
            if (component.updating() != null) {
                objections.add(component.key() + " is being updated: " + component.updating());
            } else if (component.syncing() != null) {
                objections.add(component.syncing());
            }
        }
        return List.copyOf(objections);
    }

    /**
     * Why a run has to end: what it touches is being updated. Where its faults are an update themselves, or hold a declared number of
     * instances and nothing else, a revision that comes meanwhile is what they are made for.
     */
    static @Nullable String ends(Experiment experiment, Map<String, Surroundings.Component> components) {
        Set<String> touched = new TreeSet<>(experiment.components());
        for (Experiment.Fault fault : experiment.faults()) {
            if (fault.effect().faultClass().on() == FaultClass.On.PIPELINE) {
                return null;
            }
            if (fault.aim() instanceof Aim.Workload whole) {
                touched.remove(whole.workload().toString());
            }
        }
        for (Surroundings.Component component : behind(touched, components)) {
            if (component.updating() != null) {
                return "an update of " + component.key() + " is under way: " + component.updating();
            }
        }
        return null;
    }

    /** The workloads among these, and those behind the Services among these. */
    private static List<Surroundings.Component> behind(
            Set<String> names, Map<String, Surroundings.Component> components) {
        List<Surroundings.Component> workloads = new ArrayList<>();
        for (Map.Entry<String, Surroundings.Component> each : components.entrySet()) {
            boolean serves = each.getValue().serves().stream().anyMatch(names::contains);
            if (Surface.isWorkload(each.getValue()) && (serves || names.contains(each.getKey()))) {
                workloads.add(each.getValue());
            }
        }
        return workloads;
    }

    /** What a hypothesis is about, as far as it says so: the names of components. */
    static Set<String> lookedAt(Hypothesis hypothesis, Map<String, Surroundings.Component> components, List<Slo> slos) {
        Set<String> names = new TreeSet<>();
        for (Hypothesis.Check check : hypothesis.checks()) {
            switch (check) {
                case Hypothesis.Slo wanted ->
                    slos.stream()
                            .filter(slo -> slo.name().equals(wanted.name()))
                            .forEach(slo -> names.add(slo.service()));
                case Hypothesis.Http http -> names.add(host(http.url()));
                case Hypothesis.Cel cel -> names.addAll(named(cel.expression()));
                case Hypothesis.Program _ -> {}
            }
        }
        Set<String> found = new TreeSet<>();
        components.forEach((key, component) -> {
            if (names.contains(component.key().name())) {
                found.add(key);
            }
        });
        return found;
    }

    private static String host(String url) {
        try {
            String host = URI.create(url).getHost();
            // In a cluster also as web.shop.svc.
            return host == null ? "" : host.replaceFirst("\\..*", "");
        } catch (IllegalArgumentException malformed) {
            return "";
        }
    }

    private static Set<String> named(String condition) {
        Set<String> names = new TreeSet<>();
        Matcher workloads = WORKLOAD.matcher(condition);
        while (workloads.find()) {
            names.add(workloads.group(1));
        }
        Matcher edges = EDGE.matcher(condition);
        while (edges.find()) {
            names.add(edges.group(1));
            names.add(edges.group(2));
        }
        return names;
    }
}
