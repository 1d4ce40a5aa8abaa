package io.homeostat.agent;

import io.homeostat.converge.Facts;
import io.homeostat.converge.Step.Cause;
import io.homeostat.journal.Event;
import io.homeostat.journal.Journal;
import io.homeostat.model.ObjectKey;
import io.homeostat.target.kubernetes.KubernetesTarget;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the journal says of objects, told in the cluster too, as Events on them. What is said of a whole application stands on its
 * workloads, or on all that it has where it has none.
 */
final class ClusterNews implements AutoCloseable {

    private static final Set<String> WORKLOADS = Set.of("Deployment", "StatefulSet", "DaemonSet", "Job", "CronJob");

    /** How it is told. */
    record Told(String reason, boolean isWarning) {}

    private final KubernetesTarget target;
    private final Journal.Subscription subscription;

    ClusterNews(KubernetesTarget target, Journal journal) {
        this.target = target;
        this.subscription = journal.follow(this::take);
    }

    /** How an event of the journal is told in the cluster; null when it is not. */
    static @Nullable Told of(Event event) {
        return switch (event.type()) {
            case Facts.STEP_DONE -> new Told("Applied", false);
            case Facts.STEP_FAILED -> new Told("Refused", true);
            case Facts.DRIFT_FOUND -> new Told("Drifted", true);
            case Facts.DRIFT_GONE -> new Told("Repaired", false);
            case Facts.SYNC_STARTED ->
                event.data().text("cause", "").equals(Cause.ROLLBACK.name()) ? new Told("RollingBack", true) : null;
            case Facts.SYNC_SUCCEEDED -> new Told("Synced", false);
            case Facts.SYNC_FAILED -> new Told("SyncFailed", true);
            case Facts.QUARANTINED -> new Told("Quarantined", true);
            case Facts.HELD -> new Told("Held", true);
            case Facts.FROZEN -> new Told("Frozen", false);
            case Facts.UNFROZEN -> new Told("Unfrozen", false);
            default -> null;
        };
    }

    private void take(Event event) {
        Told told = of(event);
        if (told == null || event.application().isEmpty()) {
            return;
        }
        String by = event.data().text("revision", "");
        String message = event.object().isEmpty() || by.isEmpty()
                ? event.message()
                : event.message() + " (revision " + Facts.brief(by) + ")";
        for (ObjectKey key : objects(event)) {
            target.tell(key, told.isWarning(), told.reason(), message);
        }
    }

    private List<ObjectKey> objects(Event event) {
        List<ObjectKey> owned = target.keysOf(event.application());
        if (!event.object().isEmpty()) {
            return owned.stream()
                    .filter(key -> key.toString().equals(event.object()))
                    .toList();
        }
        List<ObjectKey> workloads =
                owned.stream().filter(key -> WORKLOADS.contains(key.kind())).toList();
        return workloads.isEmpty() ? owned : workloads;
    }

    @Override
    public void close() {
        subscription.close();
    }
}
