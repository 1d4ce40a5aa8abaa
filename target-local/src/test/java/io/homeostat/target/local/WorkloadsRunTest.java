package io.homeostat.target.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.homeostat.converge.Health;
import io.homeostat.converge.Target.Evidence;
import io.homeostat.converge.Target.LogOptions;
import io.homeostat.model.Json;
import io.homeostat.model.Node;
import io.homeostat.model.ObjectKey;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WorkloadsRunTest {

    @TempDir
    private Path directory;

    private Lab lab;

    @BeforeEach
    void open() throws Exception {
        lab = new Lab(directory);
    }

    @AfterEach
    void close() throws Exception {
        lab.close();
    }

    private static String deployment(String name, String script, String more) {
        return """
                apiVersion: apps/v1
                kind: Deployment
                metadata: {name: %s}
                spec:
                  progressDeadlineSeconds: 3
                  selector: {matchLabels: {app: %s}}
                  template:
                    metadata: {labels: {app: %s}}
                    spec:
                      terminationGracePeriodSeconds: 5
                      containers:
                      - name: main
                        image: host
                        command: [sh, -c, '%s']
                %s
                """.formatted(name, name, name, script, more.indent(8));
    }

    private List<String> log(ObjectKey key) throws Exception {
        List<String> lines = new ArrayList<>();
        lab.target().logs(key, new LogOptions(-1, false, false), (instance, line) -> lines.add(line));
        return lines;
    }

    @Test
    void aProgramSeesWhatItsDocumentSays() throws Exception {
        lab.apply("""
                apiVersion: v1
                kind: ConfigMap
                metadata: {name: app}
                data: {COLOR: blue, "app.conf": "x"}
                ---
                apiVersion: v1
                kind: Secret
                metadata: {name: key}
                stringData: {PASSWORD: hunter2}
                ---
                apiVersion: v1
                kind: Service
                metadata: {name: api-v2}
                spec:
                  selector: {app: api}
                  ports: [{name: http, port: 8080}]
                """);
        lab.apply(deployment(
                        "env",
                        "env; echo args=$0,$1,$2; cat /etc/app/app.conf; cat /one.conf; touch /scratch/mine; ls -l /scratch; pwd; exec sleep 1000",
                        """
                        args: [$(GREETING), /etc/app/app.conf, $$(GREETING)]
                        env:
                        - {name: GREETING, value: "hello $(COLOR) $(NOBODY)"}
                        - {name: NAME, valueFrom: {fieldRef: {fieldPath: metadata.name}}}
                        - {name: APP, valueFrom: {fieldRef: {fieldPath: "metadata.labels['app']"}}}
                        - {name: PASS, valueFrom: {secretKeyRef: {name: key, key: PASSWORD}}}
                        - {name: NONE, valueFrom: {secretKeyRef: {name: key, key: OTHER, optional: true}}}
                        - {name: CONFIG, value: /etc/app/app.conf}
                        envFrom: [{configMapRef: {name: app}}, {prefix: S_, secretRef: {name: key}}]
                        ports: [{name: http, containerPort: 8080}, {name: admin-ui, containerPort: 9090}]
                        volumeMounts:
                        - {name: config, mountPath: /etc/app}
                        - {name: config, mountPath: /one.conf, subPath: app.conf}
                        - {name: scratch, mountPath: /scratch}
                        """ + """
                        """)
                .replace(
                        "      containers:",
                        "      volumes: [{name: config, configMap: {name: app}}, {name: scratch, emptyDir: {}}]\n"
                                + "      containers:"));
        lab.awaitHealthy(Lab.deployment("env"));
        List<String> log = log(Lab.deployment("env"));
        Path instance = lab.state
                .resolve("target/instances/default")
                .resolve(lab.pids().keySet().iterator().next());
        assertThat(log)
                .contains("COLOR=blue", "S_PASSWORD=hunter2", "PASS=hunter2", "APP=env", "HOST=127.0.0.1")
                .contains("GREETING=hello blue $(NOBODY)")
                .contains("NAME=" + instance.getFileName())
                .contains("CONFIG=" + instance.resolve("volumes/config/app.conf"))
                .contains("VOLUME_CONFIG=" + instance.resolve("volumes/config"))
                .contains("args=hello blue $(NOBODY)," + instance.resolve("volumes/config/app.conf") + ",$(GREETING)")
                .contains("API_V2_SERVICE_HOST=" + lab.address("api-v2"), "API_V2_SERVICE_PORT=8080")
                .contains("API_V2_SERVICE_PORT_HTTP=8080")
                .anyMatch(line -> line.endsWith("mine"))
                .noneMatch(line -> line.startsWith("NONE="));
        String port = value(log, "PORT=");
        assertThat(Integer.parseInt(port)).isBetween(20_000, 29_999);
        assertThat(value(log, "PORT_HTTP=")).isEqualTo(port);
        assertThat(value(log, "PORT_ADMIN_UI=")).isNotEqualTo(port);
        String everything =
                lab.events("instance.started").toString() + lab.target().observe();
        assertThat(everything).doesNotContain("hunter2");
    }

    private static String value(List<String> log, String name) {
        return log.stream()
                .filter(line -> line.startsWith(name))
                .findFirst()
                .orElseThrow()
                .substring(name.length());
    }

    @Test
    void aCrashLoopIsDegradedInTimeAndSaysWhy() throws Exception {
        lab.apply(deployment("bad", "echo about to fail; exit 3", ""));
        lab.await("it is degraded", () -> lab.health(Lab.deployment("bad")).status() == Health.Status.DEGRADED);
        List<Evidence> evidence = lab.target().evidence(Lab.deployment("bad"));
        assertThat(evidence.getFirst().reason()).isEqualTo("CrashLoopBackOff");
        assertThat(evidence.getFirst().exitCode()).isEqualTo(3);
        assertThat(evidence.getFirst().log()).contains("about to fail");
        assertThat(lab.events("instance.exited")).hasSize(2);
    }

    @Test
    void aProgramThatIsNotThereSaysSo() throws Exception {
        lab.apply(deployment("gone", "x", "").replace("[sh, -c, 'x']", "[/no/such/program]"));
        lab.await("it failed to start", () -> !lab.events("instance.exited").isEmpty());
        assertThat(lab.target().evidence(Lab.deployment("gone")).getFirst().message())
                .contains("there is no executable file '/no/such/program'");
    }

    @Test
    void changedVariablesRollOutAndTheOldInstanceKeepsItsOwn() throws Exception {
        String config = """
                apiVersion: v1
                kind: ConfigMap
                metadata: {name: app}
                data: {COLOR: %s}
                """;
        lab.apply(config.formatted("blue"));
        lab.apply(deployment("web", "echo color=$COLOR; exec sleep 1000", "envFrom: [{configMapRef: {name: app}}]"));
        lab.awaitHealthy(Lab.deployment("web"));
        Map<String, Long> before = lab.pids();
        lab.apply(config.formatted("green"));
        assertThat(lab.health(Lab.deployment("web")).status()).isEqualTo(Health.Status.PROGRESSING);
        lab.awaitHealthy(Lab.deployment("web"));
        lab.await("only the new one runs", () -> lab.pids().size() == 1);
        assertThat(lab.pids().keySet()).doesNotContainAnyElementsOf(before.keySet());
        assertThat(log(Lab.deployment("web"))).contains("color=green");
    }

    @Test
    void anInstanceIsNotMadeBeforeWhatItNeedsIsThere() throws Exception {
        lab.apply(deployment("web", "exec sleep 1000", "envFrom: [{configMapRef: {name: late}}]"));
        assertThat(lab.target().evidence(Lab.deployment("web")).getFirst().message())
                .contains("ConfigMap/late is missing");
        lab.apply("""
                apiVersion: v1
                kind: ConfigMap
                metadata: {name: late}
                data: {A: b}
                """);
        lab.awaitHealthy(Lab.deployment("web"));
    }

    @Test
    void aFailingLivenessProbeRestartsTheProgram() throws Exception {
        Path alive = directory.resolve("alive");
        Files.createFile(alive);
        lab.apply(deployment(
                "web",
                "exec sleep 1000",
                "livenessProbe: {exec: {command: [test, -e, %s]}, periodSeconds: 1, failureThreshold: 1}"
                        .formatted(alive)));
        lab.awaitHealthy(Lab.deployment("web"));
        Map<String, Long> before = lab.pids();
        Files.delete(alive);
        lab.await("the probe failed", () -> !lab.events("probe.failed").isEmpty());
        Files.createFile(alive);
        lab.await("another process runs", () -> {
            Map<String, Long> now = lab.pids();
            return !now.isEmpty() && !now.equals(before);
        });
        assertThat(lab.events("instance.exited").getFirst().message()).contains("liveness probe");
    }

    @Test
    void readinessComesAndGoesWithTheProbe() throws Exception {
        Path ready = directory.resolve("ready");
        lab.apply(deployment(
                "web",
                "exec sleep 1000",
                "readinessProbe: {exec: {command: [test, -e, %s]}, periodSeconds: 1, failureThreshold: 1}"
                        .formatted(ready)));
        lab.await("it runs", () -> lab.pids().size() == 1);
        assertThat(lab.status(Lab.deployment("web")).integer("readyReplicas", -1))
                .isZero();
        Files.createFile(ready);
        lab.awaitHealthy(Lab.deployment("web"));
        Files.delete(ready);
        lab.await("it is not ready", () -> lab.status(Lab.deployment("web")).integer("readyReplicas", -1) == 0);
        assertThat(lab.target().evidence(Lab.deployment("web")).getFirst().reason())
                .isEqualTo("ProbeFailed");
    }

    @Test
    void beforeItEndsAProgramMayTidyUp() throws Exception {
        Path hook = directory.resolve("hook");
        Path term = directory.resolve("term");
        lab.apply(deployment(
                "web",
                "trap \"date > %s; exit 0\" TERM; while true; do sleep 0.05; done".formatted(term),
                "lifecycle: {preStop: {exec: {command: [touch, %s]}}}".formatted(hook)));
        lab.awaitHealthy(Lab.deployment("web"));
        lab.delete(Lab.deployment("web"));
        lab.await("nothing runs", () -> lab.pids().isEmpty());
        assertThat(hook).exists();
        assertThat(term).exists();
    }

    @Test
    void initContainersRunToTheirEndFirst() throws Exception {
        lab.apply(deployment("web", "cat /work/made; exec sleep 1000", "volumeMounts: [{name: work, mountPath: /work}]")
                .replace("      containers:", """
                        volumes: [{name: work, emptyDir: {}}]
                        initContainers:
                        - {name: one, image: host, command: [sh, -c, 'echo first > /work/made'], volumeMounts: [{name: work, mountPath: /work}]}
                        - {name: two, image: host, command: [sh, -c, 'echo second >> /work/made'], volumeMounts: [{name: work, mountPath: /work}]}
                        containers:""".indent(6).stripTrailing()));
        lab.awaitHealthy(Lab.deployment("web"));
        assertThat(log(Lab.deployment("web"))).containsSubsequence("first", "second");
    }

    @Test
    void aStatefulSetKeepsItsDataThroughUpdatesAndDeletion() throws Exception {
        String set = """
                apiVersion: apps/v1
                kind: StatefulSet
                metadata: {name: store%s}
                spec:
                  replicas: 2
                  serviceName: store
                  selector: {matchLabels: {app: store}}
                  template:
                    metadata: {labels: {app: store}}
                    spec:
                      containers:
                      - name: store
                        image: host
                        command: [sh, -c, 'echo %s >> $DATA/log; exec sleep 1000']
                        env: [{name: DATA, value: /data}]
                        volumeMounts: [{name: data, mountPath: /data}]
                  volumeClaimTemplates:
                  - metadata: {name: data}
                    spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
                """;
        lab.apply(set.formatted("", "one"));
        lab.awaitHealthy(Lab.statefulSet("store"));
        Path data = lab.state.resolve("target/data/default/store-0/data/log");
        assertThat(Files.readString(data)).isEqualTo("one\n");
        lab.apply(set.formatted("", "two"));
        assertThat(lab.health(Lab.statefulSet("store")).status()).isEqualTo(Health.Status.PROGRESSING);
        lab.awaitHealthy(Lab.statefulSet("store"));
        assertThat(Files.readString(data)).isEqualTo("one\ntwo\n");
        lab.delete(Lab.statefulSet("store"));
        lab.await("nothing runs", () -> lab.pids().isEmpty());
        assertThat(data).exists();
        lab.apply(set.formatted(", annotations: {homeostat.io/delete-data: \"true\"}", "three"));
        lab.awaitHealthy(Lab.statefulSet("store"));
        assertThat(Files.readString(data)).isEqualTo("one\ntwo\nthree\n");
        lab.delete(Lab.statefulSet("store"));
        lab.await("its data is gone", () -> !Files.exists(data));
    }

    @Test
    void aJobRunsToItsEndAndOnlyOnce() throws Exception {
        String job = """
                apiVersion: batch/v1
                kind: Job
                metadata: {name: once}
                spec:
                  completions: 2
                  template:
                    spec:
                      restartPolicy: Never
                      containers:
                      - {name: main, image: host, command: [sh, -c, 'echo done']}
                """;
        lab.apply(job);
        lab.await("it is complete", () -> lab.status(Lab.job("once")).integer("succeeded", 0) == 2);
        lab.awaitHealthy(Lab.job("once"));
        lab.apply(job);
        lab.restart();
        lab.apply(job);
        lab.awaitHealthy(Lab.job("once"));
        assertThat(lab.events("instance.started")).hasSize(2);
        assertThat(log(Lab.job("once"))).containsExactly("done", "done");
    }

    @Test
    void aJobThatCannotSucceedFails() throws Exception {
        lab.apply("""
                apiVersion: batch/v1
                kind: Job
                metadata: {name: never}
                spec:
                  backoffLimit: 0
                  template:
                    spec:
                      restartPolicy: Never
                      containers:
                      - {name: main, image: host, command: [sh, -c, 'echo no; exit 4']}
                """);
        lab.await("it failed", () -> lab.health(Lab.job("never")).status() == Health.Status.DEGRADED);
        assertThat(lab.target().evidence(Lab.job("never")))
                .anySatisfy(evidence -> assertThat(evidence.log()).containsExactly("no"));
    }

    @Test
    void logsAreFollowedOverRestarts() throws Exception {
        lab.apply(deployment("web", "echo I am $$$$; exec sleep 1000", ""));
        lab.awaitHealthy(Lab.deployment("web"));
        LinkedBlockingQueue<String> lines = new LinkedBlockingQueue<>();
        Thread follower = Thread.ofVirtual().start(() -> {
            try {
                lab.target()
                        .logs(
                                Lab.deployment("web"),
                                new LogOptions(10, true, false),
                                (instance, line) -> lines.add(line));
            } catch (Exception end) {
                lines.add("end");
            }
        });
        Map<String, Long> pids = lab.pids();
        long pid = pids.values().iterator().next();
        assertThat(lines.poll(10, TimeUnit.SECONDS)).isEqualTo("I am " + pid);
        ProcessHandle.of(pid).orElseThrow().destroyForcibly();
        lab.await("the next run is followed", () -> lines.stream().anyMatch(line -> line.startsWith("I am ")));
        follower.interrupt();
        follower.join();
        assertThat(lines).contains("end");
    }

    @Test
    void theStatusReadsLikeKubernetesOwn() throws Exception {
        lab.apply(deployment("web", "exec sleep 1000", ""));
        lab.awaitHealthy(Lab.deployment("web"));
        Node.Mapping status = lab.status(Lab.deployment("web"));
        assertThat(Json.write(status))
                .contains("\"replicas\":1", "\"updatedReplicas\":1", "\"readyReplicas\":1", "\"availableReplicas\":1")
                .contains("\"unavailableReplicas\":0", "\"reason\":\"NewReplicaSetAvailable\"");
    }
}
