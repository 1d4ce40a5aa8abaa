package io.homeostat.target.kubernetes.versions;

import static org.assertj.core.api.Assertions.assertThat;

import io.homeostat.converge.Traffic.Split;
import io.homeostat.model.Json;
import io.homeostat.model.Node;
import io.homeostat.model.ObjectKey;
import io.homeostat.target.kubernetes.objects.Annotations;
import io.homeostat.target.kubernetes.versions.Configuration.Answer;
import io.homeostat.target.kubernetes.versions.Configuration.Kept;
import io.homeostat.target.kubernetes.versions.Standing.Phase;
import java.util.Objects;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class ConfigurationTest {

    private static final Kept KEPT = new Kept("flags-1", false);

    private static final String TEMPLATE = """
            {"metadata": {"labels": {"app": "api"}}, "spec": {
              "initContainers": [{"name": "i", "envFrom": [{"secretRef": {"name": "database"}}]}],
              "containers": [{"name": "c",
                "envFrom": [{"configMapRef": {"name": "flags", "optional": true}, "prefix": "F_"}],
                "env": [{"name": "A", "value": "flags"},
                  {"name": "B", "valueFrom": {"configMapKeyRef": {"name": "limits", "key": "most"}}},
                  {"name": "C", "valueFrom": {"secretKeyRef": {"name": "token", "key": "it"}}}]}],
              "volumes": [{"name": "flags", "configMap": {"name": "flags"}},
                {"name": "s", "secret": {"secretName": "files"}},
                {"name": "e", "emptyDir": {}},
                {"name": "p", "projected": {"sources": [{"configMap": {"name": "parts"}}, {"secret": {"name": "flags"}}]}}],
              "imagePullSecrets": [{"name": "registry"}]}}""";

    private static Node.Mapping template() {
        try {
            return (Node.Mapping) Json.read(TEMPLATE);
        } catch (Json.MalformedException wrong) {
            throw new AssertionError(wrong);
        }
    }

    @Test
    void whatANewVersionWaitsForInVainIsSaidInWords() {
        TreeMap<String, Kept> kept = new TreeMap<>();
        kept.put("ConfigMap/parts", new Kept("parts-1", true));
        kept.put("Secret/files", new Kept("files-1", false));
        kept.put("Secret/token", new Kept("token-1", false));
        kept.put("ConfigMap/unread", new Kept("unread-1", true));

        assertThat(Configuration.missing(template(), kept, "Secret/token-1"::equals))
                .containsExactly(
                        "ConfigMap/parts left Git, and the new version still reads it",
                        "Secret/files-1 is gone, the copy of Secret/files that the new version reads");
        assertThat(Configuration.missing(template(), new TreeMap<>(), copy -> false))
                .as("what is not kept may still come")
                .isEmpty();
    }

    @Test
    void whatMayBeMissingHoldsNobodyUp() throws Exception {
        Node.Mapping optional = (Node.Mapping) Json.read("""
                {"spec": {"volumes": [{"name": "f", "configMap": {"name": "flags", "optional": true}}],
                  "containers": [{"name": "c", "env": [{"name": "B",
                    "valueFrom": {"secretKeyRef": {"name": "token", "key": "it", "optional": true}}}]}]}}""");
        TreeMap<String, Kept> kept = new TreeMap<>();
        kept.put("ConfigMap/flags", new Kept("flags-1", true));
        kept.put("Secret/token", new Kept("token-1", false));

        assertThat(References.required(optional)).isEmpty();
        assertThat(References.of(optional)).hasSize(2);
        assertThat(Configuration.missing(optional, kept, copy -> false)).isEmpty();
    }

    @Test
    void everyWayInWhichAPodReadsConfigurationIsFound() {
        assertThat(References.of(template()))
                .containsExactlyInAnyOrder(
                        "ConfigMap/flags",
                        "ConfigMap/limits",
                        "ConfigMap/parts",
                        "Secret/database",
                        "Secret/files",
                        "Secret/flags",
                        "Secret/token");
        assertThat(References.of(Node.Mapping.EMPTY)).isEmpty();
        assertThat(References.isConfiguration(new ObjectKey("", "Secret", "shop", "token")))
                .isTrue();
        assertThat(References.isConfiguration(new ObjectKey("apps", "Deployment", "shop", "api")))
                .isFalse();
    }

    @Test
    void theNewVersionReadsTheCopyWhereverItReadThatObjectAndNothingElseChanges() {
        TreeMap<String, Kept> kept = new TreeMap<>();
        assertThat(Configuration.copied(template(), kept)).isEqualTo(template());
        kept.put("ConfigMap/flags", KEPT);
        String copied = Json.write(Configuration.copied(template(), kept));
        assertThat(copied)
                .isEqualTo(Json.write(template())
                        .replace("\"configMapRef\":{\"name\":\"flags\"", "\"configMapRef\":{\"name\":\"flags-1\"")
                        .replace("\"configMap\":{\"name\":\"flags\"", "\"configMap\":{\"name\":\"flags-1\""));
        assertThat(copied).contains("flags-1");
    }

    @Test
    void whileBothStandAChangeGoesToTheCopyOnly() {
        assertThat(Configuration.decide(Phase.SPLIT, null, false, false)).isEqualTo(Answer.COPY);
        assertThat(Configuration.decide(Phase.SPLIT, KEPT, true, false)).isEqualTo(Answer.WAIT);
        assertThat(Configuration.decide(Phase.SPLIT, KEPT, false, false))
                .as("a newer commit")
                .isEqualTo(Answer.COPY);
        assertThat(Configuration.decide(Phase.SPLIT, null, false, true))
                .as("nothing that pods see")
                .isEqualTo(Answer.APPLY);
        assertThat(Configuration.decide(Phase.SPLIT, KEPT, false, true))
                .as("taken back")
                .isEqualTo(Answer.RELEASE);
    }

    @Test
    void whenTheNewVersionIsForEverybodySoIsWhatItReads() {
        assertThat(Configuration.decide(Phase.REPLACING, KEPT, true, false)).isEqualTo(Answer.APPLY);
        assertThat(Configuration.decide(Phase.REPLACING, KEPT, false, false)).isEqualTo(Answer.RELEASE);
        assertThat(Configuration.decide(Phase.REPLACING, KEPT, false, true)).isEqualTo(Answer.RELEASE);
        assertThat(Configuration.decide(Phase.REPLACING, null, false, false)).isEqualTo(Answer.APPLY);
    }

    @Test
    void noTwoCopiesAreCalledTheSameAndNoNameIsTooLong() {
        Kept one = Configuration.keep("ConfigMap/flags", false, "uid", "7");
        assertThat(one.copy()).matches("flags-[0-9a-f]{10}");
        assertThat(Configuration.keep("ConfigMap/flags", false, "uid", "8").copy())
                .isNotEqualTo(one.copy());
        assertThat(Configuration.keep("Secret/flags", false, "uid", "7").copy()).isNotEqualTo(one.copy());
        assertThat(Configuration.keep("ConfigMap/" + "x".repeat(253), true, "uid", "7")
                        .copy())
                .hasSize(253);
    }

    @Test
    void podsAreReplacedAlsoWhenAnEarlierConfigurationComesIn() {
        String first = Configuration.inForce(template(), "flags-1");
        Node.Mapping annotated = template()
                .with(
                        "metadata",
                        Node.Mapping.EMPTY.with(
                                "annotations", Node.Mapping.EMPTY.with(Configuration.ANNOTATION, first)));
        assertThat(Configuration.inForce(annotated, "flags-1")).isNotEqualTo(first);
    }

    @Test
    void whatIsKeptIsWrittenOnTheDeploymentAndReadAgain() {
        TreeMap<String, Kept> kept = new TreeMap<>();
        kept.put("ConfigMap/flags", KEPT);
        kept.put("Secret/token", new Kept("token-1", true));
        Standing standing = new Standing("old", new Split(50, 20), Phase.SPLIT).keeping(kept);
        Node.Mapping annotated = Node.Mapping.EMPTY.with(
                "metadata",
                Node.Mapping.EMPTY.with("annotations", Node.Mapping.EMPTY.with(Annotations.SPLIT, standing.text())));
        Standing read = Objects.requireNonNull(Standing.of(annotated));
        assertThat(read).isEqualTo(standing);
        assertThat(read.isComingIn()).isFalse();
        assertThat(read.in(Phase.REPLACING).isComingIn()).isTrue();
        assertThat(read.in(Phase.REPLACING).keeping(new TreeMap<>()).isComingIn())
                .isFalse();
    }
}
