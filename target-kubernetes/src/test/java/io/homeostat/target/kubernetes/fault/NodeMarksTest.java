package io.homeostat.target.kubernetes.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.homeostat.model.Json;
import io.homeostat.model.Node;
import io.homeostat.target.kubernetes.api.ApiServer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.FutureTask;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A node stays closed and tainted as long as any fault wants it so, and what somebody else has done to it stays for good. */
class NodeMarksTest {

    private static final String NODE = "/api/v1/nodes/one";

    private FakeApi api;
    private ApiServer server;

    @BeforeEach
    void open(@TempDir Path directory) throws IOException {
        api = new FakeApi(directory);
        server = api.server();
        api.put(NODE, "{}");
    }

    @AfterEach
    void close() {
        server.close();
        api.close();
    }

    private void close(String mark) throws IOException {
        NodeMarks.change(server, "one", node -> NodeMarks.closed(node, mark));
    }

    private void taint(String mark, String effect) throws IOException {
        NodeMarks.change(server, "one", node -> NodeMarks.tainted(node, mark, effect, "run"));
    }

    private boolean isClosed() {
        return NodeMarks.isClosed(api.get(NODE));
    }

    private boolean isTainted(String effect) {
        return NodeMarks.isTainted(api.get(NODE), effect);
    }

    @Test
    void theLastOneOpensIt() throws IOException {
        close("a");
        close("b");
        new Undo.Schedulable("one", "a").undo(server);
        new Undo.Schedulable("one", "a").undo(server);
        new Undo.Schedulable("one", "").undo(server);
        new Undo.Schedulable("one", "never-begun").undo(server);
        assertThat(isClosed()).isTrue();
        new Undo.Schedulable("one", "b").undo(server);
        assertThat(isClosed()).isFalse();
        assertThat(api.get(NODE).mapping("metadata").mapping("annotations").isEmpty())
                .isTrue();
    }

    @Test
    void whatSomebodyElseHasClosedStaysClosed() throws IOException {
        api.put(NODE, "{\"spec\": {\"unschedulable\": true}}");
        assertThatThrownBy(() -> close("a")).hasMessageContaining("cordoned already, by somebody else");
        new Undo.Schedulable("one", "a").undo(server);
        assertThat(isClosed()).isTrue();
    }

    @Test
    void oneThatBeginsWhileAnotherEndsKeepsItClosed() throws IOException {
        close("a");
        Undo.Schedulable end = new Undo.Schedulable("one", "a");
        int[] changes = {0};
        // Between looking at it and writing it, somebody else begins.
        NodeMarks.change(server, "one", node -> {
            if (changes[0]++ == 0) {
                close("b");
            }
            return NodeMarks.opened(node, end.mark());
        });
        assertThat(changes[0]).as("it looked again").isEqualTo(2);
        assertThat(isClosed()).isTrue();
        new Undo.Schedulable("one", "b").undo(server);
        assertThat(isClosed()).isFalse();
    }

    @Test
    void taintsAreCountedByWhatTheyDo() throws IOException {
        taint("a", "NoSchedule");
        taint("b", "NoSchedule");
        taint("c", "NoExecute");
        new Undo.Untainted("one", NodeMarks.TAINT, "c").undo(server);
        new Undo.Untainted("one", NodeMarks.TAINT, "a").undo(server);
        assertThat(isTainted("NoSchedule")).isTrue();
        assertThat(isTainted("NoExecute")).isFalse();
        new Undo.Untainted("one", NodeMarks.TAINT, "b").undo(server);
        assertThat(isTainted("NoSchedule")).isFalse();
    }

    @Test
    void whatTheControllerOfTheClusterBringsBackIsTakenAwayAgain() throws Exception {
        taint("a", "NoSchedule");
        String ours = "{\"key\": \"homeostat.io/chaos\", \"effect\": \"NoSchedule\"}";
        String closing = "{\"key\": \"node.kubernetes.io/unschedulable\", \"effect\": \"NoSchedule\"}";
        String marked =
                "{\"metadata\": {\"annotations\": {\"taint.homeostat.io/a\": \"NoSchedule\"}}, \"spec\": {\"taints\": [%s]}}";
        // It was opened just now; the controller has read its taints and writes them soon.
        api.put(NODE, marked.formatted(ours + ", " + closing));
        FutureTask<Void> controller = new FutureTask<>(() -> {
            while (isTainted("NoSchedule")) {
                LockSupport.parkNanos(1_000_000);
            }
            api.put(NODE, marked.formatted(ours));
            return null;
        });
        Thread.ofVirtual().start(controller);
        new Undo.Untainted("one", NodeMarks.TAINT, "a").undo(server);
        controller.get();
        assertThat(isTainted("NoSchedule")).isFalse();
        assertThat(api.get(NODE).mapping("metadata").mapping("annotations").isEmpty())
                .isTrue();
    }

    @Test
    void anOlderRecordTakesAwayWhatItNamesAndNothingElse() throws IOException {
        String taints = "{\"spec\": {\"taints\": [{\"key\": \"theirs\", \"effect\": \"NoSchedule\"},"
                + " {\"key\": \"homeostat.io/chaos\", \"effect\": \"NoSchedule\"}, {\"effect\": \"NoExecute\"}]}}";
        api.put(NODE, taints);
        Undo nothing = Undo.of((Node.Mapping) Json.read("{\"what\": \"untainted\", \"node\": \"one\"}"));
        Objects.requireNonNull(nothing).undo(server);
        assertThat(api.get(NODE).mapping("spec").sequence("taints")).hasSize(3);
        Undo old = Undo.of((Node.Mapping)
                Json.read("{\"what\": \"untainted\", \"node\": \"one\", \"key\": \"homeostat.io/chaos\"}"));
        Objects.requireNonNull(old).undo(server);
        assertThat(api.get(NODE).mapping("spec").sequence("taints")).hasSize(2);
    }
}
