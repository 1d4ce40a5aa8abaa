package io.homeostat.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.homeostat.model.Access;
import io.homeostat.model.Json;
import io.homeostat.model.Node;
import io.homeostat.model.Problem;
import io.homeostat.source.SourceSpec;
import java.io.BufferedReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** People come in by single sign-on, programs with tokens of their own; each may what their role says, and nobody else comes in. */
class SignOnTest {

    private static final String CI_TOKEN = "a token of the pipeline, long enough";

    @TempDir
    static Path directory;

    private static Process provider;
    private static String issuer;
    private static Agent agent;
    private static String token;

    private HttpClient browser;

    @BeforeAll
    static void start() throws Exception {
        provider = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        "-Xmx64m",
                        ProviderProcess.class.getName())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        BufferedReader said = provider.inputReader();
        issuer = said.readLine();
        Path source = Files.createDirectories(directory.resolve("source"));
        Files.createDirectories(source.resolve("environments/test"));
        Files.writeString(source.resolve("environments/test/environment.yaml"), """
            apiVersion: homeostat.io/v1
            kind: Environment
            metadata: {name: test}
            """);
        Files.writeString(source.resolve("settings.yaml"), """
            apiVersion: v1
            kind: ConfigMap
            metadata: {name: settings}
            data: {greeting: hello}
            """);
        Path ci = Files.writeString(directory.resolve("ci.token"), CI_TOKEN + "\n");
        Path secret = Files.writeString(directory.resolve("client.secret"), ProviderProcess.SECRET + "\n");
        agent = Agent.start(new Agent.Settings(
                SourceSpec.of(source.toString()),
                directory.resolve("state"),
                null,
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                null,
                null,
                null,
                null,
                access("""
                    apiVersion: homeostat.io/v1
                    kind: Access
                    metadata: {name: test}
                    spec:
                      tokens:
                        - {name: pipeline, role: operator, file: %s}
                        - {name: elsewhere, role: admin, file: %s, environments: [production]}
                      oidc:
                        issuer: %s
                        clientId: %s
                        clientSecretFile: %s
                        roles:
                          - {role: viewer, claim: realm_access.roles, value: sre}
                          - {role: operator, claim: realm_access.roles, value: sre, environments: [test]}
                          - {role: admin, claim: realm_access.roles, value: sre, environments: [production]}
                          - {role: admin, claim: realm_access.roles, value: chief}
                    """.formatted(ci, ci, issuer, ProviderProcess.CLIENT, secret))));
        token = ((Node.Mapping) Json.read(Files.readAllBytes(directory.resolve("state/agent.json")))).text("token", "");
        long end = System.nanoTime() + 20_000_000_000L;
        while (!status(token).contains("\"state\":\"synced\"")) {
            assertThat(System.nanoTime()).as(status(token)).isLessThan(end);
        }
    }

    private static Access access(String text) {
        List<Problem> problems = new ArrayList<>();
        Access access = Access.read("access.yaml", text.getBytes(StandardCharsets.UTF_8), problems);
        assertThat(problems).isEmpty();
        return access;
    }

    @AfterAll
    static void stop() throws Exception {
        agent.close();
        provider.getOutputStream().close();
        provider.waitFor();
    }

    @BeforeEach
    void behave() throws Exception {
        browser = browser();
        misbehave("");
    }

    /** Keeps cookies, follows where it is sent, like a browser. */
    private static HttpClient browser() {
        return HttpClient.newBuilder()
                .followRedirects(HttpClient.Redirect.NORMAL)
                .cookieHandler(new Cookies())
                .build();
    }

    private static void misbehave(String how) throws Exception {
        try (HttpClient client = HttpClient.newHttpClient()) {
            client.send(
                    java.net.http.HttpRequest.newBuilder(URI.create(issuer + "/misbehave?" + how))
                            .build(),
                    BodyHandlers.discarding());
        }
    }

    private static HttpResponse<String> open(HttpClient browser, String address) throws Exception {
        return browser.send(
                java.net.http.HttpRequest.newBuilder(URI.create(address)).build(), BodyHandlers.ofString());
    }

    private HttpResponse<String> post(String path, String form) throws Exception {
        return browser.send(
                java.net.http.HttpRequest.newBuilder(URI.create(agent.url() + path))
                        .POST(BodyPublishers.ofString(form))
                        .build(),
                BodyHandlers.ofString());
    }

    private static HttpResponse<String> api(String bearer, String method, String path) throws Exception {
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(
                    java.net.http.HttpRequest.newBuilder(URI.create(agent.url() + path))
                            .method(
                                    method,
                                    BodyPublishers.ofString(
                                            "{\"application\": \"default\", \"by\": \"somebody else\","
                                                    + " \"reason\": \"a test\", \"for\": \"1m\", \"owner\": \"somebody else\"}"))
                            .header("Authorization", "Bearer " + bearer)
                            .build(),
                    BodyHandlers.ofString());
        }
    }

    private static String status(String bearer) throws Exception {
        return api(bearer, "GET", "/api/v1/status").body();
    }

    private static String events(String type) throws Exception {
        return api(token, "GET", "/api/v1/events?type=" + type).body();
    }

    private static String form(HttpResponse<String> page, String subject) {
        Matcher proof = Pattern.compile("name=\"proof\" value=\"([^\"]+)\"").matcher(page.body());
        assertThat(proof.find()).isTrue();
        return "proof=" + proof.group(1) + "&subject=" + subject + "&for=1m&reason=a+test";
    }

    @Test
    void aPersonComesInWhereTheyWantedToGoAndActsUnderTheirName() throws Exception {
        HttpResponse<String> login = open(browser, agent.url() + "/timeline?type=sync");
        assertThat(login.uri().toString()).endsWith("/login?to=timeline%3Ftype%3Dsync");
        assertThat(login.body()).contains("login/oidc?to=timeline%3Ftype%3Dsync");

        HttpResponse<String> page = open(browser, agent.url() + "/login/oidc?to=timeline%3Ftype%3Dsync");
        assertThat(page.statusCode()).as(page.body()).isEqualTo(200);
        assertThat(page.uri().toString()).isEqualTo(agent.url() + "/timeline?type=sync");
        assertThat(page.body()).contains("ada").contains("operator");
        assertThat(events("access.login")).contains("\"name\":\"ada\"").contains("\"role\":\"operator\"");

        String application = "default";
        HttpResponse<String> acted = post("/do/freeze", form(open(browser, agent.url() + "/"), application));
        assertThat(acted.statusCode()).as(acted.body()).isEqualTo(200);
        assertThat(events("freeze.set")).contains("\"owner\":\"ada\"");
        HttpResponse<String> refused = post("/do/confirm", form(open(browser, agent.url() + "/"), application));
        assertThat(refused.statusCode()).isEqualTo(403);
        assertThat(refused.body()).contains("ada is an operator, and this takes an approver");
        post("/do/unfreeze", form(open(browser, agent.url() + "/"), application));
    }

    @ParameterizedTest
    @CsvSource({
        "nonce=other, nonce",
        "aud=another+client, aud claim",
        "iss=https%3A%2F%2Felsewhere.example, iss",
        "clock=-3600, Expired",
        "clock=3600, clock is wrong",
        "unknown=true, no matching key",
        "forged=true, Invalid signature",
        "unsigned=true, id token does not hold",
        "issuer=https%3A%2F%2Felsewhere.example, calls itself",
        "denies=true, access_denied"
    })
    void whatDoesNotProveWhoComesLetsNobodyIn(String how, String why) throws Exception {
        misbehave(how);

        HttpResponse<String> refused = open(browser, agent.url() + "/login/oidc");

        assertThat(refused.statusCode()).isEqualTo(401);
        assertThat(refused.body()).containsIgnoringCase(why);
        assertThat(open(browser, agent.url() + "/").uri().getPath()).isEqualTo("/login");
    }

    @Test
    void aClockThatIsHalfAMinuteOffIsForgiven() throws Exception {
        for (String off : List.of("30", "-30")) {
            misbehave("clock=" + off);
            assertThat(open(browser(), agent.url() + "/login/oidc").statusCode())
                    .isEqualTo(200);
        }
    }

    @Test
    void aKeyThatTheProviderChangedCountsAtOnce() throws Exception {
        assertThat(open(browser(), agent.url() + "/login/oidc").statusCode()).isEqualTo(200);
        misbehave("rotate=true");
        assertThat(open(browser(), agent.url() + "/login/oidc").statusCode()).isEqualTo(200);
    }

    @Test
    void anAnswerCountsOnceAndOnlyInTheBrowserThatAsked() throws Exception {
        try (HttpClient careful = HttpClient.newBuilder()
                .followRedirects(HttpClient.Redirect.NEVER)
                .cookieHandler(new Cookies())
                .build()) {
            String there = open(careful, agent.url() + "/login/oidc")
                    .headers()
                    .firstValue("Location")
                    .orElseThrow();
            String back = open(careful, there).headers().firstValue("Location").orElseThrow();

            HttpResponse<String> stranger = open(browser, back);
            assertThat(stranger.statusCode()).isEqualTo(401);
            assertThat(stranger.body()).contains("another browser");

            assertThat(open(careful, back).statusCode()).isEqualTo(303);
            HttpResponse<String> again = open(careful, back);
            assertThat(again.statusCode()).as("the same answer again").isEqualTo(401);
            assertThat(again.headers().allValues("Set-Cookie")).noneMatch(each -> each.contains("Strict"));

            String other = open(careful, agent.url() + "/login/oidc")
                    .headers()
                    .firstValue("Location")
                    .orElseThrow();
            String state = Request.pairs(URI.create(other).getRawQuery()).getOrDefault("state", "");
            String replayed =
                    back.replaceFirst("state=[^&]+", "state=" + URLEncoder.encode(state, StandardCharsets.UTF_8));
            HttpResponse<String> code = open(careful, replayed);
            assertThat(code.statusCode()).as("an old code with a new state").isEqualTo(401);
            assertThat(code.body()).contains("invalid_grant");
        }
    }

    @Test
    void whoHasNoRoleHereIsToldAndWrittenDown() throws Exception {
        misbehave("role=guest&name=eve");

        HttpResponse<String> refused = open(browser, agent.url() + "/login/oidc");

        assertThat(refused.statusCode()).isEqualTo(401);
        assertThat(refused.body()).contains("eve has no role");
        assertThat(events("access.refused")).contains("eve");
    }

    @Test
    void theMostPowerfulRoleCounts() throws Exception {
        misbehave("role=chief&name=grace");
        assertThat(open(browser, agent.url() + "/login/oidc").body())
                .contains("grace")
                .contains("admin");
    }

    @Test
    void whoLeavesIsOutEvenWithACopyOfTheCookie() throws Exception {
        Cookies jar = new Cookies();
        try (HttpClient leaving = HttpClient.newBuilder()
                .followRedirects(HttpClient.Redirect.NORMAL)
                .cookieHandler(jar)
                .build()) {
            HttpResponse<String> home = open(leaving, agent.url() + "/login/oidc");
            Map<String, Cookies.Cookie> copies = jar.all();
            HttpResponse<String> left = leaving.send(
                    java.net.http.HttpRequest.newBuilder(URI.create(agent.url() + "/logout"))
                            .POST(BodyPublishers.ofString(form(home, "")))
                            .build(),
                    BodyHandlers.ofString());
            assertThat(left.body()).contains("You are logged out.").contains("login/oidc/out");
            jar.restore(copies);
            assertThat(open(leaving, agent.url() + "/").uri().getPath()).isEqualTo("/login");
            assertThat(open(leaving, agent.url() + "/login/oidc/out").body())
                    .isEqualTo("ended " + agent.url() + "/login");
        }
    }

    @Test
    void aLoginLeadsToNoOtherSite() throws Exception {
        for (String elsewhere :
                List.of("//evil.example", "https://evil.example", "/\\evil.example", "timeline//evil")) {
            HttpResponse<String> page = open(
                    browser(), agent.url() + "/login/oidc?to=" + URLEncoder.encode(elsewhere, StandardCharsets.UTF_8));
            assertThat(page.uri().toString()).isEqualTo(agent.url() + "/");
        }
    }

    @Test
    void aTokenOfItsOwnHasARoleOfItsOwnAndSpeaksForItselfAlone() throws Exception {
        assertThat(api(CI_TOKEN, "POST", "/api/v1/freeze").statusCode()).isEqualTo(200);
        assertThat(events("freeze.set")).contains("\"owner\":\"pipeline\"").doesNotContain("somebody else");
        assertThat(api(CI_TOKEN, "POST", "/api/v1/unfreeze").statusCode()).isEqualTo(200);
        assertThat(api(CI_TOKEN, "POST", "/api/v1/confirm").statusCode()).isEqualTo(403);
        assertThat(api(CI_TOKEN, "POST", "/api/v1/shutdown").statusCode()).isEqualTo(403);

        Files.writeString(directory.resolve("ci.token"), "another token of the pipeline");
        assertThat(api(CI_TOKEN, "GET", "/api/v1/status").statusCode()).isEqualTo(401);
        Files.writeString(directory.resolve("ci.token"), "short");
        assertThat(api("short", "GET", "/api/v1/status").statusCode()).isEqualTo(401);
        Files.writeString(directory.resolve("ci.token"), CI_TOKEN);
    }
}
