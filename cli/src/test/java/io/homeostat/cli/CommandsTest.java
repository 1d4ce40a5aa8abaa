package io.homeostat.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.homeostat.cli.client.SpokenAgent;
import io.homeostat.model.Json;
import io.homeostat.model.Node;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each command against an agent that answers as the API says: what is asked, what is shown, the exit code. */
class CommandsTest {

    @TempDir
    Path state;

    private SpokenAgent agent;

    @BeforeEach
    void start() throws Exception {
        agent = new SpokenAgent(state).isProtected(false);
    }

    @AfterEach
    void stop() {
        agent.close();
    }

    private Typed typed(String... words) {
        return Typed.with(Map.of("HOMEOSTAT_STATE", state.toString()), words);
    }

    private static final String STATUS = """
            {"environment": "production", "protected": true,
             "source": {"location": "/srv/shop", "reference": "main", "revision": "0123456789abcdef0123456789abcdef01234567",
                        "subject": "web 1.1", "author": "Ada", "time": "2026-11-02T09:57:00Z"},
             "agent": {"pid": 42, "version": "0.1.0", "startedAt": "2026-11-02T09:00:00Z", "ready": true},
             "applications": [
               {"name": "shop", "state": "synced", "health": {"status": "healthy", "message": ""},
                "revision": "0123456789abcdef0123456789abcdef01234567", "instances": {"ready": 5, "desired": 5},
                "services": [{"name": "web", "port": "http", "address": "127.1.2.3:8080"}]},
               {"name": "mail", "state": "quarantined", "health": {"status": "degraded", "message": "1 of 2 instances"},
                "revision": "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
                "desiredRevision": "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb",
                "instances": {"ready": 1, "desired": 2},
                "freeze": {"owner": "grace", "reason": "stock-taking", "until": "2026-11-02T12:00:00Z"},
                "quarantine": {"revision": "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb", "reason": "crash loop"},
                "hold": {"reason": "deletes 5 of 6 objects"}, "drift": ["mail-1: /etc/mail.conf"]}]}
            """;

    @Test
    void statusIsOneLinePerApplicationAndWhatNeedsAPerson() {
        agent.answers("/api/v1/status", STATUS);

        assertThat(typed("status")).isEqualTo(new Typed(2, """
                        environment production protected
                        source      /srv/shop main @ 0123456 "web 1.1" by Ada 3 min ago
                        agent       0.1.0, pid 42, started 60 min ago

                        APPLICATION  STATE        HEALTH    REVISION           INSTANCES
                        shop         synced       healthy   0123456            5/5
                        mail         quarantined  degraded  aaaaaaa → bbbbbbb  1/2        1 of 2 instances
                          shop serves web 127.1.2.3:8080
                          mail frozen by grace: stock-taking, ends in 2 h
                          mail quarantined bbbbbbb: crash loop; another commit or homeostat release mail ends it
                          mail held: deletes 5 of 6 objects; homeostat confirm mail lets it go
                          mail drift: mail-1: /etc/mail.conf
                        """, ""));
    }

    @Test
    void statusSaysWithItsExitCodeThatAllIsWell() {
        agent.answers("/api/v1/status", """
                {"applications": [{"name": "shop", "state": "synced", "health": {"status": "healthy"}}]}
                """);

        assertThat(typed("status").exit()).isZero();
    }

    @Test
    void jsonIsTheAnswerOfTheAgent() throws Exception {
        agent.answers("/api/v1/status", STATUS);

        assertThat(Json.read(typed("status", "-o", "json").out())).isEqualTo(Json.read(STATUS));
        assertThat(typed("status", "--names").out()).isEqualTo("shop\nmail\n");
    }

    @Test
    void whyIsOneScreen() {
        agent.answers("/api/v1/why", """
                {"name": "shop", "answer": "shop is held back: bbbbbbb crashed.",
                 "lines": [{"topic": "Git", "text": "says bbbbbbb", "place": "apps/web.yaml"}, {"topic": "runs", "text": "aaaaaaa"}],
                 "evidence": [{"instance": "web-1", "reason": "CrashLoopBackOff", "message": "exited 4 times", "exitCode": 1,
                               "log": ["1", "2", "3", "4", "5", "6", "7", "8", "9"]}],
                 "next": ["homeostat logs shop -p"]}
                """);

        assertThat(typed("why", "shop")).isEqualTo(new Typed(0, """
                        shop is held back: bbbbbbb crashed.

                          Git   says bbbbbbb  apps/web.yaml
                          runs  aaaaaaa

                          web-1 CrashLoopBackOff: exited 4 times (exit code 1)
                            │ 2
                            │ 3
                            │ 4
                            │ 5
                            │ 6
                            │ 7
                            │ 8
                            │ 9

                        Try:
                          homeostat logs shop -p
                        """, ""));
        assertThat(agent.requests()).containsExactly("GET /api/v1/why?name=shop");
    }

    @Test
    void planAsksForWhatIsMeantAndAnswersWithItsExitCode() {
        agent.answers("/api/v1/plan", plan("update"));
        assertThat(typed("plan", "--revision", "HEAD~1", "--application", "shop")
                        .exit())
                .isEqualTo(2);
        agent.answers("/api/v1/plan", plan("unchanged"));
        assertThat(typed("plan", "--revision", "HEAD~1").exit()).isZero();
        agent.answers(
                "/api/v1/plan",
                "{\"applications\": [], \"problems\": [{\"severity\": \"error\", \"text\": \"a:1:1: no\"}]}");
        assertThat(typed("diff", "shop").exit()).isEqualTo(1);
        assertThat(typed("plan", state.toString()).exit()).isEqualTo(1);

        assertThat(agent.requests())
                .containsExactly(
                        "GET /api/v1/plan?application=shop&revision=HEAD%7E1",
                        "GET /api/v1/plan?revision=HEAD%7E1",
                        "GET /api/v1/plan?application=shop",
                        "GET /api/v1/plan?directory=" + state.toString().replace("/", "%2F"));
    }

    private static String plan(String action) {
        return "{\"revision\": \"r\", \"applications\": [{\"name\": \"shop\", \"steps\": [{\"action\": \"" + action
                + "\", \"object\": \"Service/web\"}]}]}";
    }

    @Test
    void eventsAreLinesAndSignsOfLifeAreNotShown() {
        agent.answers("/api/v1/events", """
                {"sequence": 7, "time": "2026-11-02T09:59:58Z", "type": "sync.succeeded", "application": "shop", "message": "healthy"}

                {"sequence": 8, "time": "2026-11-02T09:59:59Z", "type": "drift.found", "application": "shop", "object": "ConfigMap/a", "message": "edited"}
                """);

        assertThat(typed("events", "--last", "2").out().lines().map(line -> line.substring(line.indexOf(' ', 12) + 1)))
                .containsExactly(
                        "sync.succeeded         shop healthy", "drift.found            shop ConfigMap/a edited");
        assertThat(typed("events", "--after", "6", "-o", "json").out().lines()).hasSize(2);
        assertThat(agent.requests()).containsExactly("GET /api/v1/events?last=2", "GET /api/v1/events?after=6");
    }

    @Test
    void logsSayWhichInstanceWroteWhat() throws Exception {
        agent.answers("/api/v1/logs", "web-1 | listens | on 1\nweb-2 | {\"a\": 1}\n");

        assertThat(typed("logs", "web", "-p", "--tail", "5").out())
                .isEqualTo("web-1 │ listens | on 1\nweb-2 │ {\"a\": 1}\n");
        assertThat(Json.read(typed("logs", "web", "-o", "json")
                        .out()
                        .lines()
                        .toList()
                        .getLast()))
                .isEqualTo(Node.Mapping.EMPTY.with("instance", "web-2").with("line", "{\"a\": 1}"));
        assertThat(agent.requests())
                .containsExactly(
                        "GET /api/v1/logs?name=web&tail=5&previous=true", "GET /api/v1/logs?name=web&tail=100");
    }

    @Test
    void historyAndDriftAreTables() {
        agent.answers("/api/v1/history", """
                {"revisions": [{"revision": "0123456789abcdef", "subject": "web 1.1", "application": "shop",
                  "appliedAt": "2026-11-02T09:59:00Z", "outcome": "failed", "millis": 1500, "cause": "ROLLBACK", "reason": "crash loop"}]}
                """);
        agent.answers("/api/v1/drift", "{\"drift\": []}");

        assertThat(typed("history", "shop").out()).isEqualTo("""
                        APPLIED   APPLICATION  REVISION  OUTCOME            TOOK  SUBJECT
                        60 s ago  shop         0123456   failed (rollback)  1 s   web 1.1  crash loop
                        """);
        assertThat(typed("drift")).isEqualTo(new Typed(0, "No drift: everything is as it was applied.\n", ""));
    }

    @Test
    void whatCouldBeAdoptedIsShownBeforeItIsTaken() {
        agent.answers("/api/v1/adopt", """
                {"environment": "staging", "application": "shop", "objects": [{"object": "ConfigMap/settings",
                  "managers": ["kubectl-edit"], "changes": [{"path": "data.colour", "before": "red", "after": "blue"}]}]}
                """);
        Typed shown = typed("adopt", "shop");
        assertThat(shown.exit()).isEqualTo(2);
        assertThat(shown.out())
                .contains("ConfigMap/settings", "written by kubectl-edit", "data.colour", "adopt shop --apply");
        agent.answers("/api/v1/adopt", "{\"application\": \"shop\", \"objects\": []}");
        assertThat(typed("adopt", "shop"))
                .isEqualTo(new Typed(0, "Nothing to adopt: what shop declares is ours, or does not exist yet.\n", ""));
        agent.answers("/api/v1/adopt", "{\"message\": \"1 object of shop will be taken over now\"}");
        assertThat(typed("adopt", "shop", "--apply").out()).contains("will be taken over now");
    }

    @Test
    void everythingThatChangesSomethingNamesTheEnvironment() {
        agent.answers("/api/v1/freeze", "{\"message\": \"shop is frozen\"}");

        assertThat(typed("freeze", "shop", "--reason", "stock-taking", "--for", "2h"))
                .isEqualTo(new Typed(0, "shop is frozen\n", "freeze shop in environment local\n"));
        assertThat(agent.requests().getLast())
                .isEqualTo(
                        "POST /api/v1/freeze {\"application\":\"shop\",\"reason\":\"stock-taking\",\"owner\":\"ada\",\"for\":\"2h\"}");
    }

    @Test
    void eachChangeIsItsOwnRequest() {
        for (String word : new String[] {"unfreeze", "release", "confirm", "rollback"}) {
            agent.answers("/api/v1/" + word, "{\"message\": \"done\"}");
            assertThat(typed(word, "shop").exit()).isZero();
            assertThat(agent.requests().getLast()).isEqualTo("POST /api/v1/" + word + " {\"application\":\"shop\"}");
        }
        assertThat(typed("rollback", "shop", "--to", "0123456").exit()).isZero();
        assertThat(agent.requests().getLast())
                .isEqualTo("POST /api/v1/rollback {\"application\":\"shop\",\"revision\":\"0123456\"}");
    }

    @Test
    void aProtectedEnvironmentWantsItsNameTyped() {
        agent.isProtected(true).answers("/api/v1/release", "{\"message\": \"released\"}");
        String[] words = {"release", "shop", "--state", state.toString()};

        assertThat(Typed.answering("local", words).exit()).isZero();
        assertThat(Typed.answering("production", words))
                .satisfies(typed -> assertThat(typed.err()).contains("nothing was done"))
                .extracting(Typed::exit)
                .isEqualTo(1);
        assertThat(agent.requests().stream().filter(request -> request.startsWith("POST")))
                .hasSize(1);
    }

    @Test
    void aScriptNamesTheProtectedEnvironmentBeforehand() {
        agent.isProtected(true).answers("/api/v1/release", "{\"message\": \"released\"}");

        Typed unasked = typed("release", "shop");
        assertThat(unasked.exit()).isEqualTo(64);
        assertThat(unasked.err()).contains("add --yes-really local");
        assertThat(typed("release", "shop", "--yes-really", "local").exit()).isZero();
    }

    @Test
    void theWrongEnvironmentIsRefusedEvenWhereItIsNotProtected() {
        Typed typed = typed("release", "shop", "--yes-really", "production");

        assertThat(typed.exit()).isEqualTo(1);
        assertThat(typed.err()).contains("this is environment 'local', not 'production'; nothing was done");
        assertThat(agent.requests()).containsExactly("GET /api/v1/status");
    }

    @Test
    void whatTheAgentRefusesIsSaidWithWhatToDo() {
        agent.answers(
                "/api/v1/why",
                404,
                "{\"detail\": \"nothing is called 'shp'\", \"suggestion\": \"did you mean 'shop'?\"}");

        assertThat(typed("why", "shp"))
                .isEqualTo(new Typed(1, "", "homeostat: nothing is called 'shp'\n  did you mean 'shop'?\n"));
        assertThat(typed("why", "shp", "-o", "json").err())
                .isEqualTo("{\"error\":\"nothing is called 'shp'\",\"suggestion\":\"did you mean 'shop'?\"}\n");
    }

    @Test
    void aJournalThatWasTouchedIsAFailure() {
        agent.answers("/api/v1/journal/verify", "{\"valid\": true, \"events\": 12, \"head\": \"abc\", \"faults\": []}");
        assertThat(typed("journal", "verify"))
                .isEqualTo(new Typed(0, "✓ 12 records, the chain holds; newest abc\n", ""));

        agent.answers("/api/v1/journal/verify", "{\"events\": 12, \"faults\": [\"record 3 was edited\"]}");
        assertThat(typed("journal", "verify"))
                .isEqualTo(new Typed(1, "✗ record 3 was edited\n12 records, 1 at fault\n", ""));
    }

    @Test
    void servicesAreATableOfHowTheyDoAndHowTheyDid() {
        agent.answers("/api/v1/services", """
                {"services": [
                  {"service": "api", "objectives": 2, "perSecond": 12.34, "failedShare": 0.015, "p50Millis": 3.2, "p99Millis": 40,
                   "failing": true, "failures": 3, "mttdSeconds": 120, "mttrSeconds": 1500, "mtbfSeconds": 7200},
                  {"service": "web", "objectives": 0, "failing": false, "failures": 0}]}
                """);
        Typed typed = typed("slo", "--services");
        assertThat(typed.exit()).isZero();
        assertThat(typed.out().lines().map(line -> line.strip().split(" {2,}", -1)))
                .containsExactly(
                        new String[] {
                            "SERVICE",
                            "OBJECTIVES",
                            "PER SECOND",
                            "FAILED",
                            "P50",
                            "P99",
                            "FAILURES",
                            "SEEN AFTER",
                            "MENDED AFTER",
                            "ONE EVERY"
                        },
                        new String[] {
                            "api", "2", "12.3", "1.5 %", "3.2 ms", "40 ms", "3, fails now", "2 min", "25 min", "2 h"
                        },
                        new String[] {"web", "0", "–", "–", "–", "–", "0", "–", "–", "–"});
    }

    @Test
    void perimetersAndFindingsAreTablesAndSayByTheirExitCodeThatSomethingIsWrong() {
        agent.answers("/api/v1/perimeters", """
                {"perimeters": [{"experiment": "slow", "class": "latency", "target": "everybody → Service/web", "axis": "latency",
                  "unit": "ms", "status": "found", "holds": 238, "breaks": 283, "required": 150, "broke": "fast", "trials": 9,
                  "breakingTrials": 4, "at": "2026-11-02T09:59:00Z", "shrunk": false, "history": []}]}
                """);
        assertThat(typed("perimeter")).isEqualTo(new Typed(0, """
                        EXPERIMENT  FAULT                            HOLDS   BREAKS  REQUIRED  BROKE  TRIALS
                        slow        latency everybody → Service/web  238 ms  283 ms  150 ms    fast   9, 4 broke  60 s ago
                        """, ""));

        agent.answers("/api/v1/perimeters", """
                {"perimeters": [{"experiment": "thin", "class": "bandwidth", "target": "t", "axis": "bandwidth", "unit": "B/s",
                  "status": "below", "holds": 0, "breaks": 9000, "required": 5000, "at": "2026-11-02T09:59:00Z", "shrunk": true}]}
                """);
        assertThat(typed("perimeter", "thin").exit()).isEqualTo(2);
        assertThat(typed("perimeter").out()).contains("shrunk: thin broke at less than what held");
        assertThat(agent.requests().get(1)).isEqualTo("GET /api/v1/perimeters?experiment=thin");

        agent.answers("/api/v1/findings", """
                {"findings": [{"kind": "broken", "experiment": "one-less", "declared": true, "statement": "answers: 503", "times": 2,
                  "at": "2026-11-02T09:59:00Z", "budgetPerHour": 0.125, "tier": 1}]}
                """);
        assertThat(typed("findings")).isEqualTo(new Typed(2, """
                        FOUND   EXPERIMENT  WHAT          BUDGET/H  SEEN
                        broken  one-less    answers: 503  12.5%     60 s ago, 2 times
                        """, ""));
        agent.answers("/api/v1/findings", "{\"findings\": []}");
        assertThat(typed("findings")).isEqualTo(new Typed(0, "Nothing is known to be wrong.\n", ""));
    }

    @Test
    void theCatalogueShowsWhatAnExtensionCanBeTold() {
        agent.answers("/api/v1/catalog", """
                {"extensions": [{"name": "flag-file", "kind": "executable", "owner": "ann", "description": "leaves a file",
                  "declared": false, "parameters": [{"name": "file", "type": "text", "required": true},
                  {"name": "size", "type": "number", "value": "5", "required": false}]}]}
                """);
        assertThat(typed("catalog")).isEqualTo(new Typed(0, """
                        EXTENSION  KIND        PARAMETERS                           OWNER  WHAT IT DOES
                        flag-file  executable  file (text, needed) size=5 (number)  ann    leaves a file  registered
                        """, ""));
        agent.answers("/api/v1/catalog", "{\"extensions\": []}");
        assertThat(typed("catalog").out()).startsWith("There are no extensions");
    }
}
