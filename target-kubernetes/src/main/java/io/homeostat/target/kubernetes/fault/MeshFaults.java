package io.homeostat.target.kubernetes.fault;

import io.homeostat.converge.Faults.Fault;
import io.homeostat.converge.Faults.Place;
import io.homeostat.model.Node;
import io.homeostat.model.Position;
import io.homeostat.model.chaos.Effect;
import io.homeostat.model.chaos.FaultClass;
import io.homeostat.target.kubernetes.api.ApiServer;
import io.homeostat.target.kubernetes.api.Request;
import io.homeostat.target.kubernetes.api.Resource;
import io.homeostat.target.kubernetes.api.Resources;
import io.homeostat.target.kubernetes.fault.LeasedFaults.Deed;
import java.io.IOException;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Faults by delegation to Chaos Mesh, where it is installed: an object of its own for each instance, watched until all of it is
 * injected, and taken away when all of it has recovered.
 */
public final class MeshFaults {

    private static final String API = "chaos-mesh.org/v1alpha1";
    private static final Duration LOOK = Duration.ofSeconds(30);

    private final ApiServer server;
    private final Resources resources;
    private Set<FaultClass> known = Set.of();
    private long lookedAt;
    private boolean wasLooked;

    public MeshFaults(ApiServer server, Resources resources) {
        this.server = server;
        this.resources = resources;
    }

    /** Those of its faults whose kinds the cluster serves, as of the last half a minute. */
    public synchronized Set<FaultClass> classes() {
        long now = System.nanoTime();
        if (!wasLooked || now - lookedAt > LOOK.toNanos()) {
            Set<FaultClass> found = EnumSet.noneOf(FaultClass.class);
            try {
                for (FaultClass each : FaultClass.ofChaosMesh()) {
                    if (resources.find(API, kind(each)) != null) {
                        found.add(each);
                    }
                }
                known = found;
                wasLooked = true;
                lookedAt = now;
            } catch (IOException away) {
                // What was served before is taken to be served still.
                lookedAt = now;
            }
        }
        return known;
    }

    private static String kind(FaultClass faultClass) {
        return switch (faultClass) {
            case NETWORK_CHAOS -> "NetworkChaos";
            case STRESS_CHAOS -> "StressChaos";
            case IO_CHAOS -> "IOChaos";
            case TIME_CHAOS -> "TimeChaos";
            case DNS_CHAOS -> "DNSChaos";
            default -> throw new IllegalArgumentException(faultClass + " is none of Chaos Mesh's");
        };
    }

    /** @param name of the object that is made; unique */
    Deed plan(String name, Fault fault) throws IOException {
        if (!(fault.place() instanceof Place.OnInstance place) || !(fault.effect() instanceof Effect.Mesh mesh)) {
            throw new IllegalArgumentException(fault + " is none of Chaos Mesh's");
        }
        String kind = kind(mesh.faultClass());
        Resource resource = resources.get(API, kind);
        String namespace = place.workload().namespace();
        String path = resource.path(namespace, name);
        Node.Mapping selector = Node.Mapping.EMPTY
                .with("namespaces", texts(namespace))
                .with("pods", Node.Mapping.EMPTY.with(namespace, texts(place.instance())));
        Node.Mapping spec = mesh.spec()
                .with("mode", "all")
                .with("selector", selector)
                .with("duration", fault.lasts().toMillis() + "ms");
        Node.Mapping object = Node.Mapping.EMPTY
                .with("apiVersion", API)
                .with("kind", kind)
                .with("metadata", Node.Mapping.EMPTY.with("name", name).with("namespace", namespace))
                .with("spec", spec);
        return new Deed() {
            @Override
            public List<Undo> undo() {
                return List.of(new Undo.Recovered(path));
            }

            @Override
            public void begin() throws IOException {
                server.call(Request.post(resource.collection(namespace), object));
            }

            @Override
            public @Nullable String look() throws IOException {
                return Undo.is("AllInjected", server.call(Request.get(path)))
                        ? "Chaos Mesh says that all of it is injected"
                        : null;
            }
        };
    }

    private static Node texts(String text) {
        return new Node.Sequence(List.of(new Node.Text(text, Position.NONE)), Position.NONE);
    }
}
