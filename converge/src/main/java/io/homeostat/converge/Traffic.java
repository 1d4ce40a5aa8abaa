package io.homeostat.converge;

import io.homeostat.model.ObjectKey;
import io.homeostat.model.Rollout.Match;
import java.io.IOException;
import java.util.List;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * How a {@link Target} lets two versions of a workload stand side by side. The <em>stable</em> version is the one that was there
 * in full last, the <em>canary</em> the one that is declared now.
 *
 * <p>A split outlives the agent. While there is one, the target keeps the stable version at its full size, keeps so many
 * instances of the canary beside it, ends instances of any other version, and gives the canary its part of the traffic and no
 * more. Of a StatefulSet, which has each of its instances once, the last ones become the canary and the others stay the stable
 * version; an instance that there is no other of keeps its traffic. Without a split, the declared version replaces the other as the workload's own document says. All calls are idempotent. Safe
 * for use by many threads.
 */
public interface Traffic {

    /**
     * @param split null: from now on there is none
     * @throws IOException when it could not be done; trying again is always safe
     */
    void split(ObjectKey workload, @Nullable Split split) throws IOException;

    /** Both versions as they are; null when the declared version is the stable one, or there is no stable one. */
    @Nullable
    Arms arms(ObjectKey workload) throws IOException;

    /**
     * @param instances of the canary as percent of the replicas, rounded up
     * @param weight percent of the traffic for the canary
     * @param baseline as many new instances of the stable version get as much traffic as the canary, as far as there is as much
     * @param matches requests that go to the canary whatever its weight
     * @param affinity header or cookie whose value decides which version a request goes to; null: each goes by itself
     * @param mirror percent of the stable version's requests of which the canary gets a copy, whose answer nobody gets; the
     *     canary's {@link Tally} counts them as its own
     */
    record Split(
            int instances,
            int weight,
            boolean baseline,
            List<Match> matches,
            @Nullable Match affinity,
            int mirror) {

        public Split(int instances, int weight) {
            this(instances, weight, false, List.of(), null);
        }

        /** Without copies. */
        public Split(int instances, int weight, boolean baseline, List<Match> matches, @Nullable Match affinity) {
            this(instances, weight, baseline, matches, affinity, 0);
        }

        /** Both versions have something to do, so that what they do can be compared. */
        public boolean isCompared() {
            return isShared() || mirror > 0;
        }

        /** The canary gets requests, and so does the stable version. */
        public boolean isShared() {
            return weight < 100 && (weight > 0 || !matches.isEmpty());
        }
    }

    /**
     * @param baseline the part of the stable version that the canary is like but for what is new; null when there is none
     * @param split in force; null when there is none
     * @param inEffect traffic flows as it says
     */
    record Arms(
            Arm stable,
            Arm canary,
            @Nullable Arm baseline,
            @Nullable Split split,
            boolean inEffect) {}

    /**
     * @param version as the target names it
     * @param wanted how many instances there should be
     * @param available how many of them are ready, and have been for as long as the workload asks
     * @param crashes how often its instances ended by themselves so far; less once an instance is gone
     * @param tally what its callers saw; null when nobody knows
     * @param symptoms what is wrong with its instances; most telling first
     */
    record Arm(
            String version,
            int wanted,
            int available,
            long crashes,
            @Nullable Tally tally,
            List<Target.Evidence> symptoms) {}

    /**
     * What the callers of a version saw since somebody began to count. Numbers only grow for as long as the run is the same; with
     * another run they began again at zero.
     *
     * @param run names one life of whoever counts
     * @param requests those that count for or against the version: not what callers sent wrong, or did not wait for
     * @param failed those of them that failed by its fault
     * @param latencies how many of the others took so many microseconds at most, each beyond the next smaller key
     */
    record Tally(String run, long requests, long failed, SortedMap<Long, Long> latencies) {}
}
