package io.homeostat.model.slo;

import static org.assertj.core.api.Assertions.assertThat;

import io.homeostat.model.Documents;
import io.homeostat.model.Problem;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.Period;
import java.time.ZoneId;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PromisesTest {

    private static final String SLI = """
            apiVersion: openslo/v1
            kind: SLI
            metadata: {name: answers}
            spec:
              ratioMetric:
                counter: true
                bad: {metricSource: {metricSourceRef: main, spec: {query: bad_total}}}
                total: {metricSource: {metricSourceRef: main, type: Prometheus, spec: {query: all_total}}}
            ---
            apiVersion: openslo/v1
            kind: DataSource
            metadata: {name: main}
            spec: {type: Prometheus, connectionDetails: [{url: "http://127.0.0.1:9090"}]}
            ---
            """;

    @Test
    void whatIsReferredToIsPutInItsPlace() {
        Promises promises = read(SLI + """
                apiVersion: openslo/v1
                kind: SLO
                metadata: {name: checkout, displayName: Checkout}
                spec:
                  service: shop
                  indicatorRef: answers
                  timeWindow: [{duration: 4w, isRolling: true}]
                  budgetingMethod: Timeslices
                  objectives: [{targetPercent: 99.95, timeSliceTarget: 0.9, timeSliceWindow: 5}]
                  alertPolicies: [fast]
                ---
                apiVersion: openslo/v1
                kind: AlertPolicy
                metadata: {name: fast}
                spec:
                  alertWhenBreaching: true
                  conditions:
                    - kind: AlertCondition
                      metadata: {name: burns}
                      spec: {severity: page, condition: {op: gte, threshold: 2, lookbackWindow: 1h, alertAfter: 5m}}
                  notificationTargets: [{targetRef: on-call}]
                ---
                apiVersion: openslo/v1
                kind: AlertNotificationTarget
                metadata: {name: on-call}
                spec: {target: chat}
                ---
                apiVersion: homeostat.io/v1
                kind: Notifier
                metadata: {name: chat}
                spec: {stdout: {}}
                """);
        assertThat(promises.problems()).isEmpty();
        Slo slo = promises.slos().getFirst();
        assertThat(slo.window()).isEqualTo(new Window.Rolling(Duration.ofDays(28)));
        Objective objective = slo.objectives().getFirst();
        assertThat(objective.target()).isEqualTo(0.9995);
        assertThat(objective.slice()).isEqualTo(Duration.ofMinutes(5));
        assertThat(objective.id()).isEqualTo("checkout");
        Indicator.Share share = (Indicator.Share) objective.indicator();
        assertThat(share.isGood()).isFalse();
        assertThat(share.part().type()).isEqualTo(Metric.PROMETHEUS);
        assertThat(share.part().connection().text("url")).isEqualTo("http://127.0.0.1:9090");
        assertThat(slo.alerts())
                .containsExactly(new AlertPolicy(
                        "fast",
                        true,
                        false,
                        false,
                        new AlertPolicy.Condition(
                                "burns", "page", Comparison.GTE, 2, Duration.ofHours(1), Duration.ofMinutes(5)),
                        List.of(new AlertPolicy.Recipient("on-call", "chat"))));
    }

    @Test
    void everyFormOfOpenSloIsRead() {
        assertThat(read("""
                - apiVersion: openslo/v1
                  kind: SLO
                  metadata:
                    name: pages
                    labels: {env: [prod], team: [a, b]}
                  spec:
                    service: web
                    indicator:
                      metadata: {name: pages-served}
                      spec:
                        ratioMetric:
                          counter: true
                          good: {metricSource: {metricSourceRef: dog, type: Dog, spec: {q: "sum:hits{ok}"}}}
                          total: {metricSource: {metricSourceRef: dog, type: Dog, spec: {q: "sum:hits{*}"}}}
                    timeWindow:
                      - duration: 1w
                        isRolling: false
                        calendar: {startTime: 2022-01-01 12:00:00, timeZone: America/New_York}
                    budgetingMethod: Occurrences
                    objectives: [{displayName: Good, op: gt, target: 0.995}]
                - apiVersion: openslo/v1
                  kind: SLO
                  metadata: {name: no-alerts}
                  spec:
                    service: web
                    indicatorRef: pages-seen
                    timeWindow: [{duration: 1M, isRolling: false, calendar: {startTime: 2022-01-01 00:00:00, timeZone: Europe/Oslo}}]
                    budgetingMethod: Timeslices
                    objectives: [{target: 0.99, timeSliceTarget: 0.9, timeSliceWindow: 1m}]
                    alertPolicies:
                - apiVersion: openslo/v1
                  kind: SLI
                  metadata: {name: pages-seen, annotations: {example.org/folder: ./here}}
                  spec:
                    ratioMetric:
                      counter: false
                      bad: {metricSource: {metricSourceRef: dog, type: Dog, spec: {path: a|b|c}}}
                      total: {metricSource: {metricSourceRef: dog, type: Dog, spec: {path: a|b}}}
                - apiVersion: openslo/v1
                  kind: DataSource
                  metadata: {name: dog}
                  spec: {type: Dog, connectionDetails: [{apiKey: one}, {appKey: other}]}
                - apiVersion: openslo/v1
                  kind: AlertPolicy
                  metadata: {name: told-inline}
                  spec:
                    alertWhenBreaching: true
                    conditions:
                      - kind: AlertCondition
                        metadata: {name: too-fast}
                        spec: {severity: page, condition: {kind: burnrate, op: gt, threshold: 2, lookbackWindow: 1h, alertAfter: 5m}}
                    notificationTargets:
                      - kind: AlertNotificationTarget
                        metadata: {name: chat}
                        spec: {target: slack}
                - apiVersion: openslo/v1
                  kind: AlertNotificationTarget
                  metadata: {name: OnCallByMail}
                  spec: {target: email}
                """).problems())
                .allMatch(problem -> !problem.isError())
                .extracting(Problem::code)
                .contains("unknown-source");
    }

    @Test
    void aCompositeHasAnIndicatorAndAWeightForEachObjective() {
        Promises promises = read(SLI + """
                apiVersion: openslo/v1
                kind: SLO
                metadata: {name: journey}
                spec:
                  service: shop
                  budgetingMethod: Occurrences
                  objectives:
                    - {target: 0.99, indicatorRef: answers, compositeWeight: 3}
                    - target: 0.9
                      indicator:
                        metadata: {name: fast}
                        spec: {thresholdMetric: {metricSource: {type: http, spec: {url: "http://127.0.0.1:1"}}}}
                      op: lt
                      value: 0.3
                """);
        assertThat(promises.problems()).isEmpty();
        Slo slo = promises.slos().getFirst();
        assertThat(slo.composite()).isTrue();
        assertThat(slo.window()).isEqualTo(new Window.Rolling(Duration.ofDays(30)));
        assertThat(slo.objectives()).extracting(Objective::weight).containsExactly(3.0, 1.0);
        assertThat(slo.objectives()).extracting(Objective::id).containsExactly("journey/1", "journey/2");
        assertThat(slo.objectives().get(1).indicator()).isInstanceOf(Indicator.Threshold.class);
    }

    @Test
    void aMistakeLeavesTheOthersInForce() {
        Promises promises = read(SLI + """
                apiVersion: openslo/v1
                kind: SLO
                metadata: {name: broken}
                spec: {service: shop, indicatorRef: answer, budgetingMethod: Occurrences, objectives: [{target: 0.9}]}
                ---
                apiVersion: openslo/v1
                kind: SLO
                metadata: {name: sound}
                spec: {service: shop, indicatorRef: answers, budgetingMethod: Occurrences, objectives: [{target: 0.9}]}
                """);
        assertThat(promises.slos()).extracting(Slo::name).containsExactly("sound");
        assertThat(promises.problems())
                .singleElement()
                .asString()
                .contains("f.yaml:18:37: there is no SLI 'answer'; did you mean 'answers'?");
    }

    @Test
    void aQuestionToASourceThatWeAskIsCheckedInFull() {
        assertThat(read("""
                apiVersion: openslo/v1
                kind: SLI
                metadata: {name: a}
                spec: {ratioMetric: {rawType: success, raw: {metricSource: {type: homeostat, spec: {servce: web}}}}}
                """).problems())
                .extracting(Problem::text)
                .containsExactlyInAnyOrder(
                        "'service' is missing, expected text; add 'service: …' here",
                        "unknown key 'servce'; did you mean 'service'?");
    }

    @Test
    void aPolicyHoldsEverythingUnlessItSaysOtherwise() {
        Promises promises = read("""
                apiVersion: homeostat.io/v1
                kind: Policy
                metadata: {name: budget}
                spec:
                  onBudgetExhausted:
                    exceptions: [{owner: ann, reason: sale, until: "2026-12-01T00:00:00+01:00", applications: [shop]}]
                """);
        assertThat(promises.problems()).isEmpty();
        BudgetPolicy policy = promises.policies().getFirst();
        assertThat(policy.holds("shop")).isTrue();
        assertThat(policy.isAbout("any")).isTrue();
        assertThat(policy.remaining()).isZero();
        assertThat(policy.allow()).containsExactlyInAnyOrder(BudgetPolicy.Mark.values());
        assertThat(policy.exceptions())
                .containsExactly(new BudgetPolicy.Exemption(
                        "ann", "sale", Instant.parse("2026-11-30T23:00:00Z"), Set.of("shop")));
    }

    @Test
    void aCalendarWindowFollowsTheClockOnTheWall() {
        Window month = new Window.Calendar(
                Period.ofMonths(1), LocalDateTime.parse("2026-01-31T00:00:00"), ZoneId.of("Europe/Berlin"));
        assertThat(month.at(Instant.parse("2026-03-15T12:00:00Z")))
                .isEqualTo(
                        new Window.Span(Instant.parse("2026-02-27T23:00:00Z"), Instant.parse("2026-03-30T22:00:00Z")));
        Window day = new Window.Calendar(
                Period.ofDays(1), LocalDateTime.parse("2020-01-01T00:00:00"), ZoneId.of("America/New_York"));
        assertThat(day.at(Instant.parse("2026-11-01T12:00:00Z")).length()).isEqualTo(Duration.ofHours(25));
        assertThat(day.at(Instant.parse("2026-03-08T12:00:00Z")).length()).isEqualTo(Duration.ofHours(23));
        assertThat(day.at(Instant.parse("2019-06-01T12:00:00Z")).from())
                .isEqualTo(Instant.parse("2019-06-01T04:00:00Z"));
        Window hours =
                new Window.Calendar(Duration.ofHours(6), LocalDateTime.parse("2026-01-01T00:00:00"), ZoneId.of("UTC"));
        assertThat(hours.at(Instant.parse("2026-01-02T06:00:00Z")).from())
                .isEqualTo(Instant.parse("2026-01-02T06:00:00Z"));
    }

    private static Promises read(String yaml) {
        Documents.Parsed parsed = Documents.parse("f.yaml", yaml.getBytes(StandardCharsets.UTF_8));
        return Promises.read(parsed.documents(), parsed.problems());
    }
}
