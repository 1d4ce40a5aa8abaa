package io.homeostat.target.local;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.homeostat.gate.control.Counters.EdgeCounters;
import io.homeostat.gate.control.Outcome;
import io.homeostat.model.ObjectKey;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who calls whom is seen, with nothing changed in the programs. */
class EdgesAreKnownTest {

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

    /** Writes the address it was given for the Service "web" into a file, and waits. */
    private String caller(String name, String environment) {
        return """
            apiVersion: apps/v1
            kind: Deployment
            metadata: {name: %1$s}
            spec:
              replicas: 1
              selector: {matchLabels: {app: %1$s}}
              template:
                metadata: {labels: {app: %1$s}}
                spec:
                  containers:
                  - name: main
                    image: host
                    command: [sh, -c, "echo $WEB_SERVICE_HOST > %2$s/%1$s; exec sleep 1000"]
                    env: [%3$s]
            """.formatted(name, directory, environment);
    }

    private String addressOf(String caller) throws Exception {
        Path file = directory.resolve(caller);
        lab.await(caller + " has said its address", () -> Files.exists(file) && Files.size(file) > 5);
        return Files.readString(file).strip();
    }

    private long successes(String caller) throws IOException {
        List<EdgeCounters> edges = lab.gate().client().counters().edges();
        return edges.stream()
                .filter(edge -> edge.edge().caller().equals(caller)
                        && edge.edge().callee().equals("Service/web")
                        && !edge.version().isEmpty())
                .mapToLong(edge -> edge.ended(Outcome.SUCCESS).count())
                .sum();
    }

    @Test
    void eachCallerThatDeclaresACallHasItsOwnAddressAndItsOwnCounts() throws Exception {
        lab.apply(DeploymentsRunTest.SERVICE);
        lab.apply(DeploymentsRunTest.web("server", 1, "hello"));
        lab.apply(caller("shop", "{name: URL, value: 'http://$(WEB_SERVICE_HOST):$(WEB_SERVICE_PORT)/'}"));
        lab.apply(caller("worker", "{name: URL, value: 'http://$(WEB_SERVICE_HOST):80'}"));
        lab.apply(caller("guest", ""));
        lab.awaitHealthy(Lab.deployment("web"));
        lab.awaitHealthy(Lab.service("web"));
        String shop = addressOf("shop");
        String worker = addressOf("worker");
        String guest = addressOf("guest");
        assertThat(guest).isEqualTo(lab.address("web"));
        assertThat(List.of(shop, worker)).doesNotContain(guest).doesNotHaveDuplicates();
        for (int i = 0; i < 3; i++) {
            assertThat(Lab.get(shop, 80)).isEqualTo("hello");
        }
        assertThat(Lab.get(worker, 80)).isEqualTo("hello");
        assertThat(Lab.get(guest, 80)).isEqualTo("hello");
        lab.await("three calls of the shop", () -> successes("Deployment/shop") == 3);
        lab.await("one of the worker", () -> successes("Deployment/worker") == 1);
        lab.await("one that nobody declared", () -> successes("") == 1);
    }

    @Test
    void aNewServiceRestartsNobodyAndAddressesStay() throws Exception {
        lab.apply(DeploymentsRunTest.web("server", 1, "hello"));
        lab.apply(caller("shop", "{name: URL, value: 'http://$(WEB_SERVICE_HOST)/'}"));
        ObjectKey shop = Lab.deployment("shop");
        lab.awaitHealthy(shop);
        Map<String, Long> before = lab.pids();
        lab.apply(DeploymentsRunTest.SERVICE);
        lab.awaitHealthy(Lab.service("web"));
        lab.restart();
        lab.awaitHealthy(shop);
        assertThat(lab.pids()).isEqualTo(before);
        String address = lab.gate().client().status().listeners().stream()
                .filter(listener -> listener.name().endsWith(" from Deployment/shop"))
                .findFirst()
                .orElseThrow()
                .host();
        lab.restart();
        assertThat(lab.gate().client().status().listeners())
                .anyMatch(listener -> listener.host().equals(address));
        assertThat(address).isNotEqualTo(lab.address("web"));
    }

    @Test
    void anAgentOfAnotherVersionHasTheGateReplacedAndNobodyWhoCallsNotices() throws Exception {
        lab.apply(DeploymentsRunTest.SERVICE);
        lab.apply(DeploymentsRunTest.web("server", 1, "hello"));
        lab.awaitHealthy(Lab.deployment("web"));
        lab.awaitHealthy(Lab.service("web"));
        String address = lab.address("web");
        long pid = lab.gate().client().status().pid();
        lab.restart();
        lab.await("the first word", () -> lab.gate().client().status().generation() > 0);
        assertThat(lab.gate().client().status().pid()).isEqualTo(pid);

        AtomicInteger answered = new AtomicInteger();
        AtomicBoolean enough = new AtomicBoolean();
        Thread caller = Thread.ofVirtual().unstarted(() -> {
            try {
                while (!enough.get() && Lab.get(address, 80).equals("hello")) {
                    answered.incrementAndGet();
                }
            } catch (IOException failed) {
                throw new java.io.UncheckedIOException(failed);
            }
        });
        caller.start();
        lab.restartAs("2");
        lab.await("another gate", () -> !lab.events("gate.upgraded").isEmpty());
        int before = answered.get();
        lab.await("calls go on", () -> answered.get() > before + 10 || !caller.isAlive());
        assertThat(caller.isAlive()).as("every call was answered").isTrue();
        enough.set(true);
        caller.join();
        assertThat(lab.gate().client().status().pid()).isNotEqualTo(pid);
        lab.await("what was counted goes on", () -> successes("") == answered.get());
    }

    private String openssl(String name) throws Exception {
        Path key = directory.resolve(name + ".key");
        Path certificate = directory.resolve(name + ".crt");
        Process openssl = new ProcessBuilder(
                        "openssl",
                        "req",
                        "-x509",
                        "-nodes",
                        "-days",
                        "2",
                        "-newkey",
                        "ec",
                        "-pkeyopt",
                        "ec_paramgen_curve:P-256",
                        "-subj",
                        "/CN=" + name,
                        "-addext",
                        "subjectAltName=DNS:web.example",
                        "-keyout",
                        key.toString(),
                        "-out",
                        certificate.toString())
                .redirectErrorStream(true)
                .start();
        String said = new String(openssl.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(openssl.waitFor()).as(said).isZero();
        return secret("kubernetes.io/tls", Files.readString(certificate), Files.readString(key));
    }

    private static String secret(String type, String certificate, String key) {
        return """
            apiVersion: v1
            kind: Secret
            metadata: {name: web-tls}
            type: %s
            stringData:
              tls.crt: "%s"
              tls.key: "%s"
            """.formatted(type, certificate.replace("\n", "\\n"), key.replace("\n", "\\n"));
    }

    /** What is answered to who trusts the certificate of that name alone. */
    private String secured(String name, String address) throws Exception {
        Process curl = new ProcessBuilder(
                        "curl",
                        "-sS",
                        "--max-time",
                        "20",
                        "--cacert",
                        directory.resolve(name + ".crt").toString(),
                        "--resolve",
                        "web.example:443:" + address,
                        "https://web.example/")
                .redirectErrorStream(true)
                .start();
        return new String(curl.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    @Test
    void aServiceThatNamesACertificateIsServedOverTls() throws Exception {
        lab.apply(DeploymentsRunTest.web("server", 1, "hello"));
        lab.apply(DeploymentsRunTest.SERVICE
                .replace("{name: web}", "{name: web, annotations: {gate.homeostat.io/tls: web-tls}}")
                .replace("port: 80,", "port: 443,"));
        lab.awaitHealthy(Lab.deployment("web"));
        lab.await(
                "it says what it lacks",
                () -> lab.status(Lab.service("web")).toString().contains("there is no Secret 'web-tls'"));
        lab.apply(openssl("first"));
        lab.awaitHealthy(Lab.service("web"));
        assertThat(secured("first", lab.address("web"))).isEqualTo("hello");
        lab.apply(openssl("second"));
        lab.await(
                "the new one is shown",
                () -> secured("second", lab.address("web")).equals("hello"));
        lab.apply(secret("kubernetes.io/tls", "hello", "secret-key"));
        lab.await(
                "it says what is wrong",
                () -> lab.status(Lab.service("web")).toString().contains("its certificate cannot be used"));
        assertThat(secured("second", lab.address("web"))).isEqualTo("hello");
        assertThat(lab.status(Lab.service("web")).toString()).doesNotContain("secret-key");
    }

    @Test
    void whatIsElsewhereIsAnEdgeToo() throws Exception {
        List<String> hosts = new CopyOnWriteArrayList<>();
        HttpServer elsewhere = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        elsewhere.createContext("/", exchange -> {
            try (exchange) {
                hosts.add(exchange.getRequestHeaders().getFirst("Host"));
                exchange.sendResponseHeaders(200, 4);
                exchange.getResponseBody().write("paid".getBytes(StandardCharsets.UTF_8));
            }
        });
        elsewhere.start();
        int port = elsewhere.getAddress().getPort();
        try {
            lab.apply("""
                apiVersion: v1
                kind: Service
                metadata: {name: web}
                spec:
                  type: ExternalName
                  externalName: localhost
                  ports: [{name: http, port: 80, targetPort: %d}]
                """.formatted(port));
            lab.apply(caller("shop", "{name: URL, value: 'http://$(WEB_SERVICE_HOST)/'}"));
            String shop = addressOf("shop");
            lab.await("it is reached", () -> {
                try {
                    return Lab.get(shop, 80).equals("paid");
                } catch (ConnectException early) {
                    return false; // the gate is told a moment after its callers
                }
            });
            assertThat(hosts).containsOnly("localhost:" + port);
            lab.await(
                    "the edge is counted",
                    () -> lab.gate().client().counters().edges().stream()
                            .anyMatch(edge -> edge.edge().caller().equals("Deployment/shop")
                                    && edge.ended(Outcome.SUCCESS).count() > 0));
        } finally {
            elsewhere.stop(0);
        }
    }
}
