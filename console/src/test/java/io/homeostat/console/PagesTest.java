package io.homeostat.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.homeostat.model.Json;
import io.homeostat.model.Node;
import java.io.IOException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PagesTest {

    private static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");
    private static final Set<String> ALL =
            Set.of("sync", "freeze", "unfreeze", "release", "confirm", "rollback", "promote");

    private static final String STATUS = """
        {"environment": "local", "source": {"revision": "0123456789abcdef", "subject": "Say <hello>", "author": "Ada"},
         "applications": [{"name": "shop", "state": "quarantined", "message": "a & b",
           "health": {"status": "healthy", "message": ""}, "instances": {"ready": 2, "desired": 3},
           "revision": "aaaaaaaaaa", "desiredRevision": "bbbbbbbbbb", "lastGood": "aaaaaaaaaa",
           "services": [{"name": "web", "port": "http", "address": "127.1.2.3:8080"}],
           "freeze": {"owner": "eve", "reason": "<script>alert(1)</script>", "since": "2026-11-21T11:00:00Z",
             "until": "2026-11-21T14:00:00Z"},
           "quarantine": {"revision": "bbbbbbbbbb", "reason": "it crashed", "since": "2026-11-21T11:59:00Z"},
           "hold": {"reason": "4 deletions", "deletions": ["ConfigMap/x"]}, "drift": ["web: /etc/x"]}]}
        """;
    private static final Map<String, String> ANSWERS = answers(
            "/api/v1/status",
            STATUS,
            "/api/v1/slo",
            """
            {"environment": "local", "slos": [{"name": "front-page", "state": "burning", "title": "answers",
              "application": "shop", "burnRate": 14.5, "exhaustedInSeconds": 7200, "window": {"seconds": 3600},
              "budget": {"indicator": 0.995, "target": 0.99, "remaining": 0.5},
              "objectives": [{"id": "a", "indicator": "i", "bad": 5, "all": 1000, "budget": {"remaining": 0.5}}],
              "alerts": [{"name": "fast", "severity": "page", "state": "firing", "burnRate": 14.5, "threshold": 14.4,
                "since": "2026-11-21T11:58:00Z"}]}], "record": {"failures": 2, "mttrSeconds": 60},
             "history": {"stepSeconds": 60, "points": [{"at": "2026-11-21T11:57:00Z"},
               {"at": "2026-11-21T11:58:00Z", "remaining": 1, "burnRate": 0},
               {"at": "2026-11-21T11:59:00Z", "remaining": 0.9, "burnRate": 6},
               {"at": "2026-11-21T12:00:00Z", "remaining": 0.5, "burnRate": 24}]}}
            """,
            "/api/v1/rollouts",
            """
            {"rollouts": [{"name": "web", "application": "shop", "object": "Deployment/web", "revision": "bbbbbbbbbb",
              "phase": "running", "paused": true, "stage": 1, "since": "2026-11-21T11:50:00Z", "message": "waits",
              "weight": 25, "stages": [{"title": "10 % for 5m"}, {"title": "25 % for 5m"}, {"title": "all"}],
              "samples": [{"metric": "failures", "lnE": -0.5, "limit": 4.6}, {"metric": "failures", "lnE": 5.1, "limit": 4.6}],
              "verdict": {"verdict": "fail", "reason": "failures are 3 times as many", "findings": [{"metric": "failures",
                "decision": "worse", "baseline": {"seen": 900, "value": 0.01}, "canary": {"seen": 300, "value": 0.03},
                "ratio": 3.1, "interval": {"lower": 1.5, "upper": null}, "lnE": 5.1}]}}]}
            """,
            "/api/v1/map",
            """
            {"components": [{"name": "Deployment/web", "kind": "Deployment", "application": "shop", "health": "degraded",
               "message": "crashes", "ready": 0, "desired": 2},
              {"name": "Deployment/api", "kind": "Deployment", "application": "shop", "health": "healthy", "ready": 1,
               "desired": 1}],
             "edges": [{"caller": "Deployment/web", "callee": "Deployment/api", "declared": true, "seen": true,
               "perSecond": 120.5, "failedShare": 0.02, "p99Millis": 12.5},
              {"caller": "Deployment/api", "callee": "Deployment/web", "declared": true, "perSecond": 1},
              {"caller": "undeclared", "callee": "Deployment/web", "declared": false, "seen": true}]}
            """,
            "/api/v1/plan",
            """
            {"problems": [{"text": "web.yaml:1:1: no"}], "applications": [{"guards": [{"guard": "freeze", "answer": "no",
              "reason": "frozen until 2026-11-21T14:00:00Z"}], "steps": [{"action": "update", "object": "Deployment/web",
              "origin": "web.yaml", "changes": [{"path": "spec.replicas", "before": 2, "after": 3},
              {"path": "spec.x", "before": "<b>"}]}, {"action": "repair", "object": "ConfigMap/x",
              "drift": [{"place": "x", "found": "y"}]}]}]}
            """,
            "/api/v1/why",
            """
            {"answer": "because", "lines": [{"topic": "git", "text": "since 2026-11-21T11:00:00Z"}],
             "evidence": [{"instance": "web-1", "reason": "CrashLoopBackOff", "message": "no", "log": ["<a>", "b"]}]}
            """,
            "/api/v1/history",
            """
            {"revisions": [{"revision": "cccccccccc", "subject": "s", "cause": "ROLLBACK", "outcome": "good",
              "appliedAt": "2026-11-21T11:00:00Z"}, {"revision": "dddddddddd", "outcome": "failed", "reason": "r",
              "appliedAt": "2026-11-20T11:00:00Z"}]}
            """,
            "/api/v1/events",
            """
            {"events": [{"sequence": 7, "time": "2026-11-21T11:59:58Z", "type": "freeze.set", "application": "shop",
              "message": "frozen until 2026-11-21T14:00:00Z: <script>alert(1)</script>"}], "before": 7}
            """,
            "/api/v1/experiments",
            """
            {"environment": "local", "experiment": {"name": "store-dies", "faults": ["kill Deployment/web"]},
             "experiments": [{"name": "store-dies", "faults": ["kill Deployment/web"], "runs": 2, "owner": "ada",
               "last": {"phase": "steady before", "by": "ada", "startedAt": "2026-11-21T11:59:00Z", "checks": [
                 {"name": "web <is> fast", "state": "holds", "detail": "200 in 3 ms"}]}}],
             "runs": [{"run": "1", "by": "ada", "startedAt": "2026-11-21T11:59:00Z", "verdict": "held", "reason": "r",
               "steps": [{"time": "2026-11-21T11:59:01Z", "type": "experiment.phase", "message": "<i>m"}]}]}
            """,
            "/api/v1/coverage",
            """
            {"environment": "local", "exercised": 0.4, "passed": 0.25, "stale": 0.1, "undeclared": ["a → b"], "cells": [
              {"target": "Deployment/web", "class": "kill", "weight": 0.2, "worth": 1, "passed": true,
               "exercisedAt": "2026-11-21T11:59:00Z", "experiment": "store-dies"},
              {"target": "Deployment/web", "class": "latency", "weight": 0.2, "worth": 0.5, "passed": false,
               "exercisedAt": "2026-09-21T11:59:00Z", "experiment": "slow"},
              {"target": "Deployment/api <b>", "class": "kill", "weight": 0.6, "worth": 0}]}
            """,
            "/api/v1/findings",
            """
            {"findings": [{"kind": "broken", "experiment": "store-dies", "statement": "web <b>up", "since":
              "2026-11-21T11:00:00Z"}]}
            """,
            "/api/v1/perimeters",
            """
            {"perimeters": [{"experiment": "slow-store", "class": "latency", "target": "Deployment/web → Service/<b>up",
              "axis": "latency", "unit": "ms", "status": "found", "holds": 200, "breaks": 250, "required": 100,
              "broke": "web is fast", "reason": "close enough", "trials": 12, "breakingTrials": 4, "shrunk": true,
              "at": "2026-11-21T11:00:00Z", "history": [
                {"at": "2026-11-21T11:00:00Z", "status": "found", "axis": "latency", "unit": "ms", "holds": 200,
                 "breaks": 250, "required": 100, "broke": "web is fast", "trials": 12, "breakingTrials": 4},
                {"at": "2026-11-20T11:00:00Z", "status": "beyond", "axis": "latency", "unit": "ms", "holds": 2000,
                 "required": 100, "trials": 9, "breakingTrials": 0},
                {"at": "2026-11-19T11:00:00Z", "status": "unsteady", "axis": "latency", "unit": "ms", "holds": 0}]},
              {"experiment": "narrow-store", "class": "bandwidth", "target": "Deployment/web → Service/<b>up",
               "axis": "bandwidth", "unit": "B/s", "status": "below", "holds": 0, "breaks": 5000, "required": 4000,
               "history": [{"axis": "bandwidth", "unit": "B/s", "holds": 0, "breaks": 5000, "required": 4000}]}]}
            """,
            "/api/v1/logs",
            "{\"text\": \"web-1 | <b>up</b>\"}");

    private static final List<String> PAGES = List.of(
            "/",
            "/applications",
            "/applications/shop",
            "/rollouts",
            "/rollouts/web",
            "/objectives",
            "/objectives/front-page",
            "/chaos",
            "/chaos/store-dies",
            "/perimeters",
            "/timeline",
            "/logs",
            "/search",
            "/nowhere");

    private static Map<String, String> answers(String... pathsAndAnswers) {
        Map<String, String> answers = new LinkedHashMap<>();
        for (int i = 0; i < pathsAndAnswers.length; i += 2) {
            answers.put(pathsAndAnswers[i], pathsAndAnswers[i + 1]);
        }
        return answers;
    }

    private static Visit visit(String path, Set<String> may, Ask ask) {
        return new Visit(path, Map.of("q", "e", "name", "web"), "ada", "admin", may, "7.proof", NOW, ask);
    }

    private static Node.Mapping recorded(String path) throws IOException {
        return (Node.Mapping) Json.read(ANSWERS.getOrDefault(path, "{\"valid\": true, \"events\": 7}"));
    }

    @Test
    void whatTheApiSaysIsShownAndNeverRun() throws Exception {
        for (String path : PAGES) {
            String html = Console.page(visit(path, ALL, (asked, query) -> recorded(asked)))
                    .html();

            assertThat(html).as(path).startsWith("<!doctype html>").endsWith("</body></html>");
            assertThat(html)
                    .as(path)
                    .doesNotContain("<script>alert")
                    .doesNotContain("<b>up")
                    .doesNotContain(" style=");
        }
        assertThat(Console.page(visit("/applications/shop", ALL, (asked, query) -> recorded(asked)))
                        .html())
                .contains("&lt;script&gt;alert(1)&lt;/script&gt;", "spec.replicas", "do/unfreeze", "do/confirm");
    }

    @Test
    void theEvidenceOfARolloutIsAPictureAgainstItsLimit() throws Exception {
        String html = Console.page(visit("/rollouts/web", ALL, (asked, query) -> recorded(asked)))
                .html();

        assertThat(html)
                .contains("25 % of the traffic", "class=\"limit\"", "ln e 5.1 of 4.6", "3.1", "1.5 to –", "worse")
                // The first look at nothing, the second above the limit: 160 is the axis, less is higher.
                .contains("M0.00 160.00 L640.00 ");
    }

    @Test
    void theLeverThatEndsAllChaosIsThereForWhoMayPullIt() throws Exception {
        Set<String> may = Set.of("halt", "allow", "run", "stop");

        assertThat(Console.page(visit("/chaos", may, (asked, query) -> recorded(asked)))
                        .html())
                .contains("do/halt", "Halt all chaos", "steady before")
                .doesNotContain("do/allow");
        Node.Mapping halted = (Node.Mapping)
                Json.read("{\"halt\": {\"by\": \"eve\", \"since\": \"2026-11-21T11:59:00Z\", \"reason\": \"sale\"}}");
        assertThat(Console.page(visit("/chaos", may, (asked, query) -> halted)).html())
                .contains("do/allow", "by eve", "sale")
                .doesNotContain("do/halt");
        assertThat(Console.page(visit("/chaos", Set.of(), (asked, query) -> recorded(asked)))
                        .html())
                .doesNotContain("do/halt");
    }

    @Test
    void whatRunsNowIsShownWithWhatMustHoldMeanwhile() throws Exception {
        String html = Console.page(visit("/chaos", ALL, (asked, query) -> recorded(asked)))
                .html();

        String running = html.substring(html.indexOf("id=\"running\""), html.indexOf("id=\"findings\""));
        assertThat(running)
                .contains("chaos/store-dies", "steady before", "holds", "web &lt;is&gt; fast", "200 in 3 ms");
        assertThat(html).contains("Catalogue", "Shown to be wrong");
        Node.Mapping quiet = (Node.Mapping)
                Json.read("{\"experiments\": [{\"name\": \"store-dies\", \"last\": {\"verdict\": \"held\"}}]}");
        assertThat(Console.page(visit("/chaos", ALL, (asked, query) -> quiet)).html())
                .contains("Nothing is disturbed.");
    }

    @Test
    void thePerimetersOfACallAreTogetherEachWithItsSearchesAgainstWhatHasToBeWithstood() throws Exception {
        String html = Console.page(visit("/perimeters", ALL, (asked, query) -> recorded(asked)))
                .html();

        assertThat(html.split("<h2", -1)).as("one call, one heading").hasSize(2);
        assertThat(html)
                .contains("3 searches; the newest holds at 200 ms and breaks at 250 ms")
                .contains("id=\"perimeter-slow-store\"", "href=\"./chaos/slow-store\"")
                .contains("shrunk", "breaks too early", "has to withstand 100 ms");
        assertThat(html.split("class=\"breaks\"", -1))
                .as("of the four searches two found what breaks, and a search that found nothing draws no break")
                .hasSize(3);
        assertThat(Console.page(visit("/chaos", ALL, (asked, query) -> recorded(asked)))
                        .html())
                .contains("href=\"./perimeters#perimeter-slow-store\"", "href=\"./perimeters\"");
    }

    @Test
    void theBudgetIsDrawnOnToWhereItGoesAtThisRate() throws Exception {
        String html = Console.page(visit("/objectives/front-page", ALL, (asked, query) -> recorded(asked)))
                .html();

        // Half is left of a budget that 14.5 times as much burns in 3600 s: spent 124 s from now, but a picture of
        // three minutes
        // looks only one and a half ahead, when 0.5 - 14.5 * 90 / 3600 = 0.1375 is left.
        assertThat(html).contains("class=\"ahead\"", " L640 139.38\"", "50 % now, spent in 2 h at this rate");
        Node.Mapping answer = recorded("/api/v1/slo");
        Node.Mapping slo = Fields.objects(answer, "slos").getFirst();
        BudgetPicture.Forecast spent =
                Objects.requireNonNull(BudgetPicture.forecast(slo, answer.mapping("history"), List.of(1.0, 0.2)));
        assertThat(spent.ahead().value())
                .as("a line ends where nothing is left")
                .isZero();
        assertThat(spent.until()).isEqualTo(Instant.parse("2026-11-21T12:00:49.655Z"));
        assertThat(BudgetPicture.forecast(slo, answer.mapping("history"), List.of(1.0, 0.0)))
                .as("what is spent goes nowhere")
                .isNull();
        assertThat(BudgetPicture.forecast(Node.Mapping.EMPTY, answer.mapping("history"), List.of(1.0, 0.5)))
                .isNull();
    }

    @Test
    void anApiThatLeavesEverythingOutStillMakesAPage() throws Exception {
        for (String path : PAGES) {
            Page page = Console.page(visit(path, ALL, (asked, query) -> Node.Mapping.EMPTY));

            assertThat(page.status()).as(path).isIn(200, 404);
            assertThat(page.html()).as(path).endsWith("</body></html>");
        }
    }

    @Test
    void whoMayOnlyLookIsGivenNoForm() throws Exception {
        for (String path : List.of("/applications/shop", "/rollouts/web")) {
            assertThat(Console.page(visit(path, Set.of(), (asked, query) -> recorded(asked)))
                            .html())
                    .doesNotContain("/do/");
        }
    }

    @Test
    void aRefusalOfTheApiIsAPageWithItsSuggestion() throws Exception {
        Page page = Console.page(visit("/", ALL, (asked, query) -> {
            throw new Refused(409, "not <now>", "later");
        }));

        assertThat(page.status()).isEqualTo(409);
        assertThat(page.html()).contains("not &lt;now&gt;", "later");
    }

    @Test
    void fiveThousandComponentsAreShownByApplicationAndTheWorstFirst() throws Exception {
        String components = IntStream.range(0, 5000)
                .mapToObj(i -> "{\"name\": \"Deployment/c%d\", \"application\": \"a%d\", \"health\": \"%s\"}"
                        .formatted(i, i / 5, i == 4321 ? "degraded" : "healthy"))
                .collect(Collectors.joining(", "));
        String edges = IntStream.range(0, 4999)
                .mapToObj(i -> "{\"caller\": \"Deployment/c%d\", \"callee\": \"Deployment/c%d\", \"perSecond\": 3}"
                        .formatted(i, i + 1))
                .collect(Collectors.joining(", "));
        Node.Mapping answer =
                (Node.Mapping) Json.read("{\"components\": [" + components + "], \"edges\": [" + edges + "]}");

        SystemMap map = SystemMap.of(answer);
        String html = Console.page(
                        visit("/", ALL, (asked, query) -> asked.equals("/api/v1/map") ? answer : recorded(asked)))
                .html();

        assertThat(map.parts()).hasSize(SystemMap.SHOWN);
        assertThat(map.left()).isEqualTo(1000 - SystemMap.SHOWN);
        assertThat(map.parts().getFirst().name()).isEqualTo("a864");
        assertThat(html.length()).isLessThan(150_000);
    }

    @Test
    void aCircleOfCallsHasALayoutInWhichNothingLiesOnAnything() {
        List<SystemMap.Part> parts = IntStream.range(0, 12)
                .mapToObj(i -> new SystemMap.Part("p" + i, "p" + i, "", Tone.GOOD, ""))
                .toList();
        List<SystemMap.Call> calls = IntStream.range(0, 9)
                .mapToObj(i -> new SystemMap.Call("p" + i, "p" + (i * 7 + 1) % 9, 1, 0, 1, true))
                .toList();
        SystemMap map = new SystemMap(parts, calls, 0);

        MapLayout layout = MapLayout.of(map);

        for (SystemMap.Part one : parts) {
            MapLayout.Place place = layout.place(one.id());
            assertThat(place.x()).isBetween(0, layout.width() - MapLayout.WIDTH);
            assertThat(place.y()).isBetween(0, layout.height() - MapLayout.HEIGHT);
            for (SystemMap.Part other : parts) {
                MapLayout.Place there = layout.place(other.id());
                boolean apart = Math.abs(place.x() - there.x()) >= MapLayout.WIDTH
                        || Math.abs(place.y() - there.y()) >= MapLayout.HEIGHT;
                assertThat(one.equals(other) || apart)
                        .as(one.id() + " and " + other.id())
                        .isTrue();
            }
        }
    }

    @Test
    void aLongChainOfCallsGoesOnBelowInsteadOfBecomingALine() {
        List<SystemMap.Part> parts = IntStream.range(0, 100)
                .mapToObj(i -> new SystemMap.Part("p" + i, "p" + i, "", Tone.GOOD, ""))
                .toList();
        List<SystemMap.Call> calls = IntStream.range(0, 99)
                .mapToObj(i -> new SystemMap.Call("p" + i, "p" + (i + 1), 1, 0, 1, true))
                .toList();

        MapLayout layout = MapLayout.of(new SystemMap(parts, calls, 0));

        assertThat(layout.width()).isLessThan(MapLayout.ACROSS * 2 * MapLayout.WIDTH);
        assertThat(parts.stream().map(part -> layout.place(part.id()))).doesNotHaveDuplicates();
        assertThat(layout.place("p99").y()).isLessThanOrEqualTo(layout.height() - MapLayout.HEIGHT);
    }

    @Test
    void aPageThatIsNotClosedIsABug() {
        assertThatThrownBy(() -> new Html().open("p").toString()).hasMessageContaining("still open: [p]");
    }

    @Test
    void theHeatMapHasTheHeaviestFirstAndSaysInWordsWhatItsColoursMean() throws Exception {
        String page = Console.page(visit("/chaos", ALL, (asked, query) -> recorded(asked)))
                .html();

        String map = page.substring(page.indexOf("class=\"heat\""));
        assertThat(map.indexOf("Deployment/api")).isLessThan(map.indexOf("Deployment/web"));
        assertThat(page)
                .contains("class=\"good\"")
                .contains("class=\"bad old\"")
                .contains("passed: store-dies")
                .contains("did not pass, a while ago: slow")
                .contains("<span class=\"unseen\">never</span>")
                .contains("<td class=\"none\">")
                .contains("a → b");
    }

    @Test
    void theMomentsThatCostMostComeFirstWithWhatHappenedJustThen() throws Exception {
        Node.Mapping answer = recorded("/api/v1/slo");
        Node.Mapping events = (Node.Mapping) Json.read("""
            {"events": [{"sequence": 5, "time": "2026-11-21T11:50:00Z", "type": "sync.started", "message": "long before"},
              {"sequence": 7, "time": "2026-11-21T11:58:30Z", "type": "sync.started", "message": "a commit"},
              {"sequence": 8, "time": "2026-11-21T11:59:30Z", "type": "alert.firing", "message": "what follows"},
              {"sequence": 9, "time": "2026-11-21T11:59:40Z", "type": "experiment.started", "message": "a fault"}]}
            """);

        List<BudgetPicture.Moment> moments = BudgetPicture.costly(
                Fields.objects(answer.mapping("history"), "points"), Fields.objects(events, "events"));

        assertThat(moments).hasSize(2);
        assertThat(moments.getFirst().cost()).isCloseTo(0.4, org.assertj.core.api.Assertions.within(1e-9));
        assertThat(moments.getFirst().happened())
                .extracting(event -> Fields.text(event, "message"))
                .containsExactly("a commit", "a fault");
        assertThat(moments.getLast().happened())
                .extracting(event -> Fields.text(event, "message"))
                .containsExactly("a commit");
        assertThat(Console.page(visit("/objectives/front-page", ALL, (asked, query) -> recorded(asked)))
                        .html())
                .contains("What cost most")
                .contains("40 %")
                .contains("Burn rate: 24.00× now");
    }

    @Test
    void theTrafficOfARolloutIsDrawnFromItsStagesToItsEnd() throws Exception {
        Node.Mapping rollout = (Node.Mapping) Json.read("""
            {"object": "Deployment/web", "phase": "failed", "started": "2026-11-21T11:50:00Z",
             "since": "2026-11-21T11:58:00Z"}
            """);
        Node.Mapping events = (Node.Mapping) Json.read("""
            {"events": [
              {"time": "2026-11-21T11:40:00Z", "data": {"workload": "web", "weight": 50}},
              {"time": "2026-11-21T11:52:00Z", "data": {"workload": "web", "weight": 10}},
              {"time": "2026-11-21T11:53:00Z", "data": {"workload": "api", "weight": 90}},
              {"time": "2026-11-21T11:54:00Z", "data": {"workload": "web", "weight": 25}}]}
            """);

        List<TrafficPicture.Step> steps = TrafficPicture.steps(rollout, Fields.objects(events, "events"), NOW);

        assertThat(steps).extracting(TrafficPicture.Step::share).containsExactly(0.0, 0.1, 0.25, 0.0);
        assertThat(steps.getLast().at()).isEqualTo(Instant.parse("2026-11-21T11:58:00Z"));
        assertThat(TrafficPicture.steps(rollout.with("phase", "completed"), List.of(), NOW)
                        .getLast()
                        .share())
                .isEqualTo(1);
        assertThat(TrafficPicture.steps(rollout.with("phase", "running"), List.of(), NOW)
                        .getLast()
                        .at())
                .isEqualTo(NOW);
        Html html = new Html();
        Charts.steps(html, "t", steps);
        assertThat(html.toString()).contains("M0 160 H0.00 V160.00 H160.00 V145.00 H320.00 V122.50 H640.00 V160.00");
    }
}
