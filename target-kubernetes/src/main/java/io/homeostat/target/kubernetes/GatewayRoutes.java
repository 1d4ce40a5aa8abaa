package io.homeostat.target.kubernetes;

import io.homeostat.converge.Traffic.Split;
import io.homeostat.model.Node;
import io.homeostat.model.ObjectKey;
import io.homeostat.model.Position;
import io.homeostat.target.kubernetes.api.ApiFailure;
import io.homeostat.target.kubernetes.api.ApiServer;
import io.homeostat.target.kubernetes.api.Request;
import io.homeostat.target.kubernetes.api.Resource;
import io.homeostat.target.kubernetes.api.Resources;
import io.homeostat.target.kubernetes.gate.GatedService;
import io.homeostat.target.kubernetes.objects.Annotations;
import io.homeostat.target.kubernetes.versions.Division;
import io.homeostat.target.kubernetes.versions.Standing;
import io.homeostat.target.kubernetes.versions.Standing.Side;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Divides the traffic of Services that have no gate and are led to by HTTPRoutes of the Gateway API: the routes get weights, and
 * each side a Service of its own. Level-triggered: what is to be follows from how the workload stands.
 */
final class GatewayRoutes {

    static final String MANAGER = "homeostat-rollouts";

    private static final List<String> VERSIONS =
            List.of("gateway.networking.k8s.io/v1", "gateway.networking.k8s.io/v1beta1");

    private final ApiServer server;
    private final Resources resources;
    private final Observed observed;
    private final Function<ObjectKey, @Nullable String> users;
    private final Set<ObjectKey> divided = ConcurrentHashMap.newKeySet();

    /** @param users as whom, by the workload whose traffic it is; null for ourselves */
    GatewayRoutes(
            ApiServer server, Resources resources, Observed observed, Function<ObjectKey, @Nullable String> users) {
        this.server = server;
        this.resources = resources;
        this.observed = observed;
        this.users = users;
    }

    /** @throws IOException why the traffic of a workload cannot be divided as a split says, where routes lead to it */
    void mayDivide(Node.Mapping live, Split split) throws IOException {
        for (Node.Mapping service : services(live)) {
            String name = name(service);
            if (!split.matches().isEmpty() || split.affinity() != null || split.mirror() > 0) {
                throw new IOException("Service/" + name + " is annotated " + GatedService.ANNOTATION + ": "
                        + GatedService.GATEWAY_API
                        + ", and routes get weights only; headers, cookies, affinity and copies"
                        + " need a gate: annotate it enabled");
            }
            Resource kind = kind();
            if (kind == null) {
                throw new IOException("Service/" + name + " is annotated " + GatedService.ANNOTATION + ": "
                        + GatedService.GATEWAY_API
                        + ", and the cluster serves no HTTPRoute; install the Gateway API, or"
                        + " annotate it enabled");
            }
            boolean isLedTo =
                    routes(kind, service).stream().anyMatch(route -> Division.leadsTo(Division.undivided(route), name));
            if (!isLedTo) {
                throw new IOException("no HTTPRoute of its namespace leads to Service/" + name
                        + ", so nothing divides its traffic; declare one, or annotate it enabled");
            }
        }
    }

    /**
     * Routes and Services are as it stands, as far as there is somebody to answer.
     *
     * @return false while a route leads to both versions though it is to tell them apart
     */
    boolean keep(ObjectKey workload, Node.Mapping live, Standing standing) throws IOException {
        List<Node.Mapping> services = services(live);
        if (services.isEmpty()) {
            divided.remove(workload);
            return true;
        }
        divided.add(workload);
        Set<Side> sides = Division.sides(standing);
        boolean isApart = true;
        for (Node.Mapping service : services) {
            Set<Side> ready = EnumSet.noneOf(Side.class);
            for (Side side : sides) {
                ensure(workload, Division.service(service, side, standing.stable()));
                if (Division.isAnyReady(endpoints(namespace(service), Division.name(name(service), side)))) {
                    ready.add(side);
                }
            }
            isApart &= turn(workload, service, now -> Division.served(standing, now, ready));
        }
        // Not before nobody is led there any more.
        if (follow(live, standing)) {
            end(workload, live, sides);
        }
        return isApart || Division.of(standing).isEmpty();
    }

    /** Whether routes divided the traffic of a workload when they were looked after last. */
    boolean divide(ObjectKey workload) {
        return divided.contains(workload);
    }

    private List<Node.Mapping> endpoints(String namespace, String service) throws IOException {
        if (resources.find("discovery.k8s.io/v1", "EndpointSlice") != null) {
            return list(
                    "/apis/discovery.k8s.io/v1/namespaces/" + namespace + "/endpointslices",
                    "&labelSelector=kubernetes.io%2Fservice-name%3D" + service);
        }
        Node.Mapping there = found("/api/v1/namespaces/" + namespace + "/endpoints/" + service);
        return there == null ? List.of() : List.of(there);
    }

    /**
     * Takes away the Services of sides.
     *
     * @param but these stay
     */
    void end(ObjectKey workload, Node.Mapping live, Set<Side> but) throws IOException {
        for (Node.Mapping service : services(live)) {
            for (Side side : Side.values()) {
                if (!but.contains(side)) {
                    delete(workload, service, side);
                }
            }
        }
    }

    /** The Services of a workload that routes divide, by name. */
    Set<String> names(Node.Mapping live) throws IOException {
        return services(live).stream().map(GatewayRoutes::name).collect(Collectors.toSet());
    }

    /** A route's Service is not divided any more, whatever becomes of what it was divided for. */
    void release(ObjectKey route, String service) throws IOException {
        Node.Mapping one = Node.Mapping.EMPTY.with(
                "metadata", Node.Mapping.EMPTY.with("name", service).with("namespace", route.namespace()));
        boolean _ = turn(route, one, now -> Map.of());
        for (Side side : Side.values()) {
            delete(route, one, side);
        }
    }

    /** As {@link #keep} would have it, and whoever reads the routes has taken that in. */
    boolean follow(Node.Mapping live, Standing standing) throws IOException {
        Map<Side, Integer> shares = Division.of(standing);
        for (Node.Mapping service : services(live)) {
            String name = name(service);
            Resource kind = kind();
            for (Node.Mapping route : kind == null ? List.<Node.Mapping>of() : routes(kind, service)) {
                boolean isIts = Division.leadsTo(Division.undivided(route), name);
                boolean isSo = Division.of(route).getOrDefault(name, Map.of()).equals(shares);
                if (isIts && !(isSo && isTaken(route))) {
                    return false;
                }
            }
        }
        return true;
    }

    /** Every Gateway that it is for has accepted it as it is. */
    private static boolean isTaken(Node.Mapping route) {
        int generation = route.mapping("metadata").integer("generation", 0);
        List<Node> parents = route.mapping("status").sequence("parents");
        return !parents.isEmpty()
                && parents.stream()
                        .allMatch(parent -> parent instanceof Node.Mapping one
                                && one.sequence("conditions").stream()
                                        .anyMatch(each -> each instanceof Node.Mapping condition
                                                && condition.text("type", "").equals("Accepted")
                                                && condition.text("status", "").equals("True")
                                                && condition.integer("observedGeneration", 0) >= generation));
    }

    /**
     * @param change from how a route divides to how it is to
     * @return whether every route that leads there divides
     */
    private boolean turn(ObjectKey workload, Node.Mapping service, UnaryOperator<Map<Side, Integer>> change)
            throws IOException {
        Resource kind = kind();
        if (kind == null) {
            return true;
        }
        boolean isDivided = true;
        for (Node.Mapping route : routes(kind, service)) {
            Node.Mapping whole = Division.undivided(route);
            if (!Division.leadsTo(whole, name(service))) {
                continue;
            }
            Map<String, Map<Side, Integer>> all = new TreeMap<>(Division.of(route));
            Map<Side, Integer> now = all.getOrDefault(name(service), Map.of());
            Map<Side, Integer> shares = change.apply(now);
            isDivided &= !shares.isEmpty();
            if (now.equals(shares)) {
                continue;
            }
            all.put(name(service), shares);
            Node.Mapping wanted = Division.divided(whole, all);
            Node none = new Node.Null(Position.NONE);
            String memo = wanted.mapping("metadata").mapping("annotations").text(Annotations.DIVIDED);
            Node.Mapping patch = Node.Mapping.EMPTY
                    .with(
                            "metadata",
                            Node.Mapping.EMPTY
                                    .with(
                                            "resourceVersion",
                                            route.mapping("metadata").text("resourceVersion", ""))
                                    .with(
                                            "annotations",
                                            Node.Mapping.EMPTY.with(
                                                    Annotations.DIVIDED, memo == null ? none : Node.Text.of(memo))))
                    .with(
                            "spec",
                            Node.Mapping.EMPTY.with(
                                    "rules",
                                    new Node.Sequence(wanted.mapping("spec").sequence("rules"), Position.NONE)));
            String path = kind.path(namespace(service), name(route));
            observed.take(
                    kind,
                    server.call(Request.merge(path + "?fieldManager=" + MANAGER, patch)
                            .as(users.apply(workload))));
        }
        return isDivided;
    }

    private void ensure(ObjectKey workload, Node.Mapping wanted) throws IOException {
        Node.Mapping there = find(wanted);
        if (there != null && !isOurs(there)) {
            throw new IOException("Service/" + name(wanted) + " is somebody else's, and " + workload
                    + " needs that name for its rollout; rename one of them");
        }
        boolean isSame = there != null
                && there.mapping("spec")
                        .mapping("selector")
                        .equals(wanted.mapping("spec").mapping("selector"))
                && there.mapping("spec")
                        .sequence("ports")
                        .equals(wanted.mapping("spec").sequence("ports"));
        if (!isSame) {
            server.call(Request.apply(path(wanted) + "?force=true&fieldManager=" + MANAGER, wanted)
                    .as(users.apply(workload)));
        }
    }

    private void delete(ObjectKey workload, Node.Mapping service, Side side) throws IOException {
        Node.Mapping one = Division.service(service, side, "");
        Node.Mapping there = find(one);
        if (there != null && isOurs(there)) {
            Node.Mapping options = Node.Mapping.EMPTY
                    .with("apiVersion", "v1")
                    .with("kind", "DeleteOptions")
                    .with(
                            "preconditions",
                            Node.Mapping.EMPTY.with(
                                    "uid", there.mapping("metadata").text("uid", "")));
            try {
                server.call(Request.delete(path(one), options).as(users.apply(workload)));
            } catch (ApiFailure gone) {
                if (!gone.isMissing()) {
                    throw gone;
                }
            }
        }
    }

    private Node.@Nullable Mapping find(Node.Mapping service) throws IOException {
        return found(path(service));
    }

    private Node.@Nullable Mapping found(String path) throws IOException {
        try {
            return server.call(Request.get(path));
        } catch (ApiFailure failure) {
            if (failure.isMissing()) {
                return null;
            }
            throw failure;
        }
    }

    private static boolean isOurs(Node.Mapping service) {
        return service.mapping("metadata").mapping("labels").text(Annotations.SIDE) != null;
    }

    private static String path(Node.Mapping service) {
        return "/api/v1/namespaces/" + namespace(service) + "/services/" + name(service);
    }

    private static String name(Node.Mapping object) {
        return object.mapping("metadata").text("name", "");
    }

    private static String namespace(Node.Mapping object) {
        return object.mapping("metadata").text("namespace", ObjectKey.DEFAULT_NAMESPACE);
    }

    /** The Services that lead to a Deployment's pods and are to be divided by routes. */
    private List<Node.Mapping> services(Node.Mapping live) throws IOException {
        Node.Mapping labels =
                live.mapping("spec").mapping("template").mapping("metadata").mapping("labels");
        return list("/api/v1/namespaces/" + namespace(live) + "/services").stream()
                .filter(service -> GatedService.GATEWAY_API.equals(
                        service.mapping("metadata").mapping("annotations").text(GatedService.ANNOTATION)))
                .filter(service -> selects(service.mapping("spec").mapping("selector"), labels))
                .toList();
    }

    private static boolean selects(Node.Mapping selector, Node.Mapping labels) {
        return !selector.isEmpty()
                && selector.fields().keySet().stream()
                        .allMatch(key -> selector.text(key, "").equals(labels.text(key)));
    }

    private @Nullable Resource kind() throws IOException {
        for (String version : VERSIONS) {
            Resource found = resources.find(version, "HTTPRoute");
            if (found != null) {
                return found;
            }
        }
        return null;
    }

    private List<Node.Mapping> routes(Resource kind, Node.Mapping service) throws IOException {
        return list(kind.collection(namespace(service)));
    }

    private List<Node.Mapping> list(String collection) throws IOException {
        return list(collection, "");
    }

    private List<Node.Mapping> list(String collection, String more) throws IOException {
        List<Node.Mapping> found = new ArrayList<>();
        for (Node each :
                server.call(Request.get(collection + "?limit=500" + more)).sequence("items")) {
            if (each instanceof Node.Mapping one) {
                found.add(one);
            }
        }
        return found;
    }
}
