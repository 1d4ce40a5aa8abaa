package io.homeostat.signal;

import io.homeostat.journal.Event;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** Where alerts, budgets and objectives stood when the last agent ended: a fold over the journal. */
public final class Recollection {

    private final Map<String, AlertState> alerts = new HashMap<>();
    private final Set<String> spent = new HashSet<>();
    private String accepted = "";
    private String refused = "";

    /** Takes in one event of the past. */
    public void take(Event event) {
        String slo = event.data().text("slo", "");
        String alert = event.data().text("alert", "");
        switch (event.type()) {
            case SignalFacts.ALERT_PENDING, SignalFacts.ALERT_FIRING -> {
                boolean fires = event.type().equals(SignalFacts.ALERT_FIRING);
                alerts.put(
                        alert,
                        new AlertState(
                                fires ? AlertState.Phase.FIRING : AlertState.Phase.PENDING,
                                event.time(),
                                SignalFacts.instant(event.data().text("pendingSince", ""), event.time())));
            }
            case SignalFacts.ALERT_RESOLVED -> alerts.remove(alert);
            case SignalFacts.BUDGET_EXHAUSTED -> spent.add(slo);
            case SignalFacts.BUDGET_RESTORED -> spent.remove(slo);
            case SignalFacts.ACCEPTED -> accepted = event.data().text("revision", "");
            case SignalFacts.INVALID -> refused = event.data().text("revision", "");
            default -> {}
        }
    }

    Map<String, AlertState> alerts() {
        return alerts;
    }

    /** SLOs whose budget was spent. */
    Set<String> spent() {
        return spent;
    }

    /** The last revision whose promises were without a mistake; empty when there was none. */
    String accepted() {
        return accepted;
    }

    /** The last revision of which it was told that its promises have mistakes; empty when there was none. */
    String refused() {
        return refused;
    }
}
