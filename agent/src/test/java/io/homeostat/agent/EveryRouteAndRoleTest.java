package io.homeostat.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.homeostat.model.Node;
import io.homeostat.source.SourceSpec;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who may do what, for every route there is: looking takes a viewer, acting takes more. */
class EveryRouteAndRoleTest {

    private static final Map<String, Role> ACTING = Map.ofEntries(
            Map.entry("/api/v1/sync", Role.OPERATOR),
            Map.entry("/api/v1/freeze", Role.OPERATOR),
            Map.entry("/api/v1/unfreeze", Role.OPERATOR),
            Map.entry("/api/v1/release", Role.OPERATOR),
            Map.entry("/api/v1/rollback", Role.OPERATOR),
            Map.entry("/api/v1/rollout", Role.OPERATOR),
            Map.entry("/api/v1/experiment", Role.OPERATOR),
            Map.entry("/api/v1/catalog", Role.OPERATOR),
            Map.entry("/api/v1/halt", Role.OPERATOR),
            Map.entry("/api/v1/resume", Role.OPERATOR),
            Map.entry("/api/v1/confirm", Role.APPROVER),
            Map.entry("/api/v1/console", Role.ADMIN),
            Map.entry("/api/v1/shutdown", Role.ADMIN));

    @TempDir
    static Path directory;

    private static Agent agent;

    @BeforeAll
    static void start() throws Exception {
        agent = Agent.start(new Agent.Settings(
                SourceSpec.of(
                        Files.createDirectories(directory.resolve("source")).toString()),
                directory.resolve("state"),
                null,
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                null));
    }

    @AfterAll
    static void stop() {
        agent.close();
    }

    @Test
    void everyRouteNeedsTheRoleThatTheTableSays() throws Exception {
        List<Route> api = agent.api().routes().stream()
                .filter(route -> route.path().startsWith("/api/"))
                .toList();
        assertThat(api).extracting(Route::path).containsAll(ACTING.keySet());
        for (Route route : api) {
            boolean acts = !route.method().equals("GET");
            Role needed = acts ? ACTING.getOrDefault(route.path(), Objects.requireNonNull(route.needs())) : Role.VIEWER;
            assertThat(acts && needed == Role.VIEWER)
                    .as(route.path() + " acts, so it takes more than looking")
                    .isFalse();
            for (Role role : Role.values()) {
                boolean may = role.compareTo(needed) >= 0;
                Person person = new Person("ada", role);
                assertThat(agent.api().may(person, route.method(), route.path()))
                        .as(role + " " + route.method() + " " + route.path())
                        .isEqualTo(may);
                if (!may) {
                    assertThatThrownBy(() -> agent.api()
                                    .ask(
                                            person,
                                            route.method(),
                                            route.path(),
                                            new Question(Map.of(), Node.Mapping.EMPTY)))
                            .isInstanceOfSatisfying(
                                    Refusal.class, no -> assertThat(no.status()).isEqualTo(403));
                }
            }
        }
    }

    @Test
    void whatIsOpenToEverybodyIsFewAndKnown() {
        assertThat(agent.api().routes().stream()
                        .filter(route -> route.needs() == null)
                        .map(Route::path))
                .containsExactlyInAnyOrder("/healthz", "/readyz", "/version", "/metrics", "/hooks/git");
    }
}
