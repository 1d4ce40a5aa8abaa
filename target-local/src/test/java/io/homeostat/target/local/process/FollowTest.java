package io.homeostat.target.local.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Following what an instance writes. */
class FollowTest {
    private final Machine machine = new Machine();
    private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();
    private Processes processes;

    @BeforeEach
    void open() throws IOException {
        processes = machine.track(LocalProcesses.open(
                machine.instances, new LogPolicy(64 << 10, 3), InstantSource.system(), System.getenv()));
    }

    @AfterEach
    void cleanUp() throws IOException {
        machine.close();
    }

    @Test
    void linesComeAsTheyAreWrittenUntilTheInstanceExits() throws Exception {
        processes.launch(machine.sh(
                "web", "echo old; echo one; until [ -e go ]; do sleep 0.02; done; echo two; printf end; exit 1"));
        Machine.awaitLog(processes, "web", "one");
        CompletableFuture<Void> follower = follow("web", 1);

        assertThat(lines.poll(60, TimeUnit.SECONDS)).isEqualTo("one");
        Files.createFile(machine.root.resolve("go"));
        follower.get(60, TimeUnit.SECONDS);

        assertThat(lines).containsExactly("two", "end");
    }

    @Test
    void aFollowerSeesEveryLineAcrossRotations() throws Exception {
        processes.launch(
                machine.sh(
                        "web",
                        "i=0; while [ $i -lt 12000 ]; do echo $i 0123456789; i=$((i+1)); [ $((i % 1500)) = 0 ] && sleep 0.4; done"));

        follow("web", -1).get(60, TimeUnit.SECONDS);

        assertThat(machine.instances.resolve("web/log.1")).exists();
        assertThat(lines)
                .containsExactlyElementsOf(IntStream.range(0, 12_000)
                        .mapToObj(i -> i + " 0123456789")
                        .toList());
    }

    @Test
    void followingEndsWhenTheSinkHasEnoughAndWhenTheInstanceIsRemoved() throws Exception {
        processes.launch(machine.sh("web", "echo one; sleep 1000"));
        processes.logs("web").follow(-1, _ -> false);

        processes.launch(machine.sh("api", "exit 0"));
        Machine.exit(processes, "api");
        LogReader removed = processes.logs("api");
        processes.remove("api");
        removed.follow(-1, lines::add);
        assertThat(lines).isEmpty();
    }

    @Test
    void whatWasWrittenWithoutAnAgentIsThere() throws Exception {
        processes.launch(machine.sh("web", "until [ -e go ]; do sleep 0.02; done; echo meanwhile; sleep 1000"));
        processes.close();
        Files.createFile(machine.root.resolve("go"));

        Processes next = machine.open();

        Machine.awaitLog(next, "web", "meanwhile");
    }

    @Test
    void aLineOf100MegabytesNeedsNoMemoryOfThatSize() throws Exception {
        processes.launch(machine.launch(
                "web", Map.of(), Limits.NONE, "sh", "-c", "head -c 104857600 /dev/zero | tr '\\0' x; echo; echo last"));
        Machine.exit(processes, "web");

        long[] longest = {0};
        processes.logs("web").tail(-1, line -> {
            longest[0] = Math.max(longest[0], line.length());
            return true;
        });
        assertThat(longest[0]).isLessThanOrEqualTo(LogReader.LONGEST_LINE);
        List<String> last = new ArrayList<>();
        processes.logs("web").tail(1, last::add);
        assertThat(last).containsExactly("last");
    }

    private CompletableFuture<Void> follow(String id, int from) {
        CompletableFuture<Void> end = new CompletableFuture<>();
        Thread.ofVirtual().start(() -> {
            try {
                processes.logs(id).follow(from, lines::add);
                end.complete(null);
            } catch (IOException | RuntimeException failed) {
                end.completeExceptionally(failed);
            }
        });
        return end;
    }
}
