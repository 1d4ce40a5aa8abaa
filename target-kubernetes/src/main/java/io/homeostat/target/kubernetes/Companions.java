package io.homeostat.target.kubernetes;

import io.homeostat.converge.Digests;
import io.homeostat.model.Node;
import io.homeostat.model.ObjectKey;
import io.homeostat.target.kubernetes.api.ApiFailure;
import io.homeostat.target.kubernetes.api.ApiServer;
import io.homeostat.target.kubernetes.api.Request;
import io.homeostat.target.kubernetes.objects.Annotations;
import io.homeostat.target.kubernetes.versions.Beside;
import io.homeostat.target.kubernetes.versions.Standing;
import io.homeostat.target.kubernetes.versions.Standing.Side;
import java.io.IOException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The Deployments that stand beside others: made, kept, looked at, and taken away again. */
final class Companions {

    private final ApiServer server;
    private final String manager;
    private final Function<ObjectKey, @Nullable String> users;

    /**
     * @param manager under whose name they are written
     * @param users as whom, by the workload that they stand beside; null for ourselves
     */
    Companions(ApiServer server, String manager, Function<ObjectKey, @Nullable String> users) {
        this.server = server;
        this.manager = manager;
        this.users = users;
    }

    /**
     * @param live the Deployment that it stands beside
     * @param template of which version it is
     * @param replicas with none it goes
     */
    void keep(ObjectKey workload, Node.Mapping live, Side side, Node.Mapping template, Standing standing, int replicas)
            throws IOException {
        Node.Mapping there = beside(workload, side);
        if (replicas == 0) {
            if (there != null) {
                delete(workload, side);
            }
            return;
        }
        Node.Mapping wanted = Beside.deployment(live, side, template, standing.stable(), replicas);
        String digest = Digests.of(wanted);
        Node.Mapping metadata = wanted.mapping("metadata");
        wanted = wanted.with(
                "metadata", metadata.with("annotations", Node.Mapping.EMPTY.with(Annotations.DIGEST, digest)));
        boolean isSame = there != null
                && there.mapping("spec").integer("replicas", 0) == replicas
                && digest.equals(
                        there.mapping("metadata").mapping("annotations").text(Annotations.DIGEST, ""));
        if (!isSame) {
            server.call(Request.apply(path(workload, side) + "?force=true&fieldManager=" + manager, wanted)
                    .as(users.apply(workload)));
        }
    }

    void delete(ObjectKey workload, Side side) throws IOException {
        Node.Mapping there = find(workload, side);
        if (there == null || !isOurs(there, side)) {
            return;
        }
        String uid = there.mapping("metadata").text("uid", "");
        Node.Mapping options = Node.Mapping.EMPTY
                .with("apiVersion", "v1")
                .with("kind", "DeleteOptions")
                .with("propagationPolicy", "Background")
                .with("preconditions", Node.Mapping.EMPTY.with("uid", uid));
        try {
            server.call(Request.delete(path(workload, side), options).as(users.apply(workload)));
        } catch (ApiFailure failure) {
            if (!failure.isMissing()) {
                throw failure;
            }
        }
    }

    /**
     * Empty where it is not there or is of another version. What its controller has not looked at yet since it was changed may be of
     * pods of the version before: then {@code observedGeneration} is missing.
     */
    Node.Mapping status(ObjectKey workload, Side side, String version) throws IOException {
        Node.Mapping there = beside(workload, side);
        if (there == null || !version(there).equals(version)) {
            return Node.Mapping.EMPTY;
        }
        Node.Mapping status = there.mapping("status");
        boolean isCurrent = status.integer("observedGeneration", 0)
                        >= there.mapping("metadata").integer("generation", 0)
                && status.integer("updatedReplicas", 0) == status.integer("replicas", 0);
        return isCurrent ? status : status.without("observedGeneration");
    }

    private static String version(Node.Mapping there) {
        return there.mapping("spec")
                .mapping("template")
                .mapping("metadata")
                .mapping("labels")
                .text(Annotations.VERSION, "");
    }

    private static String path(ObjectKey workload, Side side) {
        return "/apis/apps/v1/namespaces/" + workload.namespace() + "/deployments/"
                + Beside.name(workload.name(), side);
    }

    private Node.@Nullable Mapping beside(ObjectKey workload, Side side) throws IOException {
        Node.Mapping there = find(workload, side);
        if (there != null && !isOurs(there, side)) {
            throw new IOException("Deployment/" + Beside.name(workload.name(), side) + " is somebody else's, and "
                    + workload + " needs that name for its rollout; rename one of them");
        }
        return there;
    }

    private static boolean isOurs(Node.Mapping there, Side side) {
        return there.mapping("metadata")
                .mapping("labels")
                .text(Annotations.SIDE, "")
                .equals(side.label());
    }

    private Node.@Nullable Mapping find(ObjectKey workload, Side side) throws IOException {
        try {
            return server.call(Request.get(path(workload, side)));
        } catch (ApiFailure failure) {
            if (failure.isMissing()) {
                return null;
            }
            throw failure;
        }
    }
}
