package io.homeostat.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** {@code homeostat version}, and an agent's start until it says that it is ready, both through the launcher. */
final class Startup {

    private Startup() {}

    public static void main(String[] arguments) throws IOException, InterruptedException {
        int trials = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 50;
        double[] versions = new double[trials];
        for (int i = -3; i < trials; i++) {
            long begun = System.nanoTime();
            int exit = new ProcessBuilder(List.of(RunningAgent.launcher().toString(), "version"))
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start()
                    .waitFor();
            if (exit != 0) {
                throw new IOException("homeostat version ended with " + exit);
            }
            if (i >= 0) {
                versions[i] = (System.nanoTime() - begun) / 1e6;
            }
        }
        Path directory = Files.createTempDirectory("homeostat-bench-");
        Repository repository = Repository.create(directory.resolve("repo"));
        repository.write("settings.yaml", """
                apiVersion: v1
                kind: ConfigMap
                metadata: {name: settings}
                data: {level: info}
                """);
        repository.commit("one object");
        double[] starts = new double[Math.max(5, trials / 2)];
        for (int i = -1; i < starts.length; i++) {
            try (RunningAgent agent = RunningAgent.start(repository.path(), directory.resolve("state-" + i))) {
                if (i >= 0) {
                    starts[i] = agent.readyMillis();
                }
            }
        }
        System.out.println(Sample.header());
        System.out.println(Sample.of("homeostat version", 100, versions).row());
        System.out.println(Sample.of("agent started → ready", 800, starts).row());
    }
}
