package io.homeostat.target.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.homeostat.converge.Health;
import io.homeostat.model.ObjectKey;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DeploymentsRunTest {

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

    static String web(String image, int replicas, String say) {
        return """
                apiVersion: apps/v1
                kind: Deployment
                metadata: {name: web}
                spec:
                  replicas: %d
                  selector: {matchLabels: {app: web}}
                  template:
                    metadata: {labels: {app: web}}
                    spec:
                      containers:
                      - name: web
                        image: %s
                        env: [{name: SAY, value: %s}]
                        ports: [{name: http, containerPort: 8080}]
                        readinessProbe: {httpGet: {port: http}, periodSeconds: 1, timeoutSeconds: 10}
                """.formatted(replicas, image, say);
    }

    static final String SERVICE = """
            apiVersion: v1
            kind: Service
            metadata: {name: web}
            spec:
              selector: {app: web}
              ports: [{name: http, port: 80, targetPort: http}]
            """;

    @Test
    void aDeploymentBecomesHealthyAndAnswersAtItsServicesAddress() throws Exception {
        lab.apply(SERVICE);
        lab.apply(web("server:1.0", 2, "hello"));
        lab.awaitHealthy(Lab.deployment("web"));
        lab.awaitHealthy(Lab.service("web"));
        assertThat(Lab.get(lab.address("web"), 80)).isEqualTo("hello");
        assertThat(lab.pids()).hasSize(2);
        assertThat(lab.status(Lab.service("web")).integer("readyEndpoints", 0)).isEqualTo(2);
    }

    @Test
    void aKilledInstanceIsStartedAgainAtOnceHoweverOften() throws Exception {
        lab.apply(web("server", 1, "hello"));
        lab.awaitHealthy(Lab.deployment("web"));
        for (int i = 0; i < 4; i++) {
            Map<String, Long> before = lab.pids();
            ProcessHandle.of(before.values().iterator().next()).orElseThrow().destroyForcibly();
            lab.await("another process runs", () -> {
                Map<String, Long> now = lab.pids();
                return !now.isEmpty() && !now.equals(before);
            });
            assertThat(lab.pids().keySet()).isEqualTo(before.keySet());
            lab.awaitHealthy(Lab.deployment("web"));
        }
    }

    @Test
    void anotherAgentTakesOverWithoutStartingAnythingAgain() throws Exception {
        lab.apply(SERVICE);
        lab.apply(web("server", 3, "hello"));
        lab.awaitHealthy(Lab.deployment("web"));
        lab.awaitHealthy(Lab.service("web"));
        Map<String, Long> before = lab.pids();
        lab.restart();
        assertThat(lab.health(Lab.service("web")).status()).isEqualTo(Health.Status.HEALTHY);
        lab.awaitHealthy(Lab.deployment("web"));
        assertThat(lab.pids()).isEqualTo(before);
        assertThat(Lab.get(lab.address("web"), 80)).isEqualTo("hello");
    }

    @Test
    void aRollingUpdateLosesNoRequest() throws Exception {
        lab.apply(SERVICE);
        lab.apply(web("server", 3, "one"));
        lab.awaitHealthy(Lab.deployment("web"));
        lab.awaitHealthy(Lab.service("web"));
        AtomicBoolean end = new AtomicBoolean();
        AtomicInteger answers = new AtomicInteger();
        ConcurrentLinkedQueue<String> failures = new ConcurrentLinkedQueue<>();
        String address = lab.address("web");
        List<Thread> callers = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            callers.add(Thread.ofVirtual().start(() -> {
                while (!end.get()) {
                    try {
                        String answer = Lab.get(address, 80);
                        if (!Set.of("one", "two").contains(answer)) {
                            failures.add("answer: " + answer);
                        }
                        answers.incrementAndGet();
                    } catch (Exception failed) {
                        failures.add(failed.toString());
                    }
                }
            }));
        }
        lab.apply(web("server", 3, "two"));
        assertThat(lab.health(Lab.deployment("web")).status()).isEqualTo(Health.Status.PROGRESSING);
        lab.awaitHealthy(Lab.deployment("web"));
        lab.await("only the new version answers", () -> {
            Set<String> said = new HashSet<>();
            for (int i = 0; i < 10; i++) {
                said.add(Lab.get(address, 80));
            }
            return said.equals(Set.of("two"));
        });
        end.set(true);
        for (Thread caller : callers) {
            caller.join();
        }
        assertThat(failures).isEmpty();
        assertThat(answers.get()).isPositive();
    }

    @Test
    void aDeletedDeploymentLeavesNothingRunning() throws Exception {
        lab.apply(web("server", 2, "hello"));
        lab.awaitHealthy(Lab.deployment("web"));
        ObjectKey key = Lab.deployment("web");
        lab.delete(key);
        assertThat(lab.live(key)).isNull();
        lab.await("nothing runs", () -> lab.pids().isEmpty());
    }
}
