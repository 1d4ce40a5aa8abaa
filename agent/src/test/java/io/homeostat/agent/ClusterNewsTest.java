package io.homeostat.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.homeostat.converge.Facts;
import io.homeostat.journal.Event;
import io.homeostat.model.Node;
import java.time.Instant;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** What of the journal is worth an Event on an object. */
class ClusterNewsTest {

    private static ClusterNews.Told told(String type, Node.Mapping data) {
        return Objects.requireNonNull(ClusterNews.of(event(type, data)));
    }

    private static Event event(String type, Node.Mapping data) {
        return new Event(1, Instant.EPOCH, type, "shop", "", "", data, "hash");
    }

    @Test
    void whatWentWrongIsAWarning() {
        for (String type : new String[] {Facts.STEP_FAILED, Facts.DRIFT_FOUND, Facts.QUARANTINED, Facts.HELD}) {
            assertThat(told(type, Node.Mapping.EMPTY).isWarning()).as(type).isTrue();
        }
        assertThat(told(Facts.SYNC_SUCCEEDED, Node.Mapping.EMPTY).isWarning()).isFalse();
    }

    @Test
    void ofTheBeginningsOnlyAWayBackIsTold() {
        assertThat(told(Facts.SYNC_STARTED, Node.Mapping.EMPTY.with("cause", "ROLLBACK"))
                        .reason())
                .isEqualTo("RollingBack");
        assertThat(ClusterNews.of(event(Facts.SYNC_STARTED, Node.Mapping.EMPTY.with("cause", "CHANGE"))))
                .isNull();
    }

    @Test
    void whatIsOfNoUseThereIsLeftOut() {
        assertThat(ClusterNews.of(event(Facts.STEP_INTENDED, Node.Mapping.EMPTY)))
                .isNull();
        assertThat(ClusterNews.of(event(Facts.REVISION_SEEN, Node.Mapping.EMPTY)))
                .isNull();
    }
}
