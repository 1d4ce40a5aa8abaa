package io.homeostat.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.homeostat.model.Documents;
import io.homeostat.model.chaos.Experiment;
import io.homeostat.model.slo.Promises;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What is picked first, and what is said of it. */
class SchedulerTest {

    private static Scheduler.Wanted wanted(String name, Instant since, String why) {
        Documents.Parsed parsed = Documents.parse("x.yaml", """
                apiVersion: homeostat.io/v1
                kind: Experiment
                metadata: {name: %s}
                spec: {owner: ann, hypothesis: {slos: [web]}, faults: [{kill: {workload: web}}]}
                """.formatted(name).getBytes(StandardCharsets.UTF_8));
        Experiment experiment = Promises.read(parsed.documents(), parsed.problems())
                .experiments()
                .getFirst();
        return new Scheduler.Wanted(experiment, since, why);
    }

    @Test
    void whatNeverShowedAnythingComesFirstThenWhatChangedThenTheStalest() {
        Instant june = Instant.parse("2026-06-01T00:00:00Z");
        Instant may = Instant.parse("2026-05-01T00:00:00Z");
        assertThat(Stream.of(
                                wanted("stale", may, ""),
                                wanted("changed", june, "web has changed"),
                                wanted("never", Instant.MIN, ""),
                                wanted("staler-and-changed", may, "web has changed"))
                        .sorted(Scheduler.ORDER)
                        .map(each -> each.experiment().name()))
                .containsExactly("never", "staler-and-changed", "changed", "stale");
    }

    @Test
    void itIsSaidWhatHasChanged() {
        Map<String, String> now =
                Map.of("Deployment/web", "w2", "Deployment/api", "a1", "Deployment/web → Service/api", "w2+a1");
        assertThat(Scheduler.changed(Map.of("Deployment/api", "a1"), now)).isEmpty();
        assertThat(Scheduler.changed(Map.of("Deployment/web", "w1", "Deployment/api", "a1"), now))
                .isEqualTo("Deployment/web has changed since it last ran");
        assertThat(Scheduler.changed(Map.of("Deployment/web → Service/api", "w1+a1"), now))
                .as("an edge changes with either of its ends")
                .isEqualTo("Deployment/web → Service/api has changed since it last ran");
        assertThat(Scheduler.changed(Map.of("Deployment/gone", "g1"), now))
                .as("nothing is left to exercise")
                .isEmpty();
    }
}
