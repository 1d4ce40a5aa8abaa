package io.homeostat.target.kubernetes.fault;

import static org.assertj.core.api.Assertions.assertThat;

import io.homeostat.model.Documents;
import io.homeostat.model.Node;
import io.homeostat.model.ObjectKey;
import io.homeostat.model.chaos.Effect;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What no try would change. */
class RefusalsTest {

    private static final ObjectKey WEB = new ObjectKey("apps", "StatefulSet", "shop", "web");

    private static @Nullable String refusal(String pod, Effect effect, @Nullable String container) {
        Node.Mapping spec = Documents.parse("web.yaml", """
                apiVersion: apps/v1
                kind: StatefulSet
                metadata: {name: web}
                spec: {template: {spec: %s}, volumeClaimTemplates: [{metadata: {name: data}}]}
                """.formatted(pod).getBytes(StandardCharsets.UTF_8))
                .documents()
                .getFirst()
                .content()
                .mapping("spec");
        return Refusals.of(WEB, spec, effect, container);
    }

    private static String mounted(String volume, String name) {
        return "{containers: [{name: main, volumeMounts: [{name: " + name + ", mountPath: /x}],"
                + " resources: {limits: {memory: 64Mi}}}], volumes: [" + volume + "]}";
    }

    @Test
    void aSingleContainerIsNotKilledAndEndsOnlyWhereItsProcessesAreItsOwn() {
        String plain = "{containers: [{name: main}]}";
        assertThat(refusal(plain, new Effect.Kill(), "main")).contains("use terminate with `container`");
        assertThat(refusal(plain, new Effect.Kill(), null)).isNull();
        assertThat(refusal(plain, new Effect.Terminate(), "main")).isNull();
        for (String shared : new String[] {"hostPID", "shareProcessNamespace"}) {
            String pod = "{" + shared + ": true, containers: [{name: main}]}";
            assertThat(refusal(pod, new Effect.Terminate(), "main")).contains("with " + shared);
            assertThat(refusal(pod, new Effect.CrashLoop(Duration.ofSeconds(1)), "main"))
                    .contains("use crashLoop without `container`");
            assertThat(refusal(pod, new Effect.Terminate(), null)).isNull();
            assertThat(refusal(pod, new Effect.Cpu(1), null))
                    .as("loops end as any do")
                    .isNull();
        }
    }

    @Test
    void onlyAVolumeWithASizeOfItsOwnIsFilled() {
        Effect disk = new Effect.Disk("data", 1);
        assertThat(refusal(mounted("", "data"), disk, null))
                .as("a claim of its own")
                .isNull();
        assertThat(refusal(mounted("{name: data, emptyDir: {medium: Memory, sizeLimit: 16Mi}}", "data"), disk, null))
                .isNull();
        assertThat(refusal(mounted("{name: data, emptyDir: {medium: Memory, sizeLimit: 99Mi}}", "data"), disk, null))
                .contains("memory limit");
        assertThat(refusal(mounted("{name: data, emptyDir: {}}", "data"), disk, null))
                .contains("the disk of the node");
        assertThat(refusal(mounted("{name: data, hostPath: {path: /x}}", "data"), disk, null))
                .contains("neither a persistentVolumeClaim nor an emptyDir");
        assertThat(refusal(mounted("{name: data, persistentVolumeClaim: {claimName: c}}", "data"), disk, null))
                .as("how large it is shows when it is there")
                .isNull();
        assertThat(refusal(mounted("", "another"), disk, null)).contains("may write to the volume data");
    }
}
