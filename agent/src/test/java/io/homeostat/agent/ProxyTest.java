package io.homeostat.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.homeostat.model.Access;
import io.homeostat.source.SourceSpec;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Behind a real nginx that serves the console below a path: links, logins, cookies, actions and what is live all work there. */
class ProxyTest {

    @TempDir
    static Path directory;

    private static Process provider;
    private static Agent agent;
    private static Nginx nginx;

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
        String issuer = provider.inputReader().readLine();
        Path source = Files.createDirectories(directory.resolve("source"));
        Files.writeString(source.resolve("settings.yaml"), """
            apiVersion: v1
            kind: ConfigMap
            metadata: {name: settings}
            data: {greeting: hello}
            """);
        Path secret = Files.writeString(directory.resolve("client.secret"), ProviderProcess.SECRET);
        int port = Nginx.freePort();
        Access.Oidc oidc = new Access.Oidc(
                issuer,
                ProviderProcess.CLIENT,
                secret,
                List.of("openid"),
                "preferred_username",
                "Log in there",
                List.of(new Access.Grant("operator", null, "true", List.of())));
        agent = Agent.start(new Agent.Settings(
                SourceSpec.of(source.toString()),
                directory.resolve("state"),
                null,
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                null,
                null,
                null,
                null,
                new Access(URI.create(Nginx.address(port)), List.of("127.0.0.1"), List.of(), oidc)));
        nginx = Nginx.start(directory.resolve("nginx"), port, agent.url());
    }

    @AfterAll
    static void stop() throws Exception {
        nginx.close();
        agent.close();
        provider.getOutputStream().close();
        provider.waitFor();
    }

    private static HttpClient browser(Cookies cookies) {
        return HttpClient.newBuilder()
                .followRedirects(HttpClient.Redirect.NORMAL)
                .cookieHandler(cookies)
                .build();
    }

    private static HttpResponse<String> open(HttpClient browser, URI address) throws Exception {
        return browser.send(java.net.http.HttpRequest.newBuilder(address).build(), BodyHandlers.ofString());
    }

    @Test
    void everyLinkOfEveryPageLeadsSomewhereBelowThePrefix() throws Exception {
        try (HttpClient browser = browser(new Cookies())) {
            URI home = URI.create(nginx.address());
            assertThat(agent.consoleUrl()).startsWith(nginx.address() + "login?code=");
            HttpResponse<String> first = open(browser, URI.create(agent.consoleUrl()));
            assertThat(first.uri()).isEqualTo(home);

            Deque<URI> toVisit = new ArrayDeque<>(List.of(home));
            Set<URI> visited = new HashSet<>();
            Pattern links = Pattern.compile(" (?:href|src|action)=\"([^\"#]+)");
            while (!toVisit.isEmpty()) {
                URI next = toVisit.removeFirst();
                if (visited.size() > 60 || !visited.add(next)) {
                    continue;
                }
                HttpResponse<String> page = open(browser, next);
                assertThat(page.statusCode()).as(next.toString()).isEqualTo(200);
                assertThat(page.uri().getPath()).as(next.toString()).startsWith(Nginx.PREFIX);
                Matcher link = links.matcher(page.body());
                while (page.headers().firstValue("Content-Type").orElse("").startsWith("text/html") && link.find()) {
                    URI found = next.resolve(link.group(1).replace("&amp;", "&"));
                    assertThat(found.toString()).as("a link of " + next).startsWith(nginx.address());
                    if (!found.getPath().matches(".*/(do/[a-z]+|logout)")) {
                        toVisit.add(found);
                    }
                }
            }
            assertThat(visited).hasSizeGreaterThan(10);
        }
    }

    @Test
    void singleSignOnComesBackBelowThePrefixAndItsCookieStaysThere() throws Exception {
        Cookies cookies = new Cookies();
        try (HttpClient browser = browser(cookies)) {
            HttpResponse<String> page = open(browser, URI.create(nginx.address() + "login/oidc?to=timeline"));

            assertThat(page.uri()).isEqualTo(URI.create(nginx.address() + "timeline"));
            assertThat(page.body()).contains("ada").contains("operator");
            assertThat(cookies.all().values())
                    .isNotEmpty()
                    .allSatisfy(each -> assertThat(each.path()).isEqualTo(Nginx.PREFIX));
        }
    }

    @Test
    void aFormActsAndComesBack() throws Exception {
        try (HttpClient browser = browser(new Cookies())) {
            open(browser, URI.create(nginx.address() + "login/oidc"));
            URI page = URI.create(nginx.address() + "applications/default");
            HttpResponse<String> application = open(browser, page);
            long end = System.nanoTime() + 20_000_000_000L;
            while (!application.body().contains("do/sync")) {
                assertThat(System.nanoTime()).as(application.body()).isLessThan(end);
                application = open(browser, page);
            }
            Matcher proof = Pattern.compile("name=\"proof\" value=\"([^\"]+)\"").matcher(application.body());
            assertThat(proof.find()).isTrue();

            HttpResponse<String> acted = browser.send(
                    java.net.http.HttpRequest.newBuilder(page.resolve("../do/sync"))
                            .header("Content-Type", "application/x-www-form-urlencoded")
                            .POST(BodyPublishers.ofString(
                                    "proof=" + proof.group(1) + "&subject=default&back=applications%2Fdefault"))
                            .build(),
                    BodyHandlers.ofString());

            assertThat(acted.statusCode()).as(acted.body()).isEqualTo(200);
            assertThat(acted.uri()).isEqualTo(page);
            assertThat(acted.body()).contains("ada");
        }
    }

    @Test
    void newsComeThroughAtOnce() throws Exception {
        try (HttpClient browser = browser(new Cookies())) {
            open(browser, URI.create(nginx.address() + "login/oidc"));
            HttpResponse<Stream<String>> stream = browser.send(
                    java.net.http.HttpRequest.newBuilder(URI.create(nginx.address() + "live"))
                            .build(),
                    BodyHandlers.ofLines());
            assertThat(stream.headers().firstValue("Content-Type").orElse("")).contains("text/event-stream");
            long began = System.nanoTime();
            try (Stream<String> lines = stream.body()) {
                Iterator<String> each = lines.iterator();
                boolean heard = false;
                while (!heard && each.hasNext()) {
                    heard = each.next().startsWith("event: beat");
                }
                assertThat(heard).isTrue();
            }
            assertThat((System.nanoTime() - began) / 1_000_000_000).isLessThan(10);
        }
    }

    @Test
    void whoCallsIsWhatTheProxySaysAndOnlyTheProxy() {
        Callers callers = new Callers("t", new Access(null, List.of("10.0.0.1"), List.of(), null), () -> "test");

        assertThat(callers.address("10.0.0.1", Map.of("X-Forwarded-For", "1.1.1.1, 2.2.2.2")))
                .isEqualTo("2.2.2.2");
        assertThat(callers.address("10.0.0.2", Map.of("X-Forwarded-For", "2.2.2.2")))
                .isEqualTo("10.0.0.2");
    }
}
