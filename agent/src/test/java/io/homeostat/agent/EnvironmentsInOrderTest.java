package io.homeostat.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.homeostat.model.Json;
import io.homeostat.model.Node;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two agents on one repository: what has not passed in the first environment does not come to the second. */
@Tag("e2e")
class EnvironmentsInOrderTest {

    private static final long PATIENCE_NANOS = 90_000_000_000L;

    @TempDir
    Path directory;

    private final Map<String, Process> agents = new LinkedHashMap<>();

    private void write(String file, String text) throws IOException {
        Path path = directory.resolve("repository").resolve(file);
        Files.createDirectories(path.getParent());
        Files.writeString(path, text);
    }

    private void environment(String name, String more) throws IOException {
        write("environments/" + name + ".yaml", """
                apiVersion: homeostat.io/v1
                kind: Environment
                metadata: {name: %s}
                spec:
                  include: [apps]
                  images: {test/program: host}
                  sync: {interval: 1s}
                  %s
                """.formatted(name, more));
    }

    private void web(String version, String command) throws IOException {
        write("apps/shop/web.yaml", Stage.deployment("web", 1, 2, version, command));
    }

    private String commit(String message) throws IOException, InterruptedException {
        git("add", "-A");
        git("commit", "-q", "-m", message);
        return git("rev-parse", "HEAD");
    }

    private String git(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(
                List.of("git", "-C", directory.resolve("repository").toString()));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        return output.strip();
    }

    private void start(String environment) throws Exception {
        Path state = directory.resolve(environment);
        agents.put(
                environment,
                new ProcessBuilder(
                                ProcessHandle.current().info().command().orElseThrow(),
                                "-XX:+UseSerialGC",
                                "-XX:TieredStopAtLevel=1",
                                "-Xmx64m",
                                "--enable-native-access=ALL-UNNAMED",
                                "-cp",
                                System.getProperty("java.class.path"),
                                AgentProcess.class.getName(),
                                directory.resolve("repository").toString(),
                                state.toString(),
                                String.valueOf(Integer.MAX_VALUE),
                                "nobody",
                                environment)
                        .redirectErrorStream(true)
                        .redirectOutput(directory.resolve(environment + ".log").toFile())
                        .start());
        await("the agent of " + environment, () -> Files.exists(state.resolve("agent.json")));
    }

    @AfterEach
    void stop() throws Exception {
        for (Map.Entry<String, Process> agent : agents.entrySet()) {
            AgentCalls.post(directory.resolve(agent.getKey()), "/api/v1/shutdown", "{\"workloads\":true}");
            agent.getValue().onExit().join();
        }
    }

    private Node.Mapping announced(String environment) throws IOException {
        return (Node.Mapping)
                Json.read(Files.readAllBytes(directory.resolve(environment).resolve("agent.json")));
    }

    private Node.Mapping shop(String environment) throws IOException {
        return Stage.application(AgentCalls.get(directory.resolve(environment), "/api/v1/status"), "shop");
    }

    private boolean has(String environment, String revision) throws IOException {
        Node.Mapping shop = shop(environment);
        return shop.text("state", "").equals("synced")
                && shop.mapping("health").text("status", "").equals("healthy")
                && shop.text("revision", "").equals(revision);
    }

    private boolean is(String environment, String state) throws IOException {
        return shop(environment).text("state", "").equals(state);
    }

    private void await(String what, Callable<Boolean> condition) throws Exception {
        long end = System.nanoTime() + PATIENCE_NANOS;
        while (!condition.call()) {
            if (System.nanoTime() > end) {
                Assertions.fail("waited in vain for " + what + "\n" + shop("staging") + "\n"
                        + (agents.containsKey("production") ? shop("production") : ""));
            }
            LockSupport.parkNanos(50_000_000);
        }
    }

    @Test
    void whatDoesNotPassInOneEnvironmentDoesNotComeToTheNext() throws Exception {
        Files.createDirectories(directory.resolve("repository"));
        git("init", "-q", "-b", "main");
        git("config", "user.email", "test@example.org");
        git("config", "user.name", "test");
        environment("staging", "");
        environment("production", "");
        web("1", Stage.RUNS);
        commit("one");
        start("staging");
        Path token = directory.resolve("token");
        Files.writeString(token, announced("staging").text("token", "") + "\n");
        String url = announced("staging").text("url", "");
        environment("staging", "agent: {url: \"%s\", tokenFile: %s}".formatted(url, token));
        environment("production", "after: [staging]");
        commit("production comes after staging");
        start("production");
        await("both environments", () -> is("staging", "synced") && is("production", "synced"));

        web("2", "exit 3");
        commit("a bad one");
        await("staging to take it back", () -> is("staging", "quarantined"));
        await("production to wait", () -> is("production", "held"));
        assertThat(shop("production").mapping("hold").text("reason", ""))
                .contains("waits for environment staging", "homeostat confirm shop");
        assertThat(AgentCalls.get(directory.resolve("production"), "/api/v1/why?name=shop")
                        .toString())
                .contains("earlier environments: waits for environment staging");

        web("3", Stage.RUNS);
        String good = commit("a good one");
        await("staging", () -> has("staging", good));
        await("production", () -> has("production", good));
        assertThat(journal("production")).as("the bad one was never there").doesNotContain("quarantine.added");

        AgentCalls.post(
                directory.resolve("staging"),
                "/api/v1/freeze",
                "{\"application\": \"shop\", \"owner\": \"us\", \"reason\": \"it is looked at\", \"for\": \"1h\"}");
        web("4", Stage.RUNS);
        String fix = commit("a fix");
        await("production to wait", () -> is("production", "held"));
        AgentCalls.post(
                directory.resolve("production"), "/api/v1/confirm", "{\"application\": \"shop\", \"by\": \"us\"}");
        await("production", () -> has("production", fix));
        assertThat(shop("staging").text("revision", "")).isEqualTo(good);
        assertThat(journal("production")).contains("hold.confirmed", "comes before its turn");
    }

    private String journal(String environment) throws IOException {
        StringBuilder story = new StringBuilder();
        try (var files = Files.list(directory.resolve(environment).resolve("journal"))) {
            for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
                story.append(Files.readString(file));
            }
        }
        return story.toString();
    }
}
