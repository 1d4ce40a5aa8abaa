package io.homeostat.gate;

import static org.assertj.core.api.Assertions.assertThat;

import io.homeostat.gate.control.Applied;
import io.homeostat.gate.control.Backend;
import io.homeostat.gate.control.Failure;
import io.homeostat.gate.control.Protocol;
import io.homeostat.gate.control.Tls;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Callers who speak TLS: curl, nghttp and Java itself, with certificates of openssl. */
class TlsTest {

    @TempDir
    Path directory;

    private final InProcess gate = new InProcess();
    private final HttpServerProgram program = new HttpServerProgram("one");
    private final Server http = program.serve();
    private final Http2ServerProgram http2 = new Http2ServerProgram("two");

    TlsTest() throws IOException {}

    @BeforeEach
    void certificates() throws Exception {
        make("first", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256");
    }

    @AfterEach
    void end() throws IOException {
        gate.close();
        http.close();
        http2.close();
    }

    private void make(String name, String... key) throws Exception {
        List<String> command = new ArrayList<>(List.of("openssl", "req", "-x509", "-nodes", "-days", "2"));
        command.addAll(List.of(key));
        command.addAll(List.of("-subj", "/CN=" + name, "-addext", "subjectAltName=IP:" + gate.host));
        command.addAll(List.of("-keyout", file(name, "key"), "-out", file(name, "crt")));
        run(command);
    }

    private String file(String name, String kind) {
        return directory.resolve(name + "." + kind).toString();
    }

    private Tls tls(String name, String... protocols) throws IOException {
        return new Tls(
                Files.readString(Path.of(file(name, "crt"))),
                Files.readString(Path.of(file(name, "key"))),
                List.of(protocols));
    }

    private String run(List<String> command) throws Exception {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        return out;
    }

    private String curl(String authority, String... arguments) throws Exception {
        List<String> command =
                new ArrayList<>(List.of("curl", "-sS", "--max-time", "30", "--cacert", file(authority, "crt")));
        command.addAll(List.of(arguments).subList(0, arguments.length - 1));
        command.add(url(arguments[arguments.length - 1]));
        return run(command);
    }

    private String url(String path) {
        return "https://" + gate.host + ":" + InProcess.PORT + path;
    }

    private Applied serveOne(Tls tls) {
        return gate.apply(
                java.time.Duration.ofMinutes(5),
                gate.listener(http.ready()).with(Protocol.HTTP1).with(tls));
    }

    private Applied serveTwo(Tls tls, Protocol protocol) {
        return gate.apply(
                java.time.Duration.ofMinutes(5),
                gate.listener(http2.backend("1")).with(protocol).with(tls));
    }

    @Test
    void whoSpeaksHttp1IsServedOverTls() throws Exception {
        assertThat(serveOne(tls("first", Tls.HTTP1)).errors()).isEmpty();
        assertThat(curl("first", "--http1.1", "-w", " %{http_version} %{http_code}", "-d", "hello", "/echo"))
                .isEqualTo("hello 1.1 200");
        assertThat(curl("first", "--http2", "-w", " %{http_version}", "-d", "hello", "/echo"))
                .as("who would rather speak HTTP/2 is offered what the instance speaks")
                .isEqualTo("hello 1.1");
        assertThat(curl("first", "-w", " %{http_version}", "/chunks")).startsWith("abcdefg");
        assertThat(curl("first", "-w", " %{http_version}", "/until")).startsWith("until the end");
    }

    @Test
    void whoSpeaksHttp2IsServedOverTls() throws Exception {
        assertThat(serveTwo(tls("first", Tls.H2), Protocol.HTTP2).errors()).isEmpty();
        assertThat(curl("first", "--http2", "-w", " %{http_version}", "/name")).isEqualTo("two 2");
        assertThat(run(List.of("nghttp", "--timeout=30", "--multiply=20", "--no-verify-peer", url("/line")))
                        .lines())
                .hasSize(20)
                .containsOnly("two");
    }

    @Test
    void bothAreOfferedWhereTheServiceSaysSo() throws Exception {
        serveTwo(tls("first", Tls.H2, Tls.HTTP1), Protocol.AUTO);
        assertThat(curl("first", "--http2", "-w", " %{http_version}", "/name")).isEqualTo("two 2");
        assertThat(curl("first", "--http1.1", "-o", file("x", "out"), "-w", "%{http_version}", "/name"))
                .as("its instance speaks HTTP/2 only, which the gate says")
                .isEqualTo("1.1");
    }

    @Test
    void largeBodiesPassBothWays() throws Exception {
        serveOne(tls("first", Tls.HTTP1));
        Path sent = directory.resolve("sent");
        byte[] bytes = new byte[5 << 20];
        new java.util.Random(5).nextBytes(bytes);
        Files.write(sent, bytes);
        Path got = directory.resolve("got");
        assertThat(curl("first", "--data-binary", "@" + sent, "-o", got.toString(), "-w", "%{http_code}", "/echo"))
                .isEqualTo("200");
        assertThat(got).hasSameBinaryContentAs(sent);
    }

    @Test
    void aChangedCertificateIsShownToWhoComesNextAndBreaksNoConnection() throws Exception {
        make("second", "-newkey", "rsa:2048");
        serveOne(tls("first", Tls.HTTP1));
        try (SSLSocket socket = connect();
                HttpCaller kept = new HttpCaller(socket)) {
            assertThat(kept.get("/echo").status()).isEqualTo(200);
            assertThat(subject(socket)).isEqualTo("CN=first");
            assertThat(serveOne(tls("second", Tls.HTTP1)).errors()).isEmpty();
            assertThat(kept.get("/echo").status()).isEqualTo(200);
        }
        assertThat(curl("second", "/status/200")).isEqualTo("one");
        try (SSLSocket socket = connect()) {
            assertThat(subject(socket)).isEqualTo("CN=second");
        }
    }

    private static String subject(SSLSocket socket) throws IOException {
        return ((java.security.cert.X509Certificate) socket.getSession().getPeerCertificates()[0])
                .getSubjectX500Principal()
                .getName();
    }

    private SSLSocket connect() throws Exception {
        SSLContext any = SSLContext.getInstance("TLS");
        any.init(null, new javax.net.ssl.TrustManager[] {new Anybody()}, null);
        SSLSocket socket = (SSLSocket) any.getSocketFactory().createSocket(gate.host, InProcess.PORT);
        socket.setSoTimeout(20_000);
        socket.startHandshake();
        return socket;
    }

    /** This test looks at certificates itself. */
    private static final class Anybody extends javax.net.ssl.X509ExtendedTrustManager {
        @Override
        public void checkClientTrusted(
                java.security.cert.X509Certificate[] chain, String type, java.net.Socket socket) {}

        @Override
        public void checkServerTrusted(
                java.security.cert.X509Certificate[] chain, String type, java.net.Socket socket) {}

        @Override
        public void checkClientTrusted(
                java.security.cert.X509Certificate[] chain, String type, javax.net.ssl.SSLEngine engine) {}

        @Override
        public void checkServerTrusted(
                java.security.cert.X509Certificate[] chain, String type, javax.net.ssl.SSLEngine engine) {}

        @Override
        public void checkClientTrusted(java.security.cert.X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(java.security.cert.X509Certificate[] chain, String type) {}

        @Override
        public java.security.cert.X509Certificate[] getAcceptedIssuers() {
            return new java.security.cert.X509Certificate[0];
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"no certificate", "no key", "another key", "an old form"})
    void aBadCertificateIsSaidAndTheOneBeforeIsShownOn(String what) throws Exception {
        make("other", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256");
        Tls good = tls("first", Tls.HTTP1);
        Tls bad = switch (what) {
            case "no certificate" -> new Tls("hello", good.key(), good.protocols());
            case "no key" -> new Tls(good.certificate(), "hello", good.protocols());
            case "another key" -> new Tls(good.certificate(), tls("other").key(), good.protocols());
            default ->
                new Tls(good.certificate(), good.key().replace("PRIVATE KEY", "EC PRIVATE KEY"), good.protocols());
        };
        assertThat(serveOne(bad).errors())
                .singleElement()
                .satisfies(error -> assertThat(error.error())
                        .startsWith("its certificate cannot be used: ")
                        .endsWith("; nobody is let in"));
        assertThat(curl("first", "/status/200")).startsWith("curl: ");
        assertThat(gate.status().failed()).containsEntry(Failure.TLS, 1L);
        assertThat(serveOne(good).errors()).isEmpty();
        assertThat(curl("first", "/status/200")).isEqualTo("one");
        assertThat(serveOne(bad).errors())
                .singleElement()
                .satisfies(error -> assertThat(error.error()).endsWith("; the one before is shown on"));
        assertThat(curl("first", "/status/200")).isEqualTo("one");
        assertThat(bad.toString()).doesNotContain("PRIVATE").doesNotContain("hello");
    }

    /** What is elsewhere is another gate here, which ends TLS in front of a program. */
    @Test
    void tlsIsSpokenWithWhatIsElsewhereAndOnlyWithWhoItClaimsToBe() throws Exception {
        Path trusted = directory.resolve("trusted.p12");
        run(List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-importcert",
                "-noprompt",
                "-alias",
                "first",
                "-file",
                file("first", "crt"),
                "-keystore",
                trusted.toString(),
                "-storepass",
                "changeit"));
        System.setProperty("javax.net.ssl.trustStore", trusted.toString());
        System.setProperty("javax.net.ssl.trustStorePassword", "changeit");
        try (InProcess here = new InProcess()) {
            serveOne(tls("first", Tls.HTTP1));
            leadTo(here, Protocol.HTTP1, gate.host);
            try (HttpCaller caller = new HttpCaller(here.connect())) {
                for (int i = 0; i < 3; i++) {
                    assertThat(caller.send("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello")
                                    .response()
                                    .body())
                            .isEqualTo("hello");
                }
                assertThat(caller.get("/chunks").body()).isEqualTo("abcdefg");
            }
            leadTo(here, Protocol.HTTP1, "another.example");
            try (HttpCaller caller = new HttpCaller(here.connect())) {
                assertThat(caller.get("/echo").status())
                        .as("the certificate is for another name")
                        .isEqualTo(502);
            }
            serveTwo(tls("first", Tls.H2), Protocol.HTTP2);
            leadTo(here, Protocol.HTTP2, gate.host);
            assertThat(run(List.of(
                            "curl",
                            "-sS",
                            "--max-time",
                            "30",
                            "--http2-prior-knowledge",
                            "http://" + here.host + ":" + InProcess.PORT + "/name")))
                    .isEqualTo("two");
            make("other", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256");
            serveOne(tls("other", Tls.HTTP1));
            leadTo(here, Protocol.HTTP1, gate.host);
            try (HttpCaller caller = new HttpCaller(here.connect())) {
                assertThat(caller.get("/echo").status())
                        .as("nobody here trusts that certificate")
                        .isEqualTo(502);
            }
        } finally {
            System.clearProperty("javax.net.ssl.trustStore");
            System.clearProperty("javax.net.ssl.trustStorePassword");
        }
    }

    private void leadTo(InProcess from, Protocol protocol, String name) {
        from.apply(
                java.time.Duration.ofMinutes(5),
                from.listener(new Backend("elsewhere", gate.host, InProcess.PORT, true, "", name))
                        .with(protocol));
    }

    @Test
    void keysInTheOlderFormOfRsaAreRead() throws Exception {
        make("rsa", "-newkey", "rsa:2048");
        run(List.of("openssl", "rsa", "-traditional", "-in", file("rsa", "key"), "-out", file("rsa", "key")));
        assertThat(Files.readString(Path.of(file("rsa", "key")))).startsWith("-----BEGIN RSA PRIVATE KEY");
        assertThat(serveOne(tls("rsa", Tls.HTTP1)).errors()).isEmpty();
        assertThat(curl("rsa", "/status/200")).isEqualTo("one");
    }

    @Test
    void whoSpeaksPlainlyIsNotLetIn() throws Exception {
        serveOne(tls("first", Tls.HTTP1));
        try (HttpCaller plain = new HttpCaller(gate.connect())) {
            assertThat(plain.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
                            .socket
                            .getInputStream()
                            .readAllBytes())
                    .asString(StandardCharsets.ISO_8859_1)
                    .doesNotContain("HTTP/1.1 200");
        }
        assertThat(program.got).isEmpty();
        Until.holds("it is counted", () -> gate.status().failed().containsKey(Failure.TLS));
    }

    @Test
    void plainTcpInsideTlsPassesAndItsEndCanBeToldFromABreak() throws Exception {
        try (Server echo = Server.echo("e")) {
            gate.apply(
                    java.time.Duration.ofMinutes(5), gate.listener(echo.ready()).with(tls("first")));
            try (SSLSocket socket = connect()) {
                socket.getOutputStream().write("hello".getBytes(StandardCharsets.UTF_8));
                assertThat(new String(socket.getInputStream().readNBytes(7), StandardCharsets.UTF_8))
                        .isEqualTo("e\nhello");
                socket.shutdownOutput();
                assertThat(socket.getInputStream().readAllBytes())
                        .as("close_notify, without which this would be an error")
                        .isEmpty();
            }
        }
    }
}
