package io.homeostat.target.local.control;

import io.homeostat.model.Node;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How far a Deployment's current version has got, and when it last got any further: what the progress deadline is measured
 * against. Kept on disk, so that a restart of the agent gives no rollout more time.
 *
 * <p>Progress is a new high: more new instances than ever in this rollout, more of them available than ever, fewer old ones than
 * ever. A crash loop reaches its high once and then goes up and down below it, so it never wins more time.
 *
 * @param revision 1 for the first version, one more for each change of the template
 * @param lastProgress when it last got any further
 * @param complete it was all there once; from then on the deadline plays no part
 */
public record Rollout(
        String digest,
        int revision,
        Instant startedAt,
        Instant lastProgress,
        int mostUpdated,
        int mostAvailable,
        int fewestOld,
        boolean complete) {

    static Rollout begin(@Nullable Rollout before, String digest, Instant now) {
        return new Rollout(
                digest, before == null ? 1 : before.revision() + 1, now, now, 0, 0, Integer.MAX_VALUE, false);
    }

    /** The record after looking at the world; the very same when nothing got any further. */
    public static Rollout observe(
            @Nullable Rollout before, RollingUpdate.Spec spec, List<Member> members, Instant now) {
        Rollout rollout =
                before == null || !before.digest().equals(spec.digest()) ? begin(before, spec.digest(), now) : before;
        Counts counts = Counts.of(spec, members, now);
        boolean complete = rollout.complete || counts.isComplete(spec.replicas());
        boolean further = counts.updated() > rollout.mostUpdated
                || counts.updatedAvailable() > rollout.mostAvailable
                || counts.old() < rollout.fewestOld
                || complete != rollout.complete;
        return further
                ? new Rollout(
                        rollout.digest,
                        rollout.revision,
                        rollout.startedAt,
                        now,
                        Math.max(counts.updated(), rollout.mostUpdated),
                        Math.max(counts.updatedAvailable(), rollout.mostAvailable),
                        Math.min(counts.old(), rollout.fewestOld),
                        complete)
                : rollout;
    }

    /** When the deadline passes if nothing gets any further; null: never. */
    @Nullable
    Instant deadline(int progressDeadlineSeconds) {
        return complete ? null : lastProgress.plusSeconds(progressDeadlineSeconds);
    }

    public Node.Mapping asNode() {
        return Node.Mapping.EMPTY
                .with("digest", digest)
                .with("revision", revision)
                .with("startedAt", startedAt.toString())
                .with("lastProgress", lastProgress.toString())
                .with("mostUpdated", mostUpdated)
                .with("mostAvailable", mostAvailable)
                .with("fewestOld", fewestOld)
                .with("complete", Node.Bool.of(complete));
    }

    /** Reads what {@link #asNode} wrote; null when there is nothing. */
    public static @Nullable Rollout from(Node.Mapping node) {
        String digest = node.text("digest");
        return digest == null
                ? null
                : new Rollout(
                        digest,
                        node.integer("revision", 1),
                        Instant.parse(node.text("startedAt", "")),
                        Instant.parse(node.text("lastProgress", "")),
                        node.integer("mostUpdated", 0),
                        node.integer("mostAvailable", 0),
                        node.integer("fewestOld", Integer.MAX_VALUE),
                        node.flag("complete", false));
    }

    /** Instances of a Deployment by version. */
    record Counts(int total, int updated, int old, int ready, int available, int updatedAvailable) {
        static Counts of(RollingUpdate.Spec spec, List<Member> members, Instant now) {
            int total = 0;
            int updated = 0;
            int ready = 0;
            int available = 0;
            int updatedAvailable = 0;
            for (Member member : members) {
                if (member.deleting()) {
                    continue;
                }
                boolean isUpdated = member.digest().equals(spec.digest());
                boolean isAvailable = member.isAvailable(spec.minReadySeconds(), now);
                total++;
                updated += isUpdated ? 1 : 0;
                ready += member.isReady() ? 1 : 0;
                available += isAvailable ? 1 : 0;
                updatedAvailable += isUpdated && isAvailable ? 1 : 0;
            }
            return new Counts(total, updated, total - updated, ready, available, updatedAvailable);
        }

        boolean isComplete(int replicas) {
            return updated == replicas && total == replicas && updatedAvailable >= replicas;
        }
    }
}
