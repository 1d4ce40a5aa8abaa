package io.homeostat.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.homeostat.model.Node;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The agent is stopped by its own experiment: what it cannot see is seen for it, and counts when it is back. */
@Tag("e2e")
class AgentDownTest {

    @TempDir
    Path directory;

    private Shop shop;

    @BeforeEach
    void open() throws Exception {
        shop = new Shop(directory.resolve("stage"));
        shop.web("one", 1, Map.of("AGAIN", directory.resolve("begun").toString()));
        shop.stage.write("reliability/slo.yaml", """
            apiVersion: openslo/v1
            kind: SLO
            metadata: {name: web, annotations: {homeostat.io/alerts: none}}
            spec:
              service: web
              indicator:
                metadata: {name: answers}
                spec: {ratioMetric: {rawType: success, raw: {metricSource: {type: homeostat, spec: {service: web}}}}}
              timeWindow: [{duration: 1d, isRolling: true}]
              budgetingMethod: Occurrences
              objectives: [{target: 0.5}]
            """);
        shop.stage.write("reliability/alone.yaml", """
            apiVersion: homeostat.io/v1
            kind: Experiment
            metadata: {name: alone}
            spec:
              owner: ann
              hypothesis:
                slos: [web]
                probes: [{name: web answers, http: {url: "http://web/", within: 5s}}]
                every: 200ms
                steady: 3s
              faults: [{agentDown: {lasts: 6s}}]
              duration: 8s
              recovery: 60s
            """);
        shop.stage.write("reliability/beside.yaml", """
            apiVersion: homeostat.io/v1
            kind: Experiment
            metadata: {name: beside}
            spec:
              owner: ann
              hypothesis:
                probes: [{name: web answers, http: {url: "http://web/", within: 5s}}]
                every: 200ms
                steady: 1s
              faults: [{agentDown: {lasts: 6s}}, {kill: {workload: web}}]
              blastRadius: {percent: 100}
              duration: 8s
              recovery: 60s
            """);
        shop.begin();
        shop.open(40);
    }

    @AfterEach
    void close() throws Exception {
        shop.close();
    }

    private void run(String name) throws IOException {
        Node.Mapping begun = shop.stage.post("/api/v1/experiment", "{\"name\": \"" + name + "\", \"action\": \"run\"}");
        assertThat(begun.text("run")).as("%s", begun).isNotNull();
    }

    private Node.Mapping ended() throws IOException {
        shop.stage.await("its verdict", status -> shop.count("experiment.ended") == 1);
        return shop.events("experiment.ended").getLast().mapping("data");
    }

    /** As the kernel has it: T is stopped. */
    private char state(long pid) throws IOException {
        String stat = Files.readString(Path.of("/proc/" + pid + "/stat"), StandardCharsets.ISO_8859_1);
        return stat.charAt(stat.lastIndexOf(')') + 2);
    }

    private void awaitStopped() throws IOException {
        long deadline = System.nanoTime() + Stage.PATIENCE.toNanos();
        while (state(shop.stage.agentPid()) != 'T') {
            assertThat(System.nanoTime()).as("the agent is stopped").isLessThan(deadline);
            LockSupport.parkNanos(5_000_000);
        }
    }

    private static Node.Mapping check(Node.Mapping ended, String name) {
        return ended.sequence("checks").stream()
                .map(Node.Mapping.class::cast)
                .filter(each -> each.text("name", "").equals(name))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void whatRunsHoldsWithoutItAndEverythingThatWasSeenMeanwhileCounts() throws Exception {
        run("alone");
        awaitStopped();
        long before = shop.requests.get();
        Node.Mapping ended = ended();
        assertThat(state(shop.stage.agentPid())).isNotEqualTo('T');
        assertThat(ended.text("verdict", "")).as("%s", ended).isEqualTo("held");
        assertThat(shop.events("experiment.observed").getFirst().text("message", ""))
                .isEqualTo("alone: agentDown was seen at the agent: it was stopped for 6s, and went on");
        assertThat(shop.requests.get()).as("users went on").isGreaterThan(before);
        assertThat(check(ended, "web answers").integer("looks", 0))
                .as("looks of somebody else: %s", ended)
                .isGreaterThan(8);
    }

    @Test
    void whatBreaksWhileNobodyIsThereToSeeItIsSeenAllTheSame() throws Exception {
        run("alone");
        awaitStopped();
        for (long pid : webs()) {
            ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
        }
        Node.Mapping ended = ended();
        assertThat(ended.text("verdict", "")).as("%s", ended).isEqualTo("broken");
        assertThat(check(ended, "web answers").integer("broken", 0)).isPositive();
        assertThat(shop.answerTo("x-caller", "somebody"))
                .as("it is started again")
                .isEqualTo("one");
    }

    @Test
    void whatIsDoneBesideItIsDoneBeforeItIsStopped() throws Exception {
        List<Long> before = webs();
        assertThat(before).hasSize(1);
        run("beside");
        awaitStopped();
        // Another one may have been begun in the moment between, which takes three seconds to answer.
        assertThat(webs()).as("killed").doesNotContainAnyElementsOf(before);
        Node.Mapping ended = ended();
        assertThat(ended.text("verdict", "")).as("%s", ended).isEqualTo("broken");
    }

    @Test
    void lettingItGoOnBeforeItsTimeShowsNothing() throws Exception {
        run("alone");
        awaitStopped();
        long pid = shop.stage.agentPid();
        assertThat(new ProcessBuilder("kill", "-CONT", Long.toString(pid))
                        .start()
                        .waitFor())
                .isZero();
        Node.Mapping ended = ended();
        assertThat(ended.text("verdict", "")).as("%s", ended).isEqualTo("inconclusive");
        assertThat(shop.events("experiment.observed")).isEmpty();
    }

    /** Of this stage only. */
    private List<Long> webs() {
        return ProcessHandle.allProcesses()
                .map(ProcessHandle::pid)
                .filter(pid -> AgentProcess.commandLine(pid).contains(directory.toString()))
                .filter(pid -> AgentProcess.commandLine(pid).startsWith("/usr/bin/perl"))
                .toList();
    }
}
