package io.homeostat.signal;

import io.homeostat.journal.Event;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The track record of each service: a fold over the journal. A service fails as long as an alert of one of its objectives fires. */
public final class TrackRecords {

    private final Map<String, TrackRecord> services = new TreeMap<>();
    private @Nullable Instant first;
    private Instant last = Instant.EPOCH;

    /** Takes in one event; they come in order. */
    public void take(Event event) {
        if (first == null) {
            first = event.time();
        }
        last = event.time();
        String service = event.data().text("service", "");
        boolean isAlert =
                event.type().equals(SignalFacts.ALERT_FIRING) || event.type().equals(SignalFacts.ALERT_RESOLVED);
        if (isAlert && !service.isEmpty()) {
            TrackRecord record = services.computeIfAbsent(service, TrackRecord::ofService);
            record.pass(first);
            record.take(event);
        }
    }

    /** Of one that never failed too. */
    public TrackRecord of(String service) {
        TrackRecord known = services.get(service);
        TrackRecord record = known == null ? TrackRecord.ofService(service) : known;
        if (first != null) {
            record.pass(first);
            record.pass(last);
        }
        return record;
    }

    /** Those that failed at some time. */
    public Iterable<String> services() {
        return services.keySet();
    }
}
