package io.homeostat.model;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * {@code kind: Environment}: what is converged onto one target, and how.
 *
 * @param include directories of the repository, relative to its root, that hold this environment's applications
 * @param images ordinary image name (without tag, or with; {@value #ANY_IMAGE}) to where the local target finds it
 * @param interval how often the source is polled
 * @param isProtected commands that change something ask for the environment's name
 * @param cluster which cluster, where {@code target} is {@code kubernetes}; {@link Cluster#DEFAULT} otherwise
 * @param succession which environments have a revision before it
 */
public record Environment(
        String name,
        String target,
        List<String> include,
        Map<String, ImageSource> images,
        SyncPolicy sync,
        Duration interval,
        boolean isProtected,
        Cluster cluster,
        Succession succession,
        Position at) {

    /** An environment that says nothing about a cluster, nor about others. */
    public Environment(
            String name,
            String target,
            List<String> include,
            Map<String, ImageSource> images,
            SyncPolicy sync,
            Duration interval,
            boolean isProtected,
            Position at) {
        this(name, target, include, images, sync, interval, isProtected, Cluster.DEFAULT, Succession.NONE, at);
    }

    /** The same, after others. */
    Environment after(Succession others) {
        return new Environment(name, target, include, images, sync, interval, isProtected, cluster, others, at);
    }

    public static final Duration DEFAULT_INTERVAL = Duration.ofSeconds(30);

    /** In {@link #images}, every image that is not named itself. */
    public static final String ANY_IMAGE = "*";

    /** For a directory of plain manifests, where no Environment is declared: whatever they run is on the machine. */
    public static Environment implicit(String name) {
        return new Environment(
                name,
                "local",
                List.of("."),
                Map.of(ANY_IMAGE, new ImageSource.Host()),
                SyncPolicy.DEFAULT,
                DEFAULT_INTERVAL,
                false,
                Position.NONE);
    }

    /** Where the programs of an image are found on one machine. */
    public sealed interface ImageSource {
        /** {@code dir:PATH}: a directory of the snapshot, immutable per content. */
        record Directory(String path) implements ImageSource {}

        /** {@code archive:URL#sha256=…}: a tar or zip, verified and cached. */
        record Archive(String url, String sha256) implements ImageSource {}

        /** {@code host}: whatever is on the machine. */
        record Host() implements ImageSource {}
    }

    /**
     * {@code target: {kubernetes: {…}}}: which cluster, and how to treat it.
     *
     * @param kubeconfig a file on the agent's machine; null: what is usual there, or the service account of its pod
     * @param context of the kubeconfig; null: its current one
     * @param namespace where the inventory is kept
     * @param requestsPerSecond upper bound, 1–10,000
     * @param concurrency requests under way at a time, 1–200
     * @param ignored where differences are no drift
     * @param health how it is told whether objects are healthy that do not say so themselves
     */
    public record Cluster(
            @Nullable String kubeconfig,
            @Nullable String context,
            String namespace,
            int requestsPerSecond,
            int concurrency,
            List<Ignored> ignored,
            List<HealthRule> health,
            Gates gates) {

        public static final Cluster DEFAULT =
                new Cluster(null, null, "homeostat", 500, 16, List.of(), List.of(), Gates.DEFAULT);
    }

    /**
     * Gates in front of Services that ask for one.
     *
     * @param image homeostat's own, as nodes pull it; null: none may be asked for
     * @param replicas for each Service that says nothing else, at least 1
     */
    public record Gates(@Nullable String image, int replicas) {
        public static final Gates DEFAULT = new Gates(null, 2);
    }

    /**
     * How it is told whether objects of a kind are healthy, in CEL over {@code object} ({@link Expressions.Over#OBJECT}).
     *
     * @param group empty matches any
     * @param healthy null: what else is known of the kind decides
     * @param degraded null: it never says of itself that it will not get there
     */
    public record HealthRule(
            String group,
            String kind,
            @Nullable String healthy,
            @Nullable String degraded) {

        public boolean concerns(ObjectKey key) {
            return (group.isEmpty() || group.equals(key.group())) && kind.equals(key.kind());
        }
    }

    /**
     * Objects whose differences at some places are no drift. What is empty matches anything.
     *
     * @param pointers JSON pointers; {@code *} stands for any one step
     * @param managers field managers whose fields are theirs
     * @param where conditions in CEL ({@link Expressions.Over#DIFFERENCE}): a difference of which one holds is none
     */
    public record Ignored(
            String group,
            String kind,
            String namespace,
            String name,
            List<String> pointers,
            List<String> managers,
            List<String> where) {

        public boolean concerns(ObjectKey key) {
            return (group.isEmpty() || group.equals(key.group()))
                    && (kind.isEmpty() || kind.equals(key.kind()))
                    && (namespace.isEmpty() || namespace.equals(key.namespace()))
                    && (name.isEmpty() || name.equals(key.name()));
        }
    }
}
