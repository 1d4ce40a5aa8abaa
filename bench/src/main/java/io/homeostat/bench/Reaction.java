package io.homeostat.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/**
 * How fast the loop reacts: process killed to its replacement started, and commit to the new process started. The workload
 * writes the time at which it starts, so nothing of ours measures itself.
 */
final class Reaction {

    private static final String MANIFEST = """
            apiVersion: homeostat.io/v1
            kind: Environment
            metadata: {name: bench}
            spec:
              target: {local: {}}
              include: [apps]
              images: {bench/ticker: host}
            """;

    private final Path directory;
    private final Repository repository;
    private final Path starts;

    private Reaction(Path directory) throws IOException, InterruptedException {
        this.directory = directory;
        this.repository = Repository.create(directory.resolve("repo"));
        this.starts = directory.resolve("starts");
        Files.createFile(starts);
        repository.write("environments/bench/environment.yaml", MANIFEST);
    }

    public static void main(String[] arguments) throws IOException, InterruptedException {
        int trials = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 50;
        Path directory = Files.createTempDirectory("homeostat-bench-");
        new Reaction(directory).run(trials);
    }

    private void run(int trials) throws IOException, InterruptedException {
        commit(0);
        try (RunningAgent agent = RunningAgent.start(repository.path(), directory.resolve("state"))) {
            agent.await(status -> RunningAgent.allSynced(status, 1));
            double[] commits = new double[trials];
            double[] kills = new double[trials];
            for (int i = 0; i < trials; i++) {
                int before = lines().size();
                commit(i + 1);
                Instant committed = Instant.now();
                commits[i] = millis(committed, awaitLine(before));
                agent.await(status -> RunningAgent.allSynced(status, 1));
                // Each trial kills a process that has not been killed before: a second time would be a crash loop.
                List<String> lines = lines();
                long pid = Long.parseLong(lines.getLast().split(" ")[1]);
                Instant killed = Instant.now();
                ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
                kills[i] = millis(killed, awaitLine(lines.size()));
                agent.await(status -> RunningAgent.allSynced(status, 1));
            }
            System.out.println(Sample.header());
            System.out.println(Sample.of("process killed → replacement started", 200, kills)
                    .row());
            System.out.println(
                    Sample.of("commit → new process started", 300, commits).row());
        }
    }

    private void commit(int version) throws IOException, InterruptedException {
        repository.write("apps/ticker/ticker.yaml", """
                apiVersion: apps/v1
                kind: Deployment
                metadata: {name: ticker}
                spec:
                  replicas: 1
                  strategy: {type: RollingUpdate, rollingUpdate: {maxSurge: 1, maxUnavailable: 0}}
                  selector: {matchLabels: {app: ticker}}
                  template:
                    metadata: {labels: {app: ticker}}
                    spec:
                      terminationGracePeriodSeconds: 1
                      containers:
                        - name: ticker
                          image: bench/ticker
                          command: [sh, -c, 'echo "$(date +%%s%%N) $$$$" >> %s; exec sleep 1000000']
                          env: [{name: VERSION, value: "%d"}]
                """.formatted(starts, version));
        repository.commit("version " + version);
    }

    private List<String> lines() throws IOException {
        return new ArrayList<>(Files.readAllLines(starts));
    }

    /** When the next process says that it started. */
    private Instant awaitLine(int before) throws IOException {
        long begun = System.nanoTime();
        while (true) {
            List<String> lines = lines();
            if (lines.size() > before && lines.get(before).contains(" ")) {
                long nanos = Long.parseLong(lines.get(before).split(" ")[0]);
                return Instant.ofEpochSecond(nanos / 1_000_000_000, nanos % 1_000_000_000);
            }
            if (System.nanoTime() - begun > 30_000_000_000L) {
                throw new IOException("no process started within 30 s");
            }
            LockSupport.parkNanos(500_000);
        }
    }

    private static double millis(Instant from, Instant to) {
        return Duration.between(from, to).toNanos() / 1e6;
    }
}
