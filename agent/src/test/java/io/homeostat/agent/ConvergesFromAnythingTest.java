package io.homeostat.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.homeostat.model.Node;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Whatever happened before, in whatever order: when Git says something good and nobody disturbs it any more, that is what runs,
 * and the next plan is empty. {@code -Dsoak.disturbances=300} gives the long one, {@code -Dseed=} another one.
 */
class ConvergesFromAnythingTest {

    private static final int DISTURBANCES = Integer.getInteger("soak.disturbances", 30);
    private static final long SEED = Long.getLong("seed", 20261121L);
    private static final List<String> APPLICATIONS = List.of("a", "b", "c");
    private static final int SETTINGS = 4;

    @TempDir
    Path directory;

    private final SplittableRandom random = new SplittableRandom(SEED);
    private final Map<String, Wanted> wanted = new TreeMap<>();

    /** What the last commit says of an application. */
    private record Wanted(int version, int replicas, boolean runs) {}

    @Test
    void aRandomSequenceOfCommitsKillsEditsAndAgentCrashesConverges() throws Exception {
        try (Stage stage = new Stage(directory.resolve("stage"))) {
            stage.write("environments/test/environment.yaml", """
                    apiVersion: homeostat.io/v1
                    kind: Environment
                    metadata: {name: test}
                    spec:
                      target: {local: {}}
                      include: [apps]
                      images: {test/program: host}
                      sync: {prune: {maxDeletedPercent: 100}}
                    """);
            for (String application : APPLICATIONS) {
                declare(stage, application, new Wanted(0, 1, true));
            }
            stage.commit("first");
            stage.startAgent();
            for (int i = 1; i <= DISTURBANCES; i++) {
                disturb(stage, i);
                if (random.nextInt(3) == 0) {
                    // A random moment is the point of this test: it is not waiting for anything.
                    LockSupport.parkNanos(random.nextLong(900_000_000L));
                }
            }
            for (String application : APPLICATIONS) {
                Wanted now = wanted.getOrDefault(application, new Wanted(0, 1, true));
                declare(stage, application, new Wanted(DISTURBANCES + 1, now.replicas(), true));
            }
            String revision = stage.commit("everything good");
            Map<String, Integer> running = new TreeMap<>();
            for (Map.Entry<String, Wanted> each : wanted.entrySet()) {
                stage.awaitSynced(each.getKey(), revision);
                running.put(
                        each.getKey() + "-" + each.getValue().version(),
                        each.getValue().replicas());
            }
            stage.awaitRunning(running);
            assertThat(stage.get("/api/v1/drift").sequence("drift"))
                    .as("seed %d", SEED)
                    .isEmpty();
            List<Node> plans = stage.get("/api/v1/plan").sequence("applications");
            assertThat(plans)
                    .hasSize(APPLICATIONS.size())
                    .allSatisfy(plan -> assertThat(((Node.Mapping) plan).text("summary", ""))
                            .as("the next plan, seed %d", SEED)
                            .isEqualTo("nothing to do"));
            assertThat(stage.get("/api/v1/journal/verify").flag("valid", false))
                    .as("journal, seed %d", SEED)
                    .isTrue();
        }
    }

    private void disturb(Stage stage, int number) throws Exception {
        String application = APPLICATIONS.get(random.nextInt(APPLICATIONS.size()));
        Wanted now = wanted.getOrDefault(application, new Wanted(0, 1, true));
        switch (random.nextInt(8)) {
            case 0, 1 -> commit(stage, application, new Wanted(number, now.replicas(), true), "good");
            case 2 -> commit(stage, application, new Wanted(number, now.replicas(), false), "bad");
            case 3 -> commit(stage, application, new Wanted(now.version(), random.nextInt(1, 4), now.runs()), "scaled");
            case 4 -> toggleSetting(stage, application);
            case 5 -> killAnInstance(stage);
            case 6 -> editAnObject(stage);
            default -> {
                stage.killAgent();
                stage.startAgent();
            }
        }
    }

    private void commit(Stage stage, String application, Wanted next, String what) throws Exception {
        if (!next.equals(wanted.get(application))) {
            declare(stage, application, next);
            stage.commit(what);
        }
    }

    private void declare(Stage stage, String application, Wanted next) throws IOException {
        wanted.put(application, next);
        String command = next.runs() ? Stage.RUNS : "exit 3";
        stage.write(
                "apps/" + application + "/" + application + ".yaml",
                Stage.deployment(application, next.replicas(), 2, Integer.toString(next.version()), command));
    }

    private void toggleSetting(Stage stage, String application) throws Exception {
        String name = application + "-setting-" + random.nextInt(SETTINGS);
        String file = "apps/" + application + "/" + name + ".yaml";
        if (Files.exists(stage.repository.resolve(file))) {
            stage.delete(file);
        } else {
            stage.write(file, """
                    apiVersion: v1
                    kind: ConfigMap
                    metadata: {name: %s}
                    data: {level: info}
                    """.formatted(name));
        }
        stage.commit("a setting comes or goes");
    }

    private void killAnInstance(Stage stage) {
        List<Long> pids =
                stage.running().values().stream().flatMap(List::stream).toList();
        if (!pids.isEmpty()) {
            ProcessHandle.of(pids.get(random.nextInt(pids.size()))).ifPresent(ProcessHandle::destroyForcibly);
        }
    }

    private void editAnObject(Stage stage) throws IOException {
        Path objects = stage.state.resolve("target/objects");
        if (!Files.isDirectory(objects)) {
            return;
        }
        List<Path> files;
        try (Stream<Path> found = Files.walk(objects)) {
            files = found.filter(file -> file.toString().endsWith(".json"))
                    .sorted()
                    .toList();
        }
        Optional<Path> victim =
                files.isEmpty() ? Optional.empty() : Optional.of(files.get(random.nextInt(files.size())));
        if (victim.isPresent() && random.nextBoolean()) {
            Files.deleteIfExists(victim.get());
        } else if (victim.isPresent()) {
            Files.writeString(victim.get(), random.nextBoolean() ? "{}" : "not even JSON");
        }
    }
}
