package io.homeostat.target.local.fault;

import io.homeostat.converge.Faults.Fault;
import io.homeostat.converge.Faults.State;
import io.homeostat.model.chaos.Effect;
import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Instances whose processes do not get old. Each time that the holder renews it, what lived for too long is killed; so nothing is
 * left to be undone when nobody renews it any more: the process that is there then lives on. What is ended so is no fault of the
 * program, and starts again without a wait.
 */
public final class CrashLoops {

    /** Once is a kill. */
    private static final int LOOP = 2;

    /** Ends processes of instances that are old enough. */
    public interface Reaper {
        /** @return how many processes of the instance were killed now */
        int killOld(Fault fault, Effect.CrashLoop loop) throws IOException;
    }

    private static final class Loop {
        private final Instant until;
        private int kills;

        private Loop(Instant until) {
            this.until = until;
        }
    }

    private final Reaper reaper;
    private final InstantSource clock;
    private final Map<String, Map<String, Loop>> holders = new HashMap<>();

    public CrashLoops(Reaper reaper, InstantSource clock) {
        this.reaper = reaper;
        this.clock = clock;
    }

    public synchronized List<State> hold(String holder, List<Fault> wanted) throws IOException {
        if (wanted.isEmpty()) {
            holders.remove(holder);
            return List.of();
        }
        Map<String, Loop> known = holders.computeIfAbsent(holder, first -> new HashMap<>());
        known.keySet().retainAll(wanted.stream().map(Fault::id).toList());
        List<State> states = new ArrayList<>();
        for (Fault fault : wanted) {
            Instant now = clock.instant();
            Loop loop = known.computeIfAbsent(fault.id(), first -> new Loop(now.plus(fault.lasts())));
            boolean inForce = now.isBefore(loop.until);
            if (inForce && fault.effect() instanceof Effect.CrashLoop effect) {
                loop.kills += reaper.killOld(fault, effect);
            }
            boolean seen = loop.kills >= LOOP;
            states.add(new State(fault.id(), inForce, seen, seen ? "it was killed " + loop.kills + " times" : ""));
        }
        return List.copyOf(states);
    }
}
