package io.homeostat.model.internal.view;

import io.homeostat.model.Durations;
import io.homeostat.model.Node;
import io.homeostat.model.SyncPolicy;
import java.time.Duration;
import java.util.Locale;

/** Reads {@code sync}; what is absent, or refused by the check of shapes, is as the defaults say. */
public final class SyncReader {

    private SyncReader() {}

    public static SyncPolicy read(Node.Mapping sync, SyncPolicy defaults) {
        Node.Mapping prune = sync.mapping("prune");
        return new SyncPolicy(
                choice(sync, "drift", SyncPolicy.Drift.values(), defaults.drift()),
                choice(sync, "onFailure", SyncPolicy.OnFailure.values(), defaults.onFailure()),
                duration(sync, "healthTimeout", defaults.healthTimeout()),
                prune.flag("enabled", defaults.prune()),
                Math.clamp(prune.integer("maxDeletedPercent", defaults.maxDeletedPercent()), 0, 100),
                choice(sync, "writeBack", SyncPolicy.WriteBack.values(), defaults.writeBack()));
    }

    public static Duration duration(Node.Mapping in, String key, Duration otherwise) {
        String text = in.text(key);
        Duration duration = text == null ? null : Durations.parse(text);
        return duration == null ? otherwise : duration;
    }

    private static <E extends Enum<E>> E choice(Node.Mapping in, String key, E[] values, E otherwise) {
        String text = in.text(key);
        for (E value : values) {
            if (value.name().toLowerCase(Locale.ROOT).equals(text)) {
                return value;
            }
        }
        return otherwise;
    }
}
