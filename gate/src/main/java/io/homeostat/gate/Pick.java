package io.homeostat.gate;

import io.homeostat.gate.control.Handling.Balance;
import io.homeostat.gate.control.Routing;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/** Which backend gets a request, by the routing of its Service and what the request says. Pure. */
final class Pick {

    private Pick() {}

    /**
     * What a request says that matters here; read once, since its head is gone later.
     *
     * @param ruled the version that a rule names; null when no rule fits
     * @param belongs what it has in common with the requests that it belongs to; null when with none
     */
    record Wish(@Nullable String ruled, @Nullable String belongs) {
        static final Wish NONE = new Wish(null, null);
    }

    /**
     * @param key by which requests belong together where the routing says nothing of that
     * @param read the value of a header or cookie; null when it has none
     */
    static Wish wish(Routing routing, Routing.Affinity key, Function<Routing.Rule, @Nullable String> read) {
        if (routing.rules().isEmpty()
                && routing.affinity().part() == Routing.Part.NOTHING
                && key.part() == Routing.Part.NOTHING) {
            return Wish.NONE;
        }
        String ruled = null;
        for (Routing.Rule rule : routing.rules()) {
            if (rule.value().equals(read.apply(rule))) {
                ruled = rule.version();
                break;
            }
        }
        Routing.Affinity affinity = routing.affinity().part() == Routing.Part.NOTHING ? key : routing.affinity();
        String belongs = affinity.part() == Routing.Part.NOTHING
                ? null
                : read.apply(new Routing.Rule(affinity.part(), affinity.name(), "", ""));
        return new Wish(ruled, belongs);
    }

    /**
     * @param random numbers, evenly over all of them
     * @param turn see {@link Choice}
     * @return null when there is nobody left
     */
    static <T> @Nullable T of(
            Routing routing,
            Balance balance,
            Wish wish,
            List<T> ready,
            Collection<T> tried,
            Function<T, String> version,
            ToIntFunction<T> open,
            Function<T, Object> identity,
            LongSupplier random,
            int turn) {
        List<T> candidates = candidates(routing, wish, ready, version, random);
        if (wish.belongs() != null) {
            T same = nearest(candidates, tried, wish.belongs(), identity);
            if (same != null) {
                return same;
            }
        }
        return balance == Balance.ROUND_ROBIN
                ? Choice.next(candidates, tried, turn)
                : Choice.fewest(candidates, tried, open, turn);
    }

    private static <T> List<T> candidates(
            Routing routing, Wish wish, List<T> ready, Function<T, String> version, LongSupplier random) {
        if (wish.ruled() != null) {
            List<T> ruled = only(ready, version, wish.ruled());
            if (!ruled.isEmpty()) {
                return ruled;
            }
        }
        if (routing.weights().isEmpty()) {
            return ready;
        }
        Map<String, Integer> present = new HashMap<>();
        long sum = 0;
        for (T backend : ready) {
            String of = version.apply(backend);
            int weight = routing.weights().getOrDefault(of, 0);
            if (weight > 0 && present.putIfAbsent(of, weight) == null) {
                sum += weight;
            }
        }
        if (sum == 0) {
            return ready;
        }
        long at = Math.floorMod(
                wish.belongs() == null ? random.getAsLong() : mix(wish.belongs().hashCode()), sum);
        for (Map.Entry<String, Integer> weighted : routing.weights().entrySet()) {
            Integer weight = present.get(weighted.getKey());
            if (weight != null) {
                at -= weight;
                if (at < 0) {
                    return only(ready, version, weighted.getKey());
                }
            }
        }
        throw new IllegalStateException("the weights add up to more than their sum");
    }

    private static <T> List<T> only(List<T> ready, Function<T, String> version, String wanted) {
        List<T> found = new ArrayList<>(ready.size());
        for (T backend : ready) {
            if (version.apply(backend).equals(wanted)) {
                found.add(backend);
            }
        }
        return found;
    }

    /** Rendezvous hashing: one backend less moves only those requests that it had. */
    private static <T> @Nullable T nearest(
            List<T> candidates, Collection<T> tried, String belongs, Function<T, Object> identity) {
        T nearest = null;
        long most = Long.MIN_VALUE;
        for (T candidate : candidates) {
            long score =
                    mix(31L * belongs.hashCode() + identity.apply(candidate).hashCode());
            if (!tried.contains(candidate) && (nearest == null || score > most)) {
                nearest = candidate;
                most = score;
            }
        }
        return nearest;
    }

    /** Spreads bits; the finishing step of SplitMix64 (Steele, Lea and Flood 2014). */
    private static long mix(long value) {
        long z = value + 0x9e3779b97f4a7c15L;
        z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
        z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
        return z ^ (z >>> 31);
    }
}
