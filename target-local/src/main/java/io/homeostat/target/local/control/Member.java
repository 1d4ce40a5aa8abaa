package io.homeostat.target.local.control;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One instance as its controller sees it.
 *
 * @param digest of the template it was made from; two digests are two versions
 * @param ordinal its number within its owner
 * @param deleting it is on its way out and counts for nothing any more
 * @param readySince since when it has been ready without a break; null: it is not ready
 * @param unstableUntil it has crashed: until then its readiness is not believed; null: it has run well
 */
public record Member(
        String name,
        String digest,
        int ordinal,
        Instant createdAt,
        boolean deleting,
        Phase phase,
        @Nullable Instant readySince,
        @Nullable Instant unstableUntil) {

    /** As Kubernetes says it of a pod. */
    public enum Phase {
        PENDING,
        RUNNING,
        SUCCEEDED,
        FAILED
    }

    public boolean isReady() {
        return readySince != null && !deleting;
    }

    /** From when on it counts as available if nothing happens; null: not before it becomes ready. */
    public @Nullable Instant availableFrom(int minReadySeconds) {
        if (readySince == null || deleting) {
            return null;
        }
        Instant settled = readySince.plusSeconds(minReadySeconds);
        return unstableUntil != null && unstableUntil.isAfter(settled) ? unstableUntil : settled;
    }

    public boolean isAvailable(int minReadySeconds, Instant now) {
        Instant from = availableFrom(minReadySeconds);
        return from != null && !from.isAfter(now);
    }
}
