package io.homeostat.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.homeostat.model.Json;
import io.homeostat.model.Node;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.openqa.selenium.By;
import org.openqa.selenium.Dimension;
import org.openqa.selenium.Keys;
import org.openqa.selenium.NoSuchElementException;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.StaleElementReferenceException;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;

/** The console as people use it: in a browser, while the shop runs. Screenshots are in {@code target/screenshots}. */
@Tag("browser")
@Execution(ExecutionMode.SAME_THREAD)
class ConsoleInBrowserTest {

    private static final Path SCREENSHOTS = Path.of("target/screenshots");
    private static final Dimension DESK = new Dimension(1440, 1000);
    private static final Dimension PHONE = new Dimension(500, 900);
    private static final Dimension PAPER = new Dimension(800, 1130);
    private static final Dimension WALL = new Dimension(2560, 1440);

    private static final Map<String, String> PAGES = new LinkedHashMap<>();

    static {
        PAGES.put("home", "/");
        PAGES.put("applications", "/applications");
        PAGES.put("application", "/applications/shop");
        PAGES.put("rollouts", "/rollouts");
        PAGES.put("objectives", "/objectives");
        PAGES.put("objective", "/objectives/front-page");
        PAGES.put("chaos", "/chaos");
        PAGES.put("experiment", "/chaos/one-web-less");
        PAGES.put("timeline", "/timeline?verify=true");
        PAGES.put("logs", "/logs?name=Deployment%2Fweb");
        PAGES.put("search", "/search?q=web");
        PAGES.put("nowhere", "/nowhere");
    }

    @TempDir
    static Path directory;

    private static WatchedShop shop;
    private static ChromeDriver browser;

    @BeforeAll
    static void open() throws Exception {
        Files.createDirectories(SCREENSHOTS);
        shop = WatchedShop.open(directory);
        ChromeOptions options = new ChromeOptions()
                .setBinary("/usr/bin/chromium")
                .addArguments(
                        "--headless",
                        "--no-sandbox",
                        "--disable-gpu",
                        "--disable-quic",
                        "--no-first-run",
                        "--disable-background-networking",
                        "--disable-component-update",
                        "--disable-sync",
                        "--hide-scrollbars",
                        "--user-data-dir=" + directory.resolve("browser"));
        browser = new ChromeDriver(
                new ChromeDriverService.Builder()
                        .usingDriverExecutable(new File("/usr/bin/chromedriver"))
                        .build(),
                options);
        browser.manage().timeouts().pageLoadTimeout(Duration.ofSeconds(30)).scriptTimeout(Duration.ofSeconds(60));
        browser.manage().window().setSize(DESK);
        browser.get(shop.address());
    }

    @AfterAll
    static void close() throws IOException {
        try {
            if (browser != null) {
                browser.quit();
            }
        } finally {
            if (shop != null) {
                shop.close();
            }
        }
    }

    private static void goTo(String page) throws IOException {
        browser.get(shop.url() + page);
    }

    private static void theme(String scheme) {
        browser.executeCdpCommand(
                "Emulation.setEmulatedMedia",
                Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", scheme))));
    }

    private static void screenshot(String name) throws IOException {
        Files.write(SCREENSHOTS.resolve(name + ".png"), browser.getScreenshotAs(OutputType.BYTES));
    }

    private interface Look {
        boolean sees();
    }

    /** How long it took until it was on the screen. */
    private static Duration seen(String what, Look look) {
        long start = System.nanoTime();
        while (true) {
            try {
                if (look.sees()) {
                    return Duration.ofNanos(System.nanoTime() - start);
                }
            } catch (NoSuchElementException | StaleElementReferenceException replaced) {
                // The page was brought up to date in between.
            }
            assertThat(Duration.ofNanos(System.nanoTime() - start))
                    .as("seen: %s, on a page that says %s", what, text("body"))
                    .isLessThan(Duration.ofSeconds(30));
            LockSupport.parkNanos(10_000_000);
        }
    }

    private static String text(String css) {
        return browser.findElement(By.cssSelector(css)).getText();
    }

    /** The page may put a newer part in its place just then. */
    private static void click(String css) {
        seen(css, () -> {
            browser.findElement(By.cssSelector(css)).click();
            return true;
        });
    }

    @Test
    void noPageHasAViolationOfAccessibility() throws Exception {
        List<String> violations = new ArrayList<>();
        for (String scheme : List.of("light", "dark")) {
            theme(scheme);
            for (Map.Entry<String, String> page : PAGES.entrySet()) {
                goTo(page.getValue());
                violations.addAll(violations(page.getKey() + " (" + scheme + ")"));
                screenshot(page.getKey() + "-" + scheme);
            }
        }
        theme("light");
        goTo("/applications/shop");
        click("#do-freeze summary");
        violations.addAll(violations("application, form open"));
        screenshot("application-form");

        assertThat(violations).isEmpty();
    }

    private static List<String> violations(String page) throws IOException {
        try (InputStream axe = Objects.requireNonNull(
                ConsoleInBrowserTest.class.getResourceAsStream("/axe.min.js"), "axe.min.js on the class path")) {
            browser.executeScript(new String(axe.readAllBytes(), StandardCharsets.UTF_8));
        }
        Object found = browser.executeAsyncScript(
                "const done = arguments[0]; axe.run(document).then(r => done(JSON.stringify({violations: r.violations,"
                        + " passes: r.passes.length})))");
        Node.Mapping result = (Node.Mapping) Json.read(String.valueOf(found));
        assertThat(result.integer("passes", 0))
                .as("rules that axe applied to " + page)
                .isGreaterThan(10);
        List<String> violations = new ArrayList<>();
        for (Node each : result.sequence("violations")) {
            Node.Mapping violation = (Node.Mapping) each;
            violations.add(page + ": " + violation.text("id", "") + ": " + violation.text("help", "") + " "
                    + violation.sequence("nodes").stream()
                            .map(node -> ((Node.Mapping) node).text("html", ""))
                            .limit(3)
                            .toList());
        }
        return violations;
    }

    @Test
    void onAPhoneNothingStandsOut() throws Exception {
        browser.manage().window().setSize(PHONE);
        try {
            for (Map.Entry<String, String> page : PAGES.entrySet()) {
                goTo(page.getValue());
                screenshot(page.getKey() + "-phone");
                assertThat(browser.executeScript(
                                "return document.documentElement.scrollWidth - document.documentElement.clientWidth"))
                        .as(page.getKey() + " is no wider than the screen")
                        .isEqualTo(0L);
            }
        } finally {
            browser.manage().window().setSize(DESK);
        }
    }

    @Test
    void onAWallAndOnPaperNothingStandsOut() throws Exception {
        browser.manage().window().setSize(WALL);
        try {
            for (Map.Entry<String, String> page : PAGES.entrySet()) {
                goTo(page.getValue());
                screenshot(page.getKey() + "-wall");
                assertThat(browser.executeScript(
                                "return document.documentElement.scrollWidth - document.documentElement.clientWidth"))
                        .as(page.getKey() + " is no wider than the wall")
                        .isEqualTo(0L);
            }
            browser.executeCdpCommand("Emulation.setEmulatedMedia", Map.of("media", "print"));
            browser.manage().window().setSize(PAPER);
            for (Map.Entry<String, String> page : PAGES.entrySet()) {
                goTo(page.getValue());
                screenshot(page.getKey() + "-paper");
                assertThat(browser.findElement(By.cssSelector("header nav")).isDisplayed())
                        .as(page.getKey() + " prints its way around")
                        .isFalse();
                assertThat(browser.executeScript(
                                "return document.documentElement.scrollWidth - document.documentElement.clientWidth"))
                        .as(page.getKey() + " is no wider than the paper")
                        .isEqualTo(0L);
            }
        } finally {
            browser.executeCdpCommand("Emulation.setEmulatedMedia", Map.of("media", ""));
            browser.manage().window().setSize(DESK);
        }
    }

    @Test
    void aSpentBudgetIsSeenAtHomeAndItsPageShowsWhereItWent() throws Exception {
        goTo("/");
        seen("the spent budget, at home", () -> text("body").contains("front-page"));
        goTo("/objectives/front-page");
        seen("spent", () -> text("#heading").contains("spent"));
        seen(
                "both pictures",
                () -> browser.findElements(By.cssSelector("#budget-history svg.chart"))
                                .size()
                        == 2);
        assertThat(text("#budget-history")).contains("Budget left").contains("Burn rate");
        screenshot("objective-spent");
    }

    @Test
    void aFaultThatABudgetForbidsIsRefusedAndThePageSaysWhy() throws Exception {
        goTo("/objectives/front-page");
        seen("spent", () -> text("#heading").contains("spent"));
        goTo("/chaos/one-web-less");
        click("#do-run summary");
        click("#do-run button");
        seen("why not", () -> text("main").contains("the error budget of front-page is spent"));
        screenshot("experiment-refused");
        goTo("/chaos");
        assertThat(browser.findElements(By.cssSelector("#coverage td.quiet"))).isNotEmpty();
        assertThat(browser.findElements(By.cssSelector("#coverage td.good"))).isEmpty();
    }

    @Test
    void theFirstViewIsSmall() throws Exception {
        browser.executeCdpCommand("Network.clearBrowserCache", Map.of());
        goTo("/");
        seen(
                "the page is loaded",
                () -> Boolean.TRUE.equals(browser.executeScript(
                        "return performance.getEntriesByType('navigation')[0].loadEventEnd > 0")));
        long bytes =
                (Long) Objects.requireNonNull(browser.executeScript("return ['navigation', 'resource'].flatMap(kind =>"
                        + " performance.getEntriesByType(kind)).filter(each => each.name.indexOf('/live') <"
                        + " 0).reduce((sum, each) => sum + each.transferSize, 0)"));
        Object millis =
                browser.executeScript("return Math.round(performance.getEntriesByType('navigation')[0].loadEventEnd)");
        System.out.println("first view: " + bytes + " bytes, " + millis + " ms");

        assertThat(bytes).isBetween(5_000L, 150_000L);
    }

    @Test
    void aChangeIsOnTheScreenSoon() throws Exception {
        goTo("/applications/shop");
        seen("live", () -> text("#live").equals("live"));
        List<Duration> delays = new ArrayList<>();
        for (int trial = 0; trial < 5; trial++) {
            shop.client().post("/api/v1/freeze", "application", "shop", "owner", "ada", "reason", "trial", "for", "1h");
            delays.add(seen("frozen", () -> text("#heading").contains("frozen")));
            shop.client().post("/api/v1/unfreeze", "application", "shop");
            delays.add(seen("no longer frozen", () -> !text("#heading").contains("frozen")));
        }
        delays.sort(Duration::compareTo);
        System.out.println("a change is on the screen after: median "
                + delays.get(delays.size() / 2).toMillis() + " ms, longest "
                + delays.getLast().toMillis() + " ms of " + delays.size());

        assertThat(delays.get(delays.size() / 2)).isLessThan(Duration.ofSeconds(1));
    }

    @Test
    void aFreezeIsSetAndLiftedByHand() throws Exception {
        goTo("/applications/shop");
        click("#do-freeze summary");
        browser.findElement(By.cssSelector("#do-freeze input[name=reason]")).sendKeys("stock-taking");
        click("#do-freeze button");
        seen("frozen", () -> text("#heading").contains("stock-taking"));
        screenshot("application-frozen");
        assertThat(shop.application().mapping("freeze").text("owner", "")).isEqualTo(System.getProperty("user.name"));
        goTo("/");
        seen("the freeze, at home", () -> text("#wrong").contains("stock-taking"));
        screenshot("home-frozen");

        goTo("/applications/shop");
        click("form[action$='do/unfreeze'] button");
        seen("lifted", () -> !text("#heading").contains("frozen"));
        assertThat(shop.application().get("freeze")).isNull();
    }

    @Test
    void aSyncIsAskedForInAName() throws Exception {
        goTo("/applications/shop");
        click("form[action$='do/sync'] button");
        seen("the sync, among the events", () -> text("#events").contains("(by " + System.getProperty("user.name")));
    }

    @Test
    void itGoesBackToAnEarlierRevisionAndForwardAgain() throws Exception {
        String now = shop.application().text("revision", "");
        goTo("/applications/shop");
        click("#do-rollback summary");
        String earlier = browser.findElement(By.cssSelector("#do-rollback input[name=revision]"))
                .getAttribute("value");
        assertThat(now).doesNotStartWith(String.valueOf(earlier));
        click("#do-rollback button");
        seen("quarantined", () -> text("#heading").contains("quarantined"));
        shop.awaitState("quarantined");
        assertThat(shop.application().text("revision", "")).startsWith(String.valueOf(earlier));
        screenshot("application-rolled-back");

        goTo("/applications/shop");
        click("#do-release summary");
        click("#do-release button");
        shop.awaitState("synced");
        assertThat(shop.application().text("revision", "")).isEqualTo(now);
    }

    @Test
    void theLeverHaltsAllChaos() throws Exception {
        goTo("/chaos");
        click("form[action$='do/halt'] button");
        seen("halted", () -> text("#lever").contains("halted"));
        screenshot("chaos-halted");
        assertThat(shop.client().get("/api/v1/experiments").mapping("halt").text("by", ""))
                .isEqualTo(System.getProperty("user.name"));
        click("form[action$='do/allow'] button");
        seen("no longer halted", () -> !text("#lever").contains("halted"));
    }

    @Test
    void theKeyboardSearchesAndGoesAround() throws Exception {
        goTo("/");
        browser.findElement(By.tagName("body")).sendKeys("/");
        browser.switchTo().activeElement().sendKeys("store" + Keys.ENTER);
        seen("the component", () -> text(".hits").contains("StatefulSet/store"));
        browser.findElement(By.tagName("body")).sendKeys("gt");
        seen("the timeline", () -> text("h1").equals("Timeline"));
        browser.navigate().back();
        seen("the search again", () -> text(".hits").contains("StatefulSet/store"));
    }

    @Test
    void thePageSaysWhenItIsStaleAndGoesOnByItself() throws Exception {
        goTo("/");
        seen("live", () -> text("#live").equals("live"));
        signal("STOP");
        try {
            seen("stale", () -> text("#live").startsWith("stale since"));
            screenshot("home-stale");
        } finally {
            signal("CONT");
        }
        seen("live again", () -> text("#live").equals("live"));
    }

    private static void signal(String name) throws Exception {
        new ProcessBuilder("kill", "-" + name, Long.toString(shop.process().pid()))
                .start()
                .waitFor();
    }

    @Test
    void behindAPrefixEverythingLeadsBelowIt() throws Exception {
        for (String page : PAGES.values()) {
            goTo(page);
            Object outside = browser.executeScript("return"
                    + " [...document.querySelectorAll('[href],[src],[action]')].map(each => each.getAttribute('href') ||"
                    + " each.getAttribute('src') || each.getAttribute('action')).filter(link => link &&"
                    + " (link.startsWith('/') || link.includes('://')))");
            assertThat((List<?>) outside)
                    .as("links of " + page + " that a prefix would break")
                    .isEmpty();
        }
    }
}
