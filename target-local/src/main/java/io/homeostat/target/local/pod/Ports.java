package io.homeostat.target.local.pod;

import io.homeostat.model.Node;
import io.homeostat.target.local.subset.Templates;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Ports of this machine for containers: 20000–29999, each in use by one instance at a time.
 *
 * <p>The search goes on where it stopped last, so that a port that just became free is not soon taken by another program whom
 * late callers would reach by mistake; and it begins where the state directory says, so that two agents seldom meet.
 *
 * <p>Used by one thread at a time.
 */
public final class Ports {

    private static final int FIRST = 20_000;
    private static final int COUNT = 10_000;

    private final Set<Integer> taken = new HashSet<>();
    private int next;

    Ports(int seed) {
        this.next = Math.floorMod(seed, COUNT);
    }

    /** These are in use by an instance that was here before. */
    void reserve(Map<String, Integer> ports) {
        taken.addAll(ports.values());
    }

    void release(Map<String, Integer> ports) {
        taken.removeAll(ports.values());
    }

    /** One port for each that the instance's containers declare; for a container that declares none, one all the same. */
    Map<String, Integer> allocate(Pod pod) throws IOException {
        Map<String, Integer> ports = new LinkedHashMap<>();
        for (Pod.Container container : pod.containers()) {
            if (container.init()) {
                continue;
            }
            for (Node.Mapping port : Templates.mappings(container.spec(), "ports")) {
                ports.put(key(container.name(), port.integer("containerPort", 0)), free());
            }
            if (Templates.mappings(container.spec(), "ports").isEmpty()) {
                ports.put(key(container.name(), 0), free());
            }
        }
        return ports;
    }

    static String key(String container, int containerPort) {
        return container + "/" + containerPort;
    }

    private int free() throws IOException {
        for (int tried = 0; tried < COUNT; tried++) {
            int port = FIRST + next;
            next = (next + 1) % COUNT;
            if (!taken.contains(port) && isFree(port)) {
                taken.add(port);
                return port;
            }
        }
        throw new IOException("no port between " + FIRST + " and " + (FIRST + COUNT - 1) + " is free on this machine");
    }

    /** What a container was told of its ports. */
    static Map<String, Integer> of(Pod.Container container, Map<String, String> environment) {
        Map<String, Integer> ports = new LinkedHashMap<>();
        List<Node.Mapping> declared = Templates.mappings(container.spec(), "ports");
        for (int i = 0; i < Math.max(1, declared.size()); i++) {
            Node.Mapping port = declared.isEmpty() ? Node.Mapping.EMPTY : declared.get(i);
            String name = port.text("name");
            String told = i == 0 ? environment.get("PORT") : null;
            told = told == null && name != null ? environment.get("PORT_" + Mounts.variable(name)) : told;
            if (told != null) {
                ports.put(key(container.name(), port.integer("containerPort", 0)), Integer.parseInt(told));
            }
        }
        return ports;
    }

    /** Nobody listens there, on 127.0.0.1 or on all addresses. */
    static boolean isFree(int port) {
        return isFree(LaunchPlan.HOST, port);
    }

    /** @param host a numeric address of this machine */
    public static boolean isFree(String host, int port) {
        try (ServerSocket socket = new ServerSocket()) {
            // As servers do it: connections of the program before, waiting for their end, are no hindrance.
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.ofLiteral(host), port), 1);
            return true;
        } catch (IOException inUse) {
            return false;
        }
    }

    /** The machine's port for a port as documents name it, by name or number; null when no container has it. */
    static @Nullable Integer find(Pod pod, PodState state, Node nameOrNumber) {
        for (Pod.Container container : pod.containers()) {
            Integer found = find(container, state, nameOrNumber);
            if (found != null) {
                return found;
            }
        }
        return null;
    }

    static @Nullable Integer find(Pod.Container container, PodState state, Node nameOrNumber) {
        String wanted = nameOrNumber.toString();
        for (Node.Mapping port : Templates.mappings(container.spec(), "ports")) {
            int number = port.integer("containerPort", 0);
            if (wanted.equals(port.text("name")) || wanted.equals(Integer.toString(number))) {
                return state.ports().get(key(container.name(), number));
            }
        }
        return null;
    }
}
