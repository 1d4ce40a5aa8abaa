package io.homeostat.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.homeostat.cli.client.AgentClient;
import io.homeostat.model.Node;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.openqa.selenium.By;

/** The console of a large system: 500 applications of ten components each, and calls from each to the next. */
@Tag("browser")
@Execution(ExecutionMode.SAME_THREAD)
@ResourceLock("this machine")
class ThousandsInBrowserTest {

    private static final int APPLICATIONS = 500;
    private static final int COMPONENTS = 10;

    /** A page at work for so long at a stretch has frozen on any machine; what it was is printed. */
    private static final long FROZEN_MILLIS = 5_000;

    @TempDir
    static Path directory;

    private static void write(Path source) throws IOException {
        Path environment = source.resolve("environments/large");
        Files.createDirectories(environment);
        Files.writeString(environment.resolve("environment.yaml"), """
            apiVersion: homeostat.io/v1
            kind: Environment
            metadata: {name: large}
            spec:
              target: {local: {}}
              include: [apps]
              images: {test/program: host}
            """);
        for (int a = 0; a < APPLICATIONS; a++) {
            StringBuilder documents = new StringBuilder();
            documents
                    .append("apiVersion: v1\nkind: Service\nmetadata: {name: s")
                    .append(a);
            documents.append("}\nspec: {selector: {app: a").append(a).append("-0}, ports: [{port: 80}]}\n");
            for (int c = 0; c < COMPONENTS; c++) {
                String name = "a" + a + "-" + c;
                String calls = c == 0 ? ", annotations: {homeostat.io/calls: s" + (a + 1) % APPLICATIONS + "}" : "";
                documents
                        .append("---\napiVersion: apps/v1\nkind: Deployment\nmetadata: {name: ")
                        .append(name)
                        .append(calls)
                        .append("}\nspec: {replicas: 0, selector: {matchLabels: {app: ")
                        .append(name)
                        .append("}}, template: {metadata: {labels: {app: ")
                        .append(name)
                        .append(
                                "}}, spec: {containers: [{name: c, image: test/program, command: [sleep, \"9\"]}]}}}\n");
            }
            Path application = Files.createDirectories(source.resolve("apps/a" + a));
            Files.writeString(application.resolve("all.yaml"), documents);
        }
    }

    @Test
    void theMapOfFiveThousandComponentsIsSmallSoonAndNeverFreezes() throws Exception {
        Path source = directory.resolve("source");
        write(source);
        Path state = directory.resolve("state");
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:+UseSerialGC",
                        "-XX:+UseCompactObjectHeaders",
                        "-Xmx256m",
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path"),
                        "io.homeostat.cli.Main",
                        "agent",
                        "--source",
                        source.toString(),
                        "--state",
                        state.toString())
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("agent.log").toFile())
                .start();
        try (Browser browser = Browser.open(directory)) {
            WatchedShop.await("everything is synced", () -> synced(AgentClient.of(state)) == APPLICATIONS);
            AgentClient client = AgentClient.of(state);
            String url = client.agent().url();
            browser.goTo(url + client.post("/api/v1/console").text("path", ""));
            List<Duration> loads = new ArrayList<>();
            for (int trial = 0; trial < 5; trial++) {
                browser.forget();
                browser.goTo(url + "/");
                loads.add(browser.loaded());
                assertThat(browser.bytes()).isBetween(5_000L, 150_000L);
            }
            loads.sort(Duration::compareTo);
            browser.screenshot("thousands");
            System.out.println("5,000 components, first view: " + browser.bytes() + " bytes, loaded after a median of "
                    + loads.get(2).toMillis() + " ms, at most "
                    + loads.getLast().toMillis() + " ms of " + loads.size());
            assertThat(loads.get(2)).isLessThan(Duration.ofSeconds(10));

            browser.driver()
                    .executeScript("window.longest = 0; new PerformanceObserver(list => {"
                            + " for (const each of list.getEntries()) window.longest = Math.max(window.longest, each.duration);"
                            + " }).observe({type: 'longtask', buffered: true});");
            browser.seen("live", () -> browser.text("#live").equals("live"));
            client.post("/api/v1/freeze", "application", "a321", "owner", "ada", "reason", "a look", "for", "1h");
            Duration shown = browser.seen("what changed", () -> browser.shows("#wrong", "a321"));
            assertThat(browser.driver().findElements(By.cssSelector("#map .part")))
                    .hasSizeLessThan(200);
            Object longest = browser.driver().executeScript("return Math.round(window.longest)");
            System.out.println("5,000 components, a change is on the screen after " + shown.toMillis()
                    + " ms, longest piece of work of the page " + longest + " ms");
            assertThat((Long) longest).isLessThan(FROZEN_MILLIS);
            browser.goTo(url + "/search?q=a321-7");
            assertThat(browser.text(".hits")).contains("Deployment/a321-7");
            browser.goTo(url + "/applications");
            assertThat(browser.violations("500 applications")).isEmpty();
        } finally {
            stop(state, process);
        }
    }

    private static long synced(AgentClient client) throws IOException {
        return client.get("/api/v1/status").sequence("applications").stream()
                .filter(each -> ((Node.Mapping) each).text("state", "").equals("synced"))
                .count();
    }

    private static void stop(Path state, Process process) throws Exception {
        try {
            AgentClient.of(state).post("/api/v1/shutdown", Node.Mapping.EMPTY.with("workloads", Node.Bool.of(true)));
        } finally {
            if (!process.waitFor(30, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        }
    }
}
