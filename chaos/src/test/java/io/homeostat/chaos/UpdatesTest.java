package io.homeostat.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.homeostat.model.Documents;
import io.homeostat.model.Json;
import io.homeostat.model.Node;
import io.homeostat.model.ObjectKey;
import io.homeostat.model.chaos.Experiment;
import io.homeostat.model.slo.Promises;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** When an ordinary update is in the way of an experiment, and when it ends one. */
class UpdatesTest {

    private static final ObjectKey DEPLOYMENT = new ObjectKey("apps", "Deployment", "default", "web");
    private static final ObjectKey STATEFUL_SET = new ObjectKey("apps", "StatefulSet", "default", "db");

    private static @Nullable String underWay(ObjectKey workload, String spec, String status) throws IOException {
        return Updates.underWay(workload, (Node.Mapping) Json.read(spec), (Node.Mapping) Json.read(status));
    }

    @Test
    void aWorkloadOfTwoVersionsIsBeingUpdated() throws IOException {
        assertThat(underWay(DEPLOYMENT, "{}", "{\"replicas\": 4, \"updatedReplicas\": 4, \"readyReplicas\": 1}"))
                .as("instances that are down are no update")
                .isNull();
        assertThat(underWay(DEPLOYMENT, "{}", "{\"replicas\": 5, \"updatedReplicas\": 2}"))
                .isEqualTo("3 of 5 instances are old");
        String two = "{\"replicas\": 3, \"updatedReplicas\": 1, \"currentRevision\": \"a\", \"updateRevision\": \"b\"}";
        assertThat(underWay(STATEFUL_SET, "{\"replicas\": 3}", two)).isEqualTo("2 of 3 instances are old");
        assertThat(underWay(STATEFUL_SET, "{\"replicas\": 3}", two.replace("\"b\"", "\"a\"")))
                .as("one of them is being replaced by its like")
                .isNull();
    }

    @Test
    void aStatefulSetThatIsMeantToHaveTwoVersionsIsNot() throws IOException {
        String two = "{\"replicas\": 3, \"updatedReplicas\": 1, \"currentRevision\": \"a\", \"updateRevision\": \"b\"}";
        assertThat(underWay(
                        STATEFUL_SET,
                        "{\"replicas\": 3, \"updateStrategy\": {\"rollingUpdate\": {\"partition\": 2}}}",
                        two))
                .isNull();
        assertThat(underWay(STATEFUL_SET, "{\"replicas\": 3, \"updateStrategy\": {\"type\": \"OnDelete\"}}", two))
                .isNull();
    }

    private static Surroundings.Component component(
            String kind, String name, String serves, @Nullable String updating, @Nullable String syncing) {
        return new Surroundings.Component(
                new ObjectKey(kind.equals("Service") ? "" : "apps", kind, "default", name),
                "d",
                "shop",
                false,
                1,
                serves.isEmpty() ? Set.of() : Set.of(serves),
                null,
                updating,
                syncing,
                Node.Mapping.EMPTY,
                Set.of());
    }

    private static Experiment experiment(String probe, String fault) {
        Documents.Parsed parsed =
                Documents.parse("x.yaml", """
                apiVersion: homeostat.io/v1
                kind: Experiment
                metadata: {name: x}
                spec: {owner: ann, hypothesis: {probes: [{name: it, %s}]}, faults: [%s], blastRadius: {percent: 100}}
                """.formatted(probe, fault).getBytes(StandardCharsets.UTF_8));
        Promises promises = Promises.read(parsed.documents(), parsed.problems());
        assertThat(promises.problems()).isEmpty();
        return promises.experiments().getFirst();
    }

    private static final Map<String, Surroundings.Component> COMPONENTS = Map.of(
            "Deployment/web", component("Deployment", "web", "Service/web", null, null),
            "Deployment/api", component("Deployment", "api", "Service/api", "1 of 2 instances are old", null),
            "Deployment/new", component("Deployment", "new", "", null, "shop is on its way to the revision r2"),
            "Service/web", component("Service", "web", "", null, null),
            "Service/api", component("Service", "api", "", null, null));

    private static List<String> objections(String probe, String fault) {
        Experiment experiment = experiment(probe, fault);
        return Updates.objections(experiment, experiment.components(), COMPONENTS, List.of());
    }

    @Test
    void nothingBeginsOnWhatIsBeingUpdatedNorWhereTheHypothesisLooksAtIt() {
        String updated = "Deployment/api is being updated: 1 of 2 instances are old";
        String fine = "cel: \"workload['web'].ready >= 1\"";
        assertThat(objections(fine, "{kill: {workload: web}}")).isEmpty();
        assertThat(objections(fine, "{kill: {workload: api}}")).containsExactly(updated);
        assertThat(objections(fine, "{latency: {to: api, mean: 1s}}"))
                .as("it is behind the Service")
                .containsExactly(updated);
        assertThat(objections(fine, "{kill: {workload: new}}"))
                .containsExactly("shop is on its way to the revision r2");
        for (String probe : List.of(
                "cel: \"workload['api'].ready >= 1\"",
                "cel: \"edge['web->api'].errorRatio < 0.1\"",
                "http: {url: \"http://api:8080/\"}",
                "http: {url: \"http://api.default.svc:8080/\"}")) {
            assertThat(objections(probe, "{kill: {workload: web}}")).as(probe).containsExactly(updated);
        }
    }

    @Test
    void anUpdateEndsWhatIsDoneToItsInstancesOrCallsAndNotWhatIsMadeForIt() {
        String probe = "cel: \"workload['api'].ready >= 1\"";
        assertThat(Updates.ends(experiment(probe, "{pause: {workload: api}}"), COMPONENTS))
                .isEqualTo("an update of Deployment/api is under way: 1 of 2 instances are old");
        assertThat(Updates.ends(experiment(probe, "{latency: {to: api, mean: 1s}}"), COMPONENTS))
                .isNotNull();
        assertThat(Updates.ends(experiment(probe, "{pause: {workload: web}}"), COMPONENTS))
                .as("it is looked at only")
                .isNull();
        assertThat(Updates.ends(experiment(probe, "{scale: {workload: api, to: 1}}"), COMPONENTS))
                .as("a revision that comes meanwhile gets as many instances as there may be")
                .isNull();
        assertThat(Updates.ends(experiment(probe, "{version: {workload: api}}"), COMPONENTS))
                .as("it is the update")
                .isNull();
    }
}
