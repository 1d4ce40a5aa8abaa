package io.homeostat.model.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.homeostat.model.Documents;
import io.homeostat.model.ObjectKey;
import io.homeostat.model.Problem;
import io.homeostat.model.slo.Promises;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** What an Experiment says, and what it may not. */
class ExperimentsAreReadTest {

    private static Promises read(String yaml) {
        Documents.Parsed parsed = Documents.parse("x.yaml", yaml.getBytes(StandardCharsets.UTF_8));
        return Promises.read(parsed.documents(), parsed.problems());
    }

    private static List<String> errors(String faults) {
        Promises promises = read("""
            apiVersion: homeostat.io/v1
            kind: Experiment
            metadata: {name: x}
            spec:
              owner: ann
              hypothesis: {slos: [web]}
              faults: %s
            """.formatted(faults));
        assertThat(promises.experiments()).isEmpty();
        return promises.problems().stream().map(Problem::toString).toList();
    }

    @Test
    void everyPartHasItsPlaceAndItsDefault() {
        Promises promises = read("""
            apiVersion: homeostat.io/v1
            kind: Experiment
            metadata: {name: web-survives}
            spec:
              owner: ann
              hypothesis:
                slos: [web, {name: checkout, maxBurnRate: 14.4}]
                probes:
                - {name: answers, http: {url: "http://web/", contains: hello, within: 300ms}}
                - {name: tool, process: {command: [sh, -c, "exit 0"]}}
                - {name: ratio, cel: "edge['web->api'].errorRatio < 0.01"}
              faults:
              - kill: {workload: web}
              - terminate: {workload: web, container: proxy}
              - pause: {workload: StatefulSet/db, namespace: data, percent: 50}
              - latency: {from: web, to: api, mean: 200ms, jitter: 50ms, percent: 25}
              - blackhole: {to: store}
              duration: 10s
              noticedWithin: 8s
              abortWhen: "slo['web'].burnRate > 14.4"
            """);

        assertThat(promises.problems()).isEmpty();
        Experiment experiment = promises.experiments().getFirst();
        assertThat(experiment.faults())
                .extracting(Experiment.Fault::toString)
                .containsExactly(
                        "kill on 1 of Deployment/web",
                        "terminate on 1 of Deployment/web, container proxy",
                        "pause on 50% of data/StatefulSet/db",
                        "latency 200ms ± 50ms on 25% of Deployment/web → Service/api",
                        "blackhole on everybody → Service/store");
        assertThat(experiment.hypothesis().checks())
                .contains(new Hypothesis.Slo("web", 1), new Hypothesis.Slo("checkout", 14.4));
        assertThat(experiment.duration()).isEqualTo(Duration.ofSeconds(10));
        assertThat(experiment.noticedWithin()).isEqualTo(Duration.ofSeconds(8));
        assertThat(experiment.recovery()).isEqualTo(Duration.ofMinutes(1));
        assertThat(experiment.components())
                .containsExactlyInAnyOrder("Deployment/web", "data/StatefulSet/db", "Service/api", "Service/store");
        assertThat(experiment.workloads())
                .containsExactlyInAnyOrder(
                        new ObjectKey("apps", "Deployment", "default", "web"),
                        new ObjectKey("apps", "StatefulSet", "data", "db"));
    }

    @Test
    void aContainerIsNamedWhereProcessesAreMeantAndNowhereElse() {
        assertThat(errors("[{drain: {workload: web, container: proxy}}]"))
                .anySatisfy(error -> assertThat(error).contains("container"));
    }

    @Test
    void twoFaultsInOneElementAreOneTooMany() {
        assertThat(errors("[{kill: {workload: web}, reset: {to: api}}]")).isNotEmpty();
    }

    @Test
    void aFaultThatNobodyKnowsIsNamedWithTheNearestOne() {
        assertThat(errors("[{laetncy: {to: api, mean: 1s}}]"))
                .anySatisfy(error -> assertThat(error).contains("did you mean 'latency'?"));
    }

    @Test
    void nobodyWaitsLessThanNoTime() {
        assertThat(errors("[{latency: {to: api, mean: 10ms, jitter: 20ms}}]").getFirst())
                .contains("jitter");
    }

    @Test
    void aShareOfRequestsIsAShare() {
        assertThat(errors("[{reset: {to: api, percent: 0}}]").getFirst()).contains("more than 0");
    }

    @Test
    void whatIsOverIsNotNoticedNorDoesASearchAskForIt() {
        assertThat(errors("[{kill: {workload: web}}]\n  noticedWithin: 1m").getFirst())
                .contains("at most the `duration`, 30s");
        assertThat(errors(
                                "[{latency: {to: api, mean: 1s}}]\n  noticedWithin: 5s\n  search: {axis: latency, from: 1, to: 9}")
                        .getFirst())
                .contains("not whether somebody notices");
    }

    @Test
    void anAgentThatIsDownIsBackBeforeTheRunIsOver() {
        assertThat(errors("[{agentDown: {}}]").getFirst()).contains("back before the run is over");
        assertThat(errors("[{agentDown: {after: 10s, lasts: 20s}}]").getFirst())
                .contains("back before the run is over");
        assertThat(errors("[{agentDown: {lasts: 11m}}]\n  duration: 1h").getFirst())
                .contains("nobody can halt");
    }

    @Test
    void nothingBeginsAndNobodyIsToldWhileTheAgentIsDown() {
        String down = "{agentDown: {after: 2s, lasts: 10s}}";
        assertThat(errors("[" + down + ", {kill: {workload: web, after: 3s}}]"))
                .singleElement()
                .asString()
                .contains("nobody would begin kill then: the agent is down from 2s to 12s");
        assertThat(errors("[{latency: {to: api, mean: 1s, after: 12s}}, " + down + "]"))
                .hasSize(1);
        assertThat(errors("[" + down + ", " + down + "]").getFirst()).contains("nobody would begin agentDown then");
        assertThat(errors("[" + down + "]\n  noticedWithin: 20s"))
                .singleElement()
                .asString()
                .contains("while the agent is down nobody fires alerts");
        assertThat(read("""
            apiVersion: homeostat.io/v1
            kind: Experiment
            metadata: {name: x}
            spec:
              owner: ann
              hypothesis: {slos: [web]}
              faults:
              - kill: {workload: web}
              - agentDown: {after: 2s, lasts: 5s}
              - kill: {workload: api, after: 2s}
              - kill: {workload: store, after: 8s}
              - agentDown: {after: 10s, lasts: 5s}
            """).problems()).isEmpty();
    }

    @Test
    void nothingIsDoneForNothing() {
        assertThat(errors("[]").getFirst()).contains("at least one fault");
    }

    @Test
    void aHypothesisThatSaysNothingIsNone() {
        assertThat(read("""
            apiVersion: homeostat.io/v1
            kind: Experiment
            metadata: {name: x}
            spec: {owner: ann, hypothesis: {}, faults: [{kill: {workload: web}}]}
            """).problems().getFirst().toString()).contains("name slos or probes");
    }

    @Test
    void aConditionThatCannotBeCompiledIsReportedAtItsPlace() {
        assertThat(read("""
            apiVersion: homeostat.io/v1
            kind: Experiment
            metadata: {name: x}
            spec:
              owner: ann
              hypothesis: {slos: [web]}
              faults: [{kill: {workload: web}}]
              abortWhen: "slo['web'].burnRate >"
            """).problems().getFirst().toString()).startsWith("x.yaml:8:");
    }

    private static Promises searched(String faults, String search) {
        return read("""
            apiVersion: homeostat.io/v1
            kind: Experiment
            metadata: {name: x}
            spec:
              owner: ann
              hypothesis: {slos: [web]}
              faults: %s
              search: %s
            """.formatted(faults, search));
    }

    @Test
    void aSearchSaysFromWhereToWhereAndWhatMustBeWithstood() {
        Promises promises =
                searched("[{latency: {to: api, mean: 200ms, jitter: 50ms}}]", "{axis: latency, from: 20, to: 2000}");

        assertThat(promises.problems()).isEmpty();
        Experiment experiment = promises.experiments().getFirst();
        Search search = Objects.requireNonNull(experiment.search());
        assertThat(search).isEqualTo(new Search(Axis.LATENCY, 20, 2000, 25, 40, 12, 20, 200));
        assertThat(search.at(experiment.faults(), 20).getFirst().effect())
                .isEqualTo(new Effect.Latency(Duration.ofMillis(20), Duration.ofMillis(20)));
    }

    @Test
    void everyAxisChangesWhatItIsCalledAfter() {
        String[][] all = {
            {"[{error: {to: api, percent: 5}}]", "{axis: requests, from: 1, to: 80}"},
            {"[{kill: {workload: web, percent: 25}}]", "{axis: instances, from: 10, to: 100}"},
            {"[{cpu: {workload: web, workers: 2}}]", "{axis: cpu, from: 1, to: 8}"},
            {"[{memory: {workload: web, mebibytes: 64}}]", "{axis: memory, from: 16, to: 256}"},
            {"[{bandwidth: {to: api, bytesPerSecond: 5000}}]", "{axis: bandwidth, from: 100000, to: 1000}"}
        };
        for (String[] each : all) {
            Experiment experiment = searched(each[0], each[1]).experiments().getFirst();
            Search search = Objects.requireNonNull(experiment.search(), each[1]);
            assertThat(search.axis()
                            .of(search.at(experiment.faults(), search.to()).getFirst()))
                    .as(each[1])
                    .isEqualTo(search.to());
        }
    }

    @Test
    void aSearchThatGoesNowhereIsRefused() {
        assertThat(problems("{axis: cpu, from: 1, to: 8}")).contains("exactly one fault");
        assertThat(problems("{axis: latency, from: 2000, to: 20}")).contains("20 ms is not harder than 2000 ms");
        assertThat(problems("{axis: latency, from: 0, to: 20}")).contains("more than none");
        assertThat(problems("{axis: latency, from: 300, to: 2000}")).contains("200 ms, lies outside");
    }

    private static String problems(String search) {
        Promises promises = searched("[{latency: {to: api, mean: 200ms}}]", search);
        assertThat(promises.experiments()).isEmpty();
        return promises.problems().toString();
    }

    @Test
    void schedulesCalendarsAndExclusionsAreRead() {
        Promises promises = read("""
            apiVersion: homeostat.io/v1
            kind: Experiment
            metadata: {name: x}
            spec:
              owner: ann
              hypothesis: {slos: [web]}
              faults:
              - pause: {workload: web, lasts: 2s}
              - kill: {workload: web, after: 3s}
              duration: 10s
              schedule: {cron: "0 3 * * 1-5", timeZone: Europe/Berlin}
            ---
            apiVersion: homeostat.io/v1
            kind: Calendar
            metadata: {name: year}
            spec:
              hours: {from: "09:00", to: "17:00", zone: Europe/Berlin}
              blackouts: [{from: "2026-12-24T00:00:00+01:00", to: "2026-12-27T00:00:00+01:00", reason: Christmas}]
              budgetFloor: 25
            ---
            apiVersion: homeostat.io/v1
            kind: Exclusion
            metadata: {name: api}
            spec: {from: web, to: api, classes: [reset], owner: ann, reason: moves, until: "2027-01-01T00:00:00Z"}
            """);

        assertThat(promises.problems()).isEmpty();
        Experiment experiment = promises.experiments().getFirst();
        assertThat(experiment.schedule()).isEqualTo(new Schedule("0 3 * * 1-5", null, ZoneId.of("Europe/Berlin")));
        assertThat(experiment.faults())
                .extracting(Experiment.Fault::after, Experiment.Fault::lasts)
                .containsExactly(
                        tuple(Duration.ZERO, Duration.ofSeconds(2)),
                        tuple(Duration.ofSeconds(3), Duration.ofSeconds(10)));
        Calendar calendar = promises.calendars().getFirst();
        assertThat(calendar.experiments()).containsExactly("*");
        assertThat(calendar.budgetFloor()).isEqualTo(25);
        assertThat(calendar.blackouts().getFirst().from()).isEqualTo(Instant.parse("2026-12-23T23:00:00Z"));
        Exclusion exclusion = promises.exclusions().getFirst();
        assertThat(exclusion.concerns("Deployment/web → Service/api", "reset")).isTrue();
        assertThat(exclusion.concerns("Deployment/web → Service/api", "latency"))
                .isFalse();
        assertThat(exclusion.concerns("Deployment/db → Service/api", "reset")).isFalse();
    }

    @Test
    void schedulesAndExclusionsThatSayTwoThingsOrNoneAreRefused() {
        String kill = "[{kill: {workload: web}}]\n  schedule: ";
        assertThat(errors(kill + "{}").toString()).contains("exactly one of cron and freshness");
        assertThat(errors(kill + "{cron: '0 3 * *'}").toString()).contains("is no schedule");
        assertThat(errors("[{kill: {workload: web, after: 1h}}]").toString()).contains("when everything is over");
        assertThat(read("""
                apiVersion: homeostat.io/v1
                kind: Exclusion
                metadata: {name: api}
                spec: {owner: ann, reason: moves, until: "2027-01-01T00:00:00Z"}
                """).problems().toString()).contains("of a workload, or of calls");
    }
}
