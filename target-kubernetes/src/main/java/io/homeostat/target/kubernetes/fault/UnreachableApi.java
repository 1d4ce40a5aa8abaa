package io.homeostat.target.kubernetes.fault;

import io.homeostat.converge.Faults.Fault;
import io.homeostat.converge.Faults.State;
import io.homeostat.target.kubernetes.api.Outage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The agent's own way to the API server is cut. It is only in the agent's memory, so one that dies reaches it again. */
public final class UnreachableApi {

    private record Begun(long ends, long refusedBefore) {}

    private final Outage outage;
    private final Map<String, Map<String, Begun>> holders = new HashMap<>();

    public UnreachableApi(Outage outage) {
        this.outage = outage;
    }

    public synchronized List<State> hold(String holder, Duration heartbeat, List<Fault> wanted) {
        if (wanted.isEmpty()) {
            outage.release(holder);
            holders.remove(holder);
            return List.of();
        }
        Map<String, Begun> known = holders.computeIfAbsent(holder, first -> new HashMap<>());
        List<State> states = new ArrayList<>();
        boolean anyLeft = false;
        for (Fault fault : wanted) {
            long now = System.nanoTime();
            Begun begun = known.computeIfAbsent(
                    fault.id(), first -> new Begun(now + fault.lasts().toNanos(), outage.refused()));
            boolean inForce = begun.ends() - now > 0;
            anyLeft |= inForce;
            long vain = outage.refused() - begun.refusedBefore();
            states.add(new State(fault.id(), inForce, vain > 0, vain > 0 ? "it was asked in vain" : ""));
        }
        if (anyLeft) {
            outage.hold(holder, heartbeat);
        } else {
            outage.release(holder);
        }
        return List.copyOf(states);
    }
}
