package io.homeostat.target.kubernetes.versions;

import io.homeostat.model.Node;
import io.homeostat.model.ObjectKey;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Two versions of a StatefulSet: each of its pods is there once, so the last ones are of the new version and the others of the
 * stable one. Its own controller brings them there, from the top down; what it never does by itself is decided here. Pure.
 */
public final class Ordinals {

    private static final String REVISION = "controller-revision-hash";

    private Ordinals() {}

    /**
     * One pod.
     *
     * @param index how many ordinals there are below its own
     * @param revision of which template it is, as the controller names it
     * @param available it is ready, and has been for as long as the workload asks
     * @param stuck it lasts until somebody changes what is declared: it crashes again and again, its image is not there …
     */
    public record Pod(
            String name,
            String uid,
            int index,
            String revision,
            boolean ready,
            boolean available,
            boolean stuck,
            boolean leaving) {}

    /**
     * A StatefulSet as its controller says it is.
     *
     * @param partition pods with an index from here on get the declared template
     * @param current the revision that was there in full last; pods below the partition are made of it
     * @param update the revision of the declared template; empty as long as the controller has not looked at it
     */
    public record Spec(int replicas, int start, int partition, String current, String update, int minReadySeconds) {

        public static Spec of(Node.Mapping live) {
            Node.Mapping spec = live.mapping("spec");
            Node.Mapping status = live.mapping("status");
            boolean isObserved = status.integer("observedGeneration", 0)
                    >= live.mapping("metadata").integer("generation", 0);
            return new Spec(
                    spec.integer("replicas", 1),
                    spec.mapping("ordinals").integer("start", 0),
                    Ordinals.partition(spec),
                    status.text("currentRevision", ""),
                    isObserved ? status.text("updateRevision", "") : "",
                    spec.integer("minReadySeconds", 0));
        }

        /** Every pod is of one version, and that is the declared one. */
        public boolean isWhole(List<Pod> pods) {
            return !update.isEmpty()
                    && pods.size() == replicas
                    && pods.stream()
                            .allMatch(pod -> !pod.leaving()
                                    && pod.ready()
                                    && (pod.index() < partition
                                            || pod.revision().equals(update)));
        }
    }

    /** Whether a workload is one whose versions stand so. */
    public static boolean has(ObjectKey workload) {
        return workload.group().equals("apps") && workload.kind().equals("StatefulSet");
    }

    /** What an object's {@code spec} says of it; 0 where it says nothing. */
    public static int partition(Node.Mapping spec) {
        return spec.mapping("updateStrategy").mapping("rollingUpdate").integer("partition", 0);
    }

    /** A document of it with another partition. */
    public static Node.Mapping with(Node.Mapping document, int partition) {
        Node.Mapping spec = document.mapping("spec");
        Node.Mapping strategy = spec.mapping("updateStrategy");
        return document.with(
                "spec",
                spec.with(
                        "updateStrategy",
                        strategy.with("type", "RollingUpdate")
                                .with(
                                        "rollingUpdate",
                                        strategy.mapping("rollingUpdate").with("partition", partition))));
    }

    /** How many are of the new version: all, or so many that one of the stable version is left. */
    public static int wanted(int replicas, int percent) {
        return percent >= 100 ? replicas : Math.min(Beside.wanted(replicas, percent), Math.max(0, replicas - 1));
    }

    /**
     * The pods that have to be deleted now, so that the controller makes them anew of the version that they are to be of.
     *
     * <p>Two things it leaves to people. With the usual {@code OrderedReady} it waits for a broken pod to become ready before it
     * replaces it by another version, also by the one that works. And it never takes back a pod below the partition.
     *
     * @param stable the version that pods below the partition are to be of; null where nothing is brought in by stages
     */
    public static List<Pod> outOfPlace(Spec spec, @Nullable String stable, List<Pod> pods) {
        if (spec.update().isEmpty()) {
            return List.of();
        }
        List<Pod> broken = pods.stream()
                .filter(pod -> !pod.ready() && !pod.leaving())
                .filter(pod -> isOld(spec, pod) ? isHopeless(spec, pod) : isAbove(spec, stable, pod))
                .toList();
        boolean isQuiet =
                pods.size() == spec.replicas() && pods.stream().allMatch(pod -> pod.ready() && !pod.leaving());
        return isQuiet && broken.isEmpty()
                ? pods.stream()
                        .filter(pod -> isAbove(spec, stable, pod))
                        .max(Comparator.comparingInt(Pod::index))
                        .map(List::of)
                        .orElse(List.of())
                : broken;
    }

    /** It is to be of the declared version and is not. */
    private static boolean isOld(Spec spec, Pod pod) {
        return pod.index() >= spec.partition() && !pod.revision().equals(spec.update());
    }

    /** What never was there in full cannot be missed; of what was, only what no waiting mends. */
    private static boolean isHopeless(Spec spec, Pod pod) {
        return !pod.revision().equals(spec.current()) || pod.stuck();
    }

    /** It is to be of the stable version and is not; without the controller's word for it, it would only come again as it is. */
    private static boolean isAbove(Spec spec, @Nullable String stable, Pod pod) {
        return stable != null
                && pod.index() < spec.partition()
                && !pod.revision().equals(stable)
                && spec.current().equals(stable);
    }

    /**
     * Reads one; null where it belongs to somebody else.
     *
     * @param live the StatefulSet
     * @param stuck as in {@link Pod}
     */
    public static @Nullable Pod pod(Node.Mapping live, Spec spec, Node.Mapping object, boolean stuck, Instant now) {
        Node.Mapping metadata = object.mapping("metadata");
        String uid = live.mapping("metadata").text("uid", "");
        boolean isIts = metadata.sequence("ownerReferences").stream()
                .anyMatch(each -> each instanceof Node.Mapping owner
                        && owner.text("uid", "").equals(uid));
        String name = metadata.text("name", "");
        String ordinal = name.substring(name.lastIndexOf('-') + 1);
        if (!isIts || !ordinal.matches("[0-9]{1,9}")) {
            return null;
        }
        Node.Mapping ready = object.mapping("status").sequence("conditions").stream()
                .filter(each ->
                        each instanceof Node.Mapping one && one.text("type", "").equals("Ready"))
                .map(Node.Mapping.class::cast)
                .findFirst()
                .orElse(Node.Mapping.EMPTY);
        boolean isReady = ready.text("status", "").equals("True");
        return new Pod(
                name,
                metadata.text("uid", ""),
                Integer.parseInt(ordinal) - spec.start(),
                metadata.mapping("labels").text(REVISION, ""),
                isReady,
                isReady && isLongAgo(ready.text("lastTransitionTime", ""), spec.minReadySeconds(), now),
                stuck,
                metadata.text("deletionTimestamp") != null);
    }

    private static boolean isLongAgo(String since, int seconds, Instant now) {
        if (seconds == 0) {
            return true;
        }
        try {
            return !Instant.parse(since).plus(Duration.ofSeconds(seconds)).isAfter(now);
        } catch (DateTimeParseException unknown) {
            return false;
        }
    }

    /**
     * Why the next version of a StatefulSet cannot be brought in by stages; null when it can.
     *
     * @param declared the document
     * @param replicas as they are now, where the document does not say
     * @param percent how many instances the first stage asks for
     */
    public static @Nullable String refusal(Node.Mapping declared, int replicas, int percent) {
        Node.Mapping spec = declared.mapping("spec");
        String name = "StatefulSet/" + declared.mapping("metadata").text("name", "");
        if (isOnDelete(spec)) {
            return name + " has updateStrategy OnDelete: its pods are replaced when somebody deletes them, so a Rollout"
                    + " cannot bring a version in by stages; let it be RollingUpdate, or take it out of its Rollout";
        }
        if (partition(spec) > 0) {
            return name + " has a partition of its own (" + partition(spec) + "), and its Rollout brings versions in by"
                    + " that; take updateStrategy.rollingUpdate.partition out of it, or take it out of its Rollout";
        }
        return spec.integer("replicas", replicas) < 2 && percent < 100
                ? name + " has one instance, which is there once, so " + percent
                        + " % of it cannot be of another version"
                        + " than the rest; give it two or more replicas, or take it out of its Rollout"
                : null;
    }

    /** Whether its pods are only replaced when somebody deletes them. */
    private static boolean isOnDelete(Node.Mapping spec) {
        return spec.mapping("updateStrategy").text("type", "").equals("OnDelete");
    }
}
