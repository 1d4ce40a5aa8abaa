package io.homeostat.target.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import io.homeostat.converge.Facts;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An API server that dies, and one that is gone for long: nothing is lost, and nothing is held against anybody. */
@Tag("cluster")
class ClustersComeAndGoTest {

    private static final int OBJECTS = 150;

    private Lab lab;

    @BeforeEach
    void open(@TempDir Path directory) throws Exception {
        Assumptions.assumeTrue(
                System.getenv("HOMEOSTAT_TEST_CLUSTER") != null,
                "SKIPPED: only a cluster of dev/cluster/up can be made to fail; HOMEOSTAT_TEST_CLUSTER names its directory");
        lab = new Lab(directory, "comeandgo");
    }

    @AfterEach
    void close() throws Exception {
        if (lab != null) {
            component("start");
            lab.await("the API server", () -> {
                try {
                    return Cluster.exists("/api/v1/namespaces/" + lab.namespace);
                } catch (IOException starting) {
                    return false;
                }
            });
            lab.close();
        }
    }

    private static void component(String verb) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(
                        "../dev/cluster/component", System.getenv("HOMEOSTAT_TEST_CLUSTER"), verb, "apiserver")
                .inheritIO()
                .start();
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isZero();
    }

    private void settings(int number, String greeting) throws IOException {
        lab.write("settings-" + number + ".yaml", """
                apiVersion: v1
                kind: ConfigMap
                metadata: {name: settings-%d, namespace: NS}
                data: {greeting: %s}
                """.formatted(number, greeting));
    }

    private long done() throws IOException {
        return lab.messages(Facts.STEP_DONE).size();
    }

    @Test
    void anApiServerThatIsKilledInTheMiddleOfASyncLosesNothing() throws Exception {
        for (int i = 0; i < OBJECTS; i++) {
            settings(i, "hello");
        }
        lab.start();
        lab.await("a good part of the sync", () -> done() >= OBJECTS / 4);
        component("kill");
        assertThat(done()).as("it was killed in the middle").isLessThan(OBJECTS);
        lab.converge("default");
        for (int i = 0; i < OBJECTS; i++) {
            assertThat(Cluster.exists(lab.path("configmaps", "settings-" + i))).isTrue();
        }
        assertThat(lab.plan("default").hasChanges()).isFalse();
        assertThat(lab.messages(Facts.QUARANTINED)).isEmpty();
        // Another disk reads from the cluster what this one wrote.
        lab.startElsewhere();
        lab.remove("settings-0.yaml");
        lab.converge("default");
        lab.await("the prune", () -> !Cluster.exists(lab.path("configmaps", "settings-0")));
    }

    @Test
    void aClusterThatWasGoneForAnHourInTheMiddleOfASyncIsPickedUpAgain() throws Exception {
        settings(0, "hello");
        lab.start();
        lab.converge("default");
        component("stop");
        settings(0, "bye");
        lab.converger().sync();
        lab.await("the loss to be said", () -> !lab.messages(Facts.TARGET_LOST).isEmpty());
        lab.ahead = Duration.ofHours(1);
        component("start");
        lab.converge("default");
        assertThat(Cluster.get(lab.path("configmaps", "settings-0"))
                        .mapping("data")
                        .text("greeting"))
                .isEqualTo("bye");
        // A cluster that has just started may be away once more for a moment.
        assertThat(lab.messages(Facts.TARGET_RECOVERED)).anyMatch(message -> message.contains("60 min"));
        assertThat(lab.messages(Facts.QUARANTINED)).isEmpty();
    }
}
