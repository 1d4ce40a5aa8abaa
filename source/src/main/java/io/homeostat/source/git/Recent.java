package io.homeostat.source.git;

import io.homeostat.source.internal.TreeSnapshot;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The snapshots that were asked for last, so that asking again costs nothing. Those from before a mirror was built again go. */
final class Recent {
    private static final int MOST = 16;

    private final Map<String, TreeSnapshot> snapshots = new LinkedHashMap<>(MOST, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, TreeSnapshot> eldest) {
            return size() > MOST;
        }
    };
    private int generation;

    @Nullable
    TreeSnapshot get(String revision, int now) {
        if (generation != now) {
            snapshots.clear();
            generation = now;
        }
        return snapshots.get(revision);
    }

    void put(TreeSnapshot snapshot) {
        snapshots.put(snapshot.revision(), snapshot);
    }

    Set<String> revisions() {
        return Set.copyOf(snapshots.keySet());
    }
}
