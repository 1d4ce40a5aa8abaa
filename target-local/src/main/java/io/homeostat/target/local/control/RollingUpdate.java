package io.homeostat.target.local.control;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a Deployment gets from one version to the next.
 *
 * <p>The rule behind every line: of the instances that are available now, at least {@code replicas − maxUnavailable} stay; and
 * never are there more than {@code replicas + maxSurge}, those that are stopping not counted. An instance that crashes is not
 * available however often it looks ready in between, so a crash loop cannot push good instances out.
 */
public final class RollingUpdate {

    private static final String REPLACED = "replaced by another version";

    private RollingUpdate() {}

    /**
     * @param replicas 0 or more
     * @param maxSurge instances above {@code replicas}, resolved from its percentage
     * @param maxUnavailable instances below {@code replicas}, resolved from its percentage
     * @param recreate all old ones go before the first new one comes
     * @param paused no version replaces another; the number of instances is still kept
     */
    public record Spec(
            int replicas,
            String digest,
            int maxSurge,
            int maxUnavailable,
            int minReadySeconds,
            boolean recreate,
            boolean paused) {

        /** The same, but no version replaces another. */
        public Spec asPaused() {
            return new Spec(replicas, digest, maxSurge, maxUnavailable, minReadySeconds, recreate, true);
        }

        /**
         * Resolves numbers and percentages as Kubernetes does: surge is rounded up, unavailability down, and when both come to
         * zero one instance may be unavailable, or nothing would ever move.
         */
        public static Spec rolling(
                int replicas, String digest, String surge, String unavailable, int minReadySeconds, boolean paused) {
            int above = share(surge, replicas, true);
            int below = share(unavailable, replicas, false);
            return new Spec(
                    replicas, digest, above, above == 0 && below == 0 ? 1 : below, minReadySeconds, false, paused);
        }

        private static int share(String value, int replicas, boolean up) {
            if (!value.endsWith("%")) {
                return Math.max(0, Integer.parseInt(value.strip()));
            }
            long percent = Long.parseLong(value.substring(0, value.length() - 1).strip());
            long hundredths = Math.max(0, percent) * replicas;
            return (int) Math.min(Integer.MAX_VALUE, up ? (hundredths + 99) / 100 : hundredths / 100);
        }
    }

    public sealed interface Action {
        /**
         * One more of this version; the digest is the declared one, or one that is still running when paused.
         *
         * @param baseline it is made to compare a canary with, and goes when that does
         */
        record Create(String digest, boolean baseline) implements Action {
            Create(String digest) {
                this(digest, false);
            }
        }

        record Stop(String name, String reason) implements Action {}
    }

    /** @param wakeAt when the answer may change though nothing else happens; null: never */
    public record Decision(List<Action> actions, @Nullable Instant wakeAt) {}

    public static Decision decide(Spec spec, List<Member> members, Instant now) {
        List<Member> alive =
                members.stream().filter(member -> !member.deleting()).toList();
        List<Member> current = alive.stream()
                .filter(member -> member.digest().equals(spec.digest()))
                .toList();
        List<Member> old = alive.stream()
                .filter(member -> !member.digest().equals(spec.digest()))
                .toList();
        List<Action> actions = new ArrayList<>();
        if (spec.paused() && !old.isEmpty()) {
            scale(spec, alive, now, actions);
        } else if (spec.recreate()) {
            recreate(spec, members, current, old, now, actions);
        } else {
            roll(spec, alive, current, old, now, actions);
        }
        return new Decision(actions, wakeAt(spec, alive, now));
    }

    private static void roll(
            Spec spec, List<Member> alive, List<Member> current, List<Member> old, Instant now, List<Action> actions) {
        int room = spec.replicas() + spec.maxSurge() - alive.size();
        create(spec.digest(), Math.min(spec.replicas() - current.size(), room), actions);

        long available = count(spec, alive, now);
        List<Member> surplus = expendableFirst(spec, current, now).stream()
                .limit(Math.max(0, current.size() - spec.replicas()))
                .toList();
        for (Member member : surplus) {
            actions.add(new Action.Stop(member.name(), "scaled down to " + spec.replicas()));
        }
        available -= count(spec, surplus, now);

        // Old ones that are not available make room first, but only so many that those which stay could still be
        // enough:
        // after a reboot all old ones are merely starting, and the new version may turn out bad.
        int least = spec.replicas() - spec.maxUnavailable();
        int staying = alive.size() - surplus.size();
        long newUnavailable = current.size() - surplus.size() - count(spec, current, now) + count(spec, surplus, now);
        long cleanup = staying - least - newUnavailable;
        long spare = available - least;
        for (Member member : expendableFirst(spec, old, now)) {
            if (!member.isAvailable(spec.minReadySeconds(), now)) {
                if (cleanup > 0) {
                    cleanup--;
                    actions.add(new Action.Stop(member.name(), REPLACED));
                }
            } else if (spare > 0) {
                spare--;
                actions.add(new Action.Stop(member.name(), REPLACED));
            }
        }
    }

    private static long count(Spec spec, List<Member> members, Instant now) {
        return members.stream()
                .filter(member -> member.isAvailable(spec.minReadySeconds(), now))
                .count();
    }

    private static void recreate(
            Spec spec,
            List<Member> members,
            List<Member> current,
            List<Member> old,
            Instant now,
            List<Action> actions) {
        for (Member member : old) {
            actions.add(new Action.Stop(member.name(), REPLACED));
        }
        boolean oldStillThere =
                members.stream().anyMatch(member -> !member.digest().equals(spec.digest()));
        if (!oldStillThere) {
            create(spec.digest(), spec.replicas() - current.size(), actions);
        }
        shrink(spec, current, now, actions);
    }

    /** Paused in the middle: the newest version there is takes up what is missing, and none replaces another. */
    private static void scale(Spec spec, List<Member> alive, Instant now, List<Action> actions) {
        Member newest = alive.stream()
                .max(Comparator.comparing(Member::createdAt).thenComparing(Member::name))
                .orElseThrow();
        create(newest.digest(), spec.replicas() - alive.size(), actions);
        shrink(spec, alive, now, actions);
    }

    private static void shrink(Spec spec, List<Member> from, Instant now, List<Action> actions) {
        expendableFirst(spec, from, now).stream()
                .limit(Math.max(0, from.size() - spec.replicas()))
                .forEach(member -> actions.add(new Action.Stop(member.name(), "scaled down to " + spec.replicas())));
    }

    private static void create(String digest, int count, List<Action> actions) {
        for (int i = 0; i < count; i++) {
            actions.add(new Action.Create(digest));
        }
    }

    /** Not ready before ready, ready before available; among equals the youngest. */
    private static List<Member> expendableFirst(Spec spec, List<Member> members, Instant now) {
        return members.stream()
                .sorted(Comparator.comparing((Member member) -> member.isAvailable(spec.minReadySeconds(), now))
                        .thenComparing(Member::isReady)
                        .thenComparing(Comparator.comparing(Member::createdAt).reversed())
                        .thenComparing(Member::name))
                .toList();
    }

    private static @Nullable Instant wakeAt(Spec spec, List<Member> alive, Instant now) {
        return alive.stream()
                .map(member -> member.availableFrom(spec.minReadySeconds()))
                .filter(from -> from != null && from.isAfter(now))
                .min(Comparator.naturalOrder())
                .orElse(null);
    }
}
