package io.homeostat.target.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.introspect.Annotated;
import com.fasterxml.jackson.databind.introspect.JacksonAnnotationIntrospector;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.homeostat.converge.Plan;
import io.homeostat.converge.Step;
import io.homeostat.model.Document;
import io.homeostat.model.Documents;
import io.homeostat.model.Environment;
import io.homeostat.model.Json;
import io.homeostat.model.Node;
import io.homeostat.source.Snapshots;
import io.homeostat.target.kubernetes.api.ApiServer;
import io.homeostat.target.kubernetes.objects.Body;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What we send has no field that the newest Kubernetes of the client library does not know, in the types that it gives it. */
class RequestsFitTheNewestApiTest {

    /** Its classes take in anything that they do not know; here they do not. */
    private static final ObjectMapper STRICT = new ObjectMapper()
            .configure(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES, true)
            .setAnnotationIntrospector(new JacksonAnnotationIntrospector() {
                private static final long serialVersionUID = 1;

                @Override
                public Boolean hasAnySetter(Annotated annotated) {
                    return Boolean.FALSE;
                }
            });

    private static final Map<String, Class<?>> KINDS = Map.of(
            "Namespace", Namespace.class,
            "Secret", Secret.class,
            "Event", Event.class,
            "ConfigMap", ConfigMap.class,
            "Service", Service.class,
            "Deployment", Deployment.class);

    private static void fits(byte[] body) throws IOException {
        String kind = ((Node.Mapping) Json.read(body)).text("kind", "");
        assertThat(KINDS).containsKey(kind);
        assertThat(STRICT.readValue(body, Objects.requireNonNull(KINDS.get(kind))))
                .as(kind)
                .isNotNull();
    }

    @Test
    void whatHomeostatWritesOfItsOwn(@TempDir Path directory) throws Exception {
        Queue<byte[]> bodies = new ConcurrentLinkedQueue<>();
        HttpServer recorder = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        recorder.createContext("/", exchange -> answer(exchange, bodies));
        recorder.start();
        Path kubeconfig = Files.writeString(directory.resolve("kubeconfig"), """
                apiVersion: v1
                kind: Config
                clusters: [{name: it, cluster: {server: "http://127.0.0.1:%d"}}]
                users: [{name: me, user: {}}]
                contexts: [{name: it, context: {cluster: it, user: me}}]
                current-context: it
                """.formatted(
                        recorder.getAddress().getPort()));
        try (ApiServer server = ApiServer.of(kubeconfig, null, 100, 4)) {
            Session.ensureNamespace(server, "own");
            Inventories inventories = new Inventories(server, "own", "own.test");
            inventories.prepare(
                    new Plan("shop", "r1", List.of(new Step.Create(declared(), Step.Cause.CHANGE))),
                    null,
                    key -> false);
            Observed observed = new Observed(inventories, name -> {});
            try (ObjectEvents events = new ObjectEvents(server, observed, InstantSource.system())) {
                events.tell(declared().document().key(), true, "Drifted", "greeting is bye");
                long end = System.nanoTime() + 30_000_000_000L;
                while (kinds(bodies).size() < 3 && System.nanoTime() < end) {
                    LockSupport.parkNanos(5_000_000);
                }
            }
        } finally {
            recorder.stop(0);
        }
        assertThat(kinds(bodies)).containsExactlyInAnyOrder("Namespace", "Secret", "Event");
        for (byte[] body : bodies) {
            fits(body);
        }
    }

    private static Set<String> kinds(Queue<byte[]> bodies) throws IOException {
        Set<String> kinds = new TreeSet<>();
        for (byte[] body : bodies) {
            kinds.add(((Node.Mapping) Json.read(body)).text("kind", ""));
        }
        return kinds;
    }

    /** Nothing is there, and everything may be made. */
    private static void answer(HttpExchange exchange, Queue<byte[]> bodies) throws IOException {
        byte[] body = exchange.getRequestBody().readAllBytes();
        boolean isRead = exchange.getRequestMethod().equals("GET");
        byte[] answer = body;
        if (isRead) {
            answer = "{\"kind\": \"Status\", \"reason\": \"NotFound\"}".getBytes(StandardCharsets.UTF_8);
        } else {
            bodies.add(body);
        }
        exchange.sendResponseHeaders(isRead ? 404 : 201, answer.length);
        exchange.getResponseBody().write(answer);
        exchange.close();
    }

    private static Step.Declared declared() throws IOException {
        return declared("{apiVersion: v1, kind: ConfigMap, metadata: {name: settings, namespace: shop}, data: {a: b}}");
    }

    private static Step.Declared declared(String yaml) throws IOException {
        Document document = Documents.parse("a.yaml", yaml.getBytes(StandardCharsets.UTF_8))
                .documents()
                .getFirst();
        return new Step.Declared(document, "shop", "r1", "a.yaml", "digest", 0);
    }

    @Test
    void whatIsMadeOfDocumentsBeforeTheyAreApplied(@TempDir Path directory) throws Exception {
        for (String yaml : List.of(
                "{apiVersion: v1, kind: ConfigMap, metadata: {name: settings}, data: {a: b}}",
                "{apiVersion: v1, kind: Secret, metadata: {name: password}, stringData: {word: tiger}}",
                "{apiVersion: v1, kind: Service, metadata: {name: web}, spec: {selector: {a: b}, ports: [{port: 80}]}}",
                """
                apiVersion: apps/v1
                kind: Deployment
                metadata: {name: web, creationTimestamp: null}
                spec:
                  replicas: 2
                  selector: {matchLabels: {app: web}}
                  template:
                    metadata: {labels: {app: web}}
                    spec: {containers: [{name: main, image: a, ports: [{containerPort: 80}]}]}
                status: {}
                """)) {
            Step.Declared declared = declared(yaml);
            Document completed = new KubernetesCompletion()
                    .complete(declared.document(), Environment.implicit("test"), Snapshots.ofDirectory(directory));
            Node.Mapping body = Body.of(
                    new Step.Declared(completed, "shop", "r1", "a.yaml", "digest", 0),
                    true,
                    "own.test",
                    List.of(),
                    Set.of());
            fits(Json.writeRevealing(body));
        }
    }

    @Test
    void aFieldThatNobodyKnowsIsSeen() {
        assertThat(catchThrowable(
                        () -> fits("{\"kind\": \"Secret\", \"nonsense\": 1}".getBytes(StandardCharsets.UTF_8))))
                .hasMessageContaining("nonsense");
    }
}
