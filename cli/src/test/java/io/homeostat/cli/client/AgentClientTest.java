package io.homeostat.cli.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.homeostat.model.Node;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AgentClientTest {

    @TempDir
    Path state;

    @Test
    void asksWithTheTokenOfTheStateDirectoryAndEscapesWhatItAsksFor() throws Exception {
        try (SpokenAgent agent = new SpokenAgent(state).answers("/api/v1/why", "{\"answer\": \"because\"}")) {
            Node.Mapping why = AgentClient.of(state).get("/api/v1/why", "name", "Deployment/web & co", "other", null);

            assertThat(why.text("answer")).isEqualTo("because");
            assertThat(agent.requests()).containsExactly("GET /api/v1/why?name=Deployment%2Fweb+%26+co");
        }
    }

    @Test
    void sendsABodyWithoutWhatIsNotSaid() throws Exception {
        try (SpokenAgent agent = new SpokenAgent(state).answers("/api/v1/sync", "{\"message\": \"ok\"}")) {
            AgentClient.of(state).post("/api/v1/sync", "application", null, "reason", "said \"so\"");

            assertThat(agent.requests()).containsExactly("POST /api/v1/sync {\"reason\":\"said \\\"so\\\"\"}");
        }
    }

    @Test
    void saysWhatTheAgentSaidWhenItSaysNo() throws Exception {
        try (SpokenAgent agent = new SpokenAgent(state)) {
            agent.answers("/api/v1/release", 409, "{\"detail\": \"nothing is quarantined\", \"suggestion\": \"look\"}");

            assertThatThrownBy(() -> AgentClient.of(state).post("/api/v1/release", "application", "shop"))
                    .isInstanceOfSatisfying(AgentException.class, no -> {
                        assertThat(no).hasMessage("nothing is quarantined");
                        assertThat(no.suggestion()).isEqualTo("look");
                        assertThat(no.status()).isEqualTo(409);
                    });
        }
    }

    @Test
    void anErrorThatIsNoJsonIsStillAnError() throws Exception {
        try (SpokenAgent agent = new SpokenAgent(state)) {
            agent.answers("/api/v1/status", 500, "<html>");

            assertThatThrownBy(() -> AgentClient.of(state).get("/api/v1/status"))
                    .hasMessageContaining("HTTP status 500");
        }
    }

    @Test
    void readsLinesUntilTheSinkHasEnough() throws Exception {
        try (SpokenAgent agent = new SpokenAgent(state).answers("/api/v1/events", "one\ntwo\nthree\n")) {
            List<String> lines = new ArrayList<>();

            AgentClient.of(state).lines("/api/v1/events", line -> {
                lines.add(line);
                return lines.size() < 2;
            });

            assertThat(lines).containsExactly("one", "two");
            assertThat(agent.requests()).hasSize(1);
        }
    }

    @Test
    void withoutAnAgentItSaysHowToStartOne() {
        assertThatThrownBy(() -> AgentClient.of(state.resolve("none")))
                .isInstanceOfSatisfying(AgentException.class, none -> {
                    assertThat(none).hasMessageContaining("no agent runs on").hasMessageContaining("none");
                    assertThat(none.suggestion())
                            .contains("homeostat agent --source")
                            .contains("--state");
                });
    }

    @Test
    void ofAnAgentThatIsGoneItSaysThatWhatItStartedKeepsRunning() throws Exception {
        new SpokenAgent(state).close();
        String file = Files.readString(state.resolve("agent.json"));
        Process gone = new ProcessBuilder("true").start();
        gone.waitFor();
        Files.writeString(
                state.resolve("agent.json"),
                file.replace(Long.toString(ProcessHandle.current().pid()), Long.toString(gone.pid())));

        assertThatThrownBy(() -> AgentClient.of(state).get("/api/v1/status"))
                .isInstanceOfSatisfying(AgentException.class, failure -> {
                    assertThat(failure).hasMessageContaining("is not running").hasMessageContaining("keeps running");
                    assertThat(failure.suggestion()).contains("homeostat agent");
                });
    }

    @Test
    void aTokenThatIsNotTakenIsExplained() throws Exception {
        try (SpokenAgent agent = new SpokenAgent(state)) {
            String file = Files.readString(state.resolve("agent.json"));
            Files.writeString(state.resolve("agent.json"), file.replace(SpokenAgent.TOKEN, "another"));

            assertThatThrownBy(() -> AgentClient.of(state).get("/api/v1/status"))
                    .hasMessageContaining("does not take the token");
            assertThat(agent.requests()).hasSize(1);
        }
    }
}
