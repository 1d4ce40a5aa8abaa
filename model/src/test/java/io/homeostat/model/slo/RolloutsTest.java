package io.homeostat.model.slo;

import static org.assertj.core.api.Assertions.assertThat;

import io.homeostat.model.Document;
import io.homeostat.model.Documents;
import io.homeostat.model.ObjectKey;
import io.homeostat.model.Problem;
import io.homeostat.model.Rollout;
import io.homeostat.model.Rollout.Guards;
import io.homeostat.model.Rollout.Hours;
import io.homeostat.model.Rollout.Match;
import io.homeostat.model.Rollout.Stage;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a Rollout says, and that one with a mistake is not taken for none. */
class RolloutsTest {

    private static final ObjectKey WEB = new ObjectKey("apps", "Deployment", "default", "web");

    @Test
    void blueGreenHasTwoStages() {
        Rollout rollout = only("""
            apiVersion: homeostat.io/v1
            kind: Rollout
            metadata: {name: web}
            spec:
              workload: {name: web}
              blueGreen: {preview: 30s, approval: true, keep: 10m}
            """);

        assertThat(rollout.error()).isNull();
        assertThat(rollout.workloads()).containsExactly(WEB);
        assertThat(rollout.stages())
                .containsExactly(
                        new Stage("preview", 100, 0, Duration.ofSeconds(30), true),
                        new Stage("switched", 100, 100, Duration.ofMinutes(10), false));
    }

    @Test
    void withoutAWordTheOldInstancesStayFiveMinutes() {
        assertThat(only("""
            apiVersion: homeostat.io/v1
            kind: Rollout
            metadata: {name: web}
            spec: {workload: {name: web, namespace: shop}, blueGreen: {}}
            """).stages())
                .containsExactly(
                        new Stage("preview", 100, 0, Duration.ZERO, false),
                        new Stage("switched", 100, 100, Duration.ofMinutes(5), false));
    }

    @Test
    void aCanaryEndsWithEverything() {
        Rollout rollout =
                only(canary("{steps: [{weight: 5}, {weight: 25, instances: 50, hold: 10m, approval: true}]}"));

        assertThat(rollout.error()).isNull();
        assertThat(rollout.stages())
                .containsExactly(
                        new Stage("5 %", 5, 5, Duration.ofMinutes(5), false),
                        new Stage("25 %", 50, 25, Duration.ofMinutes(10), true),
                        new Stage("all", 100, 100, Duration.ZERO, false));
        assertThat(rollout.judging()).isNotNull();
    }

    @Test
    void aStepWithoutTrafficHasAnInstance() {
        Rollout rollout = only(canary("{steps: [{weight: 0, hold: 1m}, {weight: 0, instances: 50}, {weight: 5}]}"));

        assertThat(rollout.error()).isNull();
        assertThat(rollout.stages())
                .containsExactly(
                        new Stage("0 %", 1, 0, Duration.ofMinutes(1), false),
                        new Stage("0 %", 50, 0, Duration.ofMinutes(5), false),
                        new Stage("5 %", 5, 5, Duration.ofMinutes(5), false),
                        new Stage("all", 100, 100, Duration.ZERO, false));
        assertThat(rollout.stages().getFirst().hasTraffic()).isFalse();
        assertThat(only(canary("{steps: [{weight: -1}]}")).error()).isNotNull();
        assertThat(only(canary("{steps: [{weight: 5, instances: 0}]}")).error()).isNotNull();
    }

    @Test
    void aTestIsForSomeAndThenForEverybody() {
        Rollout rollout = only("""
            apiVersion: homeostat.io/v1
            kind: Rollout
            metadata: {name: web}
            spec:
              workload: {name: web}
              abTest: {match: [{header: x-beta, value: "yes"}, {cookie: beta, value: "1"}], instances: 50, hold: 1h}
            """);

        assertThat(rollout.stages())
                .containsExactly(
                        new Stage(
                                "test",
                                50,
                                0,
                                Duration.ofHours(1),
                                false,
                                List.of(new Match(false, "x-beta", "yes"), new Match(true, "beta", "1")),
                                Guards.NONE),
                        new Stage("all", 100, 100, Duration.ZERO, false));
        assertThat(rollout.judging()).isNotNull();
    }

    @Test
    void aCanaryMayHaveABaselineAndAffinity() {
        Rollout rollout = only(canary("{ramp: {}, baseline: true, affinity: {cookie: session}}"));

        assertThat(rollout.baseline()).isTrue();
        assertThat(rollout.affinity()).isEqualTo(new Match(true, "session", ""));
    }

    @Test
    void aStepMayHaveHoursObjectivesAndSomebodyToAsk() {
        Guards guards = only(canary("{steps: [{weight: 5, window: {from: '22:00', to: '06:00', days: [fri]},"
                        + " objectives: [api], webhook: 'http://127.0.0.1:1/go'}]}"))
                .stages()
                .getFirst()
                .guards();

        assertThat(guards.objectives()).containsExactly("api");
        assertThat(guards.webhook()).hasToString("http://127.0.0.1:1/go");
        Hours hours = Objects.requireNonNull(guards.window());
        assertThat(hours.contain(Instant.parse("2026-11-06T22:00:00Z")))
                .as("a Friday")
                .isTrue();
        assertThat(hours.contain(Instant.parse("2026-11-07T05:59:00Z")))
                .as("its night")
                .isTrue();
        assertThat(hours.contain(Instant.parse("2026-11-07T22:00:00Z"))).isFalse();
        assertThat(hours.contain(Instant.parse("2026-11-06T05:00:00Z"))).isFalse();
    }

    @Test
    void aStepMayHaveAConditionAndAnExperiment() {
        String step = "{steps: [{weight: 5, when: \"slo['api'].remaining > 0.2\", experiment: %s}]}";
        Guards guards = read(canary(step.formatted("one-less")) + EXPERIMENT)
                .rollouts()
                .getFirst()
                .stages()
                .getFirst()
                .guards();

        assertThat(guards.when()).isEqualTo("slo['api'].remaining > 0.2");
        assertThat(guards.experiment()).isEqualTo("one-less");
        assertThat(read(canary(step.formatted("one-more")) + EXPERIMENT)
                        .rollouts()
                        .getFirst()
                        .error())
                .contains("rollouts.yaml:6", "there is no Experiment 'one-more'");
        assertThat(only(canary("{steps: [{weight: 5, when: \"slo[\"}]}")).error())
                .contains("rollouts.yaml:6:42", "cannot be compiled");
    }

    private static final String EXPERIMENT = """
        ---
        apiVersion: homeostat.io/v1
        kind: Experiment
        metadata: {name: one-less}
        spec:
          owner: ann
          hypothesis: {probes: [{name: up, cel: "workload['web'].ready >= 1"}]}
          faults: [{kill: {workload: web}}]
        """;

    @Test
    void checksLookAtWhatTheJudgeCannotSee() {
        List<Rollout.Check> checks = only(canary("{ramp: {}, checks: [{name: smoke, http: {url: 'http://web/'}},"
                        + " {name: payments, prometheus: {url: 'http://p:9090', query: up, max: 0.5}, every: 1m,"
                        + " failures: 0}]}"))
                .checks();

        assertThat(checks).extracting(Rollout.Check::name).containsExactly("smoke", "payments");
        assertThat(checks.getFirst().every()).isEqualTo(Duration.ofSeconds(10));
        assertThat(checks.getFirst().failures()).isEqualTo(2);
        Rollout.Look.Query query = (Rollout.Look.Query) checks.getLast().look();
        assertThat(query.max()).isEqualTo(0.5);
        assertThat(query.min()).isNegative().isInfinite();
        assertThat(query.metric().spec().text("query")).isEqualTo("up");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        [{name: a}]                                                     | a check has exactly one of http, process, cel and prometheus
        [{name: a, cel: '1'}]                                           | the condition cannot be compiled
        [{name: a, prometheus: {query: up, url: 'http://p'}}]           | nothing says which numbers are good
        [{name: a, prometheus: {query: up, max: 1}}]                    | says where this Prometheus is
        [{name: a, prometheus: {query: up, max: 1, source: p}}]         | there is no DataSource 'p'
        [{name: a, every: 1ms, process: {command: ['true']}}]           | looking more often than every 100ms
        [{name: a, process: {command: ['true']}}, {name: a, process: {command: ['true']}}] | there is another check of this name
        """)
    void whatACheckCannotMean(String checks, String said) {
        assertThat(only(canary("{ramp: {}, checks: " + checks + "}")).error()).contains("rollouts.yaml:6", said);
    }

    @Test
    void aRampIsManySteps() {
        assertThat(only(canary("{ramp: {from: 10, to: 35, by: 10, every: 30s}, keep: 1m}"))
                        .stages())
                .extracting(stage -> stage.weight() + " " + stage.hold().toSeconds())
                .containsExactly("10 30", "20 30", "30 30", "35 30", "100 60");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        {}                                                                 | a canary needs steps or a ramp
        {steps: []}                                                        | a canary needs at least one step
        {steps: [{weight: 5}], ramp: {}}                                   | a canary has steps or a ramp, not both
        {ramp: {}, judge: {alpha: 1}}                                      | alpha is 1, expected between 0 and 1
        {ramp: {}, judge: {latency: {margin: 2, tolerance: 1.5}}}          | tolerance is 1.5, expected more than the margin, 2
        {ramp: {}, judge: {errors: {margin: 0.5}}}                         | margin is 0.5, expected 1 or more
        {ramp: {}, judge: {latency: {tolerance: 1.05}}}                    | tolerance is 1.05, expected more than the margin, 1.1 where it says none
        {ramp: {}, judge: {errors: {tolerance: 1}}}                        | tolerance is 1, expected more than the margin, 1 where it says none
        {ramp: {}, judge: {errors: {margin: 2}}}                           | margin is 2, expected less than the tolerance, 1.5 where it says none
        {ramp: {}, judge: {latency: {margin: 1.5}}}                        | margin is 1.5, expected less than the tolerance, 1.5 where it says none
        {ramp: {from: 50, to: 5}}                                          | a ramp goes up, and this one goes from 50 to 5
        {ramp: {from: 60}}                                                 | a ramp goes up, and this one goes from 60 to 50
        """)
    void whatACanaryCannotMean(String canary, String said) {
        assertThat(only(canary(canary)).error()).contains("rollouts.yaml:6", said);
    }

    @Test
    void aRolloutHasOneStrategy() {
        assertThat(only(canary("{ramp: {}}") + "  blueGreen: {}\n").error())
                .contains("a Rollout has one strategy, and this one has canary");
    }

    private static String canary(String canary) {
        return """
            apiVersion: homeostat.io/v1
            kind: Rollout
            metadata: {name: web}
            spec:
              workload: {name: web}
              canary: %s
            """.formatted(canary);
    }

    @Test
    void oneWithAMistakeStillSaysWhatItIsAbout() {
        Rollout rollout = only("""
            apiVersion: homeostat.io/v1
            kind: Rollout
            metadata: {name: web}
            spec:
              workload: {name: web}
              blueGreen: {kep: 10m}
            """);

        assertThat(rollout.error()).contains("rollouts.yaml:6:15", "did you mean 'keep'?");
        assertThat(rollout.isAbout(WEB)).isTrue();
        assertThat(rollout.isAbout(new ObjectKey("apps", "Deployment", "default", "api")))
                .isFalse();
    }

    @Test
    void oneThatDoesNotEvenSayThatIsAboutEverything() {
        Rollout rollout = only("""
            apiVersion: homeostat.io/v1
            kind: Rollout
            metadata: {name: web}
            spec: {blueGreen: {}}
            """);

        assertThat(rollout.error()).contains("workload");
        assertThat(rollout.isAbout(WEB)).isTrue();
    }

    @Test
    void aWorkloadHasOneRollout() {
        List<Rollout> rollouts = read("""
            apiVersion: homeostat.io/v1
            kind: Rollout
            metadata: {name: web}
            spec: {workload: {name: web}, blueGreen: {}}
            ---
            apiVersion: homeostat.io/v1
            kind: Rollout
            metadata: {name: web-again}
            spec: {workload: {name: web}, blueGreen: {}}
            """).rollouts();

        assertThat(rollouts).extracting(Rollout::error).hasSize(2).first().isNull();
        assertThat(rollouts.getLast().error()).contains("Deployment/web has a Rollout already");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        blueGreen: {}                                    | in stage preview none of the old version would be left
        mirror: {}                                       | in stage mirror none of the old version would be left
        canary: {ramp: {}, baseline: true}               | a StatefulSet cannot have a baseline
        """)
    void whatAStatefulSetCannot(String strategy, String said) {
        assertThat(only(statefulSet(strategy)).error()).contains("rollouts.yaml:6", said);
    }

    @Test
    void aStatefulSetMayHaveACanary() {
        Rollout rollout = only(statefulSet("mirror: {instances: 50}"));

        assertThat(rollout.error()).isNull();
        assertThat(rollout.workloads()).containsExactly(new ObjectKey("apps", "StatefulSet", "default", "db"));
    }

    private static String statefulSet(String strategy) {
        return """
            apiVersion: homeostat.io/v1
            kind: Rollout
            metadata: {name: db}
            spec:
              workload: {kind: StatefulSet, name: db}
              %s
            """.formatted(strategy);
    }

    @Test
    void copiesComeFirstAndThenEverything() {
        Rollout rollout = only("""
            apiVersion: homeostat.io/v1
            kind: Rollout
            metadata: {name: web}
            spec: {workload: {name: web}, mirror: {percent: 20, instances: 50, hold: 1h}}
            """);

        assertThat(rollout.stages())
                .containsExactly(
                        new Stage("mirror", 50, 0, Duration.ofHours(1), false, List.of(), Guards.NONE, 20),
                        new Stage("all", 100, 100, Duration.ZERO, false));
        assertThat(rollout.judging()).isNotNull();
    }

    @Test
    void aFlagIsTurnedOnInSteps() {
        Rollout rollout = only("""
            apiVersion: homeostat.io/v1
            kind: Rollout
            metadata: {name: web}
            spec: {workload: {name: web}, featureFlag: {configMap: flags, key: NEW, steps: [{weight: 10}]}}
            """);

        assertThat(rollout.flag())
                .isEqualTo(new Rollout.Flag(new ObjectKey("", "ConfigMap", "default", "flags"), "NEW"));
        assertThat(rollout.stages()).extracting(Stage::title).containsExactly("10 %", "all");
        assertThat(rollout.judging()).isNotNull();
        assertThat(only("""
            apiVersion: homeostat.io/v1
            kind: Rollout
            metadata: {name: web}
            spec: {workload: {name: web}, featureFlag: {configMap: flags, key: NEW}}
            """).error()).contains("a featureFlag needs steps or a ramp");
    }

    @Test
    void severalWorkloadsMoveTogether() {
        Rollout rollout = only("""
            apiVersion: homeostat.io/v1
            kind: Rollout
            metadata: {name: shop}
            spec: {workloads: [{name: web}, {name: api}], blueGreen: {}}
            """);

        assertThat(rollout.workloads()).extracting(ObjectKey::name).containsExactly("web", "api");
        assertThat(rollout.isAbout(WEB)).isTrue();
        assertThat(only("""
            apiVersion: homeostat.io/v1
            kind: Rollout
            metadata: {name: shop}
            spec: {workloads: [{name: web}], workload: {name: api}, blueGreen: {}}
            """).error()).contains("a Rollout has a workload or workloads, not both");
        assertThat(only("""
            apiVersion: homeostat.io/v1
            kind: Rollout
            metadata: {name: shop}
            spec: {workloads: [], blueGreen: {}}
            """).error()).contains("a group needs at least one workload");
    }

    private static Rollout only(String yaml) {
        List<Rollout> rollouts = read(yaml).rollouts();
        assertThat(rollouts).hasSize(1);
        return rollouts.getFirst();
    }

    private static Promises read(String yaml) {
        Documents.Parsed parsed = Documents.parse("rollouts.yaml", yaml.getBytes(StandardCharsets.UTF_8));
        List<Document> documents = parsed.documents();
        List<Problem> problems = parsed.problems();
        return Promises.read(documents, problems);
    }
}
