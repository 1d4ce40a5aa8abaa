package io.homeostat.target.kubernetes.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.homeostat.converge.Faults.Fault;
import io.homeostat.converge.Faults.Place;
import io.homeostat.model.Documents;
import io.homeostat.model.Node;
import io.homeostat.model.ObjectKey;
import io.homeostat.model.chaos.Effect;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What may be done inside the containers of a pod, to which of them, and what shows that it was done. */
class StressTest {

    private static final Place.OnInstance PROXY =
            new Place.OnInstance(new ObjectKey("apps", "Deployment", "shop", "web"), "web-1", "proxy");

    private static final String POD = """
            apiVersion: v1
            kind: Pod
            metadata: {name: web-1, namespace: shop}
            spec:
              containers:
                - name: main
                  resources: {limits: {memory: 128Mi}}
                  volumeMounts:
                    - {name: claim, mountPath: /data}
                    - {name: pending, mountPath: /pending}
                    - {name: own, mountPath: /own}
                    - {name: driver, mountPath: /driver}
                    - {name: host, mountPath: /host}
                    - {name: memory, mountPath: /cache}
                    - {name: large, mountPath: /large}
                    - {name: endless, mountPath: /endless}
                    - {name: directory, mountPath: /scratch}
                    - {name: settings, mountPath: /settings}
                - name: proxy
                  volumeMounts: [{name: memory, mountPath: /there, readOnly: true}]
              volumes:
                - {name: claim, persistentVolumeClaim: {claimName: data}}
                - {name: pending, persistentVolumeClaim: {claimName: unbound}}
                - {name: own, ephemeral: {volumeClaimTemplate: {spec: {}}}}
                - {name: driver, csi: {driver: some.driver}}
                - {name: host, hostPath: {path: /data}}
                - {name: memory, emptyDir: {medium: Memory, sizeLimit: 32Mi}}
                - {name: large, emptyDir: {medium: Memory, sizeLimit: 128Mi}}
                - {name: endless, emptyDir: {medium: Memory}}
                - {name: directory, emptyDir: {sizeLimit: 32Mi}}
                - {name: settings, configMap: {name: settings}}
            status:
              containerStatuses:
                - {name: main, state: {running: {startedAt: "2026-01-01T00:00:00Z"}}}
                - {name: proxy, state: {running: {startedAt: "2026-01-01T00:00:00Z"}}}
            """;

    private static Node.Mapping pod(String yaml) {
        return Documents.parse("pod.yaml", yaml.getBytes(StandardCharsets.UTF_8))
                .documents()
                .getFirst()
                .content();
    }

    private static List<Stress> of(Effect effect, @Nullable String container) throws IOException {
        return Stress.of(effect, pod(POD), container, StressTest::capacity);
    }

    private static String capacity(String claim) {
        return switch (claim) {
            case "data" -> "1Gi";
            case "web-1-own" -> "2Gi";
            default -> "";
        };
    }

    @Test
    void allContainersAreMeantUnlessOneIsNamed() throws IOException {
        assertThat(of(new Effect.Cpu(2, 80), null))
                .extracting(Stress::container)
                .containsExactly("main", "proxy");
        assertThat(of(new Effect.Cpu(2, 80), "proxy"))
                .singleElement()
                .satisfies(stress -> assertThat(stress.arguments(Duration.ofMillis(1234), Duration.ofSeconds(4)))
                        .containsExactly("cpu", "2@80", "123", "4", "-", "0"));
        assertThatThrownBy(() -> of(new Effect.Cpu(1), "prox"))
                .hasMessage("web-1 has no container 'prox', but main, proxy; did you mean 'proxy'?");
        String crashed = POD.replace("{name: proxy, state: {running:", "{name: proxy, state: {waiting:");
        assertThatThrownBy(() -> Stress.of(new Effect.Cpu(1), pod(crashed), null, StressTest::capacity))
                .hasMessageContaining("the container proxy of web-1 does not run now");
    }

    @Test
    void containersWithoutALimitShareWhatTheirNodeHasLeft() throws IOException {
        List<ContainerStress.Planned> planned = new ArrayList<>();
        for (String node : List.of("one", "one", "other")) {
            Fault fault = new Fault(node, PROXY, new Effect.Memory(64), Duration.ofSeconds(30));
            of(fault.effect(), null).forEach(each -> planned.add(new ContainerStress.Planned(fault, node, each)));
        }
        assertThat(ContainerStress.shared(planned))
                .extracting(each -> each.node() + " " + each.stress().container() + " "
                        + each.stress().limit())
                .containsExactly(
                        "one main 0", "one proxy 2", "one main 0", "one proxy 2", "other main 0", "other proxy 1");
        assertThat(of(new Effect.Disk("memory", 4), null).getFirst().sharing(3).limit())
                .isEqualTo(-32);
    }

    @Test
    void onlyAVolumeThatIsLimitedIsFilledByWhoMayWriteToIt() throws IOException {
        assertThat(of(new Effect.Disk("memory", 4), null)).singleElement().satisfies(stress -> {
            assertThat(stress.container()).isEqualTo("main");
            assertThat(stress.place()).isEqualTo("/cache");
            assertThat(stress.limit()).isEqualTo(-32);
        });
        assertThat(of(new Effect.Disk("claim", 4), null).getFirst().limit()).isEqualTo(1024);
        assertThat(of(new Effect.Disk("own", 4), null).getFirst().limit()).isEqualTo(2048);
        assertThatThrownBy(() -> of(new Effect.Disk("pending", 4), null))
                .hasMessageContaining("nobody knows how large the volume pending of web-1 is");
        assertThatThrownBy(() -> of(new Effect.Disk("driver", 4), null))
                .hasMessageContaining("says nowhere how large it is");
        assertThatThrownBy(() -> of(new Effect.Disk("host", 4), null))
                .hasMessageContaining("neither a persistentVolumeClaim nor an emptyDir");
        assertThatThrownBy(() -> of(new Effect.Disk("memory", 4), "proxy"))
                .hasMessageContaining("no container of those that are meant may write to the volume memory of web-1");
        assertThatThrownBy(() -> of(new Effect.Disk("directory", 4), null))
                .hasMessageContaining("a directory on the disk of the node")
                .hasMessageContaining("`medium: Memory` and a sizeLimit");
        assertThatThrownBy(() -> of(new Effect.Disk("endless", 4), null)).hasMessageContaining("has no sizeLimit");
        assertThatThrownBy(() -> of(new Effect.Disk("large", 4), null))
                .hasMessageContaining("before it is full the container is killed");
        assertThatThrownBy(() -> of(new Effect.Disk("settings", 4), null))
                .hasMessageContaining("neither a persistentVolumeClaim nor an emptyDir");
        assertThatThrownBy(() -> of(new Effect.Disk("other", 4), null))
                .hasMessageContaining("web-1 has no volume 'other'");
    }

    @Test
    void theSizeOfAClaimIsAskedOfTheCluster(@TempDir Path directory) throws IOException {
        try (FakeApi api = new FakeApi(directory)) {
            api.put(
                    "/api/v1/namespaces/shop/persistentvolumeclaims/data",
                    "{\"metadata\": {}, \"status\": {\"capacity\": {\"storage\": \"1Gi\"}}}");
            assertThat(ContainerStress.capacity(api.server(), "shop", "data")).isEqualTo("1Gi");
            assertThat(ContainerStress.capacity(api.server(), "shop", "other")).isEmpty();
        }
    }

    @Test
    void lessThanWhatWasWantedShowsNothing() throws IOException {
        Stress cpu = of(new Effect.Cpu(1), "main").getFirst();
        assertThat(cpu.seen("cpu 9")).isNull();
        assertThat(cpu.seen("cpu 10")).isEqualTo("its workers took CPU time");
        assertThat(of(new Effect.Cpu(1, 10), "main").getFirst().seen("cpu 3")).isNotNull();
        Stress memory = of(new Effect.Memory(100), "main").getFirst();
        assertThat(memory.seen("memory 92159")).isNull();
        assertThat(memory.seen("memory 92160")).isEqualTo("100 MiB were taken");
        assertThat(memory.seen("cpu 92160")).isNull();
        Stress disk = of(new Effect.Disk("memory", 4), null).getFirst();
        assertThat(disk.seen("disk 6")).isNull();
        assertThat(disk.seen("disk 5")).isEqualTo("5 MiB are left of the volume memory");
        Stress io = of(new Effect.Io(1), "main").getFirst();
        assertThat(io.seen("begun")).isNull();
        assertThat(io.seen("io many")).isNull();
        assertThat(io.seen("io 16")).isEqualTo("files were written and synced");
    }

    @Test
    void onlyWhatHearsASignalFromInsideIsTold() throws IOException {
        assertThat(ContainerEnds.meant(new Effect.Terminate(), pod(POD), PROXY)).isEqualTo("proxy");
        assertThatThrownBy(() -> ContainerEnds.meant(new Effect.Kill(), pod(POD), PROXY))
                .hasMessageContaining("use terminate with `container`, or kill without it");
        for (String shared : List.of("hostPID", "shareProcessNamespace")) {
            String sharing = POD.replace("spec:\n", "spec:\n  " + shared + ": true\n");
            assertThatThrownBy(() -> ContainerEnds.meant(new Effect.Terminate(), pod(sharing), PROXY))
                    .hasMessageContaining("with " + shared)
                    .hasMessageContaining("use terminate without `container`");
        }
    }

    @Test
    void whatKeepsAScriptFromRunningIsSaidWithWhatWouldHelp() {
        String where = "the container main of web-1";
        assertThat(ContainerShell.refusal(403, "shop", where))
                .contains("{apiGroups: [\"\"], resources: [pods/exec], verbs: [get, create]}")
                .contains("namespace shop");
        assertThat(ContainerShell.unsaid(
                        where, true, true, "exec: \"sh\": executable file not found in $PATH: unknown"))
                .isEqualTo(where + " has no `sh`, by which this is done there; use an image with a shell and coreutils"
                        + " or busybox, or name another `container`");
        assertThat(ContainerShell.unsaid(where, true, true, "sh: dd: not found"))
                .contains("could not run the script")
                .contains("dd: not found");
        assertThat(ContainerShell.unsaid(where, false, false, ""))
                .isEqualTo("the shell of " + where + " says nothing within 10 s");
        assertThat(ContainerShell.unsaid(where, false, true, "the connection was lost: reset"))
                .isEqualTo("the shell of " + where + " is not reached: the connection was lost: reset");
    }
}
