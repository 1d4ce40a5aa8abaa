package io.homeostat.target.kubernetes.versions;

import io.homeostat.converge.Traffic.Tally;
import io.homeostat.gate.control.Counters;
import io.homeostat.gate.control.Counters.Account;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/**
 * What several gates have counted, as one: pods of a gate come and go, and what they counted stays. Counts from the moment of its
 * making. Safe for use by many threads.
 */
public final class Tallies {

    private final String run = UUID.randomUUID().toString();
    private final Instant since;
    private final Map<String, Counters> first = new HashMap<>();
    private final Map<String, Counters> last = new HashMap<>();

    public Tallies(Instant now) {
        this.since = now;
    }

    /** What each gate says now. */
    public synchronized void take(Collection<Counters> all) {
        boolean isFirst = last.isEmpty();
        for (Counters counters : all) {
            // A gate that counted before we did has counted for somebody else.
            if (last.put(counters.run(), counters) == null
                    && (isFirst || counters.since().isBefore(since))) {
                first.put(counters.run(), counters);
            }
        }
    }

    public synchronized Tally of(Set<String> callees, String version) {
        Account sum = Account.NOTHING;
        for (Map.Entry<String, Counters> each : last.entrySet()) {
            Account account = each.getValue().account(callees, version);
            Counters before = first.get(each.getKey());
            sum = sum.plus(before == null ? account : account.since(before.account(callees, version)));
        }
        return new Tally(run, sum.requests(), sum.failed(), sum.micros());
    }
}
