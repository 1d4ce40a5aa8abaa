package io.homeostat.target.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.homeostat.converge.Digests;
import io.homeostat.converge.Target.Drift;
import io.homeostat.converge.Target.Live;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DriftIsFoundAndRepairedTest {

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

    private static String config(String color) {
        return """
                apiVersion: v1
                kind: ConfigMap
                metadata: {name: app}
                data: {color: %s, "app.properties": "a=%s"}
                """.formatted(color, color);
    }

    private static final String DEPLOYMENT = """
            apiVersion: apps/v1
            kind: Deployment
            metadata: {name: web}
            spec:
              selector: {matchLabels: {app: web}}
              template:
                metadata: {labels: {app: web}}
                spec:
                  containers:
                  - name: web
                    image: host
                    command: [sh, -c, 'cat /etc/app/app.properties; exec sleep 1000']
                    volumeMounts: [{name: config, mountPath: /etc/app}]
                  volumes: [{name: config, configMap: {name: app}}]
            """;

    private Path file(String name) throws IOException {
        Path instances = lab.state.resolve("target/instances/default");
        try (Stream<Path> found = Files.list(instances)) {
            return found.findFirst().orElseThrow().resolve("volumes/config").resolve(name);
        }
    }

    private List<Drift> drift() {
        Live live = lab.live(Lab.deployment("web"));
        return live == null ? List.of() : live.drift();
    }

    private void start() throws Exception {
        lab.apply(config("blue"));
        lab.apply(DEPLOYMENT);
        lab.awaitHealthy(Lab.deployment("web"));
    }

    @Test
    void anEditedFileIsFoundAtOnceAndPutBack() throws Exception {
        start();
        assertThat(Files.readString(file("app.properties"))).isEqualTo("a=blue");
        Map<String, Long> before = lab.pids();
        Files.writeString(file("app.properties"), "a=red");
        lab.await("it is found", () -> drift().size() == 1);
        assertThat(drift().getFirst().place()).endsWith(": /etc/app/app.properties");
        assertThat(drift().getFirst().found()).isEqualTo("its content was changed");
        lab.repair(DEPLOYMENT);
        assertThat(Files.readString(file("app.properties"))).isEqualTo("a=blue");
        lab.await("it is gone", () -> drift().isEmpty());
        assertThat(lab.pids()).isEqualTo(before);
    }

    @Test
    void aMissingAndAnAddedFileAreFound() throws Exception {
        start();
        Files.delete(file("color"));
        Files.writeString(file("extra"), "?");
        lab.await("both are found", () -> drift().size() == 2);
        lab.repair(DEPLOYMENT);
        lab.await("both are repaired", () -> drift().isEmpty());
        assertThat(Files.readString(file("color"))).isEqualTo("blue");
        assertThat(file("extra")).doesNotExist();
    }

    @Test
    void aChangedConfigMapIsFollowedInPlaceWithoutARestart() throws Exception {
        start();
        Map<String, Long> before = lab.pids();
        lab.apply(config("green"));
        lab.await(
                "the file follows",
                () -> Files.readString(file("app.properties")).equals("a=green"));
        lab.awaitHealthy(Lab.deployment("web"));
        assertThat(drift()).isEmpty();
        assertThat(lab.pids()).isEqualTo(before);
    }

    @Test
    void anEditedObjectIsFoundAndNothingRollsOutBecauseOfIt() throws Exception {
        start();
        Map<String, Long> before = lab.pids();
        Path object = lab.state.resolve("target/objects/default/Deployment.apps/web.json");
        Files.writeString(object, Files.readString(object).replace("sleep 1000", "sleep 2000"));
        lab.await("it is found", () -> {
            Live live = lab.live(Lab.deployment("web"));
            return live != null && !Digests.of(live.content()).equals(live.appliedDigest());
        });
        assertThat(lab.pids()).isEqualTo(before);
        lab.restart();
        Live after = Objects.requireNonNull(lab.live(Lab.deployment("web")));
        assertThat(Digests.of(after.content())).isNotEqualTo(after.appliedDigest());
        assertThat(lab.pids()).isEqualTo(before);
        lab.apply(DEPLOYMENT);
        lab.awaitHealthy(Lab.deployment("web"));
        Live repaired = Objects.requireNonNull(lab.live(Lab.deployment("web")));
        assertThat(Digests.of(repaired.content())).isEqualTo(repaired.appliedDigest());
        assertThat(lab.pids()).isEqualTo(before);
    }

    @Test
    void aDeletedObjectFileIsMissedAndItsInstancesStay() throws Exception {
        start();
        Map<String, Long> before = lab.pids();
        Files.delete(lab.state.resolve("target/objects/default/Deployment.apps/web.json"));
        lab.await("it is missed", () -> lab.live(Lab.deployment("web")) == null);
        lab.restart();
        lab.apply(DEPLOYMENT);
        lab.awaitHealthy(Lab.deployment("web"));
        assertThat(lab.pids()).isEqualTo(before);
    }

    @Test
    void aFileThatIsNoObjectAnyMoreIsReportedAndWrittenAnew() throws Exception {
        start();
        Map<String, Long> before = lab.pids();
        Path object = lab.state.resolve("target/objects/default/Deployment.apps/web.json");
        Files.writeString(object, "{ this is not");
        lab.await("it is found", () -> drift().size() == 1);
        lab.restart();
        assertThat(lab.live(Lab.deployment("web"))).isNull();
        lab.apply(DEPLOYMENT);
        lab.awaitHealthy(Lab.deployment("web"));
        assertThat(drift()).isEmpty();
        assertThat(lab.pids()).isEqualTo(before);
    }

    @Test
    void aChangedCommandLineIsFoundAndPutBack() throws Exception {
        start();
        Path record = file("").resolve("../../instance.json").normalize();
        Files.writeString(record, Files.readString(record).replace("sleep 1000", "sleep 2000"));
        lab.await("it is found", () -> drift().size() == 1);
        assertThat(drift().getFirst().found()).contains("changed by hand");
        lab.repair(DEPLOYMENT);
        lab.await("it is repaired", () -> drift().isEmpty());
        assertThat(Files.readString(record)).contains("sleep 1000").doesNotContain("sleep 2000");
    }
}
