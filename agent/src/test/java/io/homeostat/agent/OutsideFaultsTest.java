package io.homeostat.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.homeostat.model.Json;
import io.homeostat.model.Node;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The source, those who must be refused, and people, as parts of experiments on a real agent. */
@Tag("e2e")
class OutsideFaultsTest {

    @TempDir
    Path directory;

    private Shop shop;
    private String first = "";

    @BeforeEach
    void open() throws Exception {
        shop = new Shop(directory.resolve("stage"));
        shop.web("one", 1, Map.of());
        experiment("no-git", "gitUnreachable: {}", "4s");
        experiment(
                "stolen",
                "access: {url: 'http://homeostat/api/v1/status', headers: {authorization: Bearer nonsense}}",
                "1s");
        experiment("open-door", "access: {url: 'http://web/admin'}", "1s");
        experiment("game-day", "person: {who: ann, task: be unavailable}", "10s");
        first = shop.begin();
    }

    @AfterEach
    void close() throws Exception {
        shop.close();
    }

    private void experiment(String name, String fault, String duration) throws IOException {
        shop.stage.write("reliability/" + name + ".yaml", """
            apiVersion: homeostat.io/v1
            kind: Experiment
            metadata: {name: %s}
            spec:
              owner: ann
              hypothesis:
                probes: [{name: web answers, http: {url: "http://web/", within: 5s}}]
                every: 100ms
                steady: 200ms
              faults: [{%s}]
              duration: %s
              recovery: 60s
            """.formatted(name, fault, duration));
    }

    private Node.Mapping post(String action, String name, Node.Mapping more) throws IOException {
        return shop.stage.post(
                "/api/v1/experiment", Json.write(more.with("action", action).with("name", name)));
    }

    private Node.Mapping last(String name) {
        try {
            return shop.stage
                    .get("/api/v1/experiments?name=" + name)
                    .mapping("experiment")
                    .mapping("last");
        } catch (IOException notNow) {
            return Node.Mapping.EMPTY;
        }
    }

    private String verdict(String name) throws IOException {
        shop.stage.await(
                "a verdict on " + name,
                status -> !last(name).text("verdict", "").isEmpty());
        return last(name).text("verdict", "");
    }

    private void awaitObserved(String name) throws IOException {
        shop.stage.await(name + " is seen", status -> {
            try {
                return shop.events("experiment.observed").stream()
                        .anyMatch(event ->
                                event.mapping("data").text("experiment", "").equals(name));
            } catch (IOException notNow) {
                return false;
            }
        });
    }

    @Test
    void aSourceThatAnswersNobodyKeepsWhatRunsAndIsReachedAgain() throws Exception {
        post("run", "no-git", Node.Mapping.EMPTY);
        awaitObserved("no-git");
        shop.web("two", 1, Map.of());
        String second = shop.stage.commit("second");
        assertThat(shop.answerTo("x-caller", "somebody")).isEqualTo("one");
        assertThat(verdict("no-git")).isEqualTo("held");
        assertThat(shop.events("experiment.observed").getFirst().text("message", ""))
                .isEqualTo("no-git: gitUnreachable was seen at the source: it was asked in vain");
        shop.stage.awaitSynced("shop", second);
        assertThat(second).isNotEqualTo(first);
    }

    @Test
    void aKilledAgentLeavesNoSourceUnreachable() throws Exception {
        post("run", "no-git", Node.Mapping.EMPTY);
        awaitObserved("no-git");
        shop.stage.killAgent();
        shop.web("two", 1, Map.of());
        String second = shop.stage.commit("second");
        shop.stage.startAgent();
        shop.stage.awaitSynced("shop", second);
        assertThat(verdict("no-git")).isEqualTo("inconclusive");
    }

    @Test
    void whoMustBeRefusedIsAndWhoIsLetInIsAFinding() throws Exception {
        post("run", "stolen", Node.Mapping.EMPTY);
        assertThat(verdict("stolen")).as(last("stolen").toString()).isEqualTo("held");
        post("run", "open-door", Node.Mapping.EMPTY);
        assertThat(verdict("open-door")).isEqualTo("broken");
        assertThat(shop.stage.get("/api/v1/findings").sequence("findings").toString())
                .contains("guardrail")
                .contains("GET http://web/admin was let in: answered with status 200");
    }

    @Test
    void whatAPersonAnswersIsWrittenDown() throws Exception {
        post("run", "game-day", Node.Mapping.EMPTY);
        shop.stage.await("ann is asked", status -> {
            try {
                return shop.stage
                        .get("/api/v1/experiments")
                        .sequence("asked")
                        .toString()
                        .contains("be unavailable");
            } catch (IOException notNow) {
                return false;
            }
        });
        post("answer", "game-day", Node.Mapping.EMPTY.with("by", "ann").with("note", "phone is off"));
        assertThat(verdict("game-day")).isEqualTo("held");
        assertThat(shop.events("experiment.observed").getFirst().text("message", ""))
                .isEqualTo("game-day: person was seen at ann: ann did it: phone is off");
        assertThat(shop.stage.get("/api/v1/experiments").sequence("asked")).isEmpty();
    }
}
