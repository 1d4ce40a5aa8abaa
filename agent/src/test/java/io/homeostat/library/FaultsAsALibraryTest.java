package io.homeostat.library;

import static org.assertj.core.api.Assertions.assertThat;

import io.homeostat.agent.Agent;
import io.homeostat.converge.Faults;
import io.homeostat.converge.Faults.Fault;
import io.homeostat.converge.Faults.Place;
import io.homeostat.converge.Faults.State;
import io.homeostat.model.Json;
import io.homeostat.model.Node;
import io.homeostat.model.ObjectKey;
import io.homeostat.model.chaos.Effect;
import io.homeostat.source.SourceSpec;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One fault of each family as somebody calls it who has nothing but the jar, as docs/library.md shows it: it is seen, and it is gone. */
@Tag("e2e")
class FaultsAsALibraryTest {

    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final Duration HEARTBEAT = Duration.ofSeconds(2);
    private static final Duration LASTS = Duration.ofMinutes(2);
    private static final ObjectKey WEB = new ObjectKey("apps", "Deployment", "default", "web");

    private static final String SERVER = "use IO::Socket::INET;"
            + " my $s = IO::Socket::INET->new(LocalAddr => $ENV{HOST}, LocalPort => $ENV{PORT}, Listen => 64,"
            + " ReuseAddr => 1) or die;"
            + " while (my $c = $s->accept) { sysread($c, my $r, 65536);"
            + " syswrite($c, qq(HTTP/1.1 200 OK\\r\\nConnection: close\\r\\nContent-Length: 2\\r\\n\\r\\nok)); close $c; }";

    @TempDir
    private Path directory;

    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();
    private Agent agent;
    private Faults faults;

    @BeforeEach
    void begin() throws Exception {
        write("environments/test/environment.yaml", """
            apiVersion: homeostat.io/v1
            kind: Environment
            metadata: {name: test}
            spec:
              target: {local: {}}
              include: [apps]
              images: {test/program: host}
            """);
        write("apps/shop/web.yaml", """
            apiVersion: v1
            kind: Service
            metadata: {name: web}
            spec: {selector: {app: web}, ports: [{name: http, port: 80, targetPort: 8080}]}
            ---
            apiVersion: apps/v1
            kind: Deployment
            metadata: {name: web}
            spec:
              replicas: 1
              progressDeadlineSeconds: 5
              selector: {matchLabels: {app: web}}
              template:
                metadata: {labels: {app: web}}
                spec:
                  terminationGracePeriodSeconds: 1
                  containers:
                    - name: web
                      image: test/program
                      command: [perl, -e, '%s']
                      ports: [{containerPort: 8080}]
                      readinessProbe: {tcpSocket: {port: 8080}, periodSeconds: 1}
            """.formatted(SERVER));
        agent = Agent.start(new Agent.Settings(
                SourceSpec.of(directory.resolve("repo").toString()),
                directory.resolve("state"),
                null,
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                null));
        faults = agent.faults();
        await("all is in sync", () -> application().text("state", "").equals("synced") && status() == 200);
    }

    @AfterEach
    void end() throws Exception {
        http.send(
                request("/api/v1/shutdown")
                        .POST(HttpRequest.BodyPublishers.ofString("{\"workloads\":true}"))
                        .build(),
                HttpResponse.BodyHandlers.discarding());
        agent.await();
        agent.close();
    }

    private void write(String file, String content) throws IOException {
        Path path = directory.resolve("repo").resolve(file);
        Files.createDirectories(path.getParent());
        Files.writeString(path, content);
    }

    private HttpRequest.Builder request(String path) throws IOException {
        Node.Mapping where = (Node.Mapping)
                Json.read(Files.readAllBytes(directory.resolve("state").resolve("agent.json")));
        return HttpRequest.newBuilder(URI.create(agent.url() + path))
                .timeout(Duration.ofSeconds(30))
                .header("Authorization", "Bearer " + where.text("token", ""));
    }

    private Node.Mapping application() throws Exception {
        String body = http.send(request("/api/v1/status").build(), HttpResponse.BodyHandlers.ofString())
                .body();
        List<Node> applications = ((Node.Mapping) Json.read(body)).sequence("applications");
        return applications.isEmpty() ? Node.Mapping.EMPTY : (Node.Mapping) applications.getFirst();
    }

    /** What a call of the Service is answered with; 0 when it is not. */
    private int status() throws Exception {
        List<Node> services = application().sequence("services");
        if (services.isEmpty()) {
            return 0;
        }
        String address = ((Node.Mapping) services.getFirst()).text("address", "");
        try {
            return http.send(
                            HttpRequest.newBuilder(URI.create("http://" + address + "/"))
                                    .timeout(Duration.ofSeconds(2))
                                    .build(),
                            HttpResponse.BodyHandlers.discarding())
                    .statusCode();
        } catch (IOException unanswered) {
            return 0;
        }
    }

    private static void await(String what, Callable<Boolean> condition) throws Exception {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.call()) {
            assertThat(System.nanoTime()).as(what).isLessThan(deadline);
            LockSupport.parkNanos(50_000_000);
        }
    }

    /** Renews it, as its holder has to, until it was seen at its place and does what it is for. */
    private State hold(Place place, Effect effect, Callable<Boolean> does) throws Exception {
        Fault fault = new Fault("it", place, effect, LASTS);
        State[] last = new State[1];
        await(effect + " is seen", () -> {
            List<State> states = faults.hold("my-test", HEARTBEAT, List.of(fault));
            last[0] = states.isEmpty() ? last[0] : states.getFirst();
            return last[0] != null && last[0].observed() && does.call();
        });
        return last[0];
    }

    private void undo() throws Exception {
        await("nothing is left", () -> {
            try {
                return faults.hold("my-test", HEARTBEAT, List.of()).isEmpty();
            } catch (Faults.NotUndone still) {
                return false;
            }
        });
        await("it answers again", () -> status() == 200);
    }

    @Test
    void aFaultOfEachFamilyIsSeenAndGone() throws Exception {
        String instance = faults.instances(WEB).getFirst().name();
        hold(new Place.OnInstance(WEB, instance), new Effect.Pause(), () -> status() == 0);
        undo();

        hold(
                new Place.OnWorkload(WEB),
                new Effect.Scale(2),
                () -> faults.instances(WEB).size() == 2);
        undo();
        await("one is left", () -> faults.instances(WEB).size() == 1);

        Place.OnEdge calls = new Place.OnEdge("*", "Service/web", 1);
        // Nothing is hit where nobody calls.
        await("calls fail", () -> {
            faults.hold("my-test", HEARTBEAT, List.of(new Fault("it", calls, new Effect.Failure(503), LASTS)));
            return status() == 503;
        });
        hold(calls, new Effect.Failure(503), () -> true);
        undo();

        await("it is where it is to be", () -> application().text("state", "").equals("synced"));
        State bad = hold(
                new Place.OnWorkload(WEB), new Effect.Version(List.of("sh", "-c", "exit 1")), () -> status() == 200);
        assertThat(bad.through()).as("something caught it: " + bad.seen()).isNull();
        undo();

        Place.Outside source = new Place.Outside("the source", null);
        hold(source, new Effect.GitUnreachable(), () -> true);
        undo();

        Place.Outside door = new Place.Outside("the API", null);
        State refused = hold(
                door,
                new Effect.Access(
                        "http://homeostat/api/v1/status", "GET", Map.of("Authorization", "Bearer stolen"), "401|403"),
                () -> true);
        assertThat(refused.through()).isNull();
        undo();
    }
}
