package io.homeostat.bench;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Locale;

/** The agent's resident memory with the example shop running, after some commits. */
final class DemoMemory {

    private static final int COMMITS = 10;

    private DemoMemory() {}

    public static void main(String[] arguments) throws IOException, InterruptedException {
        Path directory = Files.createTempDirectory("homeostat-bench-");
        Repository repository = Repository.create(directory.resolve("repo"));
        copy(RunningAgent.launcher().resolveSibling("examples/shop"), repository.path());
        repository.commit("the shop");
        try (RunningAgent agent = RunningAgent.start(repository.path(), directory.resolve("state"))) {
            agent.await(status -> RunningAgent.allSynced(status, 1));
            double first = agent.residentMib();
            for (int i = 0; i < COMMITS; i++) {
                repository.write("README.md", "commit " + i + "\n");
                repository.commit("read me " + i);
                String subject = "read me " + i;
                agent.await(
                        status -> status.mapping("source").text("subject", "").equals(subject)
                                && RunningAgent.allSynced(status, 1));
            }
            double last = agent.residentMib();
            System.out.printf(
                    Locale.ROOT,
                    "agent's resident memory with the shop: %.0f MiB, after %d commits %.0f MiB (≤ 120 MiB: %s)%n",
                    first,
                    COMMITS,
                    last,
                    last <= 120 ? "reached" : "MISSED");
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        Files.walkFileTree(from, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Path target = to.resolve(from.relativize(file).toString());
                Files.createDirectories(target.getParent());
                Files.copy(file, target);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
