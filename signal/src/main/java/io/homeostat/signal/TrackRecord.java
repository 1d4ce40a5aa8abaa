package io.homeostat.signal;

import io.homeostat.journal.Event;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How often an objective failed, or all those of a service, how long that took to be seen and to be mended: a fold over the journal.
 * It fails as long as one of its alerts fires.
 */
public final class TrackRecord {

    private final String what;
    private final String name;
    private final Set<String> firing = new HashSet<>();
    private @Nullable Instant first;
    private @Nullable Instant failedAt;
    private Instant last = Instant.EPOCH;
    private int failures;
    private int mended;
    private Duration down = Duration.ZERO;
    private Duration detection = Duration.ZERO;

    private TrackRecord(String what, String name) {
        this.what = what;
        this.name = name;
    }

    public static TrackRecord ofObjective(String name) {
        return new TrackRecord("slo", name);
    }

    static TrackRecord ofService(String name) {
        return new TrackRecord("service", name);
    }

    /** Takes in one event; they come in order. */
    public void take(Event event) {
        pass(event.time());
        if (!event.data().text(what, "").equals(name)) {
            return;
        }
        String alert = event.data().text("alert", "");
        if (event.type().equals(SignalFacts.ALERT_FIRING)) {
            if (firing.isEmpty()) {
                Instant began = SignalFacts.instant(event.data().text("pendingSince", ""), event.time());
                failedAt = began.isAfter(event.time()) ? event.time() : began;
                failures++;
                detection = detection.plus(Duration.between(failedAt, event.time()));
            }
            firing.add(alert);
        } else if (event.type().equals(SignalFacts.ALERT_RESOLVED) && firing.remove(alert) && firing.isEmpty()) {
            if (failedAt != null) {
                down = down.plus(Duration.between(failedAt, event.time()));
                mended++;
                failedAt = null;
            }
        }
    }

    /** The journal reaches from the first of these to the last. */
    void pass(Instant time) {
        if (first == null) {
            first = time;
        }
        last = time;
    }

    public boolean isFailing() {
        return failedAt != null;
    }

    public int failures() {
        return failures;
    }

    /** Mean time to repair: from the beginning of a failure to its end, of those that ended; null when none did. */
    public @Nullable Duration mttr() {
        return mended == 0 ? null : down.dividedBy(mended);
    }

    /** Mean time to detect: from when the condition of an alert began to hold until it fired; null when none did. */
    public @Nullable Duration mttd() {
        return failures == 0 ? null : detection.dividedBy(failures);
    }

    /** Mean time between failures: the time without one over their number; null when there was none. */
    public @Nullable Duration mtbf() {
        if (failures == 0 || first == null) {
            return null;
        }
        Duration failing = failedAt == null ? down : down.plus(Duration.between(failedAt, last));
        return Duration.between(first, last).minus(failing).dividedBy(failures);
    }
}
