package io.homeostat.target.local.controllers;

import io.homeostat.model.Node;
import io.homeostat.model.ObjectKey;
import io.homeostat.target.local.control.Sides;
import io.homeostat.target.local.objects.Memo;
import io.homeostat.target.local.objects.ObjectStore;
import io.homeostat.target.local.objects.StoredObject;
import io.homeostat.target.local.pod.Kubelet;
import io.homeostat.target.local.service.Addresses;
import io.homeostat.target.local.service.GateControl;
import io.homeostat.target.local.service.Routes;
import io.homeostat.target.local.service.Routes.Endpoint;
import io.homeostat.target.local.subset.Templates;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/** Services: their addresses, and which instances answer there. */
public final class Services implements Controller {

    private final ObjectStore objects;
    private final Supplier<Kubelet> kubelet;
    private final Addresses addresses;
    private final GateControl gate;
    private final Memo memo;

    /** What was found last, so that a look at hundreds of Services that are as they were costs next to nothing. */
    private final Map<ObjectKey, Shown> statuses = new HashMap<>();

    private List<Endpoint> endpoints = List.of();

    private record Shown(Routes.Service service, Routes.Served served, Node.Mapping status) {}

    /** @param kubelet asked later, as instances and Services need each other */
    public Services(ObjectStore objects, Supplier<Kubelet> kubelet, Addresses addresses, GateControl gate, Memo memo) {
        this.objects = objects;
        this.kubelet = kubelet;
        this.addresses = addresses;
        this.gate = gate;
        this.memo = memo;
    }

    @Override
    public Node.Mapping reconcile(StoredObject object, boolean act) throws IOException {
        Routes.Service service = service(object);
        Routes.Served served = Routes.served(service, endpoints, gate.serving());
        Shown shown = statuses.get(object.key());
        if (shown == null || !shown.service().equals(service) || !shown.served().equals(served)) {
            shown = new Shown(service, served, Routes.status(service, served));
            statuses.put(object.key(), shown);
        }
        return shown.status();
    }

    /** Tells the gate what is wanted now. Does nothing when that is what it was told last. */
    public void route() {
        look();
        gate.want(Routes.listeners(services(), endpoints));
    }

    /** Completes when what is wanted now is in effect. */
    public CompletableFuture<Void> routed() {
        route();
        return gate.routed();
    }

    /** What programs in a namespace are told of its Services. */
    public Map<String, String> variables(String namespace) {
        return Routes.variables(services(), namespace);
    }

    public void forget(ObjectKey service) throws IOException {
        statuses.remove(service);
        addresses.release(service);
    }

    private List<Routes.Service> services() {
        List<Routes.Service> services = new ArrayList<>();
        for (StoredObject object : objects.all()) {
            if (object.key().kind().equals("Service") && !object.deleting()) {
                try {
                    services.add(service(object));
                } catch (IOException unwritable) {
                    // Its own reconciliation says so; the others keep their addresses.
                }
            }
        }
        return services;
    }

    private Routes.Service service(StoredObject object) throws IOException {
        Node.Mapping spec = object.spec();
        boolean headless = spec.text("clusterIP", "").equals("None");
        Map<Integer, Integer> nodePorts = new TreeMap<>();
        if (spec.text("type", "").equals("NodePort")) {
            for (Node.Mapping port : Templates.mappings(spec, "ports")) {
                int wanted = port.integer("nodePort", 0);
                nodePorts.put(
                        port.integer("port", 0),
                        wanted > 0 ? wanted : addresses.nodePort(object.key(), Routes.portName(port)));
            }
        }
        return new Routes.Service(object.key(), spec, headless ? null : addresses.host(object.key()), nodePorts);
    }

    /** Which instances there are now. */
    public void look() {
        List<Endpoint> found = new ArrayList<>();
        for (Kubelet.View view : kubelet.get().all()) {
            // Which version gets traffic plays no part in whether its instances are ready.
            Node.Mapping remembered = memo.get(view.pod().owner());
            boolean carries = Sides.from(remembered).carries(view.pod().digest(), remembered.text("digest", ""));
            boolean leaving = view.state().isDeleting() || !carries;
            found.add(new Endpoint(
                    view.pod().namespace(),
                    view.pod().name(),
                    view.pod().labels(),
                    view.member().isReady() && carries,
                    leaving,
                    view::port));
        }
        endpoints = found;
    }
}
