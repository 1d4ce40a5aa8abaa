package io.homeostat.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.homeostat.model.Node;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Half of all calls fail on purpose: without an alert that is a finding, with one it is none, and ends no run. */
@Tag("e2e")
class SomebodyNoticesTest {

    /** As much may fail as ever will, so that the budget is never spent. */
    private static final String OBJECTIVE = """
        apiVersion: openslo/v1
        kind: SLO
        metadata: {name: web, annotations: {homeostat.io/alerts: none}}
        spec:
          service: web
          indicator:
            metadata: {name: answers}
            spec: {ratioMetric: {rawType: success, raw: {metricSource: {type: homeostat, spec: {service: web}}}}}
          timeWindow: [{duration: 1d, isRolling: true}]
          budgetingMethod: Occurrences
          objectives: [{target: 0.2}]
        """;

    private static final String ALERT = """
          alertPolicies:
            - kind: AlertPolicy
              metadata: {name: failing}
              spec:
                alertWhenBreaching: true
                conditions:
                  - kind: AlertCondition
                    metadata: {name: failing}
                    spec:
                      severity: page
                      condition: {kind: burnrate, op: gte, threshold: 0.1, lookbackWindow: 1m, alertAfter: 0m}
                notificationTargets: [{targetRef: on-call}]
        ---
        apiVersion: openslo/v1
        kind: AlertNotificationTarget
        metadata: {name: on-call}
        spec: {target: pager}
        """;

    @TempDir
    Path directory;

    private Shop shop;

    @BeforeEach
    void open() throws Exception {
        shop = new Shop(directory.resolve("stage"));
        shop.web("one", 1, Map.of());
        shop.stage.write("reliability/web.yaml", OBJECTIVE);
        experiment("5s", "20s", "1");
        shop.begin();
        shop.open(40);
        // A fault on calls that nobody makes shows nothing, and is refused.
        shop.awaitCalled();
    }

    @AfterEach
    void close() throws Exception {
        shop.close();
    }

    /** @param burn how much more than the objective allows may fail, for the promise to hold */
    private void experiment(String noticedWithin, String duration, String burn) throws IOException {
        shop.stage.write("reliability/half.yaml", """
            apiVersion: homeostat.io/v1
            kind: Experiment
            metadata: {name: half}
            spec:
              owner: ann
              hypothesis:
                slos: [{name: web, maxBurnRate: %s}]
                every: 200ms
                steady: 1s
              faults: [{error: {to: web, percent: 50}}]
              noticedWithin: %s
              duration: %s
            """.formatted(burn, noticedWithin, duration));
    }

    private Node.Mapping run(int count) throws IOException {
        // What failed in the run before may still set off the alert that is new.
        if (!hasBegun()) {
            shop.stage.await("what fires to end", Duration.ofMinutes(3), status -> !isFiring());
            shop.stage.await("run " + count + " to begin", status -> hasBegun());
        }
        shop.stage.await("verdict " + count, status -> shop.count("experiment.ended") == count);
        return shop.events("experiment.ended").getLast().mapping("data");
    }

    private boolean isFiring() {
        try {
            return shop.stage.get("/api/v1/slo").toString().contains("firing");
        } catch (IOException notNow) {
            return true;
        }
    }

    private boolean hasBegun() {
        try {
            return shop.stage
                            .post("/api/v1/experiment", "{\"name\": \"half\", \"action\": \"run\"}")
                            .text("run")
                    != null;
        } catch (IOException notNow) {
            return false;
        }
    }

    private List<String> findings() throws IOException {
        return shop.stage.get("/api/v1/findings").sequence("findings").stream()
                .map(each -> ((Node.Mapping) each).text("kind", ""))
                .toList();
    }

    @Test
    void whatNobodyNoticesIsAFindingUntilAnAlertFires() throws Exception {
        Node.Mapping unseen = run(1);
        assertThat(unseen.text("verdict", "")).as("%s", unseen).isEqualTo("broken");
        assertThat(unseen.text("reason", "")).isEqualTo("nobody noticed within 5s: no alert fired");
        assertThat(unseen.text("broke", "")).isEqualTo("notice");
        assertThat(findings()).containsExactly("unnoticed");

        shop.stage.write("reliability/web.yaml", OBJECTIVE + ALERT);
        // Now a promise breaks as well, at once: the faults stay all the same until the alert fires.
        experiment("40s", "40s", "0.2");
        shop.stage.awaitSynced("shop", shop.stage.commit("somebody is told"));
        shop.stage.await("the alert is known", status -> isKnown());
        Node.Mapping seen = run(2);
        assertThat(shop.events("experiment.noticed"))
                .as("%s", seen)
                .singleElement()
                .satisfies(event -> assertThat(event.text("message", "")).contains("the alert failing of web fired"));
        assertThat(seen.text("verdict", "")).as("%s", seen).isEqualTo("broken");
        assertThat(seen.text("broke", "")).isEqualTo("web");
        assertThat(seen.text("noticed", "")).isEqualTo("failing of web");
        assertThat(findings()).containsExactly("broken");

        Node.Mapping plan = shop.stage.post("/api/v1/experiment", "{\"name\": \"half\", \"action\": \"plan\"}");
        assertThat(plan.sequence("refusals").toString())
                .as("what fires now is an incident like any other")
                .contains("an incident is open: the alert failing of web fires");
    }

    private boolean isKnown() {
        try {
            return shop.stage.get("/api/v1/slo").toString().contains("failing");
        } catch (IOException notNow) {
            return false;
        }
    }
}
