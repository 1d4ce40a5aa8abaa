package io.homeostat.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.homeostat.chaos.Preflight.Plan;
import io.homeostat.chaos.Preflight.Situation;
import io.homeostat.converge.Faults;
import io.homeostat.converge.Faults.Victim;
import io.homeostat.model.Documents;
import io.homeostat.model.Node;
import io.homeostat.model.ObjectKey;
import io.homeostat.model.chaos.Experiment;
import io.homeostat.model.chaos.FaultClass;
import io.homeostat.model.slo.Promises;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What may begin, and what exactly it would touch. */
class PreflightTest {

    private static final ObjectKey WEB = new ObjectKey("apps", "Deployment", "default", "web");
    private static final ObjectKey API = new ObjectKey("", "Service", "default", "api");

    private static final Node.Mapping WEB_SPEC = Documents.parse("web.yaml", """
            apiVersion: apps/v1
            kind: Deployment
            metadata: {name: web}
            spec:
              template:
                spec:
                  containers: [{name: main, image: web}, {name: proxy, image: proxy}]
                  volumes: [{name: cache, emptyDir: {}}]
            """.getBytes(StandardCharsets.UTF_8))
            .documents()
            .getFirst()
            .content()
            .mapping("spec");

    private static Experiment experiment(String faults, String more) {
        Documents.Parsed parsed =
                Documents.parse("x.yaml", """
                apiVersion: homeostat.io/v1
                kind: Experiment
                metadata: {name: x}
                spec: {owner: ann, hypothesis: {slos: [web]}, faults: [%s]%s}
                """.formatted(faults, more).getBytes(StandardCharsets.UTF_8));
        Promises promises = Promises.read(parsed.documents(), parsed.problems());
        assertThat(promises.problems()).isEmpty();
        return promises.experiments().getFirst();
    }

    private static Surroundings.Component component(ObjectKey key, boolean optedOut, String... serves) {
        return new Surroundings.Component(
                key, "digest", "shop", optedOut, 1, Set.of(serves), null, null, null, WEB_SPEC, Set.of("settings"));
    }

    private static Situation situation(
            int instances, boolean optedOut, Map<String, String> busy, String... objections) {
        List<Victim> victims = IntStream.range(0, instances)
                .mapToObj(i -> new Victim("web-" + i, true))
                .toList();
        Map<String, Surroundings.Component> components = new HashMap<>();
        components.put(WEB.toString(), component(WEB, optedOut));
        components.put(API.toString(), component(API, false));
        return new Situation(
                EnumSet.allOf(FaultClass.class),
                Map.of(FaultClass.PAUSE, "nobody can stop it"),
                Map.of(WEB, victims),
                List.of(new Faults.Call(WEB.toString(), API.toString(), true, 10)),
                components,
                Applicability.Target.ANYTHING,
                busy,
                List.of(objections),
                7);
    }

    private static Plan plan(String faults, String more, int instances) {
        return Preflight.plan(experiment(faults, more), situation(instances, false, Map.of()));
    }

    @Test
    void oneOfTwoMayGoAndItIsSaidWhich() {
        Plan plan = plan("{kill: {workload: web}}", "", 2);
        assertThat(plan.refusals()).isEmpty();
        assertThat(plan.faults()).hasSize(1);
        assertThat(plan("{kill: {workload: web}}", "", 2)).isEqualTo(plan);
    }

    @Test
    void oneContainerOfEachInstanceIsMeantWhereOneIsNamed() {
        Plan plan = plan("{cpu: {workload: web, container: proxy}}", "", 2);
        assertThat(plan.refusals()).isEmpty();
        assertThat(plan.faults())
                .singleElement()
                .satisfies(fault -> assertThat(fault.place())
                        .isInstanceOfSatisfying(
                                Faults.Place.OnInstance.class,
                                place -> assertThat(place.container()).isEqualTo("proxy")));
        assertThat(plan.places().get("cpu-1")).singleElement().asString().endsWith("/proxy");
    }

    @Test
    void whatCannotBeDoneHereIsRefusedWithItsReason() {
        Situation all = situation(4, false, Map.of());
        Situation few = new Situation(
                EnumSet.of(FaultClass.KILL),
                all.reasons(),
                all.victims(),
                all.calls(),
                all.components(),
                all.target(),
                all.busy(),
                all.objections(),
                all.seed());
        assertThat(Preflight.plan(experiment("{pause: {workload: web}}, {scale: {workload: web, to: 3}}", ""), few)
                        .refusals())
                .containsExactly("this target cannot do pause: nobody can stop it", "this target cannot do scale");
    }

    @Test
    void whatIsNotThereInAWorkloadIsNamedWithTheNearestOne() {
        assertThat(plan("{cpu: {workload: web, container: prxy}}", "", 2).refusals())
                .containsExactly("Deployment/web has no container 'prxy', but main, proxy; did you mean 'proxy'?");
        assertThat(plan("{disk: {workload: web, volume: cach}}", "", 2).refusals())
                .containsExactly("Deployment/web has no volume 'cach', but cache; did you mean 'cache'?");
        assertThat(plan(
                                "{configuration: {workload: web, configMap: setings, key: A, value: b}}",
                                ", blastRadius: {percent: 100}",
                                2)
                        .refusals())
                .containsExactly("the application that declares Deployment/web declares no ConfigMap/setings; did you"
                        + " mean 'settings'?");
    }

    @Test
    void whatTheTargetRefusesForGoodIsSaidBeforeAnythingBegins() {
        Situation all = situation(4, false, Map.of());
        Situation refuses = new Situation(
                all.classes(),
                all.reasons(),
                all.victims(),
                all.calls(),
                all.components(),
                (workload, spec, effect, container) -> container == null ? null : "not of a single container",
                all.busy(),
                all.objections(),
                all.seed());
        assertThat(Preflight.plan(experiment("{kill: {workload: web, container: proxy}}", ""), refuses)
                        .refusals())
                .containsExactly("not of a single container");
        assertThat(Preflight.plan(experiment("{kill: {workload: web}}", ""), refuses)
                        .mayBegin())
                .isTrue();
    }

    @Test
    void instancesThatHaveOptedOutAreNotChosen() {
        Situation all = situation(2, false, Map.of());
        Situation one = new Situation(
                all.classes(),
                all.reasons(),
                Map.of(WEB, List.of(new Victim("web-0", true, true), new Victim("web-1", true))),
                all.calls(),
                all.components(),
                all.target(),
                all.busy(),
                all.objections(),
                all.seed());
        assertThat(Preflight.plan(experiment("{kill: {workload: web}}", ""), one)
                        .places()
                        .get("kill-1"))
                .containsExactly("web-1");
        assertThat(Preflight.plan(
                                experiment("{kill: {workload: web, percent: 100}}", ", blastRadius: {percent: 100}"),
                                one)
                        .refusals())
                .singleElement()
                .asString()
                .contains("web-0: the label homeostat.io/chaos says no");
    }

    @Test
    void theMajorityStaysUnlessSomebodyAsks() {
        assertThat(plan("{kill: {workload: web}}", "", 1).refusals())
                .singleElement()
                .asString()
                .contains("1 of 1");
        assertThat(plan("{kill: {workload: web, instances: 2}}", "", 3).mayBegin())
                .isFalse();
        assertThat(plan("{kill: {workload: web}}", ", blastRadius: {percent: 100}", 1)
                        .mayBegin())
                .isTrue();
        assertThat(plan("{kill: {workload: web, percent: 50}}", ", blastRadius: {instances: 1}", 4)
                        .mayBegin())
                .isFalse();
    }

    @Test
    void scalingAwayTheMajorityIsRefusedLikeKillingIt() {
        assertThat(plan("{scale: {workload: web, to: 1}}", "", 4).refusals())
                .singleElement()
                .asString()
                .contains("3 of 4");
        assertThat(plan("{scale: {workload: web, to: 2}}", "", 4).mayBegin()).isTrue();
        assertThat(plan("{scale: {workload: web, to: 9}}", "", 4).mayBegin()).isTrue();
        assertThat(plan("{scale: {workload: web, to: 0}}", ", blastRadius: {percent: 100}", 4)
                        .mayBegin())
                .isTrue();
        assertThat(plan("{scale: {workload: web, to: 2}}", ", blastRadius: {instances: 1}", 4)
                        .mayBegin())
                .isFalse();
        assertThat(plan("{scale: {workload: web, to: 4}}", "", 4).refusals())
                .singleElement()
                .asString()
                .contains("shows nothing");
        assertThat(plan("{crashLoop: {workload: web, instances: 3}}", "", 4).mayBegin())
                .isFalse();
    }

    @Test
    void aBadChangeCountsAsTouchingEveryInstance() {
        assertThat(plan("{version: {workload: web}}", "", 4).refusals())
                .singleElement()
                .asString()
                .contains("4 of 4");
        assertThat(plan("{version: {workload: web}}", ", blastRadius: {percent: 100}", 4)
                        .mayBegin())
                .isTrue();
        assertThat(Preflight.plan(
                                experiment("{image: {workload: web}}", ", blastRadius: {percent: 100}"),
                                situation(4, true, Map.of()))
                        .mayBegin())
                .as("who opted out is left alone")
                .isFalse();
    }

    @Test
    void severalFaultsTogetherLeaveTheMajorityToo() {
        Plan plan = plan("{kill: {workload: web, percent: 50}}, {pause: {workload: web, percent: 50}}", "", 4);
        assertThat(plan.mayBegin())
                .as("each takes the same two, which together are half")
                .isTrue();
    }

    @Test
    void whoOptedOutIsLeftAlone() {
        Plan plan = Preflight.plan(experiment("{kill: {workload: web}}", ""), situation(4, true, Map.of()));
        assertThat(plan.refusals()).singleElement().asString().contains("opted out");
    }

    @Test
    void twoExperimentsDoNotMeet() {
        Plan plan = Preflight.plan(
                experiment("{kill: {workload: web}}", ""), situation(4, false, Map.of("Deployment/web", "other")));
        assertThat(plan.refusals()).singleElement().asString().contains("other, which runs now");
    }

    @Test
    void aWorkloadAndTheServicesInFrontOfItAreNotDisturbedApart() {
        Map<String, Surroundings.Component> components = Map.of(
                "Deployment/web", component(WEB, false, "Service/web", "Service/shop"),
                "Deployment/api", component(API, false, "Service/api"));
        assertThat(Preflight.together("Deployment/web", components))
                .containsExactlyInAnyOrder("Deployment/web", "Service/web", "Service/shop");
        assertThat(Preflight.together("Service/shop", components))
                .containsExactlyInAnyOrder("Service/shop", "Deployment/web");
        assertThat(Preflight.together("Service/elsewhere", components)).containsExactly("Service/elsewhere");
    }

    @Test
    void whateverTheHouseSaysIsSaid() {
        Plan plan = Preflight.plan(
                experiment("{kill: {workload: web}}", ""), situation(4, false, Map.of(), "shop is frozen by ann"));
        assertThat(plan.refusals()).containsExactly("shop is frozen by ann");
    }

    @Test
    void whatIsNotThereIsNamedWithTheNearestOne() {
        assertThat(plan("{kill: {workload: wbe}}", "", 4).refusals().getFirst())
                .contains("no Deployment/wbe")
                .contains("Deployment/web");
    }

    @Test
    void aCallThatNobodyMakesShowsNothing() {
        assertThat(plan("{reset: {from: worker, to: api}}", "", 2).refusals())
                .anySatisfy(refusal -> assertThat(refusal).contains("neither declares nor makes calls"));
        assertThat(plan("{reset: {from: web, to: api}}", "", 2).mayBegin()).isTrue();
        assertThat(plan("{reset: {from: web, to: api}}", ", blastRadius: {requests: 10}", 2)
                        .mayBegin())
                .isFalse();
    }
}
