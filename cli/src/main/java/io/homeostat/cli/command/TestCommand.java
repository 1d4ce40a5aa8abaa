package io.homeostat.cli.command;

import io.homeostat.agent.Agent;
import io.homeostat.cli.client.AgentClient;
import io.homeostat.cli.client.AgentException;
import io.homeostat.cli.show.CoverageText;
import io.homeostat.cli.show.TestReport;
import io.homeostat.cli.show.TestReport.Result;
import io.homeostat.model.Access;
import io.homeostat.model.Node;
import io.homeostat.source.SourceException;
import io.homeostat.source.SourceSpec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Starts an environment on this machine, runs its experiments, and leaves nothing behind. */
public final class TestCommand implements Command {

    private static final String DIRECTORY = "DIRECTORY";
    private static final Duration LOOK = Duration.ofMillis(100);

    /** So long a run may take beyond what it says of itself. */
    private static final Duration BUSY = Duration.ofMinutes(1);

    @Override
    public void describe(Usage usage) {
        usage.summary("start an environment here, run its experiments, leave nothing behind")
                .required(DIRECTORY, "directory", "A repository, or an environment's directory in one.")
                .option("--environment", "NAME", "Which environment, where the repository has several.")
                .option("--only", "NAME", "Only this experiment.")
                .option("--within", "SECONDS", "How long everything may take to be healthy at first (120).")
                .option("--min", "PERCENT", "Exit with 2 when less of the surface was exercised.")
                .option("--junit", "FILE", "Write the verdicts there as JUnit XML.")
                .option("--sarif", "FILE", "Write what did not hold there as SARIF.")
                .output()
                .paragraph("Works on the local target whatever the Environment says, with a state of its own, from the"
                        + " newest commit. Exit code 0: all held; 2: one was broken, or too little was exercised; 1:"
                        + " one could not be run or showed nothing.")
                .example("homeostat test .", "All experiments of this repository.")
                .example("homeostat test environments/staging --min 60 --junit verdicts.xml", "For a pipeline.");
    }

    @Override
    public int run(Call call) throws Failure, IOException {
        Path directory = Path.of(call.argument(DIRECTORY)).toAbsolutePath().normalize();
        if (!Files.isDirectory(directory)) {
            throw Failure.of("there is no directory " + directory, "name a repository that declares an environment");
        }
        Path state = Files.createTempDirectory("homeostat-test");
        try {
            return on(call, directory, state);
        } finally {
            delete(state);
        }
    }

    private static int on(Call call, Path directory, Path state) throws Failure, IOException {
        Agent.Settings settings;
        try {
            settings = new Agent.Settings(
                    SourceSpec.of(repository(directory).toString()),
                    state,
                    environment(call, directory),
                    new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                    null,
                    "local",
                    null,
                    null,
                    Access.OWNER);
        } catch (SourceException wrong) {
            throw Failure.of(String.valueOf(wrong.getMessage()), "");
        }
        try (Agent agent = Agent.start(settings)) {
            AgentClient client = AgentClient.of(state);
            // Whoever is stopped in the middle of it leaves nothing behind either.
            Thread down = new Thread(() -> down(client, agent));
            Runtime.getRuntime().addShutdownHook(down);
            try {
                return all(call, client);
            } finally {
                down(client, agent);
                Runtime.getRuntime().removeShutdownHook(down);
            }
        } catch (SourceException wrong) {
            throw Failure.of(String.valueOf(wrong.getMessage()), "");
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            return Exit.FAILED;
        }
    }

    /** The directory itself, or the repository that it is a part of. */
    private static Path repository(Path directory) {
        for (Path each = directory; each != null; each = each.getParent()) {
            if (Files.exists(each.resolve(".git"))) {
                return each;
            }
        }
        return directory;
    }

    /** An environment's directory is called as the environment is. */
    private static @Nullable String environment(Call call, Path directory) {
        String named = call.value("--environment");
        boolean isOne = Files.exists(directory.resolve("environment.yaml"));
        return named != null || !isOne ? named : String.valueOf(directory.getFileName());
    }

    private static int all(Call call, AgentClient client) throws Failure, IOException, InterruptedException {
        long began = System.nanoTime();
        awaitHealthy(call, client, Duration.ofSeconds(call.number("--within", 120)));
        say(call, "healthy after " + Duration.ofNanos(System.nanoTime() - began).toMillis() + " ms");
        String only = call.value("--only");
        List<Result> results = new ArrayList<>();
        for (Node each : client.get("/api/v1/experiments").sequence("experiments")) {
            if (each instanceof Node.Mapping experiment && (only == null || only.equals(experiment.text("name", "")))) {
                Result result = verdict(client, experiment);
                results.add(result);
                say(call, TestReport.line(result, call.paint()));
            }
        }
        if (only != null && results.isEmpty()) {
            throw Failure.of("there is no experiment '" + only + "'", "homeostat validate names what Git declares");
        }
        Node.Mapping coverage = client.get("/api/v1/coverage");
        write(call.value("--junit"), TestReport.junit(results));
        write(call.value("--sarif"), TestReport.sarif(results));
        double exercised = CoverageText.percent(coverage, "exercised");
        call.print(TestReport.json(results, coverage), TestReport.summary(results, coverage));
        if (results.stream().anyMatch(Result::isBroken) || exercised < call.number("--min", 0)) {
            return Exit.SOMETHING;
        }
        return results.stream().allMatch(Result::held) ? Exit.DONE : Exit.FAILED;
    }

    private static void say(Call call, String line) {
        if (!call.json()) {
            call.print(List.of(line));
            call.terminal().flush();
        }
    }

    private static void write(@Nullable String file, String content) throws IOException {
        if (file != null) {
            Files.writeString(Path.of(file), content);
        }
    }

    private static void awaitHealthy(Call call, AgentClient client, Duration within)
            throws Failure, IOException, InterruptedException {
        long deadline = System.nanoTime() + within.toNanos();
        while (true) {
            Node.Mapping status = client.get("/api/v1/status");
            List<Node> applications = status.sequence("applications");
            boolean well = !applications.isEmpty() && applications.stream().allMatch(TestCommand::isWell);
            if (well) {
                return;
            }
            if (System.nanoTime() > deadline) {
                String first = applications.stream()
                        .filter(each -> !isWell(each))
                        .findFirst()
                        .map(each -> ((Node.Mapping) each).text("name", "") + " is "
                                + ((Node.Mapping) each).text("state", "") + ", "
                                + ((Node.Mapping) each).mapping("health").text("message", ""))
                        .orElse("nothing is declared");
                throw Failure.of(
                        "it was not healthy within " + within.toSeconds() + " s: " + first,
                        "homeostat agent --source " + call.argument(DIRECTORY) + " shows what it waits for");
            }
            Thread.sleep(LOOK);
        }
    }

    private static boolean isWell(Node application) {
        return application instanceof Node.Mapping one
                && one.text("state", "").equals("synced")
                && one.mapping("health").text("status", "").equals("healthy");
    }

    /** Runs it, unless its schedule began it already; waits for what is in its way and passes by. */
    private static Result verdict(AgentClient client, Node.Mapping experiment)
            throws IOException, InterruptedException {
        String name = experiment.text("name", "");
        long began = System.nanoTime();
        Node.Mapping last = last(client, name);
        if (last.isEmpty()) {
            String refused = begin(client, name);
            if (refused != null) {
                return new Result(name, "refused", refused, Duration.ofNanos(System.nanoTime() - began));
            }
        }
        while (true) {
            last = last(client, name);
            String verdict = last.text("verdict", "");
            if (!verdict.isEmpty()) {
                return new Result(name, verdict, last.text("reason", ""), Duration.ofNanos(System.nanoTime() - began));
            }
            Thread.sleep(LOOK);
        }
    }

    private static Node.Mapping last(AgentClient client, String name) throws IOException {
        return client.get("/api/v1/experiments", "name", name)
                .mapping("experiment")
                .mapping("last");
    }

    /** @return why it may not begin; null when it began */
    private static @Nullable String begin(AgentClient client, String name) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + BUSY.toNanos();
        while (true) {
            try {
                client.post("/api/v1/experiment", "name", name, "action", "run", "by", "homeostat test");
                return null;
            } catch (AgentException refused) {
                String why = String.valueOf(refused.getMessage());
                if (!why.contains("which runs now") || System.nanoTime() > deadline) {
                    return why;
                }
            }
            Thread.sleep(LOOK);
        }
    }

    private static void down(AgentClient client, Agent agent) {
        try {
            client.post("/api/v1/shutdown", Node.Mapping.EMPTY.with("workloads", Node.Bool.of(true)));
            agent.await();
        } catch (InterruptedException hurried) {
            Thread.currentThread().interrupt();
        } catch (IOException gone) {
            agent.close();
        }
    }

    private static void delete(Path state) throws IOException {
        try (Stream<Path> files = Files.walk(state)) {
            files.sorted(Comparator.reverseOrder()).forEach(file -> {
                try {
                    Files.deleteIfExists(file);
                } catch (IOException busy) {
                    throw new UncheckedIOException(busy);
                }
            });
        } catch (UncheckedIOException busy) {
            throw new IOException("not everything below " + state + " could be deleted: " + busy.getMessage(), busy);
        }
    }
}
