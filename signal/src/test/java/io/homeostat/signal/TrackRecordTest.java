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
        TrackRecord record = TrackRecord.ofObjective("calls");
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
        TrackRecord record = TrackRecord.ofObjective("calls");
        record.take(event(0, "agent.started", Node.Mapping.EMPTY));
        record.take(event(1, "alert.firing", Node.Mapping.EMPTY.with("slo", "other")));
        assertThat(record.failures()).isZero();
        assertThat(record.mttr()).isNull();
        assertThat(record.mttd()).isNull();
        assertThat(record.mtbf()).isNull();
    }

    /** Two objectives of one service overlap: it fails at 10 until 40, once. Another one fails on; a third never did. */
    @Test
    void aServiceFailsAsLongAsAnAlertOfOneOfItsObjectivesFires() {
        TrackRecords records = new TrackRecords();
        records.take(event(0, "agent.started", Node.Mapping.EMPTY));
        records.take(alert(12, "alert.firing", "shop", "calls", "burn-1h", 10));
        records.take(alert(20, "alert.firing", "shop", "fast", "burn-1h", 18));
        records.take(alert(30, "alert.resolved", "shop", "calls", "burn-1h", 10));
        records.take(alert(40, "alert.resolved", "shop", "fast", "burn-1h", 18));
        records.take(alert(100, "alert.firing", "bank", "calls", "burn-1h", 90));
        records.take(event(140, "agent.stopped", Node.Mapping.EMPTY));
        TrackRecord shop = records.of("shop");
        assertThat(shop.failures()).isEqualTo(1);
        assertThat(shop.isFailing()).isFalse();
        assertThat(shop.mttd()).isEqualTo(Duration.ofMinutes(2));
        assertThat(shop.mttr()).isEqualTo(Duration.ofMinutes(30));
        assertThat(shop.mtbf()).isEqualTo(Duration.ofMinutes(110));
        TrackRecord bank = records.of("bank");
        assertThat(bank.isFailing()).isTrue();
        assertThat(bank.mttr()).isNull();
        assertThat(bank.mtbf()).isEqualTo(Duration.ofMinutes(90));
        assertThat(records.of("quiet").failures()).isZero();
        assertThat(records.services()).containsExactly("bank", "shop");
    }

    private static Event alert(int minute, String type, String name, int pending) {
        return alert(minute, type, "shop", "calls", name, pending);
    }

    private static Event alert(int minute, String type, String service, String slo, String name, int pending) {
        return event(
                minute,
                type,
                Node.Mapping.EMPTY
                        .with("slo", slo)
                        .with("service", service)
                        .with("alert", slo + "/" + name)
                        .with(
                                "pendingSince",
                                T.plus(Duration.ofMinutes(pending)).toString()));
    }

    private static Event event(int minute, String type, Node.Mapping data) {
        return new Event(1, T.plus(Duration.ofMinutes(minute)), type, "", "", "", data, "");
    }
}
