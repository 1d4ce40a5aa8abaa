package io.homeostat.bench;

import io.homeostat.model.Json;
import io.homeostat.model.Node;
import io.homeostat.target.kubernetes.api.ApiFailure;
import io.homeostat.target.kubernetes.api.ApiServer;
import io.homeostat.target.kubernetes.api.Request;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;

/**
 * Many small applications on one cluster, each a Deployment of no replicas, a Service, a ConfigMap and a ServiceAccount: from
 * nothing to all healthy, a sync with nothing to do, repairs, and everything back in an empty namespace; each beside what
 * {@code kubectl} needs for the same files in the same run.
 */
final class ClusterScale {

    private static final int SEED = 7;
    private static final int PARALLEL = 4;
    private static final long LIMIT_NANOS = 900_000_000_000L;

    private final Path kubeconfig;
    private final int applications;
    private final int trials;
    private final Path directory;
    private final ApiServer server;

    private ClusterScale(Path kubeconfig, int applications, int trials) throws IOException {
        this.kubeconfig = kubeconfig;
        this.applications = applications;
        this.trials = trials;
        this.directory = Files.createTempDirectory("homeostat-bench-");
        this.server = ApiServer.of(kubeconfig, null, 1000, 50);
    }

    /** Arguments: how many applications, how many repairs. The cluster is what HOMEOSTAT_TEST_KUBECONFIG names. */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        String file = System.getenv("HOMEOSTAT_TEST_KUBECONFIG");
        if (file == null) {
            System.err.println(
                    "let HOMEOSTAT_TEST_KUBECONFIG name a cluster with room for as many Services: dev/cluster/up DIR"
                            + " --no-node --apiserver --service-cluster-ip-range=10.240.0.0/16");
            System.exit(64);
            return;
        }
        int applications = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 1000;
        int trials = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 100;
        new ClusterScale(Path.of(file), applications, trials).run();
    }

    private void run() throws IOException, InterruptedException {
        System.out.printf(Locale.ROOT, "%d applications of 4 objects, seed %d, %s%n", applications, SEED, server.url());
        String theirs = namespace("kubectl");
        Path files = directory.resolve("files");
        write(files, theirs);
        double applied = seconds(() -> applyInParallel(files));
        double healthy = applied + seconds(() -> awaitHealthy(theirs));
        row("kubectl apply --server-side, 4 at a time: applied", applied, "");
        row("… until all are healthy", healthy, "");
        double again = seconds(() -> applyInParallel(files));
        row("kubectl apply --server-side of the same again", again, "");
        double diff = seconds(() -> kubectl(List.of("diff", "--server-side", "-R", "-f", files.toString())));
        row("kubectl diff --server-side of the same", diff, "");
        drop(theirs);

        String ours = namespace("homeostat");
        Repository repository = Repository.create(directory.resolve("repository"));
        repository.write("environments/bench/environment.yaml", """
                apiVersion: homeostat.io/v1
                kind: Environment
                metadata: {name: bench}
                spec:
                  target: {kubernetes: {namespace: %s, requestsPerSecond: 2000, concurrency: 32}}
                  include: [apps]
                """.formatted(namespace("own")));
        write(repository.path().resolve("apps"), ours);
        repository.commit("all of it");
        Instant begun = Instant.now();
        try (RunningAgent agent = RunningAgent.start(
                repository.path(),
                directory.resolve("state"),
                "--target",
                "kubernetes",
                "--kubeconfig",
                kubeconfig.toString())) {
            double first = untilAllHealthy(agent, begun);
            double memory = agent.residentMib();
            row("homeostat, from its start until all are healthy", first, bar(first <= 25, "25 s"));
            row("… as a multiple of kubectl's", first / healthy, bar(first / healthy <= 1.5, "1.5×"));
            row("… resident memory of the agent, MiB", memory, bar(memory <= 223, "223"));

            double plan = seconds(() -> agent.get("/api/v1/plan"));
            row("homeostat, plan of everything unchanged", plan, "");
            row("… times faster than kubectl diff", diff / plan, bar(diff / plan >= 20, "20×"));
            row("… times faster than kubectl apply", again / plan, bar(again / plan >= 20, "20×"));

            Sample repairs = Sample.of("changed or deleted by hand → it is back", 1000, repairs(ours));
            System.out.println(Sample.header());
            System.out.println(repairs.row());

            drop(ours);
            server.call(Request.post("/api/v1/namespaces", named(ours)));
            double back = seconds(() -> awaitHealthy(ours));
            row("everything deleted → all of it back and healthy", back, "");
        }
        drop(ours);
    }

    private static String bar(boolean reached, String bar) {
        return "bar " + bar + ": " + (reached ? "reached" : "MISSED");
    }

    private static void row(String what, double value, String bar) {
        System.out.printf(Locale.ROOT, "%-60s %9.2f  %s%n", what, value, bar);
    }

    private interface Work {
        void run() throws IOException, InterruptedException;
    }

    private static double seconds(Work work) throws IOException, InterruptedException {
        long begun = System.nanoTime();
        work.run();
        return (System.nanoTime() - begun) / 1e9;
    }

    private static String name(int application) {
        return String.format(Locale.ROOT, "a%04d", application);
    }

    private void write(Path into, String namespace) throws IOException {
        for (int i = 0; i < applications; i++) {
            Path folder = Files.createDirectories(into.resolve(name(i)));
            Files.writeString(folder.resolve("all.yaml"), """
                    apiVersion: v1
                    kind: ServiceAccount
                    metadata: {name: %1$s, namespace: %2$s}
                    ---
                    apiVersion: v1
                    kind: ConfigMap
                    metadata: {name: %1$s, namespace: %2$s}
                    data: {greeting: hello}
                    ---
                    apiVersion: v1
                    kind: Service
                    metadata: {name: %1$s, namespace: %2$s}
                    spec: {selector: {app: %1$s}, ports: [{port: 80, protocol: TCP, targetPort: 8080}]}
                    ---
                    apiVersion: apps/v1
                    kind: Deployment
                    metadata: {name: %1$s, namespace: %2$s}
                    spec:
                      replicas: 0
                      selector: {matchLabels: {app: %1$s}}
                      template:
                        metadata: {labels: {app: %1$s}}
                        spec:
                          serviceAccountName: %1$s
                          containers:
                            - name: main
                              image: localhost/busybox:1
                              command: [sleep, "1000000"]
                              env: [{name: GREETING, valueFrom: {configMapKeyRef: {name: %1$s, key: greeting}}}]
                              ports: [{containerPort: 8080, protocol: TCP}]
                    """.formatted(name(i), namespace));
        }
    }

    /** Four kubectl at a time, each with its share of the files. */
    private void applyInParallel(Path files) throws IOException, InterruptedException {
        List<Process> running = new ArrayList<>();
        for (int share = 0; share < PARALLEL; share++) {
            Path list = directory.resolve("share-" + share);
            Files.createDirectories(list);
            List<String> command = new ArrayList<>(List.of("apply", "--server-side", "--force-conflicts"));
            for (int i = share; i < applications; i += PARALLEL) {
                Path link = list.resolve(name(i) + ".yaml");
                if (!Files.exists(link)) {
                    Files.createSymbolicLink(link, files.resolve(name(i)).resolve("all.yaml"));
                }
            }
            command.addAll(List.of("-f", list.toString()));
            running.add(start(command));
        }
        for (Process process : running) {
            if (process.waitFor() != 0) {
                throw new IOException("kubectl ended with " + process.exitValue() + "; see " + directory);
            }
        }
    }

    private Process start(List<String> arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of("kubectl", "--kubeconfig", kubeconfig.toString()));
        command.addAll(arguments);
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        directory.resolve("kubectl.log").toFile()))
                .start();
    }

    private void kubectl(List<String> arguments) throws IOException, InterruptedException {
        start(arguments).waitFor();
    }

    /** Until every Deployment's newest generation was seen by its controller. */
    private void awaitHealthy(String namespace) throws IOException {
        await("all Deployments to be seen", () -> {
            Node.Mapping list = server.call(
                    Request.get("/apis/apps/v1/namespaces/" + namespace + "/deployments?resourceVersion=0"));
            long seen = list.sequence("items").stream()
                    .filter(item -> item instanceof Node.Mapping deployment
                            && deployment.mapping("status").integer("observedGeneration", -1)
                                    == deployment.mapping("metadata").integer("generation", 0))
                    .count();
            return seen == applications;
        });
    }

    /** Seconds from there until the last application was healthy. The agent says when that was; its status has to agree. */
    private double untilAllHealthy(RunningAgent agent, Instant begun) throws IOException {
        Node.Mapping converged = agent.event("environment.converged");
        Node.Mapping status = agent.get("/api/v1/status");
        if (!RunningAgent.allSynced(status, applications)) {
            throw new IOException("the agent says " + converged + ", and its status says otherwise");
        }
        Instant started = Instant.parse(status.mapping("agent").text("startedAt", ""));
        return Duration.between(begun, started).toMillis() / 1e3
                + converged.mapping("data").integer("milliseconds", -1) / 1e3;
    }

    private interface Condition {
        boolean holds() throws IOException;
    }

    private static void await(String what, Condition condition) throws IOException {
        long begun = System.nanoTime();
        while (!condition.holds()) {
            if (System.nanoTime() - begun > LIMIT_NANOS) {
                throw new IOException("waited in vain for " + what);
            }
            LockSupport.parkNanos(500_000_000);
        }
    }

    /** Milliseconds from the answer to the change until a reader finds it undone. */
    private double[] repairs(String namespace) throws IOException {
        Random random = new Random(SEED);
        double[] millis = new double[trials];
        for (int i = 0; i < trials; i++) {
            String path = "/api/v1/namespaces/" + namespace + "/configmaps/" + name(random.nextInt(applications));
            if (i % 2 == 0) {
                server.call(Request.delete(path, Node.Mapping.EMPTY));
            } else {
                server.call(new Request(
                        "PATCH",
                        path + "?fieldManager=bench",
                        "application/merge-patch+json",
                        (Node.Mapping) Json.read("{\"data\": {\"greeting\": \"changed\"}}"),
                        null));
            }
            long changed = System.nanoTime();
            while (!isAsDeclared(path)) {
                LockSupport.parkNanos(1_000_000);
            }
            millis[i] = (System.nanoTime() - changed) / 1e6;
        }
        return millis;
    }

    private boolean isAsDeclared(String path) throws IOException {
        try {
            return server.call(Request.get(path))
                    .mapping("data")
                    .text("greeting", "")
                    .equals("hello");
        } catch (ApiFailure failure) {
            if (failure.isMissing()) {
                return false;
            }
            throw failure;
        }
    }

    private String namespace(String about) throws IOException {
        String name = "bench-" + about + "-" + Long.toString(System.nanoTime() % 1_000_000_000, 36);
        server.call(Request.post("/api/v1/namespaces", named(name)));
        return name;
    }

    private static Node.Mapping named(String namespace) {
        return Node.Mapping.EMPTY
                .with("apiVersion", "v1")
                .with("kind", "Namespace")
                .with("metadata", Node.Mapping.EMPTY.with("name", namespace));
    }

    /** Deletes a namespace with all that is in it, and waits until it is gone. */
    private void drop(String namespace) throws IOException {
        String path = "/api/v1/namespaces/" + namespace;
        server.call(Request.delete(path, Node.Mapping.EMPTY));
        await(namespace + " to be gone", () -> {
            try {
                server.call(Request.get(path));
                return false;
            } catch (ApiFailure failure) {
                return failure.isMissing();
            }
        });
    }
}
