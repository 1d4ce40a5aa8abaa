package io.homeostat.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.homeostat.model.Json;
import io.homeostat.model.Node;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two revisions of which one has a web less: the same experiment in both at the same time, with real processes of which none is left. */
class BattleTest {

    /** Nothing else on this machine sleeps that long. */
    private static final String MARK = "7654329";

    @TempDir
    Path directory;

    private Path repository;

    @BeforeEach
    void commit() throws Exception {
        repository = Files.createDirectory(directory.resolve("shop"));
        write("environments/test/environment.yaml", """
            apiVersion: homeostat.io/v1
            kind: Environment
            metadata: {name: test}
            spec: {include: [apps], images: {test/program: host}}
            """);
        git("init", "-q", "-b", "main");
        web(3);
        commit("three webs");
        // Only the second revision declares it, and both are asked the same.
        write("reliability/half.yaml", """
            apiVersion: homeostat.io/v1
            kind: Experiment
            metadata: {name: one-less}
            spec:
              owner: ann
              hypothesis:
                probes:
                - {name: two are ready, cel: "workload['web'].ready >= 2"}
                - {name: a program answers, process: {command: ["true"], within: 20s}}
                every: 100ms
                steady: 300ms
              faults: [{kill: {workload: web}}]
              duration: 2s
            """);
        web(2);
        commit("a web less");
    }

    private void web(int replicas) throws IOException {
        write("apps/shop/web.yaml", """
            apiVersion: apps/v1
            kind: Deployment
            metadata: {name: web}
            spec:
              replicas: %d
              selector: {matchLabels: {app: web}}
              template:
                metadata: {labels: {app: web}}
                spec:
                  terminationGracePeriodSeconds: 1
                  containers: [{name: main, image: test/program, command: [sleep, "%s"]}]
            """.formatted(replicas, MARK));
    }

    private void write(String file, String content) throws IOException {
        Path target = repository.resolve(file);
        Files.createDirectories(target.getParent());
        Files.writeString(target, content);
    }

    private void commit(String message) throws Exception {
        git("add", "-A");
        git("-c", "user.name=t", "-c", "user.email=t@example.org", "commit", "-q", "-m", message);
    }

    private void git(String... words) throws Exception {
        List<String> command = new ArrayList<>(List.of("git", "-C", repository.toString()));
        command.addAll(List.of(words));
        assertThat(new ProcessBuilder(command).inheritIO().start().waitFor()).isZero();
    }

    private Typed battle(String a, String b, String... more) {
        List<String> words = new ArrayList<>(List.of("experiment", "battle", "one-less", a, b));
        words.addAll(List.of(more));
        return Typed.with(Map.of(), words.toArray(String[]::new));
    }

    @Test
    void whatTheOneKeepsAndTheOtherBreaksIsSaidPromiseByPromiseAndNothingIsLeft() throws Exception {
        Typed typed = battle(repository + "@HEAD~1", repository.toString(), "-o", "json");
        assertThat(typed.exit()).as(typed.out() + typed.err()).isEqualTo(2);
        Node.Mapping battle = (Node.Mapping) Json.read(typed.out());
        assertThat(battle.text("outcome", "")).isEqualTo("worse");
        assertThat(battle.mapping("a").text("verdict", "")).isEqualTo("held");
        assertThat(battle.mapping("b").text("verdict", "")).isEqualTo("broken");
        assertThat(battle.mapping("a").text("revision", ""))
                .isNotEqualTo(battle.mapping("b").text("revision", ""));
        Node.Mapping ready = (Node.Mapping) battle.sequence("promises").getFirst();
        assertThat(ready.text("name", "")).isEqualTo("two are ready");
        assertThat(ready.mapping("a").integer("broken", -1)).isZero();
        assertThat(ready.mapping("b").integer("broken", -1)).isPositive();
        Node.Mapping answers = (Node.Mapping) battle.sequence("promises").getLast();
        assertThat(answers.text("unit", "")).isEqualTo("ms");
        assertThat(answers.mapping("a").get("measured")).isInstanceOf(Node.Numeric.class);
        assertThat(answers.get("difference")).isInstanceOf(Node.Numeric.class);
        assertThat(ProcessHandle.allProcesses().filter(each -> commandLine(each).contains("sleep " + MARK)))
                .isEmpty();

        Typed mended = battle(repository.toString(), repository + "@HEAD~1");
        assertThat(mended.exit()).as(mended.out() + mended.err()).isZero();
        assertThat(mended.out()).contains("B is better: B keeps what A breaks");
    }

    @Test
    void anExperimentThatNobodyDeclaresIsRefusedBeforeAnythingIsStarted() {
        Typed typed =
                Typed.with(Map.of(), "experiment", "battle", "nonsense", repository.toString(), repository + "@HEAD~1");
        assertThat(typed.exit()).isEqualTo(1);
        assertThat(typed.err()).contains("neither B nor A declares an experiment 'nonsense'");
    }

    @Test
    void aDirectoryOrARevisionThatIsNotThereIsNamed() {
        Typed directory = battle(repository.toString(), repository + "/environments/blu");
        assertThat(directory.exit()).isEqualTo(1);
        assertThat(directory.err())
                .contains(repository + "/environments/blu' is neither a directory nor a revision of ");
        Typed revision = battle(repository.toString(), repository + "@mian");
        assertThat(revision.exit()).isEqualTo(1);
        assertThat(revision.err()).contains("'mian' is no revision of " + repository);
    }

    private static String commandLine(ProcessHandle process) {
        try {
            return Files.readString(Path.of("/proc/" + process.pid() + "/cmdline"), StandardCharsets.ISO_8859_1)
                    .replace('\0', ' ');
        } catch (IOException gone) {
            return "";
        }
    }
}
