package io.homeostat.target.local.service;

import io.homeostat.model.Json;
import io.homeostat.model.Node;
import io.homeostat.model.ObjectKey;
import io.homeostat.model.Position;
import io.homeostat.target.local.objects.PrivateFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * The address of each Service: one of {@code 127.X.0.0/16}, where X comes from the state directory and is the next one where another
 * environment on the machine has that; and for each workload that declares to call it one more. An address is given once and kept
 * on disk until its Service is deleted; then it is given again last.
 *
 * <p>Used by one thread at a time.
 */
public final class Addresses {

    /** 127.0 is what everybody uses, and some distributions use 127.1; the rest is free. */
    private static final int FIRST_BLOCK = 16;

    private static final int BLOCKS = 224;
    private static final int SIZE = 250 * 250;
    private static final int FIRST_NODE_PORT = 30_000;
    private static final int NODE_PORTS = 2_768;

    /** Between a Service and its caller; in the name of neither. */
    private static final String FROM = " from ";

    private final Path file;
    private int block;
    private final NavigableMap<String, Integer> numbers = new TreeMap<>();
    private final Map<String, Integer> nodePorts = new TreeMap<>();
    private int next;

    private Addresses(Path file, int block) {
        this.file = file;
        this.block = block;
    }

    /**
     * @param seed of the state directory
     * @param isFree whether nobody has the address where a gate's own numbers are served
     */
    public static Addresses open(Path file, int seed, Predicate<String> isFree) throws IOException {
        Addresses addresses = new Addresses(file, FIRST_BLOCK + Math.floorMod(seed, BLOCKS));
        try {
            if (Json.read(Files.readAllBytes(file)) instanceof Node.Mapping saved) {
                read(saved.mapping("numbers"), addresses.numbers);
                read(saved.mapping("nodePorts"), addresses.nodePorts);
                addresses.next = saved.integer("next", 0);
                addresses.block = saved.integer("block", addresses.block);
            }
        } catch (NoSuchFileException first) {
            addresses.settle(isFree);
            addresses.save();
        } catch (Json.MalformedException broken) {
            // Addresses are given anew: the same ones for as long as the order is the same.
        }
        return addresses;
    }

    /** Where all are taken, the one that comes from the directory is as good as any. */
    private void settle(Predicate<String> isFree) {
        for (int i = 0; i < BLOCKS && !isFree.test(metricsHost()); i++) {
            block = FIRST_BLOCK + (block + 1 - FIRST_BLOCK) % BLOCKS;
        }
    }

    private static void read(Node.Mapping saved, Map<String, Integer> into) {
        saved.fields().keySet().forEach(name -> into.put(name, saved.integer(name, 0)));
    }

    /** The address of a Service, given now if it has none. */
    public String host(ObjectKey service) throws IOException {
        return host(service.namespace() + "/" + service.name());
    }

    /** The address by which one caller, and no other, reaches a Service; given now if it has none. */
    public String host(ObjectKey service, ObjectKey caller) throws IOException {
        return host(edge(service, caller.toString()));
    }

    private static String edge(ObjectKey service, String caller) {
        return service.namespace() + "/" + service.name() + FROM + caller;
    }

    /** Those that have an address of their own for a Service, with it. */
    public Map<String, String> callers(ObjectKey service) {
        String prefix = edge(service, "");
        Map<String, String> callers = new TreeMap<>();
        numbers.subMap(prefix, prefix + Character.MAX_VALUE)
                .forEach((name, number) -> callers.put(name.substring(prefix.length()), address(number)));
        return callers;
    }

    /** Takes back the addresses of callers that are no more. */
    public void keepCallers(Predicate<String> exists) throws IOException {
        boolean had = numbers.keySet()
                .removeIf(name ->
                        name.contains(FROM) && !exists.test(name.substring(name.indexOf(FROM) + FROM.length())));
        if (had) {
            save();
        }
    }

    /** Where the gate's own numbers are served; no Service has it. */
    public String metricsHost() {
        return "127." + block + ".255.254";
    }

    private String host(String name) throws IOException {
        Integer number = numbers.get(name);
        if (number == null) {
            Set<Integer> taken = new HashSet<>(numbers.values());
            while (taken.contains(next)) {
                next = (next + 1) % SIZE;
            }
            number = next;
            next = (next + 1) % SIZE;
            numbers.put(name, number);
            save();
        }
        return address(number);
    }

    private String address(int number) {
        return "127." + block + "." + (number / 250) + "." + (number % 250 + 1);
    }

    /** A node port for a port of a Service that asks for none in particular. */
    public int nodePort(ObjectKey service, String port) throws IOException {
        String name = service.namespace() + "/" + service.name() + "/" + port;
        Integer given = nodePorts.get(name);
        if (given == null) {
            Set<Integer> taken = new HashSet<>(nodePorts.values());
            given = FIRST_NODE_PORT + Math.floorMod(name.hashCode() + block, NODE_PORTS);
            while (taken.contains(given)) {
                given = FIRST_NODE_PORT + (given + 1 - FIRST_NODE_PORT) % NODE_PORTS;
            }
            nodePorts.put(name, given);
            save();
        }
        return given;
    }

    public void release(ObjectKey service) throws IOException {
        String name = service.namespace() + "/" + service.name();
        boolean had = numbers.remove(name) != null;
        had |= numbers.keySet().removeIf(edge -> edge.startsWith(name + FROM));
        had |= nodePorts.keySet().removeIf(port -> port.startsWith(name + "/"));
        if (had) {
            save();
        }
    }

    private void save() throws IOException {
        Node.Mapping saved = Node.Mapping.EMPTY
                .with("block", block)
                .with("next", next)
                .with("numbers", node(numbers))
                .with("nodePorts", node(nodePorts));
        PrivateFiles.write(file, Json.bytes(saved));
    }

    private static Node.Mapping node(Map<String, Integer> from) {
        Map<String, Node.Field> fields = new LinkedHashMap<>();
        from.forEach((name, number) -> fields.put(name, new Node.Field(Position.NONE, Node.Numeric.of(number))));
        return new Node.Mapping(fields, Position.NONE);
    }
}
