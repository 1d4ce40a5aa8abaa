package io.homeostat.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.homeostat.model.Access;
import io.homeostat.model.Json;
import io.homeostat.model.Node;
import io.homeostat.source.SourceSpec;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The doors of the agent: what opens to whom, and what stays shut. */
class ConsoleTest {

    @TempDir
    static Path directory;

    private static final HttpClient HTTP =
            HttpClient.newBuilder().followRedirects(HttpClient.Redirect.NEVER).build();

    private static Agent agent;
    private static String token;

    @BeforeAll
    static void start() throws Exception {
        Path source = Files.createDirectories(directory.resolve("source"));
        Files.writeString(source.resolve("settings.yaml"), """
            apiVersion: v1
            kind: ConfigMap
            metadata: {name: settings}
            data: {greeting: "<b>hello & goodbye</b>"}
            """);
        agent = Agent.start(new Agent.Settings(
                SourceSpec.of(source.toString()),
                directory.resolve("state"),
                null,
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                null));
        token = ((Node.Mapping) Json.read(Files.readAllBytes(directory.resolve("state/agent.json")))).text("token", "");
    }

    @AfterAll
    static void stop() {
        agent.close();
    }

    private static HttpResponse<String> call(String method, String path, String body, String... headers)
            throws IOException, InterruptedException {
        var request = java.net.http.HttpRequest.newBuilder(URI.create(agent.url() + path))
                .method(method, BodyPublishers.ofString(body));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return HTTP.send(request.build(), BodyHandlers.ofString());
    }

    private static HttpResponse<String> get(String path, String... headers) throws IOException, InterruptedException {
        return call("GET", path, "", headers);
    }

    private static Node.Mapping json(HttpResponse<String> answer) throws IOException {
        return (Node.Mapping) Json.read(answer.body());
    }

    /** Logs in as a browser does; the cookie. */
    private static String login() throws IOException, InterruptedException {
        Node.Mapping made = json(call("POST", "/api/v1/console", "", "Authorization", "Bearer " + token));
        HttpResponse<String> entered = get(made.text("path", ""));
        assertThat(entered.statusCode()).isEqualTo(303);
        return entered.headers().firstValue("Set-Cookie").orElseThrow().split(";")[0];
    }

    private static String proof(String cookie, String page) throws IOException, InterruptedException {
        Matcher proof = Pattern.compile("name=\"proof\" value=\"([^\"]+)\"")
                .matcher(get(page, "Cookie", cookie).body());
        assertThat(proof.find()).as("a form on " + page).isTrue();
        return proof.group(1);
    }

    @Test
    void everyRouteIsDescribedAndRefusesWhoeverHasNoToken() throws Exception {
        Node.Mapping paths = json(get("/api/v1/openapi.json", "Authorization", "Bearer " + token))
                .mapping("paths");
        List<String> described = new ArrayList<>();
        for (String path : paths.fields().keySet()) {
            for (String method : paths.mapping(path).fields().keySet()) {
                Node.Mapping operation = paths.mapping(path).mapping(method);
                described.add(method + " " + path);
                assertThat(operation.text("summary", ""))
                        .as(method + " " + path)
                        .isNotBlank();
                boolean open = operation.sequence("security").isEmpty();
                if (path.startsWith("/api/")) {
                    assertThat(open).as(path + " needs a token").isFalse();
                    HttpResponse<String> stranger = call(method.toUpperCase(Locale.ROOT), path, "{}");
                    assertThat(stranger.statusCode()).as(method + " " + path).isEqualTo(401);
                    assertThat(stranger.headers().firstValue("Content-Type")).hasValue("application/problem+json");
                    HttpResponse<String> wrong =
                            call(method.toUpperCase(Locale.ROOT), path, "{}", "Authorization", "Bearer " + token + "0");
                    assertThat(wrong.statusCode()).as(method + " " + path).isEqualTo(401);
                    HttpResponse<String> cookie = call(method.toUpperCase(Locale.ROOT), path, "{}", "Cookie", login());
                    assertThat(cookie.statusCode())
                            .as("a cookie alone, at " + path)
                            .isEqualTo(401);
                }
            }
        }
        assertThat(described)
                .contains("get /api/v1/status", "post /api/v1/rollout", "get /metrics")
                .hasSizeGreaterThan(20);
    }

    @Test
    void theDocumentedApiIsTheServedOne() throws Exception {
        Path here = Path.of("docs/api.md");
        String page = Files.readString(Files.exists(here) ? here : Path.of("..").resolve(here));
        Node.Mapping paths = json(get("/api/v1/openapi.json", "Authorization", "Bearer " + token))
                .mapping("paths");

        assertThat(paths.fields().keySet())
                .allSatisfy(path -> assertThat(page).as("docs/api.md names it").contains(path));
    }

    @Test
    void aRoleMayWhatItsWordSays() throws Exception {
        try (Api api = new Api(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                new Callers("t", Access.OWNER, () -> "test"),
                java.time.InstantSource.system())) {
            for (Role role : Role.values()) {
                api.add(Route.post("/" + role, role, "for a test", request -> request.answer(Node.Mapping.EMPTY)));
            }
            for (Role person : Role.values()) {
                for (Role needed : Role.values()) {
                    assertThat(api.may(new Person("ada", person), "POST", "/" + needed))
                            .as(person + " where " + needed + " is needed")
                            .isEqualTo(List.of(Role.values()).indexOf(person)
                                    >= List.of(Role.values()).indexOf(needed));
                }
            }
        }
    }

    @Test
    void aPageSendsStrangersToTheLoginAndAScriptAway() throws Exception {
        HttpResponse<String> page = get("/applications/shop");
        assertThat(page.statusCode()).isEqualTo(303);
        assertThat(page.headers().firstValue("Location")).hasValue("../login?to=applications%2Fshop");
        HttpResponse<String> followed = get("/timeline?type=sync", "Sec-Fetch-Site", "cross-site");
        assertThat(followed.statusCode())
                .as("a link in a chat, where the browser keeps the cookie back")
                .isEqualTo(200);
        assertThat(followed.body()).contains("http-equiv=\"refresh\" content=\"0; url=./timeline?type=sync\"");
        assertThat(get("/live").statusCode()).isEqualTo(401);
        assertThat(call("POST", "/do/sync", "subject=x").statusCode()).isEqualTo(401);
    }

    @Test
    void anAddressLogsInOnce() throws Exception {
        String address = agent.consoleUrl().substring(agent.url().length());

        HttpResponse<String> first = get(address);
        assertThat(first.headers().firstValue("Set-Cookie").orElse(""))
                .contains("HttpOnly", "SameSite=Strict", "Path=/");
        assertThat(first.headers().firstValue("Location")).hasValue("./");
        HttpResponse<String> second = get(address);
        assertThat(second.statusCode()).isEqualTo(401);
        assertThat(second.headers().firstValue("Set-Cookie")).isEmpty();
    }

    @Test
    void theTokenLogsInAndAnythingElseDoesNot() throws Exception {
        assertThat(call("POST", "/login", "token=" + token).statusCode()).isEqualTo(303);
        assertThat(call("POST", "/login", "token=" + token.substring(1)).statusCode())
                .isEqualTo(401);
        assertThat(get("/", "Cookie", login() + "0").statusCode()).isEqualTo(303);
    }

    @Test
    void everyPageShowsNothingFromElsewhereAndNothingInline() throws Exception {
        String cookie = login();
        for (String page : List.of(
                "/",
                "/applications",
                "/applications/default",
                "/rollouts",
                "/objectives",
                "/chaos",
                "/perimeters",
                "/timeline?verify=true",
                "/search?q=%3Cscript%3E",
                "/nowhere")) {
            HttpResponse<String> answer = get(page, "Cookie", cookie);
            assertThat(answer.headers().firstValue("Content-Security-Policy").orElse(""))
                    .as(page)
                    .contains("default-src 'none'", "frame-ancestors 'none'")
                    .doesNotContain("unsafe");
            assertThat(answer.headers().firstValue("X-Frame-Options")).hasValue("DENY");
            assertThat(answer.body())
                    .as(page)
                    .doesNotContain(" style=")
                    .doesNotContain("<script>")
                    .doesNotContainPattern(" on[a-z]+=\"")
                    .doesNotContainPattern("(src|href)=\"(https?:)?//");
        }
    }

    @Test
    void aFormActsOnceAndInThePersonsName() throws Exception {
        String application = application();
        String cookie = login();
        String form = "proof=" + proof(cookie, "/applications/" + application) + "&subject=" + application
                + "&for=5m&reason=stock-taking&back=applications%2F" + application;

        HttpResponse<String> sent = call("POST", "/do/freeze", form, "Cookie", cookie);
        assertThat(sent.statusCode()).isEqualTo(303);
        assertThat(sent.headers().firstValue("Location")).hasValue("../applications/" + application);
        String frozen = get("/api/v1/events?type=freeze.set", "Authorization", "Bearer " + token)
                .body();
        assertThat(frozen)
                .contains("\"owner\":\"" + System.getProperty("user.name") + "\"")
                .contains("stock-taking");
        assertThat(call("POST", "/do/freeze", form, "Cookie", cookie).statusCode())
                .as("sent again")
                .isEqualTo(409);
    }

    @Test
    void aFormOfAnotherSiteOrSessionDoesNothing() throws Exception {
        String application = application();
        String cookie = login();
        String form = "proof=" + proof(cookie, "/applications/" + application) + "&subject=" + application;

        assertThat(call("POST", "/do/sync", "subject=" + application, "Cookie", cookie)
                        .statusCode())
                .as("without a proof")
                .isEqualTo(403);
        assertThat(call("POST", "/do/sync", form, "Cookie", login()).statusCode())
                .as("with the proof of another session")
                .isEqualTo(403);
        assertThat(call("POST", "/do/sync", form, "Cookie", cookie, "Sec-Fetch-Site", "cross-site")
                        .statusCode())
                .as("from another site")
                .isEqualTo(403);
        assertThat(call("POST", "/do/sync", form, "Cookie", cookie, "Sec-Fetch-Site", "same-origin")
                        .statusCode())
                .isEqualTo(303);
    }

    @Test
    void whatDidNotChangeIsNotSentAgain() throws Exception {
        String[] asks = {"Authorization", "Bearer " + token};
        String tag = get("/version", asks).headers().firstValue("ETag").orElseThrow();

        HttpResponse<String> again = get("/version", "If-None-Match", tag);
        assertThat(again.statusCode()).isEqualTo(304);
        assertThat(again.body()).isEmpty();
        assertThat(again.headers().firstValue("X-Content-Type-Options")).hasValue("nosniff");
        assertThat(get("/version", "If-None-Match", "\"other\"").statusCode()).isEqualTo(200);
    }

    @Test
    void everyLongListComesByThePage() throws Exception {
        String[] asks = {"Authorization", "Bearer " + token};
        for (String list : List.of(
                "status",
                "drift",
                "slo",
                "history",
                "graph",
                "rollouts",
                "experiments",
                "coverage",
                "perimeters",
                "findings")) {
            assertThat(get("/api/v1/" + list + "?limit=1", asks).statusCode())
                    .as(list)
                    .isEqualTo(200);
            assertThat(get("/api/v1/" + list + "?limit=0", asks).statusCode())
                    .as("no page of " + list)
                    .isEqualTo(400);
        }
    }

    @Test
    void whoAsksTooMuchIsToldToWait() {
        java.time.Instant[] now = {java.time.Instant.parse("2026-11-21T12:00:00Z")};
        RateLimit limit = RateLimit.ofActions(() -> now[0]);
        int allowed = 0;
        while (limit.allows("eve") && allowed < 10_000) {
            allowed++;
        }

        assertThat(allowed).isBetween(1, 9_999);
        assertThat(limit.allows("ada")).as("somebody else").isTrue();
        now[0] = now[0].plusSeconds(60);
        assertThat(limit.allows("eve")).as("a minute later").isTrue();
    }

    @Test
    void theJournalIsReadPageByPage() throws Exception {
        String[] asks = {"Authorization", "Bearer " + token, "Accept", "application/json"};
        application();
        List<Long> seen = new ArrayList<>();
        String before = "";
        while (true) {
            Node.Mapping page = json(get("/api/v1/events?last=2" + before, asks));
            List<Long> numbers = page.sequence("events").stream()
                    .map(each -> (long) ((Node.Mapping) each).integer("sequence", 0))
                    .toList();
            seen.addAll(0, numbers);
            if (page.get("before") == null || numbers.isEmpty()) {
                break;
            }
            before = "&before=" + page.integer("before", 0);
        }

        assertThat(seen).isSorted().doesNotHaveDuplicates().startsWith(1L).hasSizeGreaterThan(2);
    }

    @Test
    void anEventReachesAListenerAsServerSent() throws Exception {
        String application = application();
        var request = java.net.http.HttpRequest.newBuilder(URI.create(agent.url() + "/api/v1/events"))
                .headers("Authorization", "Bearer " + token, "Accept", "text/event-stream", "Last-Event-ID", "0")
                .build();
        HttpResponse<java.util.stream.Stream<String>> stream = HTTP.send(request, BodyHandlers.ofLines());
        try (java.util.stream.Stream<String> lines = stream.body()) {
            List<String> first = lines.limit(2).toList();
            assertThat(first.get(0)).isEqualTo("id: 1");
            assertThat(first.get(1)).startsWith("data: {").contains("agent.started");
        }
        assertThat(application).isNotEmpty();
    }

    /** The one application of the source, once the agent has seen it. */
    private static String application() throws IOException, InterruptedException {
        while (true) {
            Node.Mapping status = json(get("/api/v1/status", "Authorization", "Bearer " + token));
            for (Node each : status.sequence("applications")) {
                if (each instanceof Node.Mapping mapping
                        && mapping.text("state", "").matches("synced|frozen")) {
                    return mapping.text("name", "");
                }
            }
        }
    }
}
