package io.homeostat.cli.command;

import io.homeostat.cli.client.AgentClient;
import io.homeostat.cli.client.AgentException;
import io.homeostat.cli.show.CoverageText;
import io.homeostat.cli.show.TestReport;
import io.homeostat.cli.show.TestReport.Result;
import io.homeostat.model.Node;
import io.homeostat.source.Reference;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Starts an environment on this machine, runs its experiments, and leaves nothing behind. */
public final class TestCommand implements Command {

    private static final String DIRECTORY = "DIRECTORY";

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
        Path directory = Directories.existing(call.argument(DIRECTORY));
        Directories.writable("--junit", call.value("--junit"));
        Directories.writable("--sarif", call.value("--sarif"));
        int least = call.percent("--min");
        Duration within = Duration.ofSeconds(call.number("--within", 120));
        TestInput.declared(directory, call.value("--environment"), call.value("--only"));
        try (PassingEnvironment environment =
                PassingEnvironment.start(directory, call.value("--environment"), new Reference.Default())) {
            try {
                return all(call, environment, within, least);
            } catch (AgentException unreachable) {
                if (environment.hasEnded()) {
                    return Exit.FAILED;
                }
                throw unreachable;
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            return Exit.FAILED;
        }
    }

    private static int all(Call call, PassingEnvironment environment, Duration within, int least)
            throws Failure, IOException, InterruptedException {
        AgentClient client = environment.client();
        long began = System.nanoTime();
        environment.awaitHealthy(within);
        say(call, "healthy after " + Duration.ofNanos(System.nanoTime() - began).toMillis() + " ms");
        String only = call.value("--only");
        List<Result> results = new ArrayList<>();
        for (Node each : client.get("/api/v1/experiments").sequence("experiments")) {
            if (each instanceof Node.Mapping experiment && (only == null || only.equals(experiment.text("name", "")))) {
                Result result = verdict(environment, experiment);
                results.add(result);
                say(call, TestReport.line(result, call.paint()));
            }
        }
        Node.Mapping coverage = client.get("/api/v1/coverage");
        write(call.value("--junit"), TestReport.junit(results));
        write(call.value("--sarif"), TestReport.sarif(results));
        double exercised = CoverageText.percent(coverage, "exercised");
        call.print(TestReport.json(results, coverage), TestReport.summary(results, coverage));
        if (results.stream().anyMatch(Result::isBroken) || exercised < least) {
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

    /** Runs it, unless its schedule began it already; waits for what is in its way and passes by. */
    private static Result verdict(PassingEnvironment environment, Node.Mapping experiment)
            throws IOException, InterruptedException {
        String name = experiment.text("name", "");
        long began = System.nanoTime();
        if (environment.last(name).isEmpty()) {
            String refused = environment
                    .begin(Node.Mapping.EMPTY.with("name", name), "homeostat test")
                    .refused();
            if (refused != null) {
                return new Result(name, "refused", refused, Duration.ofNanos(System.nanoTime() - began));
            }
        }
        Node.Mapping last = environment.verdict(name);
        return new Result(
                name, last.text("verdict", ""), last.text("reason", ""), Duration.ofNanos(System.nanoTime() - began));
    }
}
