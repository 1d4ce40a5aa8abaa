package io.homeostat.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What declared experiments cost the agent while none of them runs: the same system with and without them, each with an agent of its
 * own, in turns, so that all see the same machine.
 */
final class IdleExperiments {

    private static final int APPLICATIONS = 10;
    private static final int EXPERIMENTS = 50;
    private static final int SETTLE_SECONDS = 20;
    private static final int MEASURED_SECONDS = 60;
    private static final List<String> FAULTS = List.of(
            "kill: {workload: c%d}",
            "pause: {workload: c%d}",
            "cpu: {workload: c%d}",
            "memory: {workload: c%d, mebibytes: 8}",
            "scale: {workload: c%d, to: 1}");

    private IdleExperiments() {}

    /**
     * @param cpu milliseconds of processor time in a minute
     * @param memory resident MiB after it
     */
    private record Cost(double cpu, double memory) {}

    /** @param scheduled how many of the experiments have a schedule */
    private record Variant(int experiments, int scheduled, List<Cost> costs) {}

    public static void main(String[] arguments) throws IOException, InterruptedException {
        int repeats = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 3;
        Path directory = Files.createTempDirectory("homeostat-bench-");
        List<Variant> variants = List.of(
                new Variant(0, 0, new ArrayList<>()),
                new Variant(EXPERIMENTS, 0, new ArrayList<>()),
                new Variant(EXPERIMENTS, EXPERIMENTS / 2, new ArrayList<>()));
        for (int i = 0; i < repeats; i++) {
            for (int j = 0; j < variants.size(); j++) {
                // None is always the first one.
                Variant variant = variants.get((i + j) % variants.size());
                variant.costs().add(measure(directory.resolve(i + "-" + j), variant));
            }
        }
        System.out.printf(
                "%d applications of 2 instances, a minute each after %d s of rest, %d repeats of each in turns%n",
                APPLICATIONS, SETTLE_SECONDS, repeats);
        System.out.println("experiments  with a schedule  processor ms in a minute: median (from – to), ratio"
                + "  resident MiB: median (from – to), ratio");
        Variant without = variants.getFirst();
        for (Variant variant : variants) {
            List<Double> cpu = cpu(variant);
            List<Double> memory = memory(variant);
            System.out.printf(
                    Locale.ROOT,
                    "%11d  %15d  %.0f (%.0f – %.0f), %.2f  %.1f (%.1f – %.1f), %.2f%n",
                    variant.experiments(),
                    variant.scheduled(),
                    median(cpu),
                    cpu.getFirst(),
                    cpu.getLast(),
                    median(cpu) / median(cpu(without)),
                    median(memory),
                    memory.getFirst(),
                    memory.getLast(),
                    median(memory) / median(memory(without)));
        }
    }

    private static Cost measure(Path directory, Variant variant) throws IOException, InterruptedException {
        Repository repository = Repository.create(directory.resolve("repo"));
        repository.write("environments/bench/environment.yaml", """
            apiVersion: homeostat.io/v1
            kind: Environment
            metadata: {name: bench}
            spec:
              target: {local: {}}
              include: [apps]
              images: {sleep: host}
            """);
        for (int i = 0; i < APPLICATIONS; i++) {
            repository.write("apps/a%d/c%d.yaml".formatted(i, i), """
                apiVersion: apps/v1
                kind: Deployment
                metadata: {name: c%1$d}
                spec:
                  replicas: 2
                  selector: {matchLabels: {app: c%1$d}}
                  template:
                    metadata: {labels: {app: c%1$d}}
                    spec:
                      terminationGracePeriodSeconds: 1
                      containers: [{name: main, image: sleep, command: [sleep, "1000000"]}]
                """.formatted(i));
        }
        int weekday = LocalDate.now(ZoneOffset.UTC).plusDays(2).getDayOfWeek().getValue() % 7;
        for (int i = 0; i < variant.experiments(); i++) {
            // A schedule that is looked at, and not due before the day after tomorrow.
            repository.write("reliability/x%d.yaml".formatted(i), """
                apiVersion: homeostat.io/v1
                kind: Experiment
                metadata: {name: x%1$d}
                spec:
                  owner: bench
                  hypothesis:
                    probes: [{name: one is ready, cel: "workload['c%2$d'].ready >= 1"}]
                  faults: [{%3$s}]
                  duration: 10s
                %4$s
                """.formatted(
                            i,
                            i % APPLICATIONS,
                            FAULTS.get(i % FAULTS.size()).formatted(i % APPLICATIONS),
                            i < variant.scheduled() ? "  schedule: {cron: \"0 3 * * %d\"}".formatted(weekday) : ""));
        }
        repository.commit("a system");
        try (RunningAgent agent = RunningAgent.start(repository.path(), directory.resolve("state"))) {
            agent.await(status -> RunningAgent.allSynced(status, APPLICATIONS));
            int declared =
                    agent.get("/api/v1/experiments").sequence("experiments").size();
            if (declared != variant.experiments()) {
                throw new IOException(declared + " experiments are known instead of " + variant.experiments());
            }
            Thread.sleep(SETTLE_SECONDS * 1000L);
            long before = agent.cpuTicks();
            long began = System.nanoTime();
            Thread.sleep(MEASURED_SECONDS * 1000L);
            // The kernel counts in hundredths of a second.
            double cpu = (agent.cpuTicks() - before) * 10 / ((System.nanoTime() - began) / 60e9);
            return new Cost(cpu, agent.residentMib());
        }
    }

    private static List<Double> cpu(Variant variant) {
        return variant.costs().stream().map(Cost::cpu).sorted().toList();
    }

    private static List<Double> memory(Variant variant) {
        return variant.costs().stream().map(Cost::memory).sorted().toList();
    }

    private static double median(List<Double> sorted) {
        return sorted.get(sorted.size() / 2);
    }
}
