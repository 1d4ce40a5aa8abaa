package io.homeostat.chaos;

import io.homeostat.converge.Faults;
import io.homeostat.model.Node;
import io.homeostat.model.ObjectKey;
import io.homeostat.model.Suggestions;
import io.homeostat.model.chaos.Effect;
import io.homeostat.model.chaos.FaultClass;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What can be done to a workload at all, as it is declared and as the target is made. {@link Preflight} asks it of one fault, the
 * surface of a whole class of faults: a class applies when it has a fault that Preflight would not refuse for good. What is in the way
 * just now (no instance is ready, an incident is open) leaves it applicable, and so does what somebody does not want (a label, an
 * Exclusion): nobody gets more coverage by saying no. Pure, as is what it asks the target.
 */
final class Applicability {

    private Applicability() {}

    /** What the target refuses for good, whatever else it refuses. */
    interface Target {

        /** Of a target that refuses nothing. */
        Target ANYTHING = (workload, spec, effect, container) -> null;

        /** @return why not, in words; null when it may be tried */
        @Nullable
        String objection(ObjectKey workload, Node.Mapping spec, Effect effect, @Nullable String container);

        /** What cannot be asked is no refusal for good. */
        static Target of(Faults faults) {
            return (workload, spec, effect, container) -> {
                try {
                    return faults.objection(workload, spec, effect, container);
                } catch (IOException unknown) {
                    return null;
                }
            };
        }
    }

    /**
     * Why a fault is refused however often it is asked for; null when it is not.
     *
     * @param container null for all of them
     */
    static @Nullable String refusal(
            Surroundings.Component component, Effect effect, @Nullable String container, Target target) {
        Set<String> containers = containers(component.spec());
        if (container != null && !containers.contains(container)) {
            return missing(component, "container", container, containers);
        }
        if (effect instanceof Effect.Disk disk && !volumes(component.spec()).contains(disk.volume())) {
            return missing(component, "volume", disk.volume(), volumes(component.spec()));
        }
        if (effect instanceof Effect.Configuration change
                && !component.configMaps().contains(change.configMap())) {
            String guess = Suggestions.didYouMean(change.configMap(), component.configMaps());
            return "the application that declares " + component.key() + " declares no ConfigMap/" + change.configMap()
                    + (guess == null ? "" : "; " + guess);
        }
        return target.objection(component.key(), component.spec(), effect, container);
    }

    private static String missing(
            Surroundings.Component component, String what, String name, Collection<String> known) {
        String guess = Suggestions.didYouMean(name, known);
        return component.key() + " has no " + what + " '" + name + "', but "
                + (known.isEmpty() ? "none at all" : String.join(", ", known)) + (guess == null ? "" : "; " + guess);
    }

    /** Why nothing of a class can ever be done to a workload; null when something can. */
    static @Nullable String without(Surroundings.Component component, FaultClass faultClass, Target target) {
        Node.Mapping spec = component.spec();
        if (spec.integer("replicas", 1) == 0 && faultClass != FaultClass.SCALE) {
            return "it is declared with no instances";
        }
        List<Effect> effects = effects(component, faultClass);
        if (effects.isEmpty()) {
            return faultClass == FaultClass.DISK
                    ? "it has no volume"
                    : "it reads no ConfigMap that its application declares";
        }
        List<@Nullable String> containers = new ArrayList<>();
        containers.add(null);
        if (faultClass.on() == FaultClass.On.INSTANCES) {
            containers.addAll(containers(spec));
        }
        String first = null;
        for (Effect effect : effects) {
            for (String container : containers) {
                String refusal = refusal(component, effect, container, target);
                if (refusal == null) {
                    return null;
                }
                first = first == null ? refusal : first;
            }
        }
        return first;
    }

    /** The least of each kind: whoever refuses these refuses more of it, too. */
    private static List<Effect> effects(Surroundings.Component component, FaultClass faultClass) {
        return switch (faultClass) {
            case KILL -> List.of(new Effect.Kill());
            case TERMINATE -> List.of(new Effect.Terminate());
            case PAUSE -> List.of(new Effect.Pause());
            case CRASH_LOOP -> List.of(new Effect.CrashLoop(Duration.ofSeconds(1)));
            case CPU -> List.of(new Effect.Cpu(1));
            case MEMORY -> List.of(new Effect.Memory(1));
            case FILE_DESCRIPTORS -> List.of(new Effect.FileDescriptors(0));
            case IO -> List.of(new Effect.Io(1));
            case DISK ->
                volumes(component.spec()).stream()
                        .<Effect>map(volume -> new Effect.Disk(volume, 1))
                        .toList();
            case CORDON -> List.of(new Effect.Cordon());
            case DRAIN -> List.of(new Effect.Drain());
            case TAINT -> List.of(new Effect.Taint("NoSchedule"));
            case SCALE -> List.of(new Effect.Scale(component.spec().integer("replicas", 1) + 1));
            case CONFIGURATION ->
                configMaps(component.spec()).stream()
                        .filter(component.configMaps()::contains)
                        .<Effect>map(name -> new Effect.Configuration(name, "", ""))
                        .toList();
            case VERSION -> List.of(new Effect.Version(List.of()));
            case IMAGE -> List.of(new Effect.Image(""));
            case NETWORK_CHAOS, STRESS_CHAOS, IO_CHAOS, TIME_CHAOS, DNS_CHAOS ->
                List.of(new Effect.Mesh(faultClass, Node.Mapping.EMPTY));
            case LATENCY,
                    ERROR,
                    RESET,
                    BLACKHOLE,
                    BANDWIDTH,
                    CORRUPT,
                    EXTENSION,
                    GIT_UNREACHABLE,
                    AGENT_DOWN,
                    ACCESS,
                    PERSON,
                    API_UNREACHABLE -> throw new IllegalArgumentException(faultClass + " is none of workloads");
        };
    }

    /** Those that run as long as the instance does. */
    private static Set<String> containers(Node.Mapping spec) {
        return names(pod(spec).sequence("containers"));
    }

    /** Of a StatefulSet also those that each instance has by a claim of its own. */
    private static Set<String> volumes(Node.Mapping spec) {
        Set<String> volumes = names(pod(spec).sequence("volumes"));
        mappings(spec.sequence("volumeClaimTemplates"))
                .map(claim -> claim.mapping("metadata").text("name", ""))
                .forEach(volumes::add);
        return volumes;
    }

    /** The names of the ConfigMaps that its containers read: their environment and their files. */
    static Set<String> configMaps(Node.Mapping spec) {
        Set<String> names = new TreeSet<>();
        Node.Mapping pod = pod(spec);
        Stream.of("initContainers", "containers")
                .flatMap(kind -> mappings(pod.sequence(kind)))
                .forEach(container -> {
                    mappings(container.sequence("envFrom"))
                            .map(from -> from.mapping("configMapRef").text("name", ""))
                            .forEach(names::add);
                    mappings(container.sequence("env"))
                            .map(variable -> variable.mapping("valueFrom")
                                    .mapping("configMapKeyRef")
                                    .text("name", ""))
                            .forEach(names::add);
                });
        mappings(pod.sequence("volumes"))
                .flatMap(volume -> Stream.concat(
                        Stream.of(volume), mappings(volume.mapping("projected").sequence("sources"))))
                .map(source -> source.mapping("configMap").text("name", ""))
                .forEach(names::add);
        names.remove("");
        return names;
    }

    private static Node.Mapping pod(Node.Mapping spec) {
        return spec.mapping("template").mapping("spec");
    }

    private static Set<String> names(Iterable<Node> all) {
        Set<String> names = new TreeSet<>();
        for (Node each : all) {
            if (each instanceof Node.Mapping one) {
                names.add(one.text("name", ""));
            }
        }
        return names;
    }

    private static Stream<Node.Mapping> mappings(List<Node> all) {
        return all.stream().filter(Node.Mapping.class::isInstance).map(Node.Mapping.class::cast);
    }
}
