package io.homeostat.target.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.homeostat.converge.Traffic;
import io.homeostat.converge.Traffic.Arms;
import io.homeostat.converge.Traffic.Split;
import io.homeostat.model.ObjectKey;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two versions of a Deployment under real requests: who answers is what the split says, and nobody is refused on the way. */
class TwoVersionsSideBySideTest {

    private static final ObjectKey WEB = Lab.deployment("web");

    @TempDir
    Path directory;

    private Lab lab;

    @BeforeEach
    void open() throws IOException {
        lab = new Lab(directory);
    }

    @AfterEach
    void close() throws Exception {
        lab.close();
    }

    private static String web(String says) {
        return """
            apiVersion: apps/v1
            kind: Deployment
            metadata: {name: web}
            spec:
              replicas: 2
              selector: {matchLabels: {app: web}}
              template:
                metadata: {labels: {app: web}}
                spec:
                  containers:
                    - name: web
                      image: server
                      ports: [{containerPort: 8080}]
                      env: [{name: SAY, value: "%s"}]
                      readinessProbe: {tcpSocket: {port: 8080}, periodSeconds: 1}
            """.formatted(says);
    }

    private static final String SERVICE = """
        apiVersion: v1
        kind: Service
        metadata: {name: web}
        spec: {selector: {app: web}, ports: [{port: 80, targetPort: 8080}]}
        """;

    @Test
    void allTrafficGoesOverAndComesBackAtAWord() throws Exception {
        Traffic traffic = lab.target().traffic();
        lab.apply(SERVICE);
        lab.apply(web("one"));
        lab.awaitHealthy(Lab.service("web"));
        lab.awaitHealthy(WEB);
        lab.await("one answers", () -> says().equals("one"));
        assertThat(traffic.arms(WEB)).isNull();

        Map<String, Integer> answers = new ConcurrentHashMap<>();
        AtomicBoolean over = new AtomicBoolean();
        Thread user = Thread.ofVirtual().start(() -> {
            while (!over.get()) {
                try {
                    answers.merge(says(), 1, Integer::sum);
                } catch (Exception refused) {
                    answers.merge("refused: " + refused, 1, Integer::sum);
                }
            }
        });

        traffic.split(WEB, new Split(100, 0));
        lab.apply(web("two"));
        lab.await("both are there", () -> available(traffic) == 2);
        assertThat(answers.keySet()).as("before the switch").containsOnly("one");

        traffic.split(WEB, new Split(100, 100));
        lab.await("the switch is in effect", () -> arms(traffic).inEffect());
        lab.await("two answers", () -> says().equals("two"));
        assertThat(arms(traffic).stable().available()).isEqualTo(2);

        traffic.split(WEB, new Split(100, 0));
        lab.await("the way back is in effect", () -> arms(traffic).inEffect());
        lab.await("one answers again", () -> says().equals("one"));

        traffic.split(WEB, new Split(100, 100));
        lab.await("two answers", () -> says().equals("two"));
        traffic.split(WEB, null);
        lab.awaitHealthy(WEB);
        assertThat(traffic.arms(WEB)).isNull();
        over.set(true);
        user.join();
        assertThat(new TreeMap<>(answers).keySet()).containsOnly("one", "two");
    }

    @Test
    void whatACanaryWaitsForInVainIsASymptomInWords() throws Exception {
        Traffic traffic = lab.target().traffic();
        lab.apply(web("one"));
        lab.awaitHealthy(WEB);
        traffic.split(WEB, new Split(50, 0));
        lab.apply(web("two").replace("ports:", "envFrom: [{configMapRef: {name: settings}}]\n          ports:"));

        lab.await("a symptom", () -> !arms(traffic).canary().symptoms().isEmpty());
        assertThat(arms(traffic).canary().symptoms().getFirst().reason()).isEqualTo("CreateContainerConfigError");
        assertThat(arms(traffic).canary().symptoms().getFirst().message())
                .contains("settings")
                .contains("is missing");
        assertThat(arms(traffic).stable().available()).isEqualTo(2);
    }

    @Test
    void aSplitOutlivesTheAgent() throws Exception {
        lab.apply(web("one"));
        lab.awaitHealthy(WEB);
        lab.target().traffic().split(WEB, new Split(50, 0));
        lab.apply(web("two"));
        lab.await("the canary is there", () -> available(lab.target().traffic()) == 1);

        lab.restart();

        Arms arms = arms(lab.target().traffic());
        assertThat(arms.split()).isEqualTo(new Split(50, 0));
        lab.await(
                "all are adopted",
                () -> available(lab.target().traffic()) == 1
                        && arms(lab.target().traffic()).stable().available() == 2);
        assertThat(lab.pids()).hasSize(3);
    }

    private String says() throws IOException {
        return Lab.get(lab.address("web"), 80);
    }

    private static int available(Traffic traffic) throws IOException {
        return arms(traffic).canary().available();
    }

    private static Arms arms(Traffic traffic) throws IOException {
        Arms arms = traffic.arms(WEB);
        if (arms == null) {
            throw new AssertionError("there is one version only");
        }
        return arms;
    }
}
