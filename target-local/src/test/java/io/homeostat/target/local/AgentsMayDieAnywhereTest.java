package io.homeostat.target.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * An agent is killed before or after each event of a first sync and of an update, and another one goes on. Of all boundaries a
 * sample is taken; {@code -Dhomeostat.soak=true} takes them all.
 */
class AgentsMayDieAnywhereTest {

    private static final int MOST_EVENTS = 16;
    private static final int SAMPLE = 4;

    @TempDir
    private Path directory;

    private static String documents(String mark, String say) {
        return """
                apiVersion: v1
                kind: ConfigMap
                metadata: {name: config}
                data: {SAY: %s}
                ---
                apiVersion: v1
                kind: Service
                metadata: {name: web}
                spec:
                  selector: {app: web}
                  ports: [{name: http, port: 80, targetPort: http}]
                ---
                apiVersion: apps/v1
                kind: Deployment
                metadata: {name: other}
                spec:
                  selector: {matchLabels: {app: other}}
                  template:
                    metadata: {labels: {app: other}}
                    spec:
                      terminationGracePeriodSeconds: 1
                      containers: [{name: main, image: host, command: [sleep, "1%s1"]}]
                ---
                apiVersion: apps/v1
                kind: Deployment
                metadata: {name: web}
                spec:
                  replicas: 2
                  selector: {matchLabels: {app: web}}
                  template:
                    metadata: {labels: {app: web}}
                    spec:
                      terminationGracePeriodSeconds: 1
                      containers:
                      - name: main
                        image: host
                        command: [sleep, "1%s2"]
                        envFrom: [{configMapRef: {name: config}}]
                """.formatted(say, mark, mark);
    }

    /** The machine's processes with a command line, whoever started them. */
    private static Set<Long> running(String... command) throws IOException {
        Set<Long> found = new HashSet<>();
        try (Stream<Path> processes = Files.list(Path.of("/proc"))) {
            for (Path process : processes.toList()) {
                try {
                    String line = Files.readString(process.resolve("cmdline"));
                    if (line.equals(String.join("\0", command) + "\0")) {
                        found.add(Long.parseLong(process.getFileName().toString()));
                    }
                } catch (IOException | NumberFormatException noProcess) {
                    // it ended meanwhile, or is none
                }
            }
        }
        return found;
    }

    @Test
    void whoeverComesNextEndsWhereTheFirstWouldHave() throws Exception {
        long seed = Long.getLong("homeostat.seed", new Random().nextLong());
        List<Integer> boundaries = new ArrayList<>();
        for (int i = 0; i < 2 * MOST_EVENTS; i++) {
            boundaries.add(i);
        }
        if (!Boolean.getBoolean("homeostat.soak")) {
            Collections.shuffle(boundaries, new Random(seed));
            boundaries = boundaries.subList(0, SAMPLE);
        }
        for (int boundary : boundaries) {
            die(boundary / 2 + 1, boundary % 2 == 0 ? "before" : "after", seed);
        }
    }

    private void die(int at, String when, long seed) throws Exception {
        String what = when + " event " + at + " (-Dhomeostat.seed=" + seed + ")";
        Path place = Files.createDirectories(directory.resolve(at + when));
        String mark = String.format("%08d", ProcessHandle.current().pid() % 10_000 * 100 + at)
                + (when.equals("before") ? 0 : 1);
        Path yaml = place.resolve("documents.yaml");
        String first = documents(mark, "one");
        String second = documents(mark, "two");

        Files.writeString(yaml, first);
        runDying(place, yaml, at, when);
        Lab lab = new Lab(place);
        try {
            lab.apply(first);
            settle(lab, mark, what + " of the first sync");
            Set<Long> others = running("sleep", "1" + mark + "1");
            Map<String, Long> before = lab.pids();

            lab.target().close();
            lab.journal().close();
            Files.writeString(yaml, second);
            runDying(place, yaml, at, when);
            lab = new Lab(place);
            lab.apply(second);
            settle(lab, mark, what + " of the update");
            assertThat(running("sleep", "1" + mark + "1"))
                    .as("untouched, %s", what)
                    .isEqualTo(others);
            Map<String, Long> now = lab.pids();
            now.keySet().removeIf(name -> name.startsWith("other"));
            assertThat(now.keySet()).as("replaced, %s", what).doesNotContainAnyElementsOf(before.keySet());
            assertThat(lab.journal().verify().faults()).isEmpty();
        } finally {
            lab.close();
        }
    }

    private static void settle(Lab lab, String mark, String what) throws Exception {
        lab.awaitHealthy(Lab.deployment("web"));
        lab.awaitHealthy(Lab.deployment("other"));
        lab.awaitHealthy(Lab.service("web"));
        lab.await(
                "two of web, " + what,
                () -> running("sleep", "1" + mark + "2").size() == 2
                        && lab.status(Lab.service("web")).integer("endpoints", 0) == 2);
        assertThat(running("sleep", "1" + mark + "1"))
                .as("one of other, %s", what)
                .hasSize(1);
    }

    private static void runDying(Path place, Path yaml, int at, String when) throws Exception {
        Process agent = new ProcessBuilder(
                        ProcessHandle.current().info().command().orElseThrow(),
                        "-XX:+UseSerialGC",
                        "-Xmx64m",
                        "-XX:TieredStopAtLevel=1",
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path"),
                        DyingAgent.class.getName(),
                        place.toString(),
                        yaml.toString(),
                        Integer.toString(at),
                        when)
                .redirectErrorStream(true)
                .redirectOutput(place.resolve("agent.log").toFile())
                .start();
        int code = agent.waitFor();
        assertThat(code)
                .as(() -> {
                    try {
                        return Files.readString(place.resolve("agent.log"));
                    } catch (IOException unreadable) {
                        return unreadable.toString();
                    }
                })
                .isIn(0, 137);
    }
}
