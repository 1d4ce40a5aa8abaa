package io.homeostat.chaos.toolkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.net.httpserver.HttpServer;
import io.homeostat.chaos.toolkit.Options.Hypothesis;
import io.homeostat.chaos.toolkit.Options.Rollbacks;
import io.homeostat.model.Documents;
import io.homeostat.model.Json;
import io.homeostat.model.Node;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Files of the Chaos Toolkit, with real programs and a real service: in our stricter reading, and as the reference tool does it. */
class ToolkitRunTest {

    @TempDir
    Path directory;

    private HttpServer server;
    private volatile int answers = 200;
    private final ConcurrentLinkedQueue<String> requests = new ConcurrentLinkedQueue<>();
    private final Map<String, String> environment = new HashMap<>(System.getenv());
    private final List<String> told = new ArrayList<>();
    private int exit;

    @BeforeEach
    void open() throws Exception {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 10);
        server.createContext("/", exchange -> {
            String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            requests.add(exchange.getRequestMethod() + " " + exchange.getRequestURI() + " "
                    + exchange.getRequestHeaders().getFirst("X-Token") + " " + body);
            byte[] answer = "{\"users\": 3, \"state\": \"fine\"}".getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(answers, answer.length);
            try (OutputStream out = exchange.getResponseBody()) {
                out.write(answer);
            }
        });
        server.start();
    }

    @AfterEach
    void close() {
        server.stop(0);
    }

    private String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    private String answersProbe(String tolerance) {
        return "{\"type\": \"probe\", \"name\": \"answers\", \"tolerance\": " + tolerance
                + ", \"provider\": {\"type\": \"http\", \"url\": \"" + url() + "/\"}}";
    }

    private String shell(String type, String name, String script, String more) {
        return "{\"type\": \"" + type + "\", \"name\": \"" + name
                + "\", \"provider\": {\"type\": \"process\", \"path\": \"sh\", \"arguments\": [\"-c\", "
                + Json.write(Node.Text.of(script)) + "]}" + more + "}";
    }

    private String action(String name, String script) {
        return shell("action", name, script, "");
    }

    private Path trace(String name) {
        return directory.resolve(name);
    }

    /** @param probes empty for no hypothesis */
    private String file(String probes, String method, String rollbacks, String more) {
        return "{\"title\": \"t\", \"description\": \"d\", "
                + (probes.isEmpty()
                        ? ""
                        : "\"steady-state-hypothesis\": {\"title\": \"h\", \"probes\": [" + probes + "]}, ")
                + "\"method\": [" + method + "], \"rollbacks\": [" + rollbacks + "]" + more + "}";
    }

    private Options options(boolean compat, Hypothesis hypothesis, Rollbacks rollbacks) {
        return new Options(compat, hypothesis, rollbacks, Duration.ofMillis(50), !compat, null);
    }

    private Node.Mapping play(String file, Options options) throws Exception {
        ToolkitRun run = run(file, options);
        Node.Mapping journal = run.play();
        exit = run.exit();
        return journal;
    }

    private ToolkitRun run(String file, Options options) throws Exception {
        Node.Mapping content = (Node.Mapping) Json.read(file);
        ToolkitFile checked = ToolkitFile.check(content, environment, options.python() != null);
        List<String> problems = new ArrayList<>(checked.problems());
        ToolkitRun run = ToolkitRun.of(checked, options, environment, InstantSource.system(), problems, told::add);
        assertThat(problems).isEmpty();
        return run;
    }

    private Node.Mapping compat(String file) throws Exception {
        return play(file, options(true, Hypothesis.DEFAULT, Rollbacks.DEFAULT));
    }

    private Node.Mapping strict(String file) throws Exception {
        return play(file, options(false, Hypothesis.CONTINUOUSLY, Rollbacks.DEFAULT));
    }

    private String outcome(Node.Mapping journal) {
        return journal.text("status", "") + (journal.flag("deviated", false) ? " deviated " : " ") + exit;
    }

    private static List<String> statuses(Node.Mapping journal, String list) {
        return journal.sequence(list).stream()
                .map(each -> ((Node.Mapping) each).mapping("activity").text("name", "") + " "
                        + ((Node.Mapping) each).text("status", ""))
                .toList();
    }

    @Test
    void whatHoldsIsCompletedAndItsJournalHasTheShape() throws Exception {
        String file = file(
                answersProbe("200"),
                action("acts", "echo out; echo err >&2"),
                action("undoes", "touch " + trace("undone")),
                "");
        for (boolean strict : List.of(true, false)) {
            Node.Mapping journal = strict ? strict(file) : compat(file);
            assertThat(outcome(journal)).isEqualTo("completed 0");
            assertThat(journal.fields().keySet())
                    .containsExactly(
                            "chaoslib-version",
                            "platform",
                            "node",
                            "experiment",
                            "start",
                            "status",
                            "deviated",
                            "steady_states",
                            "run",
                            "rollbacks",
                            "end",
                            "duration");
            Node.Mapping states = journal.mapping("steady_states");
            assertThat(states.mapping("before").flag("steady_state_met", false)).isTrue();
            assertThat(states.mapping("after").flag("steady_state_met", false)).isTrue();
            Node.Mapping probe =
                    (Node.Mapping) states.mapping("before").sequence("probes").getFirst();
            assertThat(probe.flag("tolerance_met", false)).isTrue();
            assertThat(probe.mapping("output").mapping("body").integer("users", 0))
                    .isEqualTo(3);
            assertThat(probe.mapping("output").mapping("headers").text("Content-Type", ""))
                    .isEqualTo("application/json");
            Node.Mapping acted = (Node.Mapping) journal.sequence("run").getFirst();
            assertThat(acted.mapping("output"))
                    .isEqualTo(Json.read("{\"status\": 0, \"stdout\": \"out\\n\", \"stderr\": \"err\\n\"}"));
            assertThat(statuses(journal, "rollbacks")).containsExactly("undoes succeeded");
            assertThat(trace("undone")).exists();
        }
    }

    @Test
    void withoutASteadyStateBeforehandNothingIsDone() throws Exception {
        answers = 503;
        String file = file(
                answersProbe("200"),
                action("acts", "touch " + trace("acted")),
                action("undoes", "touch " + trace("undone")),
                "");
        assertThat(outcome(compat(file))).isEqualTo("failed 1");
        assertThat(trace("undone")).doesNotExist();
        assertThat(outcome(strict(file))).isEqualTo("failed 1");
        assertThat(trace("undone")).exists();
        assertThat(trace("acted")).doesNotExist();
    }

    @Test
    void whatDoesNotHoldAfterwardsDeviated() throws Exception {
        String file = file(
                shell("probe", "is up", "test ! -e " + trace("broken"), ", \"tolerance\": 0"),
                action("breaks", "touch " + trace("broken")),
                action("undoes", "rm " + trace("broken")),
                "");
        assertThat(outcome(compat(file))).isEqualTo("failed deviated 1");
        assertThat(trace("broken"))
                .as("the reference plays none by default then")
                .exists();
        Files.delete(trace("broken"));
        Node.Mapping rolledBack = play(file, options(true, Hypothesis.DEFAULT, Rollbacks.DEVIATED));
        assertThat(outcome(rolledBack)).isEqualTo("failed deviated 1");
        assertThat(trace("broken")).doesNotExist();
        assertThat(outcome(strict(file))).isEqualTo("failed deviated 2");
        assertThat(trace("broken")).doesNotExist();
    }

    @Test
    void rollbacksArePlayedAsTheStrategySays() throws Exception {
        String file =
                file(answersProbe("200"), action("acts", "true"), action("undoes", "touch " + trace("undone")), "");
        for (Rollbacks strategy : Rollbacks.values()) {
            Files.deleteIfExists(trace("undone"));
            Node.Mapping journal = play(file, options(true, Hypothesis.DEFAULT, strategy));
            assertThat(outcome(journal)).isEqualTo("completed 0");
            boolean played = strategy == Rollbacks.ALWAYS || strategy == Rollbacks.DEFAULT;
            assertThat(Files.exists(trace("undone"))).as(strategy.word()).isEqualTo(played);
        }
        answers = 500;
        assertThat(outcome(play(file, options(true, Hypothesis.DEFAULT, Rollbacks.ALWAYS))))
                .isEqualTo("failed 1");
        assertThat(trace("undone")).exists();
    }

    /** Every form that a file can have, of a program that says {@code 7} and of a service that answers 200 with JSON. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        says     | 0                                                                          | yes
        says     | 1                                                                          | no
        says     | [0, 3]                                                                     | yes
        says     | [1, 3]                                                                     | no
        says     | true                                                                       | no
        says     | "7"                                                                        | no
        says     | {"type": "regex", "target": "stdout", "pattern": "^[0-9]$"}                | yes
        says     | {"type": "regex", "target": "stdout", "pattern": "^[a-z]$"}                | no
        says     | {"type": "range", "target": "stdout", "range": [6.5, 7]}                   | yes
        says     | {"type": "range", "target": "stdout", "range": [8, 9]}                     | no
        says     | {"type": "jsonpath", "target": "stdout", "path": "$"}                      | yes
        says     | {"type": "probe", "name": "judge", "provider": {"type": "process", "path": "true", "arguments": {}}} | yes
        says     | {"type": "probe", "name": "judge", "provider": {"type": "process", "path": "false", "arguments": {}}} | lenient
        says     | {"type": "probe", "name": "judge", "provider": {"type": "http", "url": "http://127.0.0.1:1/", "arguments": {}}} | no
        answers  | 200                                                                        | yes
        answers  | 204                                                                        | no
        answers  | [200, 204]                                                                 | yes
        answers  | [201, 202, 204]                                                            | no
        answers  | {"type": "jsonpath", "target": "body", "path": "$.state", "expect": "fine"} | yes
        answers  | {"type": "jsonpath", "target": "body", "path": "$.state", "expect": ["bad"]} | no
        answers  | {"type": "jsonpath", "path": "$.body.users", "count": 1}                   | yes
        answers  | {"type": "jsonpath", "target": "body", "path": "$.nobody"}                 | no
        answers  | {"type": "range", "target": "status", "range": [200, 299]}                 | yes
        answers  | {"type": "range", "target": "status", "range": [400, 499]}                 | no
        """)
    void aToleranceDecidesTheStatus(String probe, String tolerance, String met) throws Exception {
        String said = probe.equals("says")
                ? shell("probe", "says", "printf 7", ", \"tolerance\": " + tolerance)
                : answersProbe(tolerance);
        String file = file(said, action("acts", "touch " + trace("acted")), "", "");
        assertThat(outcome(compat(file))).isEqualTo(met.equals("no") ? "failed 1" : "completed 0");
        assertThat(Files.deleteIfExists(trace("acted"))).isEqualTo(!met.equals("no"));
        assertThat(outcome(strict(file))).isEqualTo(met.equals("yes") ? "completed 0" : "failed 1");
        assertThat(Files.exists(trace("acted"))).isEqualTo(met.equals("yes"));
    }

    /** What becomes of a file with each strategy, and whether it is rolled back, as the reference tool does it. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        holds       | completed 0       | DEFAULT ALWAYS
        not before  | failed 1          | ALWAYS
        not after   | failed deviated 1 | ALWAYS DEVIATED
        no activity | aborted 1         | DEFAULT ALWAYS
        """)
    void whatIsRolledBackFollowsTheStatus(String course, String outcome, String rolledBack) throws Exception {
        for (Rollbacks strategy : Rollbacks.values()) {
            for (String left : List.of("broken", "undone")) {
                Files.deleteIfExists(trace(left));
            }
            if (course.equals("not before")) {
                Files.createFile(trace("broken"));
            }
            String method = switch (course) {
                case "not after" -> action("breaks", "touch " + trace("broken"));
                case "no activity" -> "{\"ref\": \"nobody\"}";
                default -> action("acts", "true");
            };
            String file = file(
                    shell("probe", "is up", "test ! -e " + trace("broken"), ", \"tolerance\": 0"),
                    method,
                    action("undoes", "touch " + trace("undone")) + "," + action("fails", "exit 1"),
                    "");
            assertThat(outcome(play(file, options(true, Hypothesis.DEFAULT, strategy))))
                    .as(strategy.word())
                    .isEqualTo(outcome);
            assertThat(Files.exists(trace("undone")))
                    .as(strategy.word())
                    .isEqualTo(List.of(rolledBack.split(" ", -1)).contains(strategy.name()));
        }
    }

    /** Where the steady state does not hold, and which strategies make the reference tool see that. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        before | DEFAULT BEFORE CONTINUOUSLY | failed 1
        after  | DEFAULT AFTER CONTINUOUSLY  | failed deviated 1
        """)
    void aBreakIsSeenByTheStrategiesThatLookThen(String when, String seenBy, String outcome) throws Exception {
        for (Hypothesis strategy : Hypothesis.values()) {
            Files.deleteIfExists(trace("broken"));
            boolean before = when.equals("before");
            if (before) {
                Files.createFile(trace("broken"));
            }
            String file = file(
                    shell("probe", "is up", "test ! -e " + trace("broken"), ", \"tolerance\": 0"),
                    action("turns it", (before ? "rm -f " : "touch ") + trace("broken")),
                    "",
                    "");
            assertThat(outcome(play(file, options(true, strategy, Rollbacks.DEFAULT))))
                    .as(strategy.word())
                    .isEqualTo(List.of(seenBy.split(" ", -1)).contains(strategy.name()) ? outcome : "completed 0");
        }
    }

    @Test
    void theHypothesisIsLookedAtWhenTheStrategySays() throws Exception {
        String file = file(answersProbe("200"), action("acts", "sleep 0.3"), "", "");
        for (Hypothesis strategy : Hypothesis.values()) {
            Node.Mapping states =
                    play(file, options(true, strategy, Rollbacks.DEFAULT)).mapping("steady_states");
            assertThat(states.get("before") instanceof Node.Mapping)
                    .as(strategy.word())
                    .isEqualTo(strategy == Hypothesis.DEFAULT
                            || strategy == Hypothesis.BEFORE
                            || strategy == Hypothesis.CONTINUOUSLY);
            assertThat(states.get("after") instanceof Node.Mapping)
                    .as(strategy.word())
                    .isEqualTo(strategy == Hypothesis.DEFAULT
                            || strategy == Hypothesis.AFTER
                            || strategy == Hypothesis.CONTINUOUSLY);
            assertThat(states.sequence("during").isEmpty())
                    .as(strategy.word())
                    .isEqualTo(strategy != Hypothesis.DURING && strategy != Hypothesis.CONTINUOUSLY);
        }
    }

    @Test
    void aBreakWhileTheMethodRunsCountsInOursAndOnlyIfAskedInTheReference() throws Exception {
        String file = file(
                shell("probe", "is up", "test ! -e " + trace("broken"), ", \"tolerance\": 0"),
                action("breaks", "touch " + trace("broken") + "; sleep 1; rm " + trace("broken")) + ","
                        + action("goes on", "touch " + trace("went-on")),
                "",
                "");
        assertThat(outcome(play(file, options(true, Hypothesis.CONTINUOUSLY, Rollbacks.DEFAULT))))
                .isEqualTo("completed 0");
        assertThat(trace("went-on")).exists();
        Files.delete(trace("went-on"));
        Options failFast =
                new Options(true, Hypothesis.CONTINUOUSLY, Rollbacks.DEFAULT, Duration.ofMillis(50), true, null);
        assertThat(outcome(play(file, failFast))).isEqualTo("failed 1");
        assertThat(trace("went-on")).doesNotExist();
        assertThat(outcome(strict(file))).isEqualTo("failed deviated 2");
        assertThat(trace("went-on")).doesNotExist();
    }

    @Test
    void anActionThatFailsShowsNothingAndIsCompletedInTheReference() throws Exception {
        String file = file(answersProbe("200"), action("acts", "exit 3") + "," + action("goes on", "true"), "", "");
        Node.Mapping journal = compat(file);
        assertThat(outcome(journal)).isEqualTo("completed 0");
        assertThat(statuses(journal, "run")).containsExactly("acts succeeded", "goes on succeeded");
        journal = strict(file);
        assertThat(outcome(journal)).isEqualTo("failed 1");
        assertThat(statuses(journal, "run")).containsExactly("acts failed");
    }

    @Test
    void aCallThatReachesNobodyAndOneThatTakesTooLongHaveFailed() throws Exception {
        String file = file(
                answersProbe("200"),
                "{\"type\": \"probe\", \"name\": \"nobody\", \"provider\": {\"type\": \"http\", \"url\": \"http://127.0.0.1:1/\"}},"
                        + "{\"type\": \"action\", \"name\": \"late\", \"provider\": {\"type\": \"process\", \"path\": \"sleep\","
                        + " \"arguments\": \"100\", \"timeout\": 0.2}}",
                "",
                "");
        Node.Mapping journal = compat(file);
        assertThat(outcome(journal)).isEqualTo("completed 0");
        assertThat(statuses(journal, "run")).containsExactly("nobody failed", "late failed");
        assertThat(((Node.Mapping) journal.sequence("run").getLast())
                        .sequence("exception")
                        .toString())
                .contains("took too long");
    }

    @Test
    void aFailingRollbackIsNoSuccessInOursAndNoMatterInTheReference() throws Exception {
        String file = file(answersProbe("200"), action("acts", "true"), action("undoes", "exit 1"), "");
        assertThat(outcome(compat(file))).isEqualTo("completed 0");
        Node.Mapping journal = strict(file);
        assertThat(outcome(journal)).isEqualTo("failed 1");
        assertThat(statuses(journal, "rollbacks")).containsExactly("undoes failed");
    }

    @Test
    void withoutAHypothesisNothingIsShown() throws Exception {
        String file = file("", action("acts", "true"), "", "");
        assertThat(outcome(compat(file))).isEqualTo("completed 0");
        assertThat(outcome(strict(file))).isEqualTo("completed 1");
    }

    @Test
    void referencesArePlayedAndThoseToNothingAbort() throws Exception {
        Node.Mapping journal = compat(file(answersProbe("200"), "{\"ref\": \"answers\"}", "", ""));
        assertThat(outcome(journal)).isEqualTo("completed 0");
        assertThat(statuses(journal, "run")).containsExactly("answers succeeded");
        assertThat(outcome(compat(file(answersProbe("200"), "{\"ref\": \"nobody\"}", "", ""))))
                .isEqualTo("aborted 1");
    }

    @Test
    void whatIsInTheBackgroundStandsWhereItWasBegun() throws Exception {
        String file = file(
                answersProbe("200"),
                shell(
                                "action",
                                "slow",
                                "while [ ! -e " + trace("go") + " ]; do sleep 0.05; done",
                                ", \"background\": true")
                        + ","
                        + shell(
                                "action",
                                "fast",
                                "touch " + trace("go"),
                                ", \"pauses\": {\"before\": 0.1, \"after\": 0.1}"),
                "",
                "");
        Node.Mapping journal = strict(file);
        assertThat(outcome(journal)).isEqualTo("completed 0");
        assertThat(statuses(journal, "run")).containsExactly("slow succeeded", "fast succeeded");
    }

    @Test
    void configurationAndSecretsAreFilledInAndSecretsAreNotWrittenDown() throws Exception {
        environment.put("TOKEN", "hush-hush");
        String file = file(
                "{\"type\": \"probe\", \"name\": \"answers\", \"tolerance\": {\"type\": \"regex\", \"target\": \"stdout\","
                        + " \"pattern\": \"${word}\"}, \"provider\": {\"type\": \"process\", \"path\": \"echo\","
                        + " \"arguments\": \"${word} ${token} ${number} ${found} $unknown\"}}",
                "{\"type\": \"action\", \"name\": \"posts\", \"provider\": {\"type\": \"http\", \"method\": \"POST\","
                        + " \"url\": \"" + url() + "/${word}\", \"headers\": {\"X-Token\": \"${token}\"},"
                        + " \"arguments\": {\"q\": \"a b\"}}},"
                        + "{\"type\": \"probe\", \"name\": \"gets\", \"provider\": {\"type\": \"http\", \"url\": \""
                        + url()
                        + "/get\", \"arguments\": {\"n\": \"${number}\"}}}",
                "",
                ", \"configuration\": {\"word\": \"hello\", \"number\": {\"type\": \"env\", \"key\": \"NOT_SET\", \"default\": 7},"
                        + " \"found\": {\"type\": \"probe\", \"name\": \"f\", \"provider\": {\"type\": \"process\", \"path\": \"echo\","
                        + " \"arguments\": [\"found it\"]}}},"
                        + " \"secrets\": {\"shop\": {\"token\": {\"type\": \"env\", \"key\": \"TOKEN\"}, \"other\": \"inline-secret\"}}");
        Node.Mapping journal = strict(file);
        assertThat(outcome(journal)).isEqualTo("completed 0");
        assertThat(requests).contains("POST /hello hush-hush q=a+b", "GET /get?n=7 null ");
        Node.Mapping probe = (Node.Mapping) journal.mapping("steady_states")
                .mapping("before")
                .sequence("probes")
                .getFirst();
        assertThat(probe.mapping("output").text("stdout", "")).isEqualTo("hello ‹secret› 7 found it\n");
        assertThat(Json.write(journal)).doesNotContain("hush-hush").doesNotContain("inline-secret");
        assertThat(told).noneMatch(line -> line.contains("hush-hush"));
    }

    @Test
    void aToleranceMayBeAProbeThatGetsTheValue() throws Exception {
        String file = file(
                "{\"type\": \"probe\", \"name\": \"answers\", \"tolerance\": {\"type\": \"probe\", \"name\": \"judge\","
                        + " \"provider\": {\"type\": \"process\", \"path\": \"" + judge()
                        + "\", \"arguments\": {}}}, \"provider\": {\"type\": \"http\", \"url\": \"" + url() + "/\"}}",
                action("acts", "true"),
                "",
                "");
        assertThat(outcome(strict(file))).isEqualTo("completed 0");
        answers = 418;
        assertThat(outcome(strict(file))).isEqualTo("failed 1");
        assertThat(outcome(compat(file)))
                .as("whatever a program answers is true to the reference")
                .isEqualTo("completed 0");
    }

    private Path judge() throws Exception {
        Path judge = directory.resolve("judge");
        Files.writeString(judge, "#!/bin/sh\n[ \"$1\" = value ] && echo \"$2\" | grep -q '\"status\":200'\n");
        assertThat(judge.toFile().setExecutable(true)).isTrue();
        return judge;
    }

    @Test
    void anInterruptEndsTheMethodAndRollbacksFollowTheStrategy() throws Exception {
        String file = file(
                answersProbe("200"),
                action("waits", "touch " + trace("waiting") + "; sleep 1000") + "," + action("never", "true"),
                action("undoes", "touch " + trace("undone")),
                "");
        for (boolean strict : List.of(false, true)) {
            Files.deleteIfExists(trace("waiting"));
            ToolkitRun run = run(
                    file,
                    strict
                            ? options(false, Hypothesis.CONTINUOUSLY, Rollbacks.DEFAULT)
                            : options(true, Hypothesis.DEFAULT, Rollbacks.DEFAULT));
            List<Node.Mapping> journals = new ArrayList<>();
            Thread playing = Thread.ofPlatform().start(() -> journals.add(run.play()));
            long deadline = System.nanoTime() + 60_000_000_000L;
            while (!Files.exists(trace("waiting"))) {
                assertThat(System.nanoTime()).isLessThan(deadline);
                LockSupport.parkNanos(10_000_000);
            }
            run.interrupt();
            playing.interrupt();
            playing.join();
            exit = run.exit();
            assertThat(outcome(journals.getFirst())).isEqualTo("interrupted 1");
            assertThat(statuses(journals.getFirst(), "run")).isEmpty();
            assertThat(Files.exists(trace("undone"))).isEqualTo(strict);
        }
    }

    @Test
    void functionsOfPythonRunInTheInterpreterThatIsNamed() throws Exception {
        Path python = Providers.executable("python3", environment);
        assumeTrue(python != null, "there is no python3");
        String file = file(
                "{\"type\": \"probe\", \"name\": \"joins\", \"tolerance\": \"a/b\", \"provider\": {\"type\": \"python\","
                        + " \"module\": \"os.path\", \"func\": \"normpath\", \"arguments\": {\"path\": \"a//b\"}}}",
                "{\"type\": \"probe\", \"name\": \"fails\", \"provider\": {\"type\": \"python\", \"module\": \"nobody\","
                        + " \"func\": \"f\"}}",
                "",
                "");
        Options options = new Options(
                true, Hypothesis.DEFAULT, Rollbacks.DEFAULT, Duration.ofSeconds(1), false, String.valueOf(python));
        Node.Mapping journal = play(file, options);
        assertThat(outcome(journal)).isEqualTo("completed 0");
        assertThat(((Node.Mapping) journal.sequence("run").getFirst())
                        .sequence("exception")
                        .toString())
                .contains("No module named 'nobody'");
    }

    @Test
    void whatCannotBeRunIsSaidBeforeAnythingIsDone() throws Exception {
        Node.Mapping content = (Node.Mapping)
                Json.read(
                        file(
                                "{\"type\": \"probe\", \"name\": \"p\", \"tolerance\": 1.5, \"provider\": {\"type\": \"process\", \"path\": \"no-such-program\"}}",
                                "{\"type\": \"action\", \"name\": \"a\", \"provider\": {\"type\": \"python\", \"module\": \"m\", \"func\": \"f\"}},"
                                        + "{\"type\": \"action\", \"name\": \"b\", \"provider\": {\"type\": \"telepathy\"}},"
                                        + "{\"type\": \"action\", \"name\": \"c\"}, {\"type\": \"guess\", \"name\": \"d\", \"provider\": {\"type\": \"http\"}}",
                                "",
                                ", \"controls\": [{\"name\": \"x\"}], \"secrets\": {\"s\": {\"k\": {\"type\": \"env\", \"key\": \"NOT_SET\"}}}"));
        ToolkitFile checked = ToolkitFile.check(content, environment, false);
        List<String> problems = new ArrayList<>(checked.problems());
        ToolkitRun.of(
                checked,
                options(true, Hypothesis.DEFAULT, Rollbacks.DEFAULT),
                environment,
                InstantSource.system(),
                problems,
                told::add);
        assertThat(problems)
                .containsExactly(
                        "'p': path 'no-such-program' cannot be found, or may not be run",
                        "'p': a tolerance that is a number is a whole one; use a range",
                        "'a' is a function of Python: say by --python which interpreter has m",
                        "'b' has no provider of type http, process or python but 'telepathy'",
                        "'c' has no provider of type http, process or python",
                        "'d' is of type 'guess'; there are probe and action",
                        "'d': the provider needs its url",
                        "the secrets take 'k' from the variable NOT_SET, which is not set");
        assertThat(checked.unsupported())
                .containsExactly("the controls of the experiment are left out: controls are not supported");
    }

    @Test
    void yamlIsReadAsWellAsJson() {
        List<Node> values = Documents.values(
                "e.yaml", "title: t\nmethod: []\n".getBytes(StandardCharsets.UTF_8), new ArrayList<>());
        assertThat(ToolkitFile.isOne(values.getFirst())).isTrue();
    }

    private static void await(Path there) {
        long end = System.nanoTime() + Duration.ofSeconds(60).toNanos();
        while (!Files.exists(there)) {
            assertThat(System.nanoTime()).as("%s is there", there).isLessThan(end);
            LockSupport.parkNanos(10_000_000);
        }
    }

    @Test
    void itsMethodIsEndedAndNeverWhatUndoesIt() throws Exception {
        String undoes = "touch " + trace("undoing") + "; while [ ! -e " + trace("go")
                + " ]; do sleep 0.05; done; touch " + trace("undone");
        ToolkitRun run = run(
                file(
                        shell("probe", "fine", "true", ", \"tolerance\": 0"),
                        action("waits", "touch " + trace("waiting") + "; sleep 600"),
                        action("undoes", undoes),
                        ""),
                options(false, Hypothesis.BEFORE, Rollbacks.DEFAULT));
        assertThat(run.end("too early")).isFalse();
        FutureTask<Node.Mapping> played = new FutureTask<>(run::play);
        Thread.ofVirtual().start(played);
        await(trace("waiting"));
        assertThat(run.end("all chaos is halted by ann")).isTrue();
        await(trace("undoing"));
        assertThat(run.end("too late")).isFalse();
        Files.createFile(trace("go"));
        assertThat(played.get(60, TimeUnit.SECONDS).text("status", "")).isEqualTo("interrupted");
        assertThat(run.exit()).isEqualTo(1);
        assertThat(trace("undone")).exists();
        assertThat(told).contains("all chaos is halted by ann").doesNotContain("too early", "too late");
    }
}
