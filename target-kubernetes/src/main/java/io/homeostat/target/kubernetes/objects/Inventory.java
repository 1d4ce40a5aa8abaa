package io.homeostat.target.kubernetes.objects;

import io.homeostat.model.ObjectKey;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is ours of one application: its inventory. Immutable.
 *
 * @param serviceAccount {@code namespace/name} whom to be when writing; null: ourselves
 * @param state what else is remembered of the application, as the loop gave it; empty for nothing
 */
public record Inventory(
        String application, @Nullable String serviceAccount, Map<ObjectKey, Applied> objects, String state) {

    public Inventory {
        objects = Map.copyOf(objects);
    }

    public static Inventory empty(String application) {
        return new Inventory(application, null, Map.of(), "");
    }

    public Inventory with(Applied object) {
        Map<ObjectKey, Applied> changed = new LinkedHashMap<>(objects);
        changed.put(object.key(), object);
        return new Inventory(application, serviceAccount, changed, state);
    }

    public Inventory without(ObjectKey key) {
        Map<ObjectKey, Applied> changed = new LinkedHashMap<>(objects);
        changed.remove(key);
        return new Inventory(application, serviceAccount, changed, state);
    }

    public Inventory as(@Nullable String account) {
        return new Inventory(application, account, objects, state);
    }

    public Inventory remembering(String changed) {
        return new Inventory(application, serviceAccount, objects, changed);
    }

    public boolean isEmpty() {
        return objects.isEmpty() && state.isEmpty();
    }
}
