package io.homeostat.gate;

import io.homeostat.gate.control.Routing;
import io.homeostat.gate.control.RoutingJson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.TreeMap;

/** The routing of each Service that has one, in memory and in {@code routing.json}. */
final class Routings {

    private final Path file;
    private volatile Map<String, Routing> all;

    private Routings(Path file, Map<String, Routing> all) {
        this.file = file;
        this.all = all;
    }

    /** Damaged ones are set aside: without them requests go everywhere, which is what happens without a gate. */
    static Routings open(Path directory) throws IOException {
        Path file = directory.resolve("routing.json");
        return new Routings(file, read(file));
    }

    private static Map<String, Routing> read(Path file) throws IOException {
        try {
            return RoutingJson.read(Files.readAllBytes(file));
        } catch (NoSuchFileException none) {
            return Map.of();
        } catch (IOException damaged) {
            Files.move(file, file.resolveSibling("routing.json.damaged"), StandardCopyOption.REPLACE_EXISTING);
            return Map.of();
        }
    }

    Routing of(String callee) {
        return all.getOrDefault(callee, Routing.EVEN);
    }

    /** When this returns it is written down. */
    synchronized void put(String callee, Routing routing) throws IOException {
        Map<String, Routing> changed = with(callee, routing);
        Path fresh = file.resolveSibling("routing.json.new");
        Files.write(fresh, RoutingJson.write(changed));
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
        all = changed;
    }

    /** It is another gate's matter to write it down. */
    synchronized void hear(String callee, Routing routing) {
        all = with(callee, routing);
    }

    private Map<String, Routing> with(String callee, Routing routing) {
        Map<String, Routing> changed = new TreeMap<>(all);
        if (routing.equals(Routing.EVEN)) {
            changed.remove(callee);
        } else {
            changed.put(callee, routing);
        }
        return changed;
    }

    /** Another gate may have written since. */
    synchronized void readAgain() throws IOException {
        all = read(file);
    }
}
