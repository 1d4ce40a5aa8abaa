package io.homeostat.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/** From nothing to all synced and healthy: applications of four objects each, their Deployments at 0 replicas. */
final class FirstSync {

    private FirstSync() {}

    public static void main(String[] arguments) throws IOException, InterruptedException {
        int applications = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 500;
        Path directory = Files.createTempDirectory("homeostat-bench-");
        Repository repository = Repository.create(directory.resolve("repo"));
        repository.write("environments/bench/environment.yaml", """
                apiVersion: homeostat.io/v1
                kind: Environment
                metadata: {name: bench}
                spec: {target: {local: {}}, include: [apps], images: {bench/app: host}}
                """);
        for (int i = 0; i < applications; i++) {
            repository.write("apps/app-" + i + "/app.yaml", objects("app-" + i));
        }
        repository.commit("all of it");
        long begun = System.nanoTime();
        try (RunningAgent agent = RunningAgent.start(repository.path(), directory.resolve("state"))) {
            agent.await(status -> RunningAgent.allSynced(status, applications));
            double seconds = (System.nanoTime() - begun) / 1e9;
            System.out.printf(
                    Locale.ROOT,
                    "first sync of %d applications of 4 objects: %.1f s (≤ 10 s: %s), agent's start included%n",
                    applications,
                    seconds,
                    seconds <= 10 ? "reached" : "MISSED");
            double resident = agent.residentMib();
            System.out.printf(
                    Locale.ROOT,
                    "agent's resident memory with them: %.0f MiB (≤ 200 MiB: %s)%n",
                    resident,
                    resident <= 200 ? "reached" : "MISSED");
        }
    }

    private static String objects(String name) {
        return """
                apiVersion: apps/v1
                kind: Deployment
                metadata: {name: %1$s}
                spec:
                  replicas: 0
                  selector: {matchLabels: {app: %1$s}}
                  template:
                    metadata: {labels: {app: %1$s}}
                    spec:
                      containers:
                        - name: app
                          image: bench/app
                          command: [sleep, "1000000"]
                          ports: [{containerPort: 8080}]
                          envFrom: [{configMapRef: {name: %1$s}}, {secretRef: {name: %1$s}}]
                ---
                apiVersion: v1
                kind: Service
                metadata: {name: %1$s}
                spec:
                  selector: {app: %1$s}
                  ports: [{port: 8080}]
                ---
                apiVersion: v1
                kind: ConfigMap
                metadata: {name: %1$s}
                data: {LEVEL: info, NAME: %1$s}
                ---
                apiVersion: v1
                kind: Secret
                metadata: {name: %1$s}
                stringData: {PASSWORD: of-%1$s}
                """.formatted(name);
    }
}
