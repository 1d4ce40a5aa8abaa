package io.homeostat.target.kubernetes.versions;

import static org.assertj.core.api.Assertions.assertThat;

import io.homeostat.model.Json;
import io.homeostat.model.Node;
import io.homeostat.target.kubernetes.versions.Ordinals.Pod;
import io.homeostat.target.kubernetes.versions.Ordinals.Spec;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class OrdinalsTest {

    private static Pod good(int index, String revision) {
        return new Pod("db-" + index, "u" + index, index, revision, true, true, false, false);
    }

    private static Pod broken(int index, String revision) {
        return new Pod("db-" + index, "u" + index, index, revision, false, false, false, false);
    }

    private static Pod leaving(int index, String revision) {
        return new Pod("db-" + index, "u" + index, index, revision, false, false, false, true);
    }

    private static Spec spec(int partition, String current, String update) {
        return new Spec(3, 0, partition, current, update, 0);
    }

    private static List<String> outOfPlace(Spec spec, @Nullable String stable, Pod... pods) {
        return Ordinals.outOfPlace(spec, stable, List.of(pods)).stream()
                .map(Pod::name)
                .toList();
    }

    @Test
    void aStageLeavesOneOfTheStableVersion() {
        assertThat(Ordinals.wanted(10, 5)).isEqualTo(1);
        assertThat(Ordinals.wanted(10, 25)).isEqualTo(3);
        assertThat(Ordinals.wanted(2, 60)).isEqualTo(1);
        assertThat(Ordinals.wanted(3, 100)).isEqualTo(3);
        assertThat(Ordinals.wanted(1, 10)).isZero();
        assertThat(Ordinals.wanted(0, 10)).isZero();
    }

    @Test
    void aBrokenPodOfWhatWasTakenBackIsDeletedSoThatItsControllerGoesOn() {
        Spec back = spec(2, "one", "one");
        assertThat(outOfPlace(back, "one", good(0, "one"), good(1, "one"), broken(2, "two")))
                .containsExactly("db-2");
        assertThat(outOfPlace(spec(0, "one", "one"), null, good(0, "one"), good(1, "one"), broken(2, "two")))
                .as("also when no Rollout brought it in")
                .containsExactly("db-2");
        assertThat(outOfPlace(spec(0, "one", "three"), null, good(0, "one"), good(1, "one"), broken(2, "two")))
                .as("and when it is mended by the next commit")
                .containsExactly("db-2");
        assertThat(outOfPlace(back, "one", good(0, "one"), good(1, "one"), leaving(2, "two")))
                .isEmpty();
    }

    @Test
    void whatItsControllerReplacesByItselfIsLeftToIt() {
        assertThat(outOfPlace(spec(2, "one", "one"), "one", good(0, "one"), good(1, "one"), good(2, "two")))
                .isEmpty();
        assertThat(outOfPlace(spec(0, "one", "two"), null, good(0, "one"), broken(1, "one"), good(2, "two")))
                .as("it was good once, and may become ready again")
                .isEmpty();
        assertThat(outOfPlace(spec(2, "one", "two"), "one", good(0, "one"), good(1, "one"), broken(2, "two")))
                .as("the version that is to be there gets its time")
                .isEmpty();
        assertThat(outOfPlace(spec(2, "one", ""), "one", good(0, "one"), good(1, "one"), broken(2, "two")))
                .as("nothing is done by what its controller said of the version before")
                .isEmpty();
    }

    @Test
    void whatWasInFullAndCrashesForGoodIsReplacedToo() {
        Pod crashing = new Pod("db-2", "u2", 2, "one", false, false, true, false);
        assertThat(outOfPlace(spec(0, "one", "two"), null, good(0, "one"), good(1, "one"), crashing))
                .containsExactly("db-2");
    }

    @Test
    void podsBelowThePartitionAreBroughtBackOneAtATime() {
        Spec spec = new Spec(4, 0, 3, "one", "three", 0);
        List<Pod> pods = List.of(good(0, "one"), good(1, "two"), good(2, "two"), good(3, "three"));
        assertThat(Ordinals.outOfPlace(spec, "one", pods)).extracting(Pod::name).containsExactly("db-2");
        List<Pod> busy = List.of(good(0, "one"), good(1, "two"), good(2, "two"), broken(3, "three"));
        assertThat(Ordinals.outOfPlace(spec, "one", busy)).isEmpty();
        List<Pod> halves = List.of(good(0, "one"), broken(1, "two"), good(2, "two"), good(3, "three"));
        assertThat(Ordinals.outOfPlace(spec, "one", halves))
                .as("one that serves nobody need not wait")
                .extracting(Pod::name)
                .containsExactly("db-1");
        assertThat(Ordinals.outOfPlace(new Spec(4, 0, 3, "two", "three", 0), "one", pods))
                .as("its controller would make them as they are")
                .isEmpty();
    }

    @Test
    void itIsOneVersionWhenEveryPodIsThereOfTheDeclaredOne() {
        List<Pod> all = List.of(good(0, "two"), good(1, "two"), good(2, "two"));
        assertThat(spec(0, "one", "two").isWhole(all)).isTrue();
        assertThat(spec(0, "one", "").isWhole(all)).isFalse();
        assertThat(spec(0, "one", "two").isWhole(all.subList(0, 2))).isFalse();
        assertThat(spec(0, "one", "two").isWhole(List.of(good(0, "one"), good(1, "two"), good(2, "two"))))
                .isFalse();
        assertThat(spec(1, "one", "two").isWhole(List.of(good(0, "one"), good(1, "two"), good(2, "two"))))
                .as("as far as its document lets it")
                .isTrue();
        assertThat(spec(0, "one", "two").isWhole(List.of(broken(0, "two"), good(1, "two"), good(2, "two"))))
                .isFalse();
    }

    @Test
    void whatCannotGoByStagesIsSaid() throws IOException {
        assertThat(Ordinals.refusal(live("replicas: 3"), 1, 10)).isNull();
        assertThat(Ordinals.refusal(live("serviceName: 1"), 3, 10)).isNull();
        assertThat(Ordinals.refusal(live("replicas: 1"), 3, 10))
                .contains("StatefulSet/db has one instance")
                .contains("two or more replicas");
        assertThat(Ordinals.refusal(live("replicas: 3, updateStrategy: {type: OnDelete}"), 3, 10))
                .contains("OnDelete");
        assertThat(Ordinals.refusal(live("replicas: 3, updateStrategy: {rollingUpdate: {partition: 2}}"), 3, 10))
                .contains("partition of its own (2)");
    }

    @Test
    void aPodIsReadWithItsOrdinalAndForHowLongItIsReady() throws IOException {
        Node.Mapping live = live("replicas: 2, minReadySeconds: 10, ordinals: {start: 5}");
        Spec spec = Spec.of(live);
        Node.Mapping object = (Node.Mapping) Json.read("""
                {"metadata": {"name": "db-6", "uid": "p", "labels": {"controller-revision-hash": "db-abc"},
                  "ownerReferences": [{"uid": "u"}]},
                 "status": {"conditions": [
                   {"type": "Ready", "status": "True", "lastTransitionTime": "2026-01-01T00:00:00Z"}]}}""");
        Pod soon = Ordinals.pod(live, spec, object, false, Instant.parse("2026-01-01T00:00:09Z"));
        assertThat(soon).isEqualTo(new Pod("db-6", "p", 1, "db-abc", true, false, false, false));
        Pod then = Ordinals.pod(live, spec, object, false, Instant.parse("2026-01-01T00:00:10Z"));
        assertThat(then).isEqualTo(new Pod("db-6", "p", 1, "db-abc", true, true, false, false));
        Node.Mapping other =
                live.with("metadata", Node.Mapping.EMPTY.with("name", "db").with("uid", "another"));
        assertThat(Ordinals.pod(other, spec, object, false, Instant.EPOCH)).isNull();
    }

    private static Node.Mapping live(String spec) throws IOException {
        return (Node.Mapping) Json.read("{\"metadata\": {\"name\": \"db\", \"uid\": \"u\"}, \"spec\": {"
                + spec.replaceAll("([A-Za-z]+):", "\"$1\":").replace("OnDelete", "\"OnDelete\"") + "}}");
    }
}
