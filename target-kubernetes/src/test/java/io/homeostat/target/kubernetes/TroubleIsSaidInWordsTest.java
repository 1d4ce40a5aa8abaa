package io.homeostat.target.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import io.homeostat.converge.Facts;
import io.homeostat.converge.Target.Evidence;
import io.homeostat.converge.Target.LogOptions;
import io.homeostat.model.ObjectKey;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Bad commits: found at once, said in words, taken back. */
@Tag("cluster")
class TroubleIsSaidInWordsTest {

    private static final String GOOD = """
            apiVersion: apps/v1
            kind: Deployment
            metadata: {name: web, namespace: NS}
            spec:
              replicas: 1
              selector: {matchLabels: {app: web}}
              template:
                metadata: {labels: {app: web}}
                spec:
                  terminationGracePeriodSeconds: 0
                  containers:
                    - name: main
                      image: localhost/busybox:1
                      imagePullPolicy: IfNotPresent
                      command: [sh, -c, "echo it runs; exec sleep 1000000"]
            """;

    private Lab lab;
    private ObjectKey web;

    @BeforeEach
    void open(@TempDir Path directory) throws Exception {
        lab = new Lab(directory, "trouble");
        web = new ObjectKey("apps", "Deployment", lab.namespace, "web");
        lab.write("web.yaml", GOOD);
        lab.start();
        lab.converge("default");
    }

    @AfterEach
    void close() throws Exception {
        lab.close();
    }

    /** Long before the progress deadline of ten minutes. */
    private void goesBack(String word) throws Exception {
        lab.look();
        lab.await(
                "the bad commit to be taken back",
                () -> !lab.messages(Facts.QUARANTINED).isEmpty());
        assertThat(lab.messages(Facts.SYNC_FAILED)).last().asString().contains(word);
        lab.await(
                "the last good one to run again",
                () -> Cluster.get(lab.path("apps/v1/deployments", "web"))
                                .mapping("status")
                                .integer("unavailableReplicas", 0)
                        == 0);
        lab.await("its plan to be empty", () -> !lab.plan("default").hasChanges());
    }

    @Test
    void aCrashLoopIsTakenBackWithItsLastWords() throws Exception {
        lab.write("web.yaml", GOOD.replace("echo it runs; exec sleep 1000000", "echo no such database; exit 3"));
        lab.look();
        lab.await(
                "evidence",
                () -> lab.target().evidence(web).stream()
                        .anyMatch(found -> Integer.valueOf(3).equals(found.exitCode())
                                && found.log().contains("no such database")));
        goesBack("CrashLoopBackOff");
    }

    @Test
    void anImageThatIsNotThereIsTakenBack() throws Exception {
        lab.write("web.yaml", GOOD.replace("localhost/busybox:1", "localhost/nothing:7"));
        goesBack("localhost/nothing:7");
    }

    @Test
    void aMissingConfigurationIsTakenBack() throws Exception {
        lab.write(
                "web.yaml",
                GOOD.replace(
                        "command:", "envFrom: [{configMapRef: {name: missing, optional: false}}]\n          command:"));
        lab.write("missing.yaml", """
                apiVersion: v1
                kind: ConfigMap
                metadata: {name: missing, namespace: NS, annotations: {homeostat.io/wave: "9"}}
                data: {a: b}
                """);
        goesBack("CreateContainerConfigError");
    }

    @Test
    void aProbeThatFailsIsTakenBackAtTheProgressDeadline() throws Exception {
        lab.write(
                "web.yaml",
                GOOD.replace("replicas: 1", "replicas: 1\n  progressDeadlineSeconds: 5")
                        .replace(
                                "command:",
                                "readinessProbe: {exec: {command: [cat, /tmp/nothing]}, periodSeconds: 1}\n"
                                        + "          command:"));
        goesBack("is not ready");
    }

    @Test
    void whatFindsNoNodeIsSaid() throws Exception {
        lab.write("web.yaml", GOOD.replace("imagePullPolicy: IfNotPresent", "resources: {requests: {cpu: \"1000\"}}"));
        lab.look();
        lab.await(
                "the word",
                () -> lab.target().evidence(web).stream()
                        .anyMatch(found -> found.reason().equals("Unschedulable")
                                && found.message().contains("Insufficient cpu")));
    }

    @Test
    void anExceededQuotaIsSaid() throws Exception {
        lab.write("quota.yaml", """
                apiVersion: v1
                kind: ResourceQuota
                metadata: {name: quota, namespace: NS}
                spec: {hard: {pods: "1"}}
                """);
        lab.converge("default");
        lab.write("web.yaml", GOOD.replace("replicas: 1", "replicas: 2"));
        lab.look();
        lab.await(
                "the word",
                () -> lab.target().evidence(web).stream()
                        .map(Evidence::message)
                        .anyMatch(message -> message.contains("exceeded quota")));
    }

    @Test
    void logsAreReadAndFollowed() throws Exception {
        List<String> lines = new CopyOnWriteArrayList<>();
        lab.await("the first line", () -> {
            lines.clear();
            lab.target().logs(web, new LogOptions(10, false, false), (instance, line) -> lines.add(line));
            return lines.contains("it runs");
        });
        lines.clear();
        Thread reader = Thread.ofVirtual().start(() -> {
            try {
                lab.target().logs(web, new LogOptions(10, true, false), (instance, line) -> lines.add(line));
            } catch (java.io.IOException ended) {
                lines.add(String.valueOf(ended.getMessage()));
            }
        });
        lab.await("the line", () -> lines.contains("it runs"));
        lab.write("web.yaml", GOOD.replace("it runs", "it runs anew"));
        lab.converge("default");
        lab.await("the line of the next pod", () -> lines.contains("it runs anew"));
        reader.interrupt();
        reader.join();
    }
}
