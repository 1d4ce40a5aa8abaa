package io.homeostat.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.homeostat.model.Node;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.openqa.selenium.By;

/** What else homeostat does, as it is seen on the console while it happens: nobody loads a page anew. */
@Tag("browser")
@Execution(ExecutionMode.SAME_THREAD)
@ResourceLock("this machine")
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class InteractionsInBrowserTest {

    private static final String BUDGET = """
        apiVersion: openslo/v1
        kind: SLO
        metadata: {name: open-doors}
        spec:
          service: doors
          indicator:
            metadata: {name: open-doors-seen}
            spec:
              ratioMetric:
                rawType: success
                raw: {metricSource: {type: process, spec: {command: [test, -e, "DOORS"]}}}
          timeWindow: [{duration: 10m, isRolling: true}]
          budgetingMethod: Occurrences
          objectives: [{displayName: open, target: 0.99}]
        """;

    private static final String SLOW_STORE = """
        apiVersion: homeostat.io/v1
        kind: Experiment
        metadata: {name: slow-store}
        spec:
          owner: ann
          description: The store answers later than it used to.
          hypothesis:
            probes: [{name: the store is ready, cel: "workload['store'].ready >= 1"}]
            every: 100ms
            steady: 1s
          faults: [{latency: {to: store, mean: 20ms}}]
          duration: 10m
          recovery: 30s
        """;

    private static final String ROLLOUT = """
        apiVersion: homeostat.io/v1
        kind: Rollout
        metadata: {name: web}
        spec:
          workload: {name: web}
          canary: {steps: [{weight: 50, hold: 0s, approval: true}]}
        """;

    @TempDir
    static Path directory;

    private static Path doors;
    private static WatchedShop shop;
    private static Browser browser;

    @BeforeAll
    static void open() throws Exception {
        doors = Files.createFile(directory.resolve("doors"));
        Map<String, String> promises = new HashMap<>();
        promises.put("reliability/doors.yaml", BUDGET.replace("DOORS", doors.toString()));
        promises.put("reliability/slow-store.yaml", SLOW_STORE);
        shop = WatchedShop.open(directory, promises);
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
        browser.seen("live", () -> browser.text("#live").equals("live"));
    }

    /** The file that web reads, as it lies there now. */
    private static Path config() throws IOException {
        try (Stream<Path> files = Files.walk(shop.state())) {
            return files.filter(each -> each.endsWith("shop.properties") && Files.isRegularFile(each))
                    .findFirst()
                    .orElseThrow();
        }
    }

    private static Node.Mapping experiment() throws IOException {
        return shop.client().get("/api/v1/experiments", "name", "slow-store").mapping("experiment");
    }

    @Test
    void whatSomebodyChangedByHandIsOnTheScreenAsDriftUntilItIsPutBack() throws Exception {
        shop.client().post("/api/v1/freeze", "application", "shop", "owner", "ada", "reason", "a look", "for", "1h");
        goTo("/applications/shop");
        browser.seen("the freeze", () -> browser.shows("#heading", "frozen"));
        Path file = config();
        String declared = Files.readString(file);
        assertThat(file.toFile().setWritable(true)).isTrue();

        Files.writeString(file, "greeting=Closed\n");

        Duration shown = browser.seen("the drift", () -> browser.shows("body", "drift.found"));
        System.out.println("drift is on the screen after " + shown.toMillis() + " ms");
        browser.screenshot("drift-while-frozen");
        goTo("/");
        assertThat(browser.text("#wrong")).contains("shop");
        goTo("/applications/shop");
        browser.click("form[action$='do/unfreeze'] button");
        browser.seen("what puts it right", () -> browser.shows("body", "drift.gone"));
        assertThat(config()).hasContent(declared);
    }

    @Test
    void aRolloutIsFollowedAndPromotedByHandAndOutlivesItsAgentOnTheScreen() throws Exception {
        goTo("/");
        shop.repository().write("reliability/web.yaml", ROLLOUT);
        shop.repository().edit("apps/shop/web.yaml", "shop/web:1.0", "shop/web:1.1");
        shop.repository().edit("services/web/Web.java", "VERSION = \"1.0\"", "VERSION = \"1.1\"");
        shop.repository().commit("web 1.1");
        browser.seen("the rollout, at home", () -> browser.shows("#changing", "web"));
        goTo("/rollouts/web");
        browser.seen("half of the traffic", () -> browser.shows("#stages", "50 % of the traffic"));
        browser.screenshot("rollout-running");

        shop.killAgent();
        browser.seen("stale", () -> browser.text("#live").startsWith("stale since"));
        browser.screenshot("rollout-stale");
        shop.startAgent();
        browser.seen("live again, by itself", () -> browser.text("#live").equals("live"));
        browser.seen("the rollout, from the journal", () -> browser.shows("#stages", "50 % of the traffic"));

        browser.seen("may be promoted", () -> {
            browser.driver().findElement(By.cssSelector("#do-promote summary")).click();
            browser.driver().findElement(By.cssSelector("#do-promote button")).click();
            return true;
        });
        browser.seen("completed", () -> browser.shows("#heading", "completed"));
        shop.awaitSynced();
        goTo("/");
        browser.seen("nothing on its way", () -> browser.shows("#changing", "Nothing is on its way."));
    }

    @Test
    void aFaultIsSeenWithItsSteadyStateAndTheLeverEndsItAndAnAgentThatDies() throws Exception {
        goTo("/chaos");
        assertThat(browser.text("#running")).contains("Nothing is disturbed.");
        browser.driver().executeScript("window.opened = true");
        shop.client().post("/api/v1/experiment", "name", "slow-store", "action", "run");
        browser.seen("the run", () -> browser.shows("#running", "slow-store"));
        browser.seen("its steady state", () -> browser.shows("#running", "the store is ready"));
        browser.seen("the fault", () -> browser.shows("#running", "during"));
        browser.screenshot("chaos-running");
        assertThat(browser.driver().executeScript("return window.opened"))
                .as("the page was never loaded anew")
                .isEqualTo(true);

        browser.click("form[action$='do/halt'] button");
        browser.seen("halted", () -> browser.shows("#lever", "halted"));
        browser.seen("nothing runs", () -> browser.shows("#running", "Nothing is disturbed."));
        assertThat(experiment().mapping("last").text("verdict", "")).isEqualTo("aborted");
        browser.click("form[action$='do/allow'] button");
        browser.seen("no longer halted", () -> !browser.shows("#lever", "halted"));

        shop.client().post("/api/v1/experiment", "name", "slow-store", "action", "run");
        browser.seen("the fault", () -> browser.shows("#running", "during"));
        shop.killAgent();
        browser.seen("stale", () -> browser.text("#live").startsWith("stale since"));
        shop.startAgent();
        browser.seen("live again, by itself", () -> browser.text("#live").equals("live"));
        browser.seen("nothing runs", () -> browser.shows("#running", "Nothing is disturbed."));
        browser.seen("that the run showed nothing", () -> browser.shows("#events", "slow-store"));
    }

    /** The last of all: what is spent stays spent, and no fault begins then, as the page says. */
    @Test
    @Order(Integer.MAX_VALUE)
    void aBudgetThatIsBeingSpentIsSeenWhileItIs() throws Exception {
        WatchedShop.await(
                "the doors are kept open", () -> slo().text("state", "").equals("kept"));
        goTo("/objectives/open-doors");
        browser.seen("kept", () -> browser.shows("#heading .badge", "kept"));

        Files.delete(doors);

        browser.seen("spent", () -> browser.shows("#heading .badge", "spent"));
        browser.screenshot("budget-spent-live");
        goTo("/objectives");
        browser.seen("spent, among all", () -> browser.shows("#objectives .badge", "spent"));
        goTo("/");
        browser.seen("the budget, at home", () -> browser.shows("#wrong", "its error budget is spent"));
        goTo("/chaos/slow-store");
        browser.click("#do-run summary");
        browser.click("#do-run button");
        browser.seen("why not", () -> browser.shows("main", "the error budget of open-doors is spent"));
    }

    private static Node.Mapping slo() throws IOException {
        List<Node> slos = shop.client().get("/api/v1/slo", "name", "open-doors").sequence("slos");
        return slos.isEmpty() ? Node.Mapping.EMPTY : (Node.Mapping) slos.getFirst();
    }
}
