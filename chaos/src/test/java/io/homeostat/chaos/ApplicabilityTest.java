package io.homeostat.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.homeostat.converge.Faults.Call;
import io.homeostat.model.Documents;
import io.homeostat.model.Node;
import io.homeostat.model.ObjectKey;
import io.homeostat.model.chaos.Effect;
import io.homeostat.model.chaos.FaultClass;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What can be done to a workload at all, and so what the surface is made of. */
class ApplicabilityTest {

    private static final ObjectKey WEB = new ObjectKey("apps", "Deployment", "default", "web");

    private static Surroundings.Component web(String spec, String... configMaps) {
        Node.Mapping declared = Documents.parse("web.yaml", """
                apiVersion: apps/v1
                kind: Deployment
                metadata: {name: web}
                spec: %s
                """.formatted(spec).getBytes(StandardCharsets.UTF_8))
                .documents()
                .getFirst()
                .content()
                .mapping("spec");
        return new Surroundings.Component(
                WEB, "d", "shop", false, 1, Set.of("Service/web"), null, null, null, declared, Set.of(configMaps));
    }

    private static @Nullable String without(Surroundings.Component component, FaultClass faultClass) {
        return Applicability.without(component, faultClass, Applicability.Target.ANYTHING);
    }

    @Test
    void configurationAppliesToWhatReadsAConfigMapOfItsApplication() {
        String bare = "{template: {spec: {containers: [{name: main}]}}}";
        assertThat(without(web(bare, "settings"), FaultClass.CONFIGURATION))
                .isEqualTo("it reads no ConfigMap that its application declares");
        for (String container : List.of(
                "{name: main, envFrom: [{configMapRef: {name: settings}}]}",
                "{name: main, env: [{name: A, valueFrom: {configMapKeyRef: {name: settings, key: a}}}]}")) {
            String reads = "{template: {spec: {containers: [" + container + "]}}}";
            assertThat(without(web(reads, "settings"), FaultClass.CONFIGURATION))
                    .isNull();
            assertThat(without(web(reads, "others"), FaultClass.CONFIGURATION)).isNotNull();
        }
        for (String volume : List.of(
                "{name: files, configMap: {name: settings}}",
                "{name: files, projected: {sources: [{configMap: {name: settings}}]}}")) {
            String reads = "{template: {spec: {containers: [{name: main}], volumes: [" + volume + "]}}}";
            assertThat(without(web(reads, "settings"), FaultClass.CONFIGURATION))
                    .isNull();
        }
    }

    @Test
    void aFullDiskAppliesToWhatHasAVolumeThatTheTargetWouldFill() {
        Applicability.Target target = (workload, spec, effect, container) ->
                effect instanceof Effect.Disk disk && disk.volume().equals("scratch") ? "too large" : null;
        assertThat(without(web("{template: {spec: {containers: [{name: main}]}}}"), FaultClass.DISK))
                .isEqualTo("it has no volume");
        String one = "{template: {spec: {containers: [{name: main}], volumes: [{name: scratch}]}}}";
        assertThat(Applicability.without(web(one), FaultClass.DISK, target)).isEqualTo("too large");
        String claims = "{template: {spec: {containers: [{name: main}], volumes: [{name: scratch}]}},"
                + " volumeClaimTemplates: [{metadata: {name: data}}]}";
        assertThat(Applicability.without(web(claims), FaultClass.DISK, target)).isNull();
    }

    @Test
    void itIsEnoughThatOneContainerCanBeDoneSomething() {
        Applicability.Target target =
                (workload, spec, effect, container) -> "proxy".equals(container) ? null : "main has no shell";
        String two = "{template: {spec: {containers: [{name: main}, {name: proxy}]}}}";
        String one = "{template: {spec: {containers: [{name: main}]}}}";
        assertThat(Applicability.without(web(two), FaultClass.CPU, target)).isNull();
        assertThat(Applicability.without(web(one), FaultClass.CPU, target)).isEqualTo("main has no shell");
    }

    @Test
    void whatIsDeclaredWithoutInstancesCanOnlyBeScaled() {
        Surroundings.Component none = web("{replicas: 0, template: {spec: {containers: [{name: main}]}}}");
        assertThat(without(none, FaultClass.KILL)).isEqualTo("it is declared with no instances");
        assertThat(without(none, FaultClass.SCALE)).isNull();
    }

    @Test
    void theSurfaceSaysWhatDoesNotApplyAndWhy() {
        Surroundings.Component web = web("{template: {spec: {containers: [{name: main}]}}}");
        Set<FaultClass> able = EnumSet.of(FaultClass.KILL, FaultClass.CONFIGURATION, FaultClass.RESET);
        List<ChaosFacts.Target> surface = Surface.of(
                Map.of(WEB.toString(), web),
                List.of(new Call("", "Service/web", true, 1)),
                able,
                Applicability.Target.ANYTHING,
                service -> "no gate stands in front of it");
        assertThat(surface)
                .extracting(ChaosFacts.Target::without)
                .containsExactly(
                        Map.of("configuration", "it reads no ConfigMap that its application declares"),
                        Map.of("reset", "no gate stands in front of it"));
        List<ChaosFacts.Target> gated = Surface.of(
                Map.of(WEB.toString(), web),
                List.of(new Call("", "Service/web", true, 1)),
                able,
                Applicability.Target.ANYTHING,
                service -> null);
        assertThat(Surface.differs(surface, gated)).isTrue();
    }
}
