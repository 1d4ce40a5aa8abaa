package io.homeostat.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.homeostat.model.Access;
import io.homeostat.model.Json;
import io.homeostat.model.Node;
import io.homeostat.model.Problem;
import io.homeostat.source.SourceSpec;
import java.io.File;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.openqa.selenium.By;
import org.openqa.selenium.Cookie;
import org.openqa.selenium.NoSuchElementException;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.StaleElementReferenceException;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;

/** Single sign-on as a browser does it, which has its own mind about cookies, sites and where a form may lead. */
@Tag("browser")
class SignOnInBrowserTest {

    private static final Path SCREENSHOTS = Path.of("target/screenshots");

    @TempDir
    static Path directory;

    @Test
    @ResourceLock("this machine")
    void aPersonLogsInAtTheProviderActsUnderTheirNameAndLeaves() throws Exception {
        Files.createDirectories(SCREENSHOTS);
        Process provider = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        "-Xmx64m",
                        ProviderProcess.class.getName())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try {
            String issuer = provider.inputReader().readLine();
            try (Agent agent = agent(issuer)) {
                ChromeDriver browser = browser();
                try {
                    comeIn(browser, agent.url());
                    act(browser, agent.url());
                    leave(browser, agent.url(), issuer);
                    misbehave(issuer, "role=guest&name=eve");
                    stayOut(browser, agent.url());
                } finally {
                    browser.quit();
                }
            }
        } finally {
            provider.getOutputStream().close();
            assertThat(provider.waitFor()).isZero();
        }
    }

    private static void comeIn(ChromeDriver browser, String agent) throws Exception {
        browser.get(agent + "/timeline?type=sync");
        until(browser, "the login page", () -> path(browser).equals("/login"));
        screenshot(browser, "login");
        browser.findElement(By.partialLinkText("Log in at the test")).click();
        until(browser, "the page that was wanted", () -> path(browser).equals("/timeline"));
        assertThat(URI.create(String.valueOf(browser.getCurrentUrl())).getQuery())
                .isEqualTo("type=sync");
        assertThat(browser.findElement(By.tagName("footer")).getText()).contains("ada, operator");
        List<Cookie> cookies = List.copyOf(browser.manage().getCookies());
        assertThat(cookies).isNotEmpty().allMatch(Cookie::isHttpOnly);
        assertThat(cookies).anyMatch(cookie -> "Strict".equals(cookie.getSameSite()));
        assertThat(browser.executeScript("return document.cookie"))
                .as("what a script on the page sees of the session")
                .isEqualTo("");
    }

    private static void act(ChromeDriver browser, String agent) throws Exception {
        browser.get(agent + "/applications/default");
        until(browser, "live", () -> text(browser, "#live").equals("live"));
        assertThat(browser.findElements(By.cssSelector("form[action$='do/confirm']")))
                .as("what takes an approver")
                .isEmpty();
        browser.findElement(By.cssSelector("#do-freeze summary")).click();
        browser.findElement(By.cssSelector("#do-freeze input[name=reason]")).sendKeys("stock-taking");
        browser.findElement(By.cssSelector("#do-freeze button")).click();
        until(browser, "the freeze", () -> text(browser, "#heading").contains("stock-taking"));
        screenshot(browser, "signed-on-frozen");
        browser.findElement(By.cssSelector("form[action$='do/unfreeze'] button"))
                .click();
        until(browser, "the end of it", () -> !text(browser, "#heading").contains("frozen"));
    }

    private static void leave(ChromeDriver browser, String agent, String issuer) throws Exception {
        browser.findElement(By.cssSelector("footer form button")).click();
        until(browser, "the way out", () -> text(browser, "main").contains("You are logged out."));
        screenshot(browser, "logged-out");
        browser.findElement(By.cssSelector("a[href*='login/oidc/out']")).click();
        until(
                browser,
                "the provider",
                () -> String.valueOf(browser.getCurrentUrl()).startsWith(issuer));
        assertThat(text(browser, "body")).isEqualTo("ended " + agent + "/login");
        browser.get(agent + "/applications");
        assertThat(path(browser)).isEqualTo("/login");
    }

    private static void stayOut(ChromeDriver browser, String agent) throws Exception {
        browser.get(agent + "/login/oidc");
        until(browser, "the refusal", () -> text(browser, "main").contains("eve has no role"));
        screenshot(browser, "no-role");
        browser.get(agent + "/");
        assertThat(path(browser)).isEqualTo("/login");
    }

    private static Agent agent(String issuer) throws Exception {
        Path source = Files.createDirectories(directory.resolve("source"));
        Files.writeString(source.resolve("settings.yaml"), """
            apiVersion: v1
            kind: ConfigMap
            metadata: {name: settings}
            data: {greeting: hello}
            """);
        Path secret = Files.writeString(directory.resolve("client.secret"), ProviderProcess.SECRET + "\n");
        List<Problem> problems = new ArrayList<>();
        Access access = Access.read(
                "access.yaml",
                """
                apiVersion: homeostat.io/v1
                kind: Access
                metadata: {name: test}
                spec:
                  oidc:
                    issuer: ISSUER
                    clientId: CLIENT
                    clientSecretFile: SECRET
                    title: Log in at the test
                    roles: [{role: operator, claim: realm_access.roles, value: sre}]
                """.replace("ISSUER", issuer)
                        .replace("CLIENT", ProviderProcess.CLIENT)
                        .replace("SECRET", secret.toString())
                        .getBytes(StandardCharsets.UTF_8),
                problems);
        assertThat(problems).isEmpty();
        Agent agent = Agent.start(new Agent.Settings(
                SourceSpec.of(source.toString()),
                directory.resolve("state"),
                null,
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                null,
                null,
                null,
                null,
                access));
        String token =
                ((Node.Mapping) Json.read(Files.readAllBytes(directory.resolve("state/agent.json")))).text("token", "");
        try (HttpClient client = HttpClient.newHttpClient()) {
            var status = java.net.http.HttpRequest.newBuilder(URI.create(agent.url() + "/api/v1/status"))
                    .header("Authorization", "Bearer " + token)
                    .build();
            long end = System.nanoTime() + Duration.ofSeconds(30).toNanos();
            while (!client.send(status, BodyHandlers.ofString()).body().contains("\"state\":\"synced\"")) {
                assertThat(System.nanoTime()).as("synced in time").isLessThan(end);
            }
        }
        return agent;
    }

    private static ChromeDriver browser() {
        ChromeOptions options = new ChromeOptions()
                .setBinary("/usr/bin/chromium")
                .addArguments(
                        "--headless",
                        "--no-sandbox",
                        "--disable-gpu",
                        "--no-first-run",
                        "--disable-background-networking",
                        "--window-size=1200,900",
                        "--user-data-dir=" + directory.resolve("browser"));
        return new ChromeDriver(
                new ChromeDriverService.Builder()
                        .usingDriverExecutable(new File("/usr/bin/chromedriver"))
                        .build(),
                options);
    }

    private static void misbehave(String issuer, String how) throws Exception {
        try (HttpClient client = HttpClient.newHttpClient()) {
            client.send(
                    java.net.http.HttpRequest.newBuilder(URI.create(issuer + "/misbehave?" + how))
                            .build(),
                    BodyHandlers.discarding());
        }
    }

    private static String path(ChromeDriver browser) {
        return URI.create(String.valueOf(browser.getCurrentUrl())).getPath();
    }

    private static String text(ChromeDriver browser, String css) {
        return browser.findElement(By.cssSelector(css)).getText();
    }

    private interface Condition {
        boolean holds();
    }

    private static void until(ChromeDriver browser, String what, Condition condition) {
        long end = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        while (true) {
            try {
                if (condition.holds()) {
                    return;
                }
            } catch (NoSuchElementException | StaleElementReferenceException replaced) {
                // The page was brought up to date in between.
            }
            assertThat(System.nanoTime())
                    .as("%s, on a page that says %s", what, text(browser, "body"))
                    .isLessThan(end);
            LockSupport.parkNanos(20_000_000);
        }
    }

    private static void screenshot(ChromeDriver browser, String name) throws Exception {
        Files.write(SCREENSHOTS.resolve(name + ".png"), browser.getScreenshotAs(OutputType.BYTES));
    }
}
