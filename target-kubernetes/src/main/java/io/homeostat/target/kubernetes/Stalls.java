package io.homeostat.target.kubernetes;

import io.homeostat.converge.Health;
import io.homeostat.converge.Kstatus;
import io.homeostat.model.Node;
import io.homeostat.model.ObjectKey;
import io.homeostat.target.kubernetes.objects.PodEvidence;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Says of a workload that it will not get there, long before its progress deadline: when a pod of its newest template cannot start,
 * or crashes again and again. Looks at the pods of workloads that are not healthy, and at no others.
 */
final class Stalls implements AutoCloseable {

    private static final Set<String> KINDS =
            Set.of("apps/Deployment", "apps/StatefulSet", "apps/DaemonSet", "apps/ReplicaSet");

    private static final Duration LOOK_AGAIN = Duration.ofSeconds(1);
    /** How often in a row it has to be seen, so that what mends itself in a moment is not taken for broken. */
    private static final int SEEN = 2;
    /** More at a time would cost the API server more than they are worth; the others have their turn. */
    private static final int MOST = 20;

    private record Suspect(String reason, int times) {}

    private final Observed observed;
    private final Pods pods;
    private final Function<ObjectKey, @Nullable String> refusals;
    private final Map<ObjectKey, Suspect> suspects = new HashMap<>();
    private final Set<ObjectKey> unhealthy = new HashSet<>();
    /** The version of each that was found healthy last; as long as there is no newer one, it is. */
    private final Map<ObjectKey, String> healthy = new HashMap<>();

    private @Nullable Thread thread;

    /** @param refusals why a workload will not get any further, whatever its pods say; null when nothing keeps it */
    Stalls(Observed observed, Pods pods, Function<ObjectKey, @Nullable String> refusals) {
        this.observed = observed;
        this.pods = pods;
        this.refusals = refusals;
    }

    void start() {
        thread = Thread.ofVirtual().name("stalls").start(this::run);
    }

    private void run() {
        try {
            while (true) {
                Thread.sleep(LOOK_AGAIN);
                look();
            }
        } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
        }
    }

    private void look() {
        int looked = 0;
        suspects.keySet().removeIf(key -> observed.find(key) == null);
        unhealthy.removeIf(key -> observed.find(key) == null);
        healthy.keySet().removeIf(key -> observed.find(key) == null);
        for (Observed.Seen seen : observed.all()) {
            ObjectKey key = seen.live().key();
            String refusal = refusals.apply(key);
            boolean wasHealthy = refusal == null && seen.resourceVersion().equals(healthy.get(key));
            if (wasHealthy || !KINDS.contains(key.group() + "/" + key.kind())) {
                continue;
            }
            boolean isHealthy =
                    refusal == null && Kstatus.of(seen.with(null).live()).status() == Health.Status.HEALTHY;
            if (isHealthy) {
                healthy.put(key, seen.resourceVersion());
                unhealthy.remove(key);
                suspects.remove(key);
                observed.stalled(key, null);
            } else if (mayBeStuck(seen) && looked++ < MOST) {
                observed.stalled(key, verdict(key, refusal == null ? reason(seen) : refusal));
            }
        }
    }

    /** Where no pods are wanted none can be stuck, and what has only begun needs a moment. */
    private boolean mayBeStuck(Observed.Seen seen) {
        boolean hasPods = seen.raw().mapping("spec").integer("replicas", 1) > 0;
        return hasPods && !seen.isLeaving() && !unhealthy.add(seen.live().key());
    }

    private @Nullable String verdict(ObjectKey key, @Nullable String reason) {
        if (reason == null) {
            suspects.remove(key);
            return null;
        }
        Suspect known = suspects.get(key);
        int times = known == null ? 1 : known.times() + 1;
        suspects.put(key, new Suspect(reason, times));
        return times >= SEEN ? reason : null;
    }

    private @Nullable String reason(Observed.Seen seen) {
        try {
            for (Node.Mapping pod : pods.newest(seen)) {
                for (PodEvidence.Finding finding : pods.findings(pod)) {
                    if (finding.isStuck()) {
                        return finding.message();
                    }
                }
            }
            return null;
        } catch (IOException unknown) {
            return seen.stalled();
        }
    }

    @Override
    public void close() {
        Thread running = thread;
        if (running != null) {
            running.interrupt();
        }
    }
}
