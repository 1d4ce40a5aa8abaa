package io.homeostat.target.local.fault;

import io.homeostat.model.Node;
import io.homeostat.model.ObjectKey;
import io.homeostat.target.local.objects.StoredObject;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What stands in for fields of declared objects as long as somebody holds it. What was declared stays what it is: controllers
 * follow what lies over it, so repair leaves exactly those fields alone, and whoever compares with Git finds no difference.
 *
 * <p>Only in memory: an agent that dies leaves nothing of it, and the next one follows what is declared. Lives on the loop.
 */
public final class Overlays {

    private record Name(String holder, String fault) {}

    /**
     * @param until it ends then however often it is renewed
     * @param beat it ends then unless it is renewed
     */
    private record Held(ObjectKey object, Node.Mapping spec, Instant until, Instant beat) {
        Instant ends() {
            return beat.isBefore(until) ? beat : until;
        }
    }

    private final Map<Name, Held> held = new HashMap<>();
    private final Set<Name> over = new HashSet<>();
    private final Consumer<ObjectKey> changed;

    /** @param changed told of each object that something begins or ceases to lie over */
    public Overlays(Consumer<ObjectKey> changed) {
        this.changed = changed;
    }

    /**
     * Lays fields over the {@code spec} of an object, or renews what lies there.
     *
     * @param lasts counted from the first time
     * @return when it ends unless it is renewed; null when its time is up
     */
    public @Nullable Instant hold(
            String holder,
            String fault,
            ObjectKey object,
            Node.Mapping spec,
            Duration lasts,
            Duration heartbeat,
            Instant now) {
        Name name = new Name(holder, fault);
        Held before = held.get(name);
        if (over.contains(name)) {
            return null;
        }
        Held next = new Held(object, spec, before == null ? now.plus(lasts) : before.until(), now.plus(heartbeat));
        held.put(name, next);
        if (before == null) {
            changed.accept(object);
        }
        return next.ends();
    }

    /** Ends what a holder no longer names; with none, it is forgotten. */
    public void keep(String holder, Set<String> faults) {
        for (Name name : List.copyOf(held.keySet())) {
            if (name.holder().equals(holder) && !faults.contains(name.fault())) {
                end(name);
            }
        }
        over.removeIf(name -> name.holder().equals(holder) && faults.isEmpty());
    }

    /** Ends what nobody renewed in time. */
    public void expire(Instant now) {
        List<Name> due = new ArrayList<>();
        held.forEach((name, each) -> {
            if (!each.ends().isAfter(now)) {
                due.add(name);
            }
        });
        due.forEach(name -> {
            end(name);
            over.add(name);
        });
    }

    /** Ends everything of others than these holders. */
    public void release(Set<String> holders) {
        for (Name name : List.copyOf(held.keySet())) {
            if (!holders.contains(name.holder())) {
                end(name);
            }
        }
    }

    private void end(Name name) {
        Held ended = held.remove(name);
        if (ended != null) {
            changed.accept(ended.object());
        }
    }

    /** What controllers follow: the object itself, where nothing lies over it. */
    public StoredObject over(StoredObject object) {
        Node.Mapping spec = object.spec();
        for (Held each : held.values()) {
            if (each.object().equals(object.key())) {
                for (Map.Entry<String, Node.Field> field : each.spec().fields().entrySet()) {
                    spec = spec.with(field.getKey(), field.getValue().value());
                }
            }
        }
        return spec.equals(object.spec())
                ? object
                : object.with(object.content().with("spec", spec));
    }
}
