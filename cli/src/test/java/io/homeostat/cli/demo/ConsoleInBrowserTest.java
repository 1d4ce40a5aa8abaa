package io.homeostat.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;

/** The console as people use it: in a browser, while the shop runs. Screenshots are in {@code target/screenshots}. */
@Tag("browser")
@Execution(ExecutionMode.SAME_THREAD)
@ResourceLock("this machine")
class ConsoleInBrowserTest {

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
        PAGES.put("perimeters", "/perimeters");
        PAGES.put("timeline", "/timeline?verify=true");
        PAGES.put("logs", "/logs?name=Deployment%2Fweb");
        PAGES.put("search", "/search?q=web");
        PAGES.put("nowhere", "/nowhere");
    }

    @TempDir
    static Path directory;

    private static WatchedShop shop;
    private static Browser browser;

    @BeforeAll
    static void open() throws Exception {
        shop = WatchedShop.open(directory, WatchedShop.PROMISES);
        browser = Browser.open(directory);
        browser.goTo(shop.address());
    }

    @AfterAll
    static void close() throws IOException {
        try {
            if (browser != null) {
                browser.close();
            }
        } finally {
            if (shop != null) {
                shop.close();
            }
        }
    }

    private static void goTo(String page) throws IOException {
        browser.goTo(shop.url() + page);
    }

    @Test
    void noPageHasAViolationOfAccessibility() throws Exception {
        List<String> violations = new ArrayList<>();
        for (String scheme : List.of("light", "dark")) {
            browser.theme(scheme);
            for (Map.Entry<String, String> page : PAGES.entrySet()) {
                goTo(page.getValue());
                violations.addAll(browser.violations(page.getKey() + " (" + scheme + ")"));
                browser.screenshot(page.getKey() + "-" + scheme);
            }
        }
        browser.theme("light");
        goTo("/applications/shop");
        browser.click("#do-freeze summary");
        violations.addAll(browser.violations("application, form open"));
        browser.screenshot("application-form");

        assertThat(violations).isEmpty();
    }

    @Test
    void onAPhoneNothingStandsOut() throws Exception {
        browser.size(Browser.PHONE);
        try {
            for (Map.Entry<String, String> page : PAGES.entrySet()) {
                goTo(page.getValue());
                browser.screenshot(page.getKey() + "-phone");
                assertThat(browser.overhang())
                        .as(page.getKey() + " is no wider than the screen")
                        .isEqualTo(0L);
            }
        } finally {
            browser.size(Browser.DESK);
        }
    }

    @Test
    void onAWallAndOnPaperNothingStandsOut() throws Exception {
        browser.size(Browser.WALL);
        try {
            for (Map.Entry<String, String> page : PAGES.entrySet()) {
                goTo(page.getValue());
                browser.screenshot(page.getKey() + "-wall");
                assertThat(browser.overhang())
                        .as(page.getKey() + " is no wider than the wall")
                        .isEqualTo(0L);
            }
            browser.driver().executeCdpCommand("Emulation.setEmulatedMedia", Map.of("media", "print"));
            browser.size(Browser.PAPER);
            for (Map.Entry<String, String> page : PAGES.entrySet()) {
                goTo(page.getValue());
                browser.screenshot(page.getKey() + "-paper");
                assertThat(browser.driver()
                                .findElement(By.cssSelector("header nav"))
                                .isDisplayed())
                        .as(page.getKey() + " prints its way around")
                        .isFalse();
                assertThat(browser.overhang())
                        .as(page.getKey() + " is no wider than the paper")
                        .isEqualTo(0L);
            }
        } finally {
            browser.driver().executeCdpCommand("Emulation.setEmulatedMedia", Map.of("media", ""));
            browser.size(Browser.DESK);
        }
    }

    @Test
    void aSpentBudgetIsSeenAtHomeAndItsPageShowsWhereItWent() throws Exception {
        goTo("/");
        browser.seen("the spent budget, at home", () -> browser.text("body").contains("front-page"));
        goTo("/objectives/front-page");
        browser.seen("spent", () -> browser.shows("#heading .badge", "spent"));
        browser.seen(
                "both pictures",
                () -> browser.driver()
                                .findElements(By.cssSelector("#budget-history svg.chart"))
                                .size()
                        == 2);
        assertThat(browser.text("#budget-history")).contains("Budget left").contains("Burn rate");
        browser.screenshot("objective-spent");
    }

    @Test
    void aFaultThatABudgetForbidsIsRefusedAndThePageSaysWhy() throws Exception {
        goTo("/objectives/front-page");
        browser.seen("spent", () -> browser.shows("#heading .badge", "spent"));
        goTo("/chaos/one-web-less");
        browser.click("#do-run summary");
        browser.click("#do-run button");
        browser.seen("why not", () -> browser.text("main").contains("the error budget of front-page is spent"));
        browser.screenshot("experiment-refused");
        goTo("/chaos");
        assertThat(browser.driver().findElements(By.cssSelector("#coverage td.quiet")))
                .isNotEmpty();
        assertThat(browser.driver().findElements(By.cssSelector("#coverage td.good")))
                .isEmpty();
    }

    @Test
    void theFirstViewIsSmall() throws Exception {
        browser.forget();
        goTo("/");
        Duration load = browser.loaded();
        long bytes = browser.bytes();
        System.out.println("first view: " + bytes + " bytes, " + load.toMillis() + " ms");

        assertThat(bytes).isBetween(5_000L, 150_000L);
        assertThat(load).isLessThan(Duration.ofSeconds(10));
    }

    @Test
    void aChangeIsOnTheScreenSoon() throws Exception {
        goTo("/applications/shop");
        browser.seen("live", () -> browser.text("#live").equals("live"));
        List<Duration> delays = new ArrayList<>();
        for (int trial = 0; trial < 5; trial++) {
            shop.client().post("/api/v1/freeze", "application", "shop", "owner", "ada", "reason", "trial", "for", "1h");
            delays.add(browser.seen("frozen", () -> browser.text("#heading").contains("frozen")));
            shop.client().post("/api/v1/unfreeze", "application", "shop");
            delays.add(browser.seen(
                    "no longer frozen", () -> !browser.text("#heading").contains("frozen")));
        }
        delays.sort(Duration::compareTo);
        System.out.println("a change is on the screen after: median "
                + delays.get(delays.size() / 2).toMillis() + " ms, longest "
                + delays.getLast().toMillis() + " ms of " + delays.size());

        assertThat(delays.get(delays.size() / 2)).isLessThan(Duration.ofSeconds(10));
    }

    @Test
    void aFreezeIsSetAndLiftedByHand() throws Exception {
        goTo("/applications/shop");
        browser.click("#do-freeze summary");
        browser.driver()
                .findElement(By.cssSelector("#do-freeze input[name=reason]"))
                .sendKeys("stock-taking");
        browser.click("#do-freeze button");
        browser.seen("frozen", () -> browser.text("#heading").contains("stock-taking"));
        browser.screenshot("application-frozen");
        assertThat(shop.application().mapping("freeze").text("owner", "")).isEqualTo(System.getProperty("user.name"));
        goTo("/");
        browser.seen("the freeze, at home", () -> browser.text("#wrong").contains("stock-taking"));
        browser.screenshot("home-frozen");

        goTo("/applications/shop");
        browser.click("form[action$='do/unfreeze'] button");
        browser.seen("lifted", () -> !browser.text("#heading").contains("frozen"));
        assertThat(shop.application().get("freeze")).isNull();
    }

    @Test
    void aSyncIsAskedForInAName() throws Exception {
        goTo("/applications/shop");
        browser.click("form[action$='do/sync'] button");
        browser.seen(
                "the sync, among the events",
                () -> browser.text("#events").contains("(by " + System.getProperty("user.name")));
    }

    @Test
    void itGoesBackToAnEarlierRevisionAndForwardAgain() throws Exception {
        String now = shop.application().text("revision", "");
        goTo("/applications/shop");
        browser.click("#do-rollback summary");
        String earlier = browser.driver()
                .findElement(By.cssSelector("#do-rollback input[name=revision]"))
                .getAttribute("value");
        assertThat(now).doesNotStartWith(String.valueOf(earlier));
        browser.click("#do-rollback button");
        browser.seen("quarantined", () -> browser.text("#heading").contains("quarantined"));
        shop.awaitState("quarantined");
        assertThat(shop.application().text("revision", "")).startsWith(String.valueOf(earlier));
        browser.screenshot("application-rolled-back");

        goTo("/applications/shop");
        browser.click("#do-release summary");
        browser.click("#do-release button");
        shop.awaitState("synced");
        assertThat(shop.application().text("revision", "")).isEqualTo(now);
    }

    @Test
    void theLeverHaltsAllChaos() throws Exception {
        goTo("/chaos");
        browser.click("form[action$='do/halt'] button");
        browser.seen("halted", () -> browser.text("#lever").contains("halted"));
        browser.screenshot("chaos-halted");
        assertThat(shop.client().get("/api/v1/experiments").mapping("halt").text("by", ""))
                .isEqualTo(System.getProperty("user.name"));
        browser.click("form[action$='do/allow'] button");
        browser.seen("no longer halted", () -> !browser.text("#lever").contains("halted"));
    }

    @Test
    void theKeyboardSearchesAndGoesAround() throws Exception {
        goTo("/");
        browser.driver().findElement(By.tagName("body")).sendKeys("/");
        browser.driver().switchTo().activeElement().sendKeys("store" + Keys.ENTER);
        browser.seen("the component", () -> browser.text(".hits").contains("StatefulSet/store"));
        browser.driver().findElement(By.tagName("body")).sendKeys("gt");
        browser.seen("the timeline", () -> browser.text("h1").equals("Timeline"));
        browser.driver().navigate().back();
        browser.seen("the search again", () -> browser.text(".hits").contains("StatefulSet/store"));
    }

    @Test
    void thePageSaysWhenItIsStaleAndGoesOnByItself() throws Exception {
        goTo("/");
        browser.seen("live", () -> browser.text("#live").equals("live"));
        signal("STOP");
        try {
            browser.seen("stale", () -> browser.text("#live").startsWith("stale since"));
            browser.screenshot("home-stale");
        } finally {
            signal("CONT");
        }
        browser.seen("live again", () -> browser.text("#live").equals("live"));
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
            Object outside = browser.driver()
                    .executeScript("return"
                            + " [...document.querySelectorAll('[href],[src],[action]')].map(each => each.getAttribute('href') ||"
                            + " each.getAttribute('src') || each.getAttribute('action')).filter(link => link &&"
                            + " (link.startsWith('/') || link.includes('://')))");
            assertThat((List<?>) outside)
                    .as("links of " + page + " that a prefix would break")
                    .isEmpty();
        }
    }
}
