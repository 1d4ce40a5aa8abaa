package io.homeostat.target.kubernetes;

import io.homeostat.converge.Plan;
import io.homeostat.converge.Step;
import io.homeostat.converge.Step.Declared;
import io.homeostat.model.Node;
import io.homeostat.model.ObjectKey;
import io.homeostat.target.kubernetes.api.ApiFailure;
import io.homeostat.target.kubernetes.api.ApiServer;
import io.homeostat.target.kubernetes.api.Request;
import io.homeostat.target.kubernetes.objects.Applied;
import io.homeostat.target.kubernetes.objects.Inventory;
import io.homeostat.target.kubernetes.objects.InventoryText;
import java.io.IOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * What is ours, written down in the cluster: one Secret for each application. What is about to be created is in it before it is
 * created, so nothing that we ever made is forgotten, whenever the agent dies.
 *
 * <p>Each write says which version it replaces. Who was deposed without noticing is refused here, before it does any harm. Safe for
 * use by many threads.
 */
final class Inventories {

    private static final String TYPE = "homeostat.io/inventory";
    private static final String LABEL = "homeostat.io/inventory";
    private static final String FIELD = "inventory";
    /** A Secret holds 1 MiB. */
    private static final int MOST = 1_000_000;

    /** One application's inventory and which version of it the cluster holds. */
    private static final class Held {
        final ReentrantLock lock = new ReentrantLock();
        final Map<ObjectKey, Applied> before = new HashMap<>();
        volatile Inventory inventory;

        @Nullable
        String version;

        boolean dirty;

        Held(Inventory inventory, @Nullable String version) {
            this.inventory = inventory;
            this.version = version;
        }
    }

    private final ApiServer server;
    private final String namespace;
    private final String environment;
    private final Map<String, Held> held = new ConcurrentHashMap<>();
    private final Set<String> changed = ConcurrentHashMap.newKeySet();

    Inventories(ApiServer server, String namespace, String environment) {
        this.server = server;
        this.namespace = namespace;
        this.environment = environment;
    }

    private String collection() {
        return "/api/v1/namespaces/" + namespace + "/secrets";
    }

    private String name(String application) {
        return environment + "." + application;
    }

    /** Reads all of them anew. */
    void load() throws IOException {
        held.clear();
        String next = "";
        do {
            Node.Mapping page = server.call(Request.get(collection() + "?limit=200&labelSelector=" + LABEL + "%3D"
                    + environment + (next.isEmpty() ? "" : "&continue=" + next)));
            for (Node each : page.sequence("items")) {
                if (each instanceof Node.Mapping secret) {
                    Held read = read(secret);
                    held.put(read.inventory.application(), read);
                    changed.add(read.inventory.application());
                }
            }
            next = page.mapping("metadata").text("continue", "");
        } while (!next.isEmpty());
    }

    private static Held read(Node.Mapping secret) throws IOException {
        String name = secret.mapping("metadata").text("name", "");
        try {
            return new Held(
                    InventoryText.read(secret.mapping("data").text(FIELD, "")),
                    secret.mapping("metadata").text("resourceVersion", ""));
        } catch (IOException unreadable) {
            throw new IOException("Secret/" + name + ": " + unreadable.getMessage(), unreadable);
        }
    }

    Map<String, Inventory> all() {
        Map<String, Inventory> all = new HashMap<>();
        held.forEach((name, each) -> all.put(name, each.inventory));
        return all;
    }

    Inventory of(String application) {
        Held known = held.get(application);
        return known == null ? Inventory.empty(application) : known.inventory;
    }

    /** What was applied of an object with this digest; else what is written down of it; null when nothing is. */
    @Nullable
    Applied applied(String application, ObjectKey key, String digest) {
        Held known = held.get(application);
        if (known == null) {
            return null;
        }
        Applied newest = known.inventory.objects().get(key);
        if (newest != null && !newest.digest().equals(digest)) {
            known.lock.lock();
            try {
                Applied before = known.before.get(key);
                return before != null && before.digest().equals(digest) ? before : newest;
            } finally {
                known.lock.unlock();
            }
        }
        return newest;
    }

    /**
     * Writes down what a plan is about to bring, and leaves out what is neither in it nor in the cluster.
     *
     * @param isThere whether the cluster has an object
     */
    void prepare(Plan plan, @Nullable String serviceAccount, Predicate<ObjectKey> isThere) throws IOException {
        change(plan.application(), known -> {
            Inventory inventory = known.inventory;
            Set<ObjectKey> planned = new HashSet<>();
            for (Step step : plan.steps()) {
                planned.add(step.key());
                if (step instanceof Step.Declaring declaring && !(step instanceof Step.Unchanged)) {
                    Applied intended = applied(declaring.desired());
                    Applied present = inventory.objects().get(intended.key());
                    if (present == null || !isSame(present, intended)) {
                        if (present != null) {
                            known.before.put(present.key(), present);
                        }
                        inventory = inventory.with(intended);
                    }
                }
            }
            for (ObjectKey key : inventory.objects().keySet()) {
                if (!planned.contains(key) && !isThere.test(key)) {
                    inventory = inventory.without(key);
                }
            }
            return Objects.equals(inventory.serviceAccount(), serviceAccount)
                            || inventory.objects().isEmpty()
                    ? inventory
                    : inventory.as(serviceAccount);
        });
    }

    static Applied applied(Declared desired) {
        return new Applied(
                desired.document().key(),
                desired.document().apiVersion(),
                desired.revision(),
                desired.origin(),
                desired.digest(),
                desired.document().content(),
                null);
    }

    private static boolean isSame(Applied one, Applied other) {
        return one.digest().equals(other.digest())
                && one.origin().equals(other.origin())
                && one.apiVersion().equals(other.apiVersion());
    }

    private interface Change {
        Inventory of(Held known);
    }

    /** Changes an inventory and writes it at once, if there is anything to write. */
    private void change(String application, Change change) throws IOException {
        Held known = held.computeIfAbsent(application, name -> new Held(Inventory.empty(name), null));
        known.lock.lock();
        try {
            Inventory before = known.inventory;
            Inventory after = change.of(known);
            if (after.equals(before) && !known.dirty) {
                return;
            }
            known.inventory = after;
            try {
                write(known);
                changed.add(application);
            } catch (IOException unwritten) {
                // Nothing may be done that is not written down.
                known.inventory = before;
                throw unwritten;
            }
        } finally {
            known.lock.unlock();
        }
    }

    /** What was applied, as the cluster took it; written with the next change, or soon. */
    void settled(String application, Applied applied) {
        later(application, applied.key(), inventory -> {
            Applied present = inventory.objects().get(applied.key());
            return applied.equals(present) ? inventory : inventory.with(applied);
        });
    }

    /** An object is no longer there. Only what was to go leaves the inventory; the rest is missing, and will be made again. */
    void gone(String application, ObjectKey key) {
        Held known = held.get(application);
        if (known != null && leaving.remove(key)) {
            later(application, key, inventory -> inventory.without(key));
        }
    }

    /** It was moved to another application. */
    void left(String application, ObjectKey key) {
        later(application, key, inventory -> inventory.without(key));
    }

    /** Some of the applications whose inventory changed since they were last taken here. */
    List<String> takeChanged(int most) {
        List<String> taken = changed.stream().limit(most).toList();
        changed.removeAll(taken);
        return taken;
    }

    private final Set<ObjectKey> leaving = ConcurrentHashMap.newKeySet();

    void leaves(ObjectKey key) {
        leaving.add(key);
    }

    private void later(String application, ObjectKey key, UnaryOperator<Inventory> change) {
        Held known = held.get(application);
        if (known == null) {
            return;
        }
        known.lock.lock();
        try {
            Inventory after = change.apply(known.inventory);
            known.before.remove(key);
            if (!after.equals(known.inventory)) {
                known.inventory = after;
                known.dirty = true;
                changed.add(application);
            }
        } finally {
            known.lock.unlock();
        }
    }

    /** Remembers something of an application, as text, and writes it at once. */
    void remember(String application, String state) throws IOException {
        change(application, known -> known.inventory.remembering(state));
    }

    /** Writes what waits. What cannot be written waits on. */
    void flush() throws IOException {
        for (Held known : held.values()) {
            known.lock.lock();
            try {
                if (known.dirty) {
                    write(known);
                }
            } finally {
                known.lock.unlock();
            }
        }
    }

    private void write(Held known) throws IOException {
        Inventory inventory = known.inventory;
        String path = collection() + "/" + name(inventory.application());
        try {
            if (!inventory.isEmpty()) {
                Node.Mapping written = known.version == null
                        ? server.call(Request.post(collection(), secret(inventory, null)))
                        : server.call(Request.put(path, secret(inventory, known.version)));
                known.version = written.mapping("metadata").text("resourceVersion", "");
            } else if (known.version != null) {
                server.call(Request.delete(
                        path,
                        Node.Mapping.EMPTY.with(
                                "preconditions", Node.Mapping.EMPTY.with("resourceVersion", known.version))));
                known.version = null;
            }
            known.dirty = false;
        } catch (ApiFailure refused) {
            if (refused.isConflict() || refused.isMissing()) {
                reload(known, path);
                throw new IOException(
                        "the inventory of '" + inventory.application()
                                + "' was written by somebody else meanwhile; nothing is changed before it was read again",
                        refused);
            }
            throw refused;
        }
    }

    private void reload(Held known, String path) throws IOException {
        try {
            Held read = read(server.call(Request.get(path)));
            known.inventory = read.inventory;
            known.version = read.version;
        } catch (ApiFailure gone) {
            if (!gone.isMissing()) {
                throw gone;
            }
            known.version = null;
        }
        known.dirty = false;
    }

    private Node.Mapping secret(Inventory inventory, @Nullable String version) throws IOException {
        String text = InventoryText.write(inventory);
        if (text.length() > MOST) {
            throw new IOException("the inventory of '" + inventory.application() + "' needs " + (text.length() >> 10)
                    + " KiB, and a Secret holds " + (MOST >> 10) + "; split the application");
        }
        Node.Mapping metadata = Node.Mapping.EMPTY
                .with("name", name(inventory.application()))
                .with("namespace", namespace)
                .with("labels", Node.Mapping.EMPTY.with(LABEL, environment));
        return Node.Mapping.EMPTY
                .with("apiVersion", "v1")
                .with("kind", "Secret")
                .with("metadata", version == null ? metadata : metadata.with("resourceVersion", version))
                .with("type", TYPE)
                .with("data", Node.Mapping.EMPTY.with(FIELD, text));
    }
}
