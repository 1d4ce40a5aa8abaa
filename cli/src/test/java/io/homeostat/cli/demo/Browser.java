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
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.locks.LockSupport;
import org.openqa.selenium.By;
import org.openqa.selenium.Dimension;
import org.openqa.selenium.ElementNotInteractableException;
import org.openqa.selenium.NoSuchElementException;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.StaleElementReferenceException;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;

/** Debian's Chromium, as somebody sits before it. Screenshots are in {@code target/screenshots}. */
final class Browser implements AutoCloseable {

    static final Dimension DESK = new Dimension(1440, 1000);
    static final Dimension PHONE = new Dimension(500, 900);
    static final Dimension PAPER = new Dimension(800, 1130);
    static final Dimension WALL = new Dimension(2560, 1440);

    private static final Path SCREENSHOTS = Path.of("target/screenshots");
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final ChromeDriver driver;

    private Browser(ChromeDriver driver) {
        this.driver = driver;
    }

    static Browser open(Path directory) throws IOException {
        Files.createDirectories(SCREENSHOTS);
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
        ChromeDriver driver = new ChromeDriver(
                new ChromeDriverService.Builder()
                        .usingDriverExecutable(new File("/usr/bin/chromedriver"))
                        .build(),
                options);
        driver.manage().timeouts().pageLoadTimeout(Duration.ofSeconds(30)).scriptTimeout(Duration.ofSeconds(60));
        driver.manage().window().setSize(DESK);
        return new Browser(driver);
    }

    ChromeDriver driver() {
        return driver;
    }

    void goTo(String address) {
        driver.get(address);
    }

    void size(Dimension size) {
        driver.manage().window().setSize(size);
    }

    void theme(String scheme) {
        driver.executeCdpCommand(
                "Emulation.setEmulatedMedia",
                Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", scheme))));
    }

    void screenshot(String name) throws IOException {
        Files.write(SCREENSHOTS.resolve(name + ".png"), driver.getScreenshotAs(OutputType.BYTES));
    }

    /** How much of a page one has to scroll sideways for, in pixels. */
    long overhang() {
        return (Long) Objects.requireNonNull(driver.executeScript(
                "return document.documentElement.scrollWidth - document.documentElement.clientWidth"));
    }

    interface Look {
        boolean sees() throws IOException;
    }

    /** How long it took until it was on the screen. */
    Duration seen(String what, Look look) throws IOException {
        long start = System.nanoTime();
        while (true) {
            try {
                if (look.sees()) {
                    return Duration.ofNanos(System.nanoTime() - start);
                }
            } catch (NoSuchElementException
                    | StaleElementReferenceException
                    | ElementNotInteractableException replaced) {
                // The page was brought up to date in between.
            }
            if (System.nanoTime() - start > PATIENCE.toNanos()) {
                screenshot("not-seen");
                assertThat(text("body")).as("seen in time: %s", what).isNull();
            }
            LockSupport.parkNanos(10_000_000);
        }
    }

    String text(String css) {
        return driver.findElement(By.cssSelector(css)).getText();
    }

    boolean shows(String css, String words) {
        return text(css).contains(words);
    }

    /** The page may put a newer part in its place just then. */
    void click(String css) throws IOException {
        seen(css, () -> {
            driver.findElement(By.cssSelector(css)).click();
            return true;
        });
    }

    /** What axe finds wrong with the page that is open. */
    List<String> violations(String page) throws IOException {
        try (InputStream axe = Objects.requireNonNull(
                Browser.class.getResourceAsStream("/axe.min.js"), "axe.min.js on the class path")) {
            driver.executeScript(new String(axe.readAllBytes(), StandardCharsets.UTF_8));
        }
        Object found = driver.executeAsyncScript(
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

    /** What it loaded before. */
    void forget() {
        driver.executeCdpCommand("Network.clearBrowserCache", Map.of());
    }

    /**
     * Bytes over the wire of the page that is open and of what came with it, from a browser that had nothing; without what it
     * fetched since, because something had changed.
     */
    long bytes() {
        return (Long) Objects.requireNonNull(driver.executeScript("return ['navigation', 'resource'].flatMap(kind =>"
                + " performance.getEntriesByType(kind)).filter(each => each.initiatorType !== 'fetch' &&"
                + " each.name.indexOf('/live') < 0).reduce((sum, each) => sum + each.transferSize, 0)"));
    }

    /** How long the page that is open took to load; it waits until it is. */
    Duration loaded() throws IOException {
        seen(
                "the page is loaded",
                () -> Boolean.TRUE.equals(
                        driver.executeScript("return performance.getEntriesByType('navigation')[0].loadEventEnd > 0")));
        Object millis = Objects.requireNonNull(
                driver.executeScript("return Math.round(performance.getEntriesByType('navigation')[0].loadEventEnd)"));
        return Duration.ofMillis((Long) millis);
    }

    @Override
    public void close() {
        driver.quit();
    }
}
