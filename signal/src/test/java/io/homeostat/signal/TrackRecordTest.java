package io.homeostat.signal;

import static org.assertj.core.api.Assertions.assertThat;

import io.homeostat.journal.Event;
import io.homeostat.model.Node;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class TrackRecordTest {

    private static final Instant T = Instant.parse("2026-11-21T08:00:00Z");

    /** Fails at 10 (seen at 12) until 20, and at 60 (seen at 64) until 100 minutes; 140 minutes in all. */
    @Test
    void anObjectiveFailsAsLongAsOneOfItsAlertsFires() {
        TrackRecord record = new TrackRecord("calls");
        record.take(event(0, "agent.started", Node.Mapping.EMPTY));
        record.take(alert(12, "alert.firing", "burn-1h", 10));
        record.take(alert(13, "alert.firing", "burn-6h", 13));
        record.take(alert(15, "alert.resolved", "burn-1h", 10));
        record.take(alert(20, "alert.resolved", "burn-6h", 13));
        record.take(alert(64, "alert.firing", "burn-1h", 60));
        record.take(alert(100, "alert.resolved", "burn-1h", 60));
        record.take(event(140, "agent.stopped", Node.Mapping.EMPTY));
        assertThat(record.failures()).isEqualTo(2);
        assertThat(record.mttr()).isEqualTo(Duration.ofMinutes(25));
        assertThat(record.mttd()).isEqualTo(Duration.ofMinutes(3));
        assertThat(record.mtbf()).isEqualTo(Duration.ofMinutes(45));
    }

    @Test
    void whatNeverFailedHasNoTimes() {
        TrackRecord record = new TrackRecord("calls");
        record.take(event(0, "agent.started", Node.Mapping.EMPTY));
        record.take(event(1, "alert.firing", Node.Mapping.EMPTY.with("slo", "other")));
        assertThat(record.failures()).isZero();
        assertThat(record.mttr()).isNull();
        assertThat(record.mttd()).isNull();
        assertThat(record.mtbf()).isNull();
    }

    private static Event alert(int minute, String type, String name, int pending) {
        return event(
                minute,
                type,
                Node.Mapping.EMPTY
                        .with("slo", "calls")
                        .with("alert", "calls/" + name)
                        .with(
                                "pendingSince",
                                T.plus(Duration.ofMinutes(pending)).toString()));
    }

    private static Event event(int minute, String type, Node.Mapping data) {
        return new Event(1, T.plus(Duration.ofMinutes(minute)), type, "", "", "", data, "");
    }
}
