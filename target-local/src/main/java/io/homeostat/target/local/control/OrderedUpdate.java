package io.homeostat.target.local.control;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * How a StatefulSet keeps its ordinals: up one after the other, down from the top, a new version from the top down, one at a
 * time.
 *
 * <p>One difference from Kubernetes, where a broken version blocks the way back until somebody deletes its instance by hand:
 * here an outdated instance that is not ready is replaced without waiting for it to become ready.
 */
public final class OrderedUpdate {

    private OrderedUpdate() {}

    /**
     * @param start the first ordinal
     * @param partition ordinals below it keep the version they have
     * @param parallel ordinals come and go at once instead of one after the other; updates stay one at a time
     * @param onDelete a new version comes only where an instance goes for another reason
     */
    public record Spec(
            int replicas,
            int start,
            String digest,
            int partition,
            boolean parallel,
            boolean onDelete,
            int minReadySeconds) {
        /** Only the last so many ordinals get the new version; fewer when the document says so. */
        public Spec last(int updated) {
            int from = start + Math.max(0, replicas - updated);
            return new Spec(replicas, start, digest, Math.max(partition, from), parallel, onDelete, minReadySeconds);
        }

        boolean has(int ordinal) {
            return ordinal >= start && ordinal < start + replicas;
        }
    }

    public sealed interface Action {
        record Create(int ordinal, String digest) implements Action {}

        record Stop(String name, String reason) implements Action {}
    }

    /** @param wakeAt when the answer may change though nothing else happens; null: never */
    public record Decision(List<Action> actions, @Nullable Instant wakeAt) {}

    /**
     * @param before the version that ordinals below the partition are made from when they are missing; the current one when
     *     there is no other
     */
    public static Decision decide(Spec spec, String before, List<Member> members, Instant now) {
        Map<Integer, Member> byOrdinal = new TreeMap<>();
        members.forEach(member -> byOrdinal.put(member.ordinal(), member));
        List<Action> actions =
                spec.parallel() ? parallel(spec, before, byOrdinal) : ordered(spec, before, byOrdinal, now);
        if (actions.isEmpty() && !spec.onDelete()) {
            update(spec, byOrdinal, now, actions);
        }
        Instant wakeAt = members.stream()
                .map(member -> member.availableFrom(spec.minReadySeconds()))
                .filter(from -> from != null && from.isAfter(now))
                .min(Comparator.naturalOrder())
                .orElse(null);
        return new Decision(actions, wakeAt);
    }

    private static List<Action> parallel(Spec spec, String before, Map<Integer, Member> members) {
        List<Action> actions = new ArrayList<>();
        for (int ordinal = spec.start(); ordinal < spec.start() + spec.replicas(); ordinal++) {
            if (!members.containsKey(ordinal)) {
                actions.add(create(spec, before, ordinal));
            }
        }
        for (Member member : members.values()) {
            if (!spec.has(member.ordinal()) && !member.deleting()) {
                actions.add(new Action.Stop(member.name(), "scaled down to " + spec.replicas()));
            }
        }
        return actions;
    }

    /** One thing at a time: each ordinal waits until all below it are there and available. */
    private static List<Action> ordered(Spec spec, String before, Map<Integer, Member> members, Instant now) {
        List<Action> actions = new ArrayList<>();
        for (int ordinal = spec.start(); ordinal < spec.start() + spec.replicas(); ordinal++) {
            Member member = members.get(ordinal);
            if (member == null) {
                actions.add(create(spec, before, ordinal));
                return actions;
            }
            if (!member.isAvailable(spec.minReadySeconds(), now)) {
                if (isOutdated(spec, member) && !member.isReady() && !member.deleting() && !spec.onDelete()) {
                    actions.add(new Action.Stop(member.name(), "replaced by another version"));
                }
                return actions;
            }
        }
        for (Member member : members.values().stream()
                .sorted(Comparator.comparingInt(Member::ordinal).reversed())
                .toList()) {
            if (!spec.has(member.ordinal())) {
                if (!member.deleting()) {
                    actions.add(new Action.Stop(member.name(), "scaled down to " + spec.replicas()));
                }
                return actions;
            }
        }
        return actions;
    }

    /** From the top down: broken outdated ones at once, then one good one while all others are available. */
    private static void update(Spec spec, Map<Integer, Member> members, Instant now, List<Action> actions) {
        List<Member> topDown = members.values().stream()
                .filter(member -> spec.has(member.ordinal()))
                .sorted(Comparator.comparingInt(Member::ordinal).reversed())
                .toList();
        for (Member member : topDown) {
            if (isOutdated(spec, member) && !member.isReady() && !member.deleting()) {
                actions.add(new Action.Stop(member.name(), "replaced by another version"));
                return;
            }
        }
        boolean allThere = topDown.size() == spec.replicas()
                && topDown.stream().allMatch(member -> member.isAvailable(spec.minReadySeconds(), now));
        for (Member member : topDown) {
            if (allThere && isOutdated(spec, member)) {
                actions.add(new Action.Stop(member.name(), "replaced by another version"));
                return;
            }
        }
    }

    private static boolean isOutdated(Spec spec, Member member) {
        return member.ordinal() >= spec.partition() && !member.digest().equals(spec.digest());
    }

    private static Action create(Spec spec, String before, int ordinal) {
        return new Action.Create(ordinal, ordinal < spec.partition() ? before : spec.digest());
    }
}
