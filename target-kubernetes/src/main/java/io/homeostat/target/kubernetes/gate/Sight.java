package io.homeostat.target.kubernetes.gate;

import io.homeostat.model.Node;
import io.homeostat.target.kubernetes.api.ApiServer;
import io.homeostat.target.kubernetes.api.Resource;
import io.homeostat.target.kubernetes.api.Resources;
import io.homeostat.target.kubernetes.objects.Annotations;
import java.io.IOException;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What has to be seen of a cluster to tell gates what to do: the Services behind them, their endpoints, and all pods. */
final class Sight implements AutoCloseable {

    private final Watched<Origin> origins;
    private final Watched<Node.Mapping> endpoints;
    private final Watched<Workloads.Pod> pods;

    private Sight(Watched<Origin> origins, Watched<Node.Mapping> endpoints, Watched<Workloads.Pod> pods) {
        this.origins = origins;
        this.endpoints = endpoints;
        this.pods = pods;
    }

    /**
     * @param environment as labels name it
     * @param changed called when anything may have changed
     */
    static Sight open(ApiServer server, Resources resources, String environment, Runnable changed) throws IOException {
        Resource slices = resources.find("discovery.k8s.io/v1", "EndpointSlice");
        Resource behind = slices == null ? resources.get("v1", "Endpoints") : slices;
        String ours = GatedService.ORIGIN + "," + Annotations.ENVIRONMENT + "%3D" + environment;
        return new Sight(
                new Watched<>(server, resources.get("v1", "Service"), ours, Origin::read, changed),
                new Watched<>(server, behind, ours, object -> object, changed),
                new Watched<>(server, resources.get("v1", "Pod"), "", Workloads::read, changed));
    }

    /** Whether everything was seen at least once. */
    boolean isComplete() {
        return origins.isListed() && endpoints.isListed() && pods.isListed();
    }

    /** Why something cannot be seen now; empty when all can. */
    String trouble() {
        return String.join(
                "; ",
                List.of(origins.trouble(), endpoints.trouble(), pods.trouble()).stream()
                        .filter(each -> !each.isEmpty())
                        .toList());
    }

    Collection<Origin> origins() {
        return origins.all();
    }

    Collection<Workloads.Pod> pods() {
        return pods.all();
    }

    /** Endpoints or EndpointSlices of an origin. */
    List<Node.Mapping> endpoints(Origin origin) {
        return endpoints.all().stream()
                .filter(object -> {
                    Node.Mapping metadata = object.mapping("metadata");
                    return metadata.text("namespace", "").equals(origin.namespace())
                            && metadata.mapping("labels")
                                    .text(GatedService.ORIGIN, "")
                                    .equals(origin.service().name());
                })
                .toList();
    }

    Workloads.@Nullable Pod pod(String namespace, String name) {
        return pods.find(namespace, name);
    }

    /** Of a pod; empty where it is not known. */
    String version(String namespace, String name) {
        Workloads.Pod pod = pods.find(namespace, name);
        return pod == null ? "" : pod.version();
    }

    @Override
    public void close() {
        origins.close();
        endpoints.close();
        pods.close();
    }
}
