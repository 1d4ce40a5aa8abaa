package io.homeostat.target.local.controllers;

import io.homeostat.converge.Traffic.Split;
import io.homeostat.gate.control.Tls;
import io.homeostat.model.Node;
import io.homeostat.model.ObjectKey;
import io.homeostat.target.local.control.Sides;
import io.homeostat.target.local.objects.Memo;
import io.homeostat.target.local.objects.ObjectStore;
import io.homeostat.target.local.objects.StoredObject;
import io.homeostat.target.local.pod.Configs;
import io.homeostat.target.local.pod.Kubelet;
import io.homeostat.target.local.service.Addresses;
import io.homeostat.target.local.service.Asked;
import io.homeostat.target.local.service.Calls;
import io.homeostat.target.local.service.GateControl;
import io.homeostat.target.local.service.Names;
import io.homeostat.target.local.service.Routes;
import io.homeostat.target.local.service.Routes.Endpoint;
import io.homeostat.target.local.subset.Templates;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/** Services: their addresses, and which instances answer there. */
public final class Services implements Controller {

    private final ObjectStore objects;
    private final Supplier<Kubelet> kubelet;
    private final Addresses addresses;
    private final GateControl gate;
    private final Names names;
    private final Memo memo;
    private final Configs configs;

    /** What was found last, so that a look at hundreds of Services that are as they were costs next to nothing. */
    private final Map<ObjectKey, Shown> statuses = new HashMap<>();

    private List<Endpoint> endpoints = List.of();

    private record Shown(Routes.Service service, Routes.Served served, Node.Mapping status) {}

    /** A call that somebody may make, as the documents say. */
    public record DeclaredCall(ObjectKey caller, ObjectKey service) {}

    private static final Calls.Declared NOTHING = new Calls.Declared(Set.of(), Set.of());

    /** @param kubelet asked later, as instances and Services need each other */
    public Services(
            ObjectStore objects,
            Supplier<Kubelet> kubelet,
            Addresses addresses,
            GateControl gate,
            Names names,
            Memo memo) {
        this.names = names;
        this.objects = objects;
        this.kubelet = kubelet;
        this.addresses = addresses;
        this.gate = gate;
        this.memo = memo;
        this.configs = new Configs(key -> {
            StoredObject object = objects.get(key);
            return object == null ? null : object.content();
        });
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
        giveAddresses();
        Set<String> outside = new HashSet<>();
        for (StoredObject object : objects.all()) {
            if (isService(object) && isOutside(object.spec())) {
                outside.add(object.spec().text("externalName", ""));
            }
        }
        names.keep(outside);
        List<Routes.Service> services = services();
        gate.want(Routes.listeners(services, endpoints), Routes.routings(services, endpoints));
    }

    /** Completes when what is wanted now is in effect. */
    public CompletableFuture<Void> routed() {
        route();
        return gate.routed();
    }

    /** What programs of a workload are told of the Services of their namespace. */
    public Map<String, String> variables(ObjectKey owner) {
        // An instance keeps what it is told now, and may be the first to be told.
        giveAddresses();
        return Routes.variables(services(), owner.namespace(), caller(owner).toString());
    }

    /** The name by which a workload is known: a Job's is that of its CronJob. */
    private ObjectKey caller(ObjectKey owner) {
        StoredObject object = objects.get(owner);
        String parent = object == null ? null : object.parent();
        return parent == null ? owner : new ObjectKey("batch", "CronJob", owner.namespace(), parent);
    }

    /** Which workloads declare to call which Services. */
    public List<DeclaredCall> declared() {
        List<DeclaredCall> declared = new ArrayList<>();
        List<StoredObject> all = new ArrayList<>(objects.all());
        for (StoredObject workload : all) {
            Calls.Declared calls = workload.deleting() || workload.parent() != null
                    ? NOTHING
                    : Calls.of(workload.key(), workload.content());
            if (calls.equals(NOTHING)) {
                continue;
            }
            for (StoredObject service : all) {
                if (isService(service) && calls.calls(service.key(), workload.key())) {
                    declared.add(new DeclaredCall(workload.key(), service.key()));
                }
            }
        }
        return declared;
    }

    /** The Services that select instances of a workload. */
    public Set<String> of(ObjectKey workload) {
        Set<String> found = new HashSet<>();
        for (Routes.Service service : services()) {
            for (Endpoint endpoint : endpoints) {
                if (endpoint.owner().equals(workload) && Routes.selects(service, endpoint)) {
                    found.add(service.key().toString());
                }
            }
        }
        return found;
    }

    private static boolean isOutside(Node.Mapping spec) {
        return spec.text("type", "").equals("ExternalName");
    }

    private static boolean isService(StoredObject object) {
        return object.key().kind().equals("Service") && !object.deleting();
    }

    /** Gives each declared call an address of its own. */
    private void giveAddresses() {
        try {
            for (DeclaredCall call : declared()) {
                addresses.host(call.service(), call.caller());
            }
            Set<String> workloads = new HashSet<>();
            objects.all().forEach(object -> workloads.add(object.key().toString()));
            addresses.keepCallers(workloads::contains);
        } catch (IOException unwritable) {
            // The callers use the Services' own addresses until one can be written down.
        }
    }

    public void forget(ObjectKey service) throws IOException {
        statuses.remove(service);
        addresses.release(service);
    }

    private List<Routes.Service> services() {
        List<Routes.Service> services = new ArrayList<>();
        for (StoredObject object : objects.all()) {
            if (isService(object)) {
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
        Asked asked = Asked.of(object.content());
        return new Routes.Service(
                object.key(),
                spec,
                headless ? null : addresses.host(object.key()),
                nodePorts,
                addresses.callers(object.key()),
                asked,
                isOutside(spec) ? names.of(spec.text("externalName", "")) : null,
                certificate(object.key().namespace(), asked.secured().secret()));
    }

    private Routes.Certificate certificate(String namespace, String secret) {
        if (secret.isEmpty()) {
            return Routes.Certificate.NONE;
        }
        StoredObject object = objects.get(Configs.secret(namespace, secret));
        String type =
                object == null || object.deleting() ? "" : object.content().text("type", "");
        if (!type.equals("kubernetes.io/tls")) {
            return new Routes.Certificate(
                    Tls.NONE,
                    type.isEmpty()
                            ? "there is no Secret '" + secret + "' of type kubernetes.io/tls, which " + Asked.PREFIX
                                    + "tls names"
                            : "the Secret '" + secret + "' is of type " + type + ", and not of kubernetes.io/tls");
        }
        Map<String, String> data = configs.texts(Configs.secret(namespace, secret));
        String chain = data == null ? "" : data.getOrDefault("tls.crt", "");
        String key = data == null ? "" : data.getOrDefault("tls.key", "");
        return chain.isEmpty() || key.isEmpty()
                ? new Routes.Certificate(Tls.NONE, "the Secret '" + secret + "' lacks tls.crt or tls.key")
                : new Routes.Certificate(new Tls(chain, key, List.of()), "");
    }

    /** What a split says of single requests, for the version that is declared. */
    private static Routes.Steering steering(Sides sides, String declared) {
        Split split = sides.split();
        return split == null || !split.isCompared()
                ? Routes.Steering.NONE
                : new Routes.Steering(declared, split.matches(), split.affinity(), split.mirror());
    }

    /** Which instances there are now. */
    public void look() {
        List<Endpoint> found = new ArrayList<>();
        for (Kubelet.View view : kubelet.get().all()) {
            // Which version gets traffic plays no part in whether its instances are ready.
            Node.Mapping remembered = memo.get(view.pod().owner());
            Sides sides = Sides.from(remembered);
            String declared = remembered.text("digest", "");
            boolean carries = sides.carries(view.pod().digest(), declared);
            boolean leaving = view.state().isDeleting() || !carries;
            found.add(new Endpoint(
                    view.pod().namespace(),
                    view.pod().name(),
                    view.pod().labels(),
                    view.member().isReady() && carries,
                    leaving,
                    Deployments.versionOf(view.pod()),
                    view.pod().owner(),
                    sides.share(
                            view.pod().digest(),
                            declared,
                            Deployments.isBaseline(
                                    view.pod().owner(), view.pod().name())),
                    steering(sides, declared),
                    view::port));
        }
        endpoints = found;
    }
}
