package io.homeostat.chaos.coverage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.homeostat.chaos.ChaosFacts;
import io.homeostat.journal.Event;
import io.homeostat.model.Json;
import io.homeostat.model.Node;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** What counts as exercised, as passed, and for how long. */
class CoverageTest {

    private static final Instant NOW = Instant.parse("2026-11-21T10:00:00Z");

    private final Coverage coverage = new Coverage();

    private void take(String type, Instant at, String json) throws IOException {
        coverage.take(new Event(1, at, type, "", "", "", (Node.Mapping) Json.read(json), ""));
    }

    /** Two workloads of weight 3 and 1, two classes. */
    private void surface(String digest) throws IOException {
        take(ChaosFacts.SURFACE, NOW, """
            {"classes": ["kill", "pause"], "targets": [
              {"name": "Deployment/web", "edge": false, "declared": true, "weight": 3, "digest": "%s"},
              {"name": "Deployment/api", "edge": false, "declared": true, "weight": 1, "digest": "a"},
              {"name": "undeclared → Service/web", "edge": true, "declared": false, "weight": 5, "digest": "a"}]}
            """.formatted(digest));
    }

    private void ended(Instant at, String verdict, boolean recovered, boolean observed) throws IOException {
        take(ChaosFacts.ENDED, at, """
            {"run": "r", "experiment": "x", "verdict": "%s", "steadyBefore": true, "checkedDuring": true, "recovered": %s,
             "cells": [{"target": "Deployment/web", "class": "kill", "magnitude": "", "observed": %s, "digest": "w"}]}
            """.formatted(verdict, recovered, observed));
    }

    private Coverage.Report report() {
        return coverage.at(NOW);
    }

    @Test
    void beforeAnythingRanNothingIsCovered() throws Exception {
        assertThat(report().exercised()).isZero();
        surface("w");
        assertThat(report().exercised()).isZero();
        assertThat(report().cells()).as("no class of edges can be done here").hasSize(4);
        assertThat(report().undeclared()).containsExactly("undeclared → Service/web");
    }

    @Test
    void aCellCountsByItsWeight() throws Exception {
        surface("w");
        ended(NOW, "held", true, true);
        assertThat(report().exercised()).isCloseTo(3 / 8.0, within(1e-9));
        assertThat(report().passed()).isCloseTo(3 / 8.0, within(1e-9));
    }

    @Test
    void whatBrokeIsExercisedAndNotPassed() throws Exception {
        surface("w");
        ended(NOW, "broken", true, true);
        assertThat(report().exercised()).isCloseTo(3 / 8.0, within(1e-9));
        assertThat(report().passed()).isZero();
    }

    @Test
    void theNewestRunCounts() throws Exception {
        surface("w");
        ended(NOW.minusSeconds(60), "held", true, true);
        ended(NOW, "broken", true, true);
        assertThat(report().passed()).isZero();
    }

    @Test
    void whatWasNotSeenOrDidNotRecoverExercisesNothing() throws Exception {
        surface("w");
        ended(NOW, "inconclusive", true, false);
        ended(NOW, "broken", false, true);
        assertThat(report().exercised()).isZero();
    }

    @Test
    void itIsFreshForThirtyDaysAndThenHalvesEveryThirty() throws Exception {
        surface("w");
        ended(NOW.minus(Duration.ofDays(30)), "held", true, true);
        assertThat(report().exercised()).isCloseTo(3 / 8.0, within(1e-9));
        assertThat(report().stale()).isZero();
        ended(NOW.minus(Duration.ofDays(60)), "held", true, true);
        assertThat(report().exercised()).isCloseTo(3 / 16.0, within(1e-9));
        assertThat(report().stale()).isCloseTo(3 / 8.0, within(1e-9));
        ended(NOW.minus(Duration.ofDays(90)), "held", true, true);
        assertThat(report().exercised()).isCloseTo(3 / 32.0, within(1e-9));
    }

    @Test
    void halfIsLostWhenWhatWasTouchedHasChanged() throws Exception {
        ended(NOW, "held", true, true);
        surface("another");
        assertThat(report().exercised()).isCloseTo(3 / 16.0, within(1e-9));
    }

    @Test
    void whatIsExcludedStaysInTheDenominatorUntilItEnds() throws Exception {
        take(ChaosFacts.SURFACE, NOW, """
            {"classes": ["kill", "pause"], "targets": [
              {"name": "Deployment/web", "edge": false, "declared": true, "weight": 3, "digest": "w"},
              {"name": "Deployment/api", "edge": false, "declared": true, "weight": 1, "digest": "a"}],
             "exclusions": [{"target": "Deployment/web", "classes": ["pause"], "owner": "ann", "reason": "moves",
                             "until": "2026-12-01T00:00:00Z"}]}
            """);
        ended(NOW, "held", true, true);
        assertThat(report().exercised()).isCloseTo(3 / 8.0, within(1e-9));
        assertThat(report().excluded()).isCloseTo(3 / 8.0, within(1e-9));
        assertThat(report().cells())
                .filteredOn(cell -> cell.excluded() != null)
                .singleElement()
                .satisfies(cell -> assertThat(cell.faultClass()).isEqualTo("pause"));
        assertThat(coverage.at(Instant.parse("2026-12-01T00:00:00Z")).excluded())
                .isZero();
    }

    @Test
    void whatDoesNotApplyIsNoPartOfTheWholeAndIsSaidWithItsReason() throws Exception {
        take(ChaosFacts.SURFACE, NOW, """
            {"classes": ["kill", "configuration"], "unavailable": {"pause": "nobody can"}, "targets": [
              {"name": "Deployment/web", "edge": false, "declared": true, "weight": 3, "digest": "w",
               "notApplicable": {"configuration": "it reads none"}},
              {"name": "Deployment/api", "edge": false, "declared": true, "weight": 1, "digest": "a"}]}
            """);
        ended(NOW, "held", true, true);
        assertThat(report().exercised()).as("3 of 3 + 1 + 1").isCloseTo(3 / 5.0, within(1e-9));
        assertThat(report().cells()).hasSize(3);
        assertThat(report().without())
                .containsExactly(new Coverage.Without("Deployment/web", "configuration", "it reads none"));
        Node.Mapping view = CoverageView.of(report());
        assertThat(view.sequence("notApplicable")).hasSize(1);
        assertThat(Json.write(view)).contains("{\"class\":\"pause\",\"reason\":\"nobody can\"}");
    }

    @Test
    void theBadgeSaysBothFigures() throws Exception {
        surface("w");
        ended(NOW, "broken", true, true);
        assertThat(Badge.of(report()))
                .contains("38% · 0% passed")
                .contains("<svg")
                .contains("#b3261e");
    }
}
