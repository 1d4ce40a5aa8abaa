package io.homeostat.chaos.life;

import io.homeostat.converge.Faults;
import io.homeostat.model.chaos.Effect;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which faults were gone at their places before anybody ended them: the process that did it was killed, the instance to which it was
 * done is another one. What held without them proves nothing about them. One look may miss a fault that is just being renewed; two
 * in a row do not. What is over at once, such as a kill, cannot be lost. Pure.
 *
 * @param ends when each ends by itself
 * @param begun which were in force once: what takes its time to begin is not lost yet
 * @param missed in how many looks in a row each was missed
 */
public record Losses(Map<String, Instant> ends, Set<String> begun, Map<String, Integer> missed) {

    public static final Losses NONE = new Losses(Map.of(), Set.of(), Map.of());

    private static final int LOOKS = 2;

    /** So much before its end nobody can tell a fault that was lost from one that ended: clocks differ. */
    private static final Duration ALMOST = Duration.ofMillis(500);

    /** Before they are named to who does them. */
    public Losses wanted(List<Faults.Fault> faults, Instant now) {
        Map<String, Instant> all = new HashMap<>(ends);
        for (Faults.Fault fault : faults) {
            if (!(fault.effect() instanceof Effect.Kill) && !(fault.effect() instanceof Effect.Terminate)) {
                all.putIfAbsent(fault.id(), now.plus(fault.lasts()));
            }
        }
        return new Losses(Map.copyOf(all), begun, missed);
    }

    /** After they said how each stands. */
    public Losses seen(List<Faults.State> states, Instant now) {
        Set<String> were = new HashSet<>(begun);
        Map<String, Integer> next = new HashMap<>();
        for (Faults.State state : states) {
            Instant end = ends.get(state.id());
            if (state.inForce()) {
                were.add(state.id());
            } else if (were.contains(state.id()) && end != null && now.isBefore(end.minus(ALMOST))) {
                next.put(state.id(), missed.getOrDefault(state.id(), 0) + 1);
            }
        }
        return new Losses(ends, Set.copyOf(were), Map.copyOf(next));
    }

    /** @return the id of one that is lost; null when none is */
    public @Nullable String lost() {
        return missed.entrySet().stream()
                .filter(each -> each.getValue() >= LOOKS)
                .map(Map.Entry::getKey)
                .sorted()
                .findFirst()
                .orElse(null);
    }
}
