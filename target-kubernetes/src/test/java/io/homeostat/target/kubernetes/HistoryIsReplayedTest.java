package io.homeostat.target.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import io.homeostat.converge.Facts;
import io.homeostat.journal.Event;
import io.homeostat.model.ObjectKey;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A history of a whole application, step by step: {@code HOMEOSTAT_REPLAY_DIR} names a directory with one directory of manifests
 * for each step, in the order of their names. Without it, a history made up from a seed ({@code -Dhomeostat.seed=N}).
 */
@Tag("cluster")
class HistoryIsReplayedTest {

    private static final int INVENTED_STEPS = 24;
    private static final Map<String, String> COLLECTIONS = Map.of(
            "Deployment", "apps/v1/deployments",
            "StatefulSet", "apps/v1/statefulsets",
            "Service", "services",
            "ServiceAccount", "serviceaccounts",
            "ConfigMap", "configmaps");

    @Test
    void everyStepConvergesWithExactPrunesAndLeavesNothingToDo(@TempDir Path directory) throws Exception {
        try (Lab lab = new Lab(directory, "replay")) {
            String given = System.getenv("HOMEOSTAT_REPLAY_DIR");
            long seed = Long.getLong("homeostat.seed", System.nanoTime() % 1_000_000);
            boolean isReal = given != null && !given.isBlank();
            List<Snapshotted> steps = isReal
                    ? Snapshotted.read(Path.of(given), lab.namespace)
                    : Snapshotted.invented(seed, INVENTED_STEPS, lab.namespace);
            assertThat(steps).as("steps of %s", given).hasSizeGreaterThan(1);
            System.out.printf(
                    "replaying %d steps of %s%n", steps.size(), isReal ? given : "a made-up history, seed " + seed);
            lab.write("environments/replay.yaml", """
                    apiVersion: homeostat.io/v1
                    kind: Environment
                    metadata: {name: replay}
                    spec:
                      target: {kubernetes: {}}
                      include: [apps]
                      sync: {prune: {maxDeletedPercent: 100}}
                    """);
            Snapshotted before = null;
            for (Snapshotted step : steps) {
                String at = "seed " + seed + ", " + step.name();
                long events = lab.events().size();
                lab.write(
                        "apps/replay/all.yaml",
                        String.join("\n---\n", step.documents().values()));
                provide(lab, step);
                if (before == null) {
                    lab.start();
                }
                lab.converge("replay");

                // What was deleted is gone a moment after it was sent.
                lab.await(
                        at + ": exactly what is declared, and nothing left to do",
                        () -> owned(lab).equals(step.documents().keySet())
                                && !lab.plan("replay").hasChanges());
                if (before != null) {
                    Set<String> gone = step.gone(before);
                    assertThat(deleted(lab, events)).as(at).isEqualTo(gone);
                    for (String object : gone) {
                        awaitGone(lab, object);
                    }
                }
                before = step;
            }
        }
    }

    private final Set<String> volumes = new TreeSet<>();

    @AfterEach
    void drop() throws Exception {
        for (String volume : volumes) {
            Cluster.delete(volume);
        }
    }

    /** A volume for each claim, as there is nobody in the test's cluster who would make one. */
    private void provide(Lab lab, Snapshotted step) throws Exception {
        for (String object : step.documents().keySet()) {
            if (object.startsWith("PersistentVolumeClaim/")) {
                String claim = object.substring(object.indexOf('/') + 1);
                String volume = lab.namespace + "-" + claim;
                volumes.add("/api/v1/persistentvolumes/" + volume);
                Cluster.apply(
                        "/api/v1/persistentvolumes/" + volume, "test", """
                        apiVersion: v1
                        kind: PersistentVolume
                        metadata: {name: %1$s}
                        spec:
                          capacity: {storage: 1000Gi}
                          accessModes: [ReadWriteOnce, ReadOnlyMany, ReadWriteMany]
                          claimRef: {apiVersion: v1, kind: PersistentVolumeClaim, namespace: %2$s, name: %3$s}
                          hostPath: {path: /tmp/%1$s}
                        """.formatted(volume, lab.namespace, claim));
            }
        }
    }

    private static Set<String> owned(Lab lab) throws Exception {
        return lab.target().observe().keySet().stream()
                .map(HistoryIsReplayedTest::name)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static String name(ObjectKey key) {
        return key.kind() + "/" + key.name();
    }

    /** What the journal says was deleted since. */
    private static Set<String> deleted(Lab lab, long since) throws Exception {
        return lab.events().stream()
                .skip(since)
                .filter(event ->
                        event.type().equals(Facts.STEP_DONE) && event.message().startsWith("delete "))
                .map(Event::object)
                .map(object -> object.replaceFirst("^" + lab.namespace + "/", ""))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static void awaitGone(Lab lab, String object) throws Exception {
        String collection = COLLECTIONS.get(object.substring(0, object.indexOf('/')));
        if (collection != null) {
            String path = lab.path(collection, object.substring(object.indexOf('/') + 1));
            lab.await(object + " to be gone", () -> !Cluster.exists(path));
        }
    }
}
