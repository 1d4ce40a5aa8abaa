package io.homeostat.target.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import io.homeostat.converge.Facts;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Hooks as real Jobs: what they do, and what is done to them, is always an answer. */
@Tag("cluster")
class HooksAlwaysEndTest {

    private Lab lab;

    @BeforeEach
    void open(@TempDir Path directory) throws Exception {
        lab = new Lab(directory, "hooks");
        lab.write("apps/shop/app.yaml", """
                apiVersion: homeostat.io/v1
                kind: Application
                metadata: {name: shop}
                """);
        settings("first");
        lab.start();
        lab.converge("shop");
    }

    @AfterEach
    void close() throws Exception {
        lab.close();
    }

    @Test
    void whatComesAfterAHookWaitsForItsGoodEnd() throws Exception {
        hook("sleep 1", "5m");
        settings("second");
        lab.converge("shop");

        assertThat(lab.messages(Facts.HOOK_ENDED)).containsExactly("hook " + lab.namespace + "/Job/migrate passed");
        assertThat(colour()).isEqualTo("second");
        assertThat(lab.plan("shop").hasChanges()).isFalse();

        // What becomes of a Job that has ended well plays no part.
        Cluster.delete(lab.path("batch/v1/jobs", "migrate") + "?propagationPolicy=Background");
        lab.await("the job to be gone", () -> !Cluster.exists(lab.path("batch/v1/jobs", "migrate")));
        assertThat(lab.plan("shop").hasChanges()).isFalse();
    }

    @Test
    void aHookThatNeverEndsIsOverAtItsDeadline() throws Exception {
        hook("sleep 100000", "3s");
        settings("second");
        lab.look();

        awaitQuarantine();
        assertThat(lab.messages(Facts.QUARANTINED)).last().asString().contains("hook", "Job/migrate failed");
        assertThat(colour()).isEqualTo("first");
    }

    @Test
    void aHookThatSomebodyDeletesIsAnAnswer() throws Exception {
        hook("sleep 100000", "10m");
        settings("second");
        lab.look();
        lab.await("the hook to run", () -> Cluster.exists(lab.path("batch/v1/jobs", "migrate")));
        lab.await(
                "the hook to be seen",
                () -> lab.target().observe().keySet().stream()
                        .anyMatch(key -> key.kind().equals("Job")));

        Cluster.delete(lab.path("batch/v1/jobs", "migrate") + "?propagationPolicy=Background");

        awaitQuarantine();
        assertThat(lab.messages(Facts.QUARANTINED)).last().asString().contains("deleted before its end was seen");
        assertThat(colour()).isEqualTo("first");
    }

    private void awaitQuarantine() throws Exception {
        lab.await(
                "the change to be taken back",
                () -> !lab.messages(Facts.QUARANTINED).isEmpty() && colour().equals("first"));
    }

    private String colour() throws Exception {
        return Cluster.get(lab.path("configmaps", "settings")).mapping("data").text("colour", "");
    }

    private void settings(String colour) throws Exception {
        lab.write("apps/shop/settings.yaml", """
                apiVersion: v1
                kind: ConfigMap
                metadata: {name: settings, namespace: NS}
                data: {colour: %s}
                """.formatted(colour));
    }

    private void hook(String command, String deadline) throws Exception {
        lab.write("apps/shop/migrate.yaml", """
                apiVersion: batch/v1
                kind: Job
                metadata:
                  name: migrate
                  namespace: NS
                  annotations: {homeostat.io/hook: "pre-upgrade", homeostat.io/hook-deadline: %s}
                spec:
                  ttlSecondsAfterFinished: 0
                  template:
                    spec:
                      restartPolicy: Never
                      terminationGracePeriodSeconds: 0
                      containers: [{name: main, image: "localhost/busybox:1", command: [sh, -c, "%s"]}]
                """.formatted(deadline, command));
    }
}
