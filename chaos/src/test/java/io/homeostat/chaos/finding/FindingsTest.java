package io.homeostat.chaos.finding;

import static org.assertj.core.api.Assertions.assertThat;

import io.homeostat.chaos.ChaosFacts;
import io.homeostat.chaos.perimeter.Perimeters;
import io.homeostat.journal.Event;
import io.homeostat.model.Json;
import io.homeostat.model.Node;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** What is kept, until when, and what comes first. */
class FindingsTest {

    private static final Instant START = Instant.parse("2026-11-21T10:00:00Z");

    private final Findings findings = new Findings();
    private final Perimeters perimeters = new Perimeters();
    private int runs;

    private void ended(String experiment, String verdict, String more) throws IOException {
        ended(experiment, verdict, "answers", more);
    }

    private void ended(String experiment, String verdict, String broke, String more) throws IOException {
        runs++;
        Node.Mapping data = (Node.Mapping) Json.read("""
                {"run": "r-%d", "experiment": "%s", "verdict": "%s", "reason": "answers: 503", "broke": "%s" %s}
                """.formatted(runs, experiment, verdict, broke, more));
        Event event = new Event(runs, START.plus(Duration.ofHours(runs)), ChaosFacts.ENDED, "", "", "", data, "");
        perimeters.take(event);
        findings.take(event, perimeters);
    }

    private static String toll(double budget, long millis, double tier) {
        return ", \"toll\": {\"budget\": " + budget + ", \"millis\": " + millis + ", \"tier\": " + tier + "}";
    }

    private static String found(double holds, double breaks) {
        return ", \"perimeter\": {\"axis\": \"latency\", \"unit\": \"ms\", \"class\": \"latency\", \"target\": \"t\","
                + " \"status\": \"found\", \"revision\": \"0123456789\", \"holds\": " + holds + ", \"breaks\": "
                + breaks
                + "}";
    }

    @Test
    void whatBrokeIsKeptUntilTheSameExperimentHolds() throws Exception {
        ended("x", "broken", "");
        ended("y", "held", "");
        ended("x", "inconclusive", "");
        ended("x", "aborted", "");
        assertThat(findings.ranked()).hasSize(1);
        ended("x", "broken", "");
        Finding finding = findings.ranked().getFirst();
        assertThat(finding.times()).isEqualTo(2);
        assertThat(finding.since()).isEqualTo(START.plus(Duration.ofHours(1)));
        assertThat(finding.run()).isEqualTo("r-5");
        assertThat(finding.broke()).isEqualTo("answers");
        ended("x", "held", "");
        assertThat(findings.ranked()).isEmpty();
    }

    @Test
    void aBadChangeThatGotThroughIsAFindingOfItsOwnUntilItIsCaught() throws Exception {
        ended("bad-value", "broken", "guardrails", "");
        assertThat(findings.ranked()).singleElement().extracting(Finding::kind).isEqualTo(Finding.Kind.GUARDRAIL);
        ended("bad-value", "held", "");
        assertThat(findings.ranked()).isEmpty();
    }

    @Test
    void whatNobodyNoticedIsKeptBesideWhatBrokeUntilSomebodyDoes() throws Exception {
        ended("half", "broken", ", \"unnoticed\": true");
        assertThat(findings.ranked())
                .extracting(Finding::kind)
                .containsExactlyInAnyOrder(Finding.Kind.BROKEN, Finding.Kind.UNNOTICED);
        ended("half", "broken", "notice", ", \"unnoticed\": true, \"recovered\": false");
        assertThat(findings.ranked())
                .as("every check held, and it did not recover")
                .extracting(Finding::kind)
                .containsExactlyInAnyOrder(Finding.Kind.BROKEN, Finding.Kind.UNNOTICED);
        ended("half", "broken", "notice", ", \"unnoticed\": true, \"recovered\": true");
        assertThat(findings.ranked())
                .as("what was promised held this time")
                .extracting(Finding::kind)
                .containsExactly(Finding.Kind.UNNOTICED);
        ended("half", "broken", "");
        assertThat(findings.ranked()).as("that run says nothing of notice").hasSize(2);
        ended("half", "broken", ", \"noticed\": \"burn-1h of web\"");
        assertThat(findings.ranked()).extracting(Finding::kind).containsExactly(Finding.Kind.BROKEN);
    }

    @Test
    void whatWouldCostMostComesFirstThenWhatMattersMoreThenTheNewest() throws Exception {
        ended("newest-but-cheap", "broken", toll(0.01, 3_600_000, 1));
        ended("unknown", "broken", "");
        ended("critical", "broken", toll(0, 1000, 4));
        ended("short-and-dear", "broken", toll(0.01, 1000, 1));
        ended("newer", "broken", "");
        assertThat(findings.ranked())
                .extracting(Finding::experiment)
                .containsExactly("short-and-dear", "newest-but-cheap", "critical", "newer", "unknown");
        assertThat(findings.ranked().getFirst().budgetPerHour()).isEqualTo(36);
    }

    @Test
    void aShrunkenPerimeterStaysUntilWhatHeldHoldsAgain() throws Exception {
        ended("p", "held", found(200, 240));
        assertThat(findings.ranked()).isEmpty();
        ended("p", "held", found(100, 119));
        assertThat(findings.ranked().getFirst().statement())
                .isEqualTo("it breaks at 119 ms, where 200 ms held at 0123456");
        ended("p", "held", found(100, 119));
        assertThat(findings.ranked()).as("the same again is no better").hasSize(1);
        ended("p", "held", found(190, 230));
        assertThat(findings.ranked()).isEmpty();
    }
}
