package io.homeostat.target.local.pod;

import static org.assertj.core.api.Assertions.assertThat;

import io.homeostat.model.Json;
import io.homeostat.model.Node;
import io.homeostat.model.ObjectKey;
import io.homeostat.target.local.control.Member.Phase;
import io.homeostat.target.local.pod.ProbeCount.Verdict;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PodPartsTest {

    private static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");

    private static Node.Mapping json(String text) throws Exception {
        return (Node.Mapping) Json.read(text.replace('\'', '"'));
    }

    private static Pod pod(String podSpec) throws Exception {
        return new Pod(
                "default",
                "web-1",
                "u1",
                new ObjectKey("apps", "Deployment", "default", "web"),
                "o1",
                "shop",
                "d1",
                1,
                NOW,
                Node.Mapping.EMPTY.with("spec", json(podSpec)),
                Map.of(),
                Map.of(),
                List.of());
    }

    @ParameterizedTest
    @CsvSource({
        "$(A), 1",
        "x$(A)y$(B)z, x1y2z",
        "$(C), $(C)",
        "$$(A), $(A)",
        "$$$(A), $1",
        "$A, $A",
        "$(A, $(A",
        "a$, a$",
        "$$, $",
        "$(A)$(A), 11"
    })
    void variablesAreExpandedAsKubernetesDoes(String text, String expected) {
        assertThat(Variables.expand(text, Map.of("A", "1", "B", "2"))).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({
        "/etc/app, /i/volumes/c",
        "/etc/app/x.conf, /i/volumes/c/x.conf",
        "--config=/etc/app/x, --config=/i/volumes/c/x",
        "/etc/application, /etc/application",
        "/other/etc/app, /other/etc/app",
        "/etc/app:/data, /i/volumes/c:/i/volumes/d",
        "/data, /i/volumes/d",
        "/data/sub, /i/volumes/e",
        "http://host/data, http://host/data",
        "cat '/etc/app/x', cat '/i/volumes/c/x'",
        "none, none"
    })
    void mountedPathsBecomeTheDirectoriesThatStandForThem(String text, String expected) throws Exception {
        Pod pod = pod("{'volumes':[{'name':'c','configMap':{'name':'x'}},{'name':'d','emptyDir':{}},"
                + "{'name':'e','emptyDir':{}}],'containers':[{'name':'m','volumeMounts':["
                + "{'name':'c','mountPath':'/etc/app/'},{'name':'d','mountPath':'/data'},"
                + "{'name':'e','mountPath':'/data/sub'}]}]}");
        Mounts mounts = Mounts.of(pod, pod.containers().getFirst(), Path.of("/i"), Path.of("/claims"));
        assertThat(mounts.rewrite(text)).isEqualTo(expected);
    }

    private static Probe probe(int success, int failure) {
        return new Probe(
                new Probe.Check.Tcp(null, Node.Text.of("http")),
                Duration.ZERO,
                Duration.ofSeconds(10),
                Duration.ofSeconds(1),
                success,
                failure);
    }

    @Test
    void fastAttemptsSeeReadinessAtOnceAndCountNoFailureFaster() {
        Probe probe = probe(1, 3);
        ProbeCount count = ProbeCount.NEW;
        Instant now = NOW;
        int attempts = 0;
        while (now.isBefore(NOW.plusSeconds(19))) {
            count = count.after(probe, false, now);
            attempts++;
            assertThat(count.verdict()).isEqualTo(Verdict.UNDECIDED);
            now = now.plus(count.pause(probe, now));
        }
        assertThat(attempts).isGreaterThan(6);
        assertThat(count.after(probe, true, now).verdict()).isEqualTo(Verdict.PASSED);
        assertThat(count.after(probe, false, NOW.plusSeconds(20)).verdict()).isEqualTo(Verdict.FAILED);
    }

    @Test
    void thresholdsAreOfRowsWithoutABreak() {
        Probe probe = probe(2, 2);
        ProbeCount count = ProbeCount.NEW.after(probe, true, NOW);
        assertThat(count.verdict()).isEqualTo(Verdict.UNDECIDED);
        count = count.after(probe, true, NOW.plusSeconds(10));
        assertThat(count.verdict()).isEqualTo(Verdict.PASSED);
        count = count.after(probe, false, NOW.plusSeconds(20)).after(probe, true, NOW.plusSeconds(30));
        assertThat(count.after(probe, false, NOW.plusSeconds(40)).verdict()).isEqualTo(Verdict.PASSED);
        assertThat(count.after(probe, false, NOW.plusSeconds(40))
                        .after(probe, false, NOW.plusSeconds(50))
                        .verdict())
                .isEqualTo(Verdict.FAILED);
    }

    private static ContainerState ended(int code, Duration ran) {
        ContainerState.Exit exit =
                new ContainerState.Exit(1, code, null, code == 0 ? "Completed" : "Error", "", NOW, ran);
        return ContainerState.NEW.starting(NOW.minus(ran)).ended(exit, false);
    }

    /** Its restart comes at once, and without a readiness probe it is ready at once, too. */
    @Test
    void whatTookTooMuchMemoryIsSaidAlsoWhenItRunsAgain() {
        Duration ran = Duration.ofMinutes(1);
        for (String reason : List.of("OOMKilled", "Error")) {
            ContainerState.Exit exit = new ContainerState.Exit(1, 137, 9, reason, "", NOW, ran);
            ContainerState again = ContainerState.NEW
                    .starting(NOW.minus(ran))
                    .withReadySince(NOW.minus(ran))
                    .ended(exit, false)
                    .starting(NOW);
            assertThat(again.isSuspect(NOW)).as("not ready yet").isTrue();
            ContainerState ready = again.withReadySince(NOW);
            assertThat(ready.doubtedUntil()).isNull();
            assertThat(ready.isSuspect(NOW.plusSeconds(29))).as(reason).isEqualTo(reason.equals("OOMKilled"));
            assertThat(ready.isSuspect(NOW.plusSeconds(30))).isFalse();
        }
    }

    @Test
    void initContainersGoFirstAndOneByOne() throws Exception {
        Pod pod = pod("{'initContainers':[{'name':'a'},{'name':'b'}],'containers':[{'name':'m'},{'name':'n'}]}");
        PodState state = PodState.NEW;
        assertThat(names(PodDecision.decide(pod, state, NOW))).containsExactly("a");
        state = state.with("a", ContainerState.NEW.starting(NOW));
        assertThat(names(PodDecision.decide(pod, state, NOW))).isEmpty();
        state = state.with("a", ended(0, Duration.ofSeconds(1)));
        assertThat(names(PodDecision.decide(pod, state, NOW))).containsExactly("b");
        state = state.with("b", ended(0, Duration.ofSeconds(1)));
        assertThat(names(PodDecision.decide(pod, state, NOW))).containsExactly("m", "n");
        assertThat(PodDecision.decide(pod, state, NOW).phase()).isEqualTo(Phase.PENDING);
    }

    private static List<String> names(PodDecision decision) {
        return decision.start().stream().map(Pod.Container::name).toList();
    }

    @Test
    void restartsFollowThePolicy() throws Exception {
        Pod always = pod("{'containers':[{'name':'m'}]}");
        Pod onFailure = pod("{'restartPolicy':'OnFailure','containers':[{'name':'m'}]}");
        Pod never = pod("{'restartPolicy':'Never','containers':[{'name':'m'}]}");
        PodState good = PodState.NEW.with("m", ended(0, Duration.ofSeconds(1)));
        PodState bad = PodState.NEW.with("m", ended(1, Duration.ofSeconds(1)));
        assertThat(names(PodDecision.decide(always, good, NOW))).containsExactly("m");
        assertThat(PodDecision.decide(onFailure, good, NOW).phase()).isEqualTo(Phase.SUCCEEDED);
        assertThat(names(PodDecision.decide(onFailure, bad, NOW))).containsExactly("m");
        assertThat(PodDecision.decide(never, bad, NOW).phase()).isEqualTo(Phase.FAILED);
        assertThat(PodDecision.decide(never, good, NOW).phase()).isEqualTo(Phase.SUCCEEDED);
    }

    @Test
    void theSecondCrashWaits() throws Exception {
        Pod pod = pod("{'containers':[{'name':'m'}]}");
        ContainerState once = ended(1, Duration.ofSeconds(1));
        ContainerState.Exit again =
                new ContainerState.Exit(2, 1, null, "Error", "", NOW.plusSeconds(1), Duration.ofSeconds(1));
        PodState twice = PodState.NEW.with("m", once.starting(NOW).ended(again, false));
        PodDecision decision = PodDecision.decide(pod, twice, NOW.plusSeconds(1));
        assertThat(decision.start()).isEmpty();
        assertThat(decision.wakeAt()).isEqualTo(NOW.plusSeconds(11));
    }

    @Test
    void whatIsWrittenIsRead() throws Exception {
        Pod pod = pod("{'containers':[{'name':'m'}]}");
        assertThat(Pod.from((Node.Mapping) Json.read(Json.writeRevealing(pod.asNode()))))
                .isEqualTo(pod);
        PodState state = PodState.NEW
                .withPorts(Map.of("m/8080", 20_001))
                .with(
                        "m",
                        ended(1, Duration.ofMillis(1_500))
                                .starting(NOW)
                                .withStarted()
                                .withReadySince(NOW))
                .deleting(NOW, "a reason");
        assertThat(PodState.from((Node.Mapping) Json.read(Json.bytes(state.asNode()))))
                .isEqualTo(state);
    }

    private static Configs configs(Map<ObjectKey, Node.Mapping> objects) {
        return new Configs(objects::get);
    }

    @Test
    void aVersionIsItsTemplateAndWhatItTakesFromConfigurations() throws Exception {
        Map<ObjectKey, Node.Mapping> objects = new HashMap<>();
        objects.put(Configs.configMap("default", "a"), json("{'data':{'K':'1'}}"));
        objects.put(Configs.configMap("default", "files"), json("{'data':{'f':'1'}}"));
        Node.Mapping template = json("{'spec':{'volumes':[{'name':'v','configMap':{'name':'files'}}],'containers':"
                + "[{'name':'m','envFrom':[{'configMapRef':{'name':'a'}}]}]}}");
        Version one = Version.of("default", template, List.of(), configs(objects), "salt");
        assertThat(Version.of("default", template, List.of(), configs(objects), "salt")
                        .digest())
                .isEqualTo(one.digest());
        assertThat(Version.of("default", template, List.of(), configs(objects), "pepper")
                        .digest())
                .isNotEqualTo(one.digest());
        objects.put(Configs.configMap("default", "files"), json("{'data':{'f':'2'}}"));
        assertThat(Version.of("default", template, List.of(), configs(objects), "salt")
                        .digest())
                .isEqualTo(one.digest());
        objects.put(Configs.configMap("default", "a"), json("{'data':{'K':'2'}}"));
        assertThat(Version.of("default", template, List.of(), configs(objects), "salt")
                        .digest())
                .isNotEqualTo(one.digest());
        objects.remove(Configs.configMap("default", "a"));
        assertThat(Version.of("default", template, List.of(), configs(objects), "salt")
                        .missing())
                .containsExactly("ConfigMap/a is missing");
    }

    @Test
    void filesAreSwappedAllAtOnce(@TempDir Path directory) throws Exception {
        Path volume = directory.resolve("v");
        Map<ObjectKey, Node.Mapping> objects = new HashMap<>();
        Node.Mapping declared = json("{'name':'v','configMap':{'name':'c'}}");
        objects.put(Configs.configMap("default", "c"), json("{'data':{'a':'1','b':'2'}}"));
        Projection first = Objects.requireNonNull(Projection.of("default", declared, configs(objects)));
        first.write(volume);
        Path before = volume.resolve("..data").toRealPath();
        first.write(volume);
        assertThat(volume.resolve("..data").toRealPath()).isEqualTo(before);
        objects.put(Configs.configMap("default", "c"), json("{'data':{'a':'3'}}"));
        Projection second = Objects.requireNonNull(Projection.of("default", declared, configs(objects)));
        assertThat(second.differences(volume)).containsOnlyKeys("a", "b");
        second.write(volume);
        assertThat(Files.readString(volume.resolve("a"))).isEqualTo("3");
        assertThat(volume.resolve("b")).doesNotExist();
        assertThat(before).doesNotExist();
        assertThat(second.differences(volume)).isEmpty();
    }

    @Test
    void itemsChooseKeysPathsAndModes(@TempDir Path directory) throws Exception {
        Map<ObjectKey, Node.Mapping> objects = new TreeMap<>();
        objects.put(
                Configs.secret("default", "s"), json("{'kind':'Secret','data':{'a':'aGk='},'stringData':{'b':'x'}}"));
        Node.Mapping declared = json("{'secret':{'secretName':'s','items':[{'key':'a','path':'deep/er','mode':256}]}}");
        Objects.requireNonNull(Projection.of("default", declared, configs(objects)))
                .write(directory);
        assertThat(Files.readString(directory.resolve("deep/er"))).isEqualTo("hi");
        assertThat(Files.getPosixFilePermissions(directory.resolve("deep/er"))).hasSize(1);
        assertThat(directory.resolve("b")).doesNotExist();
    }
}
