package io.homeostat.target.kubernetes.versions;

import io.homeostat.converge.Digests;
import io.homeostat.model.Node;
import io.homeostat.model.Position;
import io.homeostat.target.kubernetes.objects.Annotations;
import io.homeostat.target.kubernetes.versions.Standing.Side;
import java.util.List;

/** What stands beside a Deployment. Pure. */
public final class Beside {

    private static final String HASH = "pod-template-hash";

    private Beside() {}

    public static String name(String workload, Side side) {
        return workload + "-" + side.label();
    }

    /** As pods of it are labelled, and their requests counted. */
    public static String version(Node.Mapping template, Side side, String stable) {
        return side == Side.BASELINE
                ? stable + "-baseline"
                : Digests.of(bare(template)).substring(0, 10);
    }

    /** A template without what a cluster adds to it. */
    public static Node.Mapping bare(Node.Mapping template) {
        Node.Mapping metadata = template.mapping("metadata").without("creationTimestamp");
        Node.Mapping labels = metadata.mapping("labels").without(HASH);
        return template.with("metadata", metadata.with("labels", labels));
    }

    /** How many there are to be. */
    public static int wanted(int replicas, int percent) {
        return (replicas * percent + 99) / 100;
    }

    /**
     * @param live the Deployment that they stand beside
     * @param template of which version they are
     * @param stable the stable version, by its label
     */
    public static Node.Mapping deployment(
            Node.Mapping live, Side side, Node.Mapping template, String stable, int replicas) {
        Node.Mapping owner = live.mapping("metadata");
        Node.Mapping spec = live.mapping("spec");
        String name = owner.text("name", "");
        Node.Mapping selector =
                Node.Mapping.EMPTY.with(Annotations.SIDE, side.label()).with(Annotations.BESIDE, name);
        Node.Mapping bare = bare(template);
        Node.Mapping labels = bare.mapping("metadata").mapping("labels");
        for (String label : List.of(Annotations.SIDE, Annotations.BESIDE)) {
            labels = labels.with(label, selector.text(label, ""));
        }
        labels = labels.with(Annotations.VERSION, version(template, side, stable));
        Node.Mapping metadata = Node.Mapping.EMPTY
                .with("name", name(name, side))
                .with("namespace", owner.text("namespace", ""))
                .with("labels", selector)
                .with(
                        "ownerReferences",
                        sequence(Node.Mapping.EMPTY
                                .with("apiVersion", "apps/v1")
                                .with("kind", "Deployment")
                                .with("name", name)
                                .with("uid", owner.text("uid", ""))));
        Node.Mapping wanted = Node.Mapping.EMPTY
                .with("replicas", replicas)
                .with("revisionHistoryLimit", 0)
                .with("minReadySeconds", spec.integer("minReadySeconds", 0))
                .with("strategy", Node.Mapping.EMPTY.with("type", "Recreate"))
                .with("selector", Node.Mapping.EMPTY.with("matchLabels", selector))
                .with("template", bare.with("metadata", bare.mapping("metadata").with("labels", labels)));
        return Node.Mapping.EMPTY
                .with("apiVersion", "apps/v1")
                .with("kind", "Deployment")
                .with("metadata", metadata)
                .with("spec", wanted);
    }

    private static Node.Sequence sequence(Node each) {
        return new Node.Sequence(List.of(each), Position.NONE);
    }
}
