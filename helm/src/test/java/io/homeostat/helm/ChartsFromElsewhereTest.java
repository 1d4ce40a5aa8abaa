package io.homeostat.helm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.marcnuri.helm.Helm;
import com.marcnuri.helm.jni.HelmLib;
import com.marcnuri.helm.jni.NativeLibrary;
import com.marcnuri.helm.jni.RepoServerOptions;
import com.marcnuri.helm.jni.Result;
import com.sun.net.httpserver.HttpServer;
import io.homeostat.converge.Charts;
import io.homeostat.model.Chart;
import io.homeostat.model.Chart.Origin;
import io.homeostat.model.Node;
import io.homeostat.model.Position;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A chart repository over HTTP and a real OCI registry, both on this machine. */
class ChartsFromElsewhereTest {

    private static final String LOGIN =
            Base64.getEncoder().encodeToString("ada:secret".getBytes(StandardCharsets.UTF_8));

    @TempDir
    Path directory;

    private final Map<String, byte[]> served = new ConcurrentHashMap<>();
    private volatile int status = 200;
    private HttpServer server;
    private HelmCharts charts;
    private Path login;

    @BeforeEach
    void aChartRepository() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            byte[] content = served.get(exchange.getRequestURI().getPath());
            boolean isKnown =
                    ("Basic " + LOGIN).equals(exchange.getRequestHeaders().getFirst("Authorization"));
            int answer = status != 200 ? status : !isKnown ? 401 : content == null ? 404 : 200;
            exchange.sendResponseHeaders(answer, answer == 200 && content != null ? content.length : -1);
            if (answer == 200 && content != null) {
                exchange.getResponseBody().write(content);
            }
            exchange.close();
        });
        server.start();
        login = directory.resolve("config.json");
        letIn(host());
        charts = new HelmCharts(directory.resolve("cache"), new Remote(new Credentials(login)));
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    @Test
    void aChartOfARepositoryIsFetchedOnceAndRendersWhileItIsAway() throws Exception {
        serve("1.0.0", null);

        assertThat(render(repository("1.0.0"))).contains("name: mine-web", "greeting: \"hello\"");

        server.stop(0);
        assertThat(render(repository("1.0.0"))).contains("name: mine-web");
    }

    @Test
    void whatIsNotWhatTheIndexSaysIsThrownAway() throws Exception {
        serve("1.0.0", "0".repeat(64));

        assertThatThrownBy(() -> render(repository("1.0.0")))
                .isInstanceOf(IOException.class)
                .isNotInstanceOf(Charts.Away.class)
                .hasMessageContaining("has sha256");
        try (Stream<Path> files = Files.walk(directory.resolve("cache"))) {
            assertThat(files.filter(Files::isRegularFile)).isEmpty();
        }
    }

    @Test
    void aVersionThatIsNotThereIsAnErrorAndAnAbsentServerIsNone() throws Exception {
        serve("1.0.0", null);

        assertThatThrownBy(() -> render(repository("1.0.1")))
                .isNotInstanceOf(Charts.Away.class)
                .hasMessageContaining("has no chart 'shop' in version 1.0.1");
        status = 503;
        assertThatThrownBy(() -> render(repository("1.0.0"))).isInstanceOf(Charts.Away.class);
        status = 200;
        assertThat(render(repository("1.0.0"))).contains("mine-web");
    }

    @Test
    void whoIsNotLetInIsToldHowToLogIn() throws Exception {
        serve("1.0.0", null);
        Files.writeString(login, "{}");

        assertThatThrownBy(() -> render(repository("1.0.0"))).hasMessageContaining("helm registry login");
    }

    @Test
    void aLockedDependencyIsFetched() throws Exception {
        serve("1.0.0", null);
        Repository repository = new Repository(directory.resolve("files"))
                .chart("umbrella", "umbrella", "2.0.0")
                .file("umbrella/Chart.yaml", """
                        apiVersion: v2
                        name: umbrella
                        version: 2.0.0
                        dependencies:
                          - {name: shop, version: ^1.0.0, repository: "%s"}
                        """.formatted(address()))
                .file("umbrella/values.yaml", "greeting: outer\nreplicas: 3\nshop: {greeting: inner}\n");

        assertThatThrownBy(() -> render(new Origin.Directory("umbrella")))
                .hasMessageContaining("commit the Chart.lock");
        repository.file("umbrella/Chart.lock", """
                dependencies:
                  - {name: shop, version: 1.0.0, repository: "%s"}
                """.formatted(address()));

        assertThat(render(new Origin.Directory("umbrella"))).contains("greeting: \"outer\"", "greeting: \"inner\"");
    }

    @Test
    void aChartOfARegistryIsFetchedByItsTag() throws Exception {
        HelmLib helm = NativeLibrary.getInstance().load();
        Result started = helm.RepoOciServerStart(new RepoServerOptions(null, "ada", "secret"));
        String registry = started.out;
        helm.Free(started);
        try {
            letIn(registry);
            Helm.registry()
                    .login()
                    .withHost(registry)
                    .withUsername("ada")
                    .withPassword("secret")
                    .plainHttp()
                    .call();
            Helm.push()
                    .withChart(pack("1.2.3+b7"))
                    .withRemote(URI.create("oci://" + registry + "/charts"))
                    .plainHttp()
                    .call();

            assertThat(render(new Origin.Oci(registry + "/charts/shop", "1.2.3+b7")))
                    .contains("mine-web");
            assertThatThrownBy(() -> render(new Origin.Oci(registry + "/charts/shop", "9.9.9")))
                    .hasMessageContaining("404");
        } finally {
            helm.Free(helm.RepoServerStopAll());
        }
    }

    @Test
    void anIndexIsReadForOneVersionOnly() throws Exception {
        String index = """
                apiVersion: v1
                generated: "2026-01-01T00:00:00Z"
                entries:
                  other: [{version: 1.0.0, urls: [other.tgz]}]
                  shop:
                    - {annotations: {version: 9.9.9}, version: v2.0.0, urls: [two.tgz, mirror.tgz], digest: "abc"}
                    - version: 1.0.0
                      maintainers: [{name: ada, email: a@example.org}]
                      urls: [one.tgz]
                """;

        assertThat(find(index, "shop", "2.0.0")).isEqualTo(new RepositoryIndex.Entry("two.tgz", "abc"));
        assertThat(find(index, "shop", "1.0.0")).isEqualTo(new RepositoryIndex.Entry("one.tgz", ""));
        assertThat(find(index, "shop", "9.9.9")).isNull();
        assertThat(find(index, "version", "1.0.0")).isNull();
        assertThat(find("", "shop", "1.0.0")).isNull();
        assertThatThrownBy(() -> find("{entries: {", "shop", "1.0.0")).hasMessageContaining("no YAML");
    }

    private static RepositoryIndex.@Nullable Entry find(String index, String name, String version) throws IOException {
        return RepositoryIndex.find(new ByteArrayInputStream(index.getBytes(StandardCharsets.UTF_8)), name, version);
    }

    private String render(Origin origin) throws IOException {
        return charts.render(
                new Chart(
                        origin,
                        "mine",
                        "default",
                        List.of(),
                        Node.Mapping.EMPTY,
                        Chart.DEFAULT_KUBE_VERSION,
                        Position.NONE),
                directory.resolve("files"));
    }

    private Origin repository(String version) {
        return new Origin.Repository(address(), "shop", version);
    }

    private String host() {
        return server.getAddress().getHostString() + ":" + server.getAddress().getPort();
    }

    private String address() {
        return "http://" + host() + "/stable";
    }

    private void letIn(String host) throws IOException {
        Files.writeString(login, "{\"auths\": {\"" + host + "\": {\"auth\": \"" + LOGIN + "\"}}}");
    }

    private Path pack(String version) throws IOException {
        return new Repository(directory.resolve("packing"))
                .chart("shop", "shop", version)
                .pack("shop", directory.resolve("packed"));
    }

    /** @param digest what the index says; null: the truth */
    private void serve(String version, @Nullable String digest) throws Exception {
        byte[] packed = Files.readAllBytes(pack(version));
        String right =
                HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(packed));
        served.put("/stable/shop.tgz", packed);
        served.put("/stable/index.yaml", """
                apiVersion: v1
                entries:
                  shop:
                    - {version: %s, urls: [shop.tgz], digest: "%s"}
                """.formatted(version, digest == null ? right : digest)
                .getBytes(StandardCharsets.UTF_8));
    }
}
