package io.homeostat.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.homeostat.model.Json;
import io.homeostat.model.Node;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A fault of somebody else's program is part of a run like any other, and gone when the agent is killed in the middle of it. */
@Tag("e2e")
class ExtensionsTest {

    @TempDir
    Path directory;

    private Shop shop;
    private Path file;

    @BeforeEach
    void open() throws Exception {
        shop = new Shop(directory.resolve("stage"));
        shop.web("one", 2, Map.of());
        file = directory.resolve("unexpected");
        shop.stage.write("reliability/leave-a-file.yaml", """
            apiVersion: homeostat.io/v1
            kind: Experiment
            metadata: {name: leave-a-file}
            spec:
              owner: ann
              hypothesis:
                probes: [{name: nothing in particular, process: {command: ["true"]}}]
                every: 100ms
                steady: 200ms
              faults:
                - extension: {name: flag-file, workload: web, parameters: {file: %s}}
              duration: 2s
              recovery: 30s
            """.formatted(file));
        shop.stage.write("reliability/flag-file.yaml", extension("flag-file"));
        shop.begin();
    }

    @AfterEach
    void close() throws Exception {
        shop.close();
    }

    private static String extension(String name) {
        return """
            apiVersion: homeostat.io/v1
            kind: Extension
            metadata: {name: %s}
            spec:
              owner: ann
              description: leaves a file
              parameters: {file: {required: true}}
              executable:
                command:
                  - sh
                  - -c
                  - |
                    request=$(cat)
                    value() { printf %%s "$request" | sed -n "s/.*\\"$1\\":\\"\\([^\\"]*\\)\\".*/\\1/p"; }
                    file=$(value file)
                    case $(value verb) in
                      start) printf %%s "$request" >"$file" ;;
                      status) if [ -e "$file" ]; then echo '{"observed": true, "seen": "the file is there"}'; fi ;;
                      stop) rm -f "$file" ;;
                    esac
            """.formatted(name);
    }

    private Node.Mapping post(String path, Node.Mapping body) throws IOException {
        return shop.stage.post(path, Json.write(body));
    }

    private int known() {
        try {
            return shop.stage.get("/api/v1/catalog").sequence("extensions").size();
        } catch (IOException notNow) {
            return -1;
        }
    }

    private String verdict() {
        try {
            return shop.stage
                    .get("/api/v1/experiments?name=leave-a-file")
                    .mapping("experiment")
                    .mapping("last")
                    .text("verdict", "");
        } catch (IOException notNow) {
            return "";
        }
    }

    @Test
    void itIsDoneSeenUndoneAndTakenBackFromAKilledAgent() throws Exception {
        post("/api/v1/experiment", Node.Mapping.EMPTY.with("action", "run").with("name", "leave-a-file"));
        shop.stage.await("the file", status -> Files.exists(file));
        assertThat(Files.readString(file)).contains("\"workload\":\"Deployment/web\"", "\"instances\":[\"web-");
        shop.stage.await("a verdict", status -> !verdict().isEmpty());
        assertThat(verdict()).isEqualTo("held");
        assertThat(file).doesNotExist();
        assertThat(shop.events("experiment.observed"))
                .extracting(event -> event.text("message", ""))
                .containsExactly("leave-a-file: extension was seen at flag-file for Deployment/web: the file is there");

        post("/api/v1/experiment", Node.Mapping.EMPTY.with("action", "run").with("name", "leave-a-file"));
        shop.stage.await("the file", status -> Files.exists(file));
        shop.stage.killAgent();
        long deadline = System.nanoTime() + 60_000_000_000L;
        while (Files.exists(file)) {
            assertThat(System.nanoTime()).as("nothing is left").isLessThan(deadline);
            LockSupport.parkNanos(20_000_000);
        }
        shop.stage.startAgent();
        shop.stage.await("the next agent has closed it", status -> verdict().equals("inconclusive"));
    }

    @Test
    void whatIsRegisteredStaysAndAWrongParameterIsSaid() throws Exception {
        post(
                "/api/v1/catalog",
                Node.Mapping.EMPTY.with("document", extension("another")).with("by", "ann"));
        shop.stage.killAgent();
        shop.stage.startAgent();
        shop.stage.await("an agent that knows Git", status -> known() == 2);
        assertThat(shop.stage.get("/api/v1/catalog").sequence("extensions"))
                .extracting(each ->
                        ((Node.Mapping) each).text("name", "") + " " + ((Node.Mapping) each).flag("declared", false))
                .containsExactly("another false", "flag-file true");
        Node.Mapping plan = post(
                "/api/v1/experiment", Node.Mapping.EMPTY.with("action", "plan").with("document", """
                    apiVersion: homeostat.io/v1
                    kind: Experiment
                    metadata: {name: wrong}
                    spec:
                      owner: ann
                      hypothesis: {probes: [{name: p, process: {command: ["true"]}}]}
                      faults:
                        - extension: {name: another, parameters: {fil: /tmp/x}}
                        - extension: {name: nobody}
                    """));
        assertThat(plan.sequence("refusals").toString())
                .contains("the extension another has no parameter 'fil'; did you mean 'file'?")
                .contains("the extension another needs its parameter 'file'")
                .contains("no extension is called nobody");
        post("/api/v1/catalog", Node.Mapping.EMPTY.with("remove", "another").with("by", "ann"));
        assertThat(shop.stage.get("/api/v1/catalog").sequence("extensions")).hasSize(1);
    }
}
