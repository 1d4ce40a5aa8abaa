package io.homeostat.target.local.control;

import io.homeostat.model.Node;
import java.time.Instant;
import java.util.List;

/** The {@code status} of a StatefulSet. */
public final class StatefulSetStatus {

    private StatefulSetStatus() {}

    /** @param before the version that was all there last; the current one once it is all there */
    public static Node.Mapping of(
            String name, OrderedUpdate.Spec spec, String before, List<Member> members, Instant now) {
        int total = 0;
        int ready = 0;
        int available = 0;
        int updated = 0;
        int current = 0;
        for (Member member : members) {
            // One on its way out still holds its ordinal: it counts as there, never as ready.
            total++;
            ready += member.isReady() ? 1 : 0;
            available += member.isAvailable(spec.minReadySeconds(), now) ? 1 : 0;
            updated += !member.deleting() && member.digest().equals(spec.digest()) ? 1 : 0;
            current += !member.deleting() && member.digest().equals(before) ? 1 : 0;
        }
        return Node.Mapping.EMPTY
                .with("replicas", total)
                .with("readyReplicas", ready)
                .with("availableReplicas", available)
                .with("currentReplicas", current)
                .with("updatedReplicas", updated)
                .with("currentRevision", name + "-" + before)
                .with("updateRevision", name + "-" + spec.digest());
    }

    /** Every ordinal is there, in the current version and available. */
    public static boolean isComplete(OrderedUpdate.Spec spec, List<Member> members, Instant now) {
        return members.size() == spec.replicas()
                && members.stream()
                        .allMatch(member -> member.digest().equals(spec.digest())
                                && member.isAvailable(spec.minReadySeconds(), now));
    }
}
