package io.homeostat.target.local.service;

import io.homeostat.gate.control.Backend;
import io.homeostat.gate.control.Edge;
import io.homeostat.gate.control.Handling;
import io.homeostat.gate.control.Listener;
import io.homeostat.gate.control.Protocol;
import io.homeostat.gate.control.Routing;
import io.homeostat.gate.control.Tls;
import io.homeostat.model.Node;
import io.homeostat.model.ObjectKey;
import io.homeostat.model.Position;
import io.homeostat.model.Rollout.Match;
import io.homeostat.target.local.subset.Templates;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** From Services and instances to the listeners of the gate. Pure. */
public final class Routes {

    /** Instances listen here, and node ports are served here. */
    private static final String LOCAL = "127.0.0.1";

    private static final int HTTP = 80;
    private static final int HTTPS = 443;

    private Routes() {}

    /**
     * @param address of the Service; null for a headless one
     * @param nodePorts by port number of the Service; empty unless it is a NodePort Service
     * @param asked what it asks of the gate
     * @param outside where its name leads, of an ExternalName Service; null for any other
     * @param certificate that it asks to show
     * @param callers the address of its own that each workload has which declares, or declared, to call it
     */
    public record Service(
            ObjectKey key,
            Node.Mapping spec,
            @Nullable String address,
            Map<Integer, Integer> nodePorts,
            Map<String, String> callers,
            Asked asked,
            @Nullable List<String> outside,
            Certificate certificate) {

        /** One that asks for nothing. */
        public Service(
                ObjectKey key,
                Node.Mapping spec,
                @Nullable String address,
                Map<Integer, Integer> nodePorts,
                Map<String, String> callers) {
            this(key, spec, address, nodePorts, callers, Asked.of(Node.Mapping.EMPTY), null, Certificate.NONE);
        }
    }

    /**
     * What is in the Secret that a Service names for TLS.
     *
     * @param tls protocols are said for each port
     * @param problem why there is none; empty where there is one, or none is wanted
     */
    public record Certificate(Tls tls, String problem) {
        public static final Certificate NONE = new Certificate(Tls.NONE, "");

        /** The gate lets nobody in without one, or shows the one before. */
        static final Tls MISSING = new Tls("", "none", List.of());
    }

    /**
     * An instance as a Service sees it.
     *
     * @param takesConnections ready, and not on its way out
     * @param leaving on its way out: it gets no new connection, whatever the Service wants
     * @param version digest of what it was made from
     * @param share percent of its workload's traffic that its version is to have; empty where the workload's are all alike
     * @param steering which requests go to which version of its workload, whatever their shares
     * @param port port of the machine for a target port by name or number; null when it has none
     */
    public record Endpoint(
            String namespace,
            String name,
            Map<String, String> labels,
            boolean takesConnections,
            boolean leaving,
            String version,
            ObjectKey owner,
            OptionalInt share,
            Steering steering,
            Function<Node, @Nullable Integer> port) {}

    /**
     * What is said of single requests.
     *
     * @param version that those get which match
     * @param affinity null: each request goes by itself
     * @param mirror percent of the requests of which that version gets a copy
     */
    public record Steering(
            String version, List<Match> matches, @Nullable Match affinity, int mirror) {
        public static final Steering NONE = new Steering("", List.of(), null);

        /** Without copies. */
        public Steering(String version, List<Match> matches, @Nullable Match affinity) {
            this(version, matches, affinity, 0);
        }

        private Routing over(Map<String, Integer> weights) {
            Routing routing = new Routing(weights, rules(), stays());
            return mirror > 0 ? routing.mirroredTo(version, mirror / 100.0) : routing;
        }

        private List<Routing.Rule> rules() {
            return matches.stream()
                    .map(match -> new Routing.Rule(part(match), match.name(), match.value(), version))
                    .toList();
        }

        private Routing.Affinity stays() {
            return affinity == null ? Routing.Affinity.NONE : new Routing.Affinity(part(affinity), affinity.name());
        }

        private static Routing.Part part(Match match) {
            return match.cookie() ? Routing.Part.COOKIE : Routing.Part.HEADER;
        }
    }

    public static List<Listener> listeners(List<Service> services, List<Endpoint> endpoints) {
        List<Listener> listeners = new ArrayList<>();
        for (Service service : services) {
            for (Node.Mapping port : Templates.mappings(service.spec(), "ports")) {
                int number = port.integer("port", 0);
                Node target = port.get("targetPort");
                List<Backend> backends = service.outside() == null
                        ? backends(service, target == null ? Node.Numeric.of(number) : target, endpoints)
                        : outside(service, service.outside(), port);
                String name = service.key().namespace() + "/" + service.key().name() + ":" + portName(port);
                Edge edge = new Edge("", service.key().toString(), portName(port));
                if (service.address() != null) {
                    Listener shared = new Listener(
                            name,
                            service.address(),
                            number,
                            edge,
                            Protocols.of(port),
                            service.asked().limits(),
                            handling(service, port),
                            "",
                            backends,
                            tls(service, port));
                    listeners.add(shared);
                    service.callers().forEach((caller, host) -> listeners.add(shared.from(caller, host)));
                }
                Integer nodePort = service.nodePorts().get(number);
                if (nodePort != null) {
                    listeners.add(new Listener(
                            name + " (node port)",
                            LOCAL,
                            nodePort,
                            edge,
                            Protocols.of(port),
                            service.asked().limits(),
                            handling(service, port),
                            "",
                            backends,
                            tls(service, port)));
                }
            }
        }
        return listeners;
    }

    /**
     * How the requests to each Service are spread over versions; those Services are missing of which all versions are alike.
     * Where a Service stands before several workloads, each has as much as it has ready instances beside those of its canary.
     */
    public static Map<String, Routing> routings(List<Service> services, List<Endpoint> endpoints) {
        Map<String, Routing> routings = new LinkedHashMap<>();
        for (Service service : services) {
            List<Endpoint> selected = endpoints.stream()
                    .filter(endpoint -> selects(service, endpoint))
                    .toList();
            if (selected.stream().anyMatch(endpoint -> endpoint.share().isPresent())) {
                Steering steering = selected.stream()
                        .map(Endpoint::steering)
                        .filter(each -> !each.equals(Steering.NONE))
                        .findFirst()
                        .orElse(Steering.NONE);
                routings.put(service.key().toString(), steering.over(weights(selected)));
            }
        }
        return routings;
    }

    private static Map<String, Integer> weights(List<Endpoint> selected) {
        Map<ObjectKey, List<Endpoint>> workloads = new LinkedHashMap<>();
        selected.forEach(endpoint -> workloads
                .computeIfAbsent(endpoint.owner(), first -> new ArrayList<>())
                .add(endpoint));
        Map<String, Integer> weights = new LinkedHashMap<>();
        for (List<Endpoint> workload : workloads.values()) {
            int most = workload.stream()
                    .mapToInt(endpoint -> endpoint.share().orElse(100))
                    .max()
                    .orElse(0);
            long size = workload.stream()
                    .filter(endpoint ->
                            endpoint.takesConnections() && endpoint.share().orElse(100) == most)
                    .count();
            int times = workloads.size() == 1 ? 1 : Math.clamp(size, 1, 1000);
            workload.forEach(endpoint ->
                    weights.merge(endpoint.version(), endpoint.share().orElse(100) * times, Math::max));
        }
        return weights;
    }

    private static Tls tls(Service service, Node.Mapping port) {
        Asked.Secured secured = service.asked().secured();
        if (!secured.covers(port)) {
            return Tls.NONE;
        }
        Tls shown = service.certificate().tls().isNone()
                ? Certificate.MISSING
                : service.certificate().tls();
        Protocol spoken = Protocols.of(port);
        List<String> offered =
                secured.protocols().isEmpty() || spoken == Protocol.TCP ? Tls.offered(spoken) : secured.protocols();
        return new Tls(shown.certificate(), shown.key(), offered);
    }

    /** Who is elsewhere wants to be called by its own name. */
    private static Handling handling(Service service, Node.Mapping port) {
        if (service.outside() == null) {
            return service.asked().handling();
        }
        int number = outsidePort(port);
        String name = service.spec().text("externalName", "");
        boolean usual = number == (service.asked().originTls() ? HTTPS : HTTP);
        return service.asked().handling().saidToBeFor(usual ? name : name + ":" + number);
    }

    private static int outsidePort(Node.Mapping port) {
        return port.integer("targetPort", port.integer("port", 0));
    }

    private static List<Backend> outside(Service service, List<String> addresses, Node.Mapping port) {
        String name = service.spec().text("externalName", "");
        return addresses.stream()
                .map(address -> new Backend(
                        name,
                        address,
                        outsidePort(port),
                        true,
                        "",
                        service.asked().originTls() ? name : ""))
                .toList();
    }

    private static List<Backend> backends(Service service, Node target, List<Endpoint> endpoints) {
        boolean evenUnready = service.spec().flag("publishNotReadyAddresses", false);
        List<Backend> backends = new ArrayList<>();
        for (Endpoint endpoint : endpoints) {
            Integer port = selects(service, endpoint) ? endpoint.port().apply(target) : null;
            if (port != null) {
                boolean ready = endpoint.takesConnections() || (evenUnready && !endpoint.leaving());
                backends.add(new Backend(endpoint.name(), LOCAL, port, ready, endpoint.version()));
            }
        }
        return backends;
    }

    /** Every label of the selector; a Service without one selects nothing. */
    public static boolean selects(Service service, Endpoint endpoint) {
        Map<String, Node.Field> selector = service.spec().mapping("selector").fields();
        if (selector.isEmpty() || !endpoint.namespace().equals(service.key().namespace())) {
            return false;
        }
        return selector.entrySet().stream()
                .allMatch(label -> label.getValue()
                        .value()
                        .toString()
                        .equals(endpoint.labels().get(label.getKey())));
    }

    /**
     * {@code NAME_SERVICE_HOST}, {@code NAME_SERVICE_PORT} and {@code NAME_SERVICE_PORT_PORTNAME} of a namespace's Services, as
     * one workload is told: with its own address of those that it declares to call.
     */
    public static Map<String, String> variables(List<Service> services, String namespace, String caller) {
        Map<String, String> variables = new LinkedHashMap<>();
        for (Service service : services) {
            List<Node.Mapping> ports = Templates.mappings(service.spec(), "ports");
            if (service.address() == null || !service.key().namespace().equals(namespace) || ports.isEmpty()) {
                continue;
            }
            String prefix = variable(service.key().name()) + "_SERVICE_";
            variables.put(prefix + "HOST", service.callers().getOrDefault(caller, service.address()));
            variables.put(prefix + "PORT", Integer.toString(ports.getFirst().integer("port", 0)));
            for (Node.Mapping port : ports) {
                String name = port.text("name");
                if (name != null) {
                    variables.put(prefix + "PORT_" + variable(name), Integer.toString(port.integer("port", 0)));
                }
            }
        }
        return variables;
    }

    /**
     * How a Service is.
     *
     * @param selected instances that it selects
     * @param ready those of them that take connections
     * @param open the gate serves all its addresses
     * @param error why it does not; empty when nobody knows, or it does
     */
    public record Served(int selected, int ready, boolean open, String error) {}

    public static Served served(Service service, List<Endpoint> endpoints, GateControl.Serving serving) {
        int outside = service.outside() == null ? 0 : service.outside().size();
        int selected = outside;
        int ready = outside;
        for (Endpoint endpoint : endpoints) {
            if (selects(service, endpoint)) {
                selected++;
                ready += endpoint.takesConnections() ? 1 : 0;
            }
        }
        String error = "";
        boolean open = service.certificate().problem().isEmpty();
        for (Listener listener : listeners(List.of(service), List.of())) {
            String failed = serving.errors().get(listener.name());
            open &= serving.listeners().contains(listener.name());
            error = failed == null ? error : listener.host() + ":" + listener.port() + ": " + failed;
        }
        String missing = service.certificate().problem();
        return new Served(selected, ready, open, missing.isEmpty() ? error : missing);
    }

    /** The {@code status} of a Service: its address, whether it is served, and whether anybody answers there. */
    public static Node.Mapping status(Service service, Served served) {
        Node.Mapping status = Node.Mapping.EMPTY
                .with("loadBalancer", Node.Mapping.EMPTY)
                .with("endpoints", served.selected())
                .with("readyEndpoints", served.ready());
        if (service.address() != null) {
            status = status.with("address", service.address());
        }
        Node.Mapping nodePorts = Node.Mapping.EMPTY;
        for (Map.Entry<Integer, Integer> nodePort : service.nodePorts().entrySet()) {
            nodePorts = nodePorts.with(Integer.toString(nodePort.getKey()), nodePort.getValue());
        }
        if (!nodePorts.isEmpty()) {
            status = status.with("nodePorts", nodePorts);
        }
        String waiting = served.open() ? "" : "the gate does not serve its address yet";
        Node ready = Node.Mapping.EMPTY
                .with("type", "Ready")
                .with("status", served.open() ? "True" : "False")
                .with("reason", served.open() ? "Served" : served.error().isEmpty() ? "Pending" : "ListenFailed")
                .with("message", served.error().isEmpty() ? waiting : served.error());
        return status.with("conditions", new Node.Sequence(List.of(ready), Position.NONE));
    }

    public static String portName(Node.Mapping port) {
        return port.text("name", Integer.toString(port.integer("port", 0)));
    }

    static String variable(String name) {
        return name.toUpperCase(Locale.ROOT).replace('-', '_').replace('.', '_');
    }
}
