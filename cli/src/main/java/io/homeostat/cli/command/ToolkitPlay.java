package io.homeostat.cli.command;

import io.homeostat.chaos.toolkit.Options;
import io.homeostat.chaos.toolkit.Options.Hypothesis;
import io.homeostat.chaos.toolkit.Options.Rollbacks;
import io.homeostat.chaos.toolkit.ToolkitFile;
import io.homeostat.chaos.toolkit.ToolkitRun;
import io.homeostat.model.Documents;
import io.homeostat.model.Json;
import io.homeostat.model.Node;
import io.homeostat.model.Problem;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Runs a file of the Chaos Toolkit here, in this process, as the reference tool does. */
final class ToolkitPlay {

    /** So long an interrupted run may take to roll back what it did. */
    private static final Duration ROLLS_BACK = Duration.ofMinutes(10);

    private static final Duration HALT_EVERY = Duration.ofSeconds(1);

    private ToolkitPlay() {}

    static Usage describe(Usage usage) {
        return usage.choice(
                        "--compat",
                        List.of("ctk"),
                        "A Chaos Toolkit file gets the statuses and exit codes of the reference tool (1 for all that"
                                + " is not completed), and its journal goes to ./journal.json.")
                .choice(
                        "--hypothesis-strategy",
                        Stream.of(Hypothesis.values()).map(Hypothesis::word).toList(),
                        "When the hypothesis of a Chaos Toolkit file is looked at; without --compat by itself"
                                + " continuously.")
                .choice(
                        "--rollback-strategy",
                        Stream.of(Rollbacks.values()).map(Rollbacks::word).toList(),
                        "When its rollbacks are played; without --compat by itself always.")
                .option("--hypothesis-frequency", "SECONDS", "How often it is looked at meanwhile (default: 1).")
                .option("--fail-fast", "End the method as soon as the hypothesis does not hold; so without --compat.")
                .option("--python", "INTERPRETER", "Which Python has the modules that the file names.")
                .option("--journal", "FILE", "Where the journal of a Chaos Toolkit file is written.");
    }

    /** Null when the file is none of the Chaos Toolkit's. */
    static Node.@Nullable Mapping content(Path file) throws IOException {
        List<Problem> problems = new ArrayList<>();
        List<Node> values = Documents.values(file.toString(), Files.readAllBytes(file), problems);
        return values.size() == 1 && ToolkitFile.isOne(values.getFirst()) ? (Node.Mapping) values.getFirst() : null;
    }

    static int run(Call call, Node.Mapping content) throws Failure, IOException {
        if (call.has("--dry-run") || call.has("--detach")) {
            throw Failure.wrongUse("a Chaos Toolkit file is run here and now, without --dry-run and --detach", "");
        }
        checkHalt(call);
        Options options = options(call, content);
        ToolkitFile file = ToolkitFile.check(content, call.variables(), options.python() != null);
        List<String> problems = new ArrayList<>(file.problems());
        ToolkitRun run =
                ToolkitRun.of(file, options, call.variables(), call.clock(), problems, line -> say(call, line));
        file.unsupported().forEach(each -> say(call, "not supported: " + each));
        if (!problems.isEmpty()) {
            throw Failure.of(
                    String.join("; ", problems), "nothing was done; docs/chaos-toolkit.md says what is supported");
        }
        Node.Mapping journal = play(run, call, options);
        if (call.json()) {
            call.print(journal);
        } else {
            say(call, run.verdict());
        }
        return run.exit();
    }

    private static void say(Call call, String line) {
        if (!call.json()) {
            call.print(List.of(line));
            call.terminal().flush();
        }
    }

    /** A signal ends the method, not what undoes it: the process stays until that is done and written down. */
    private static Node.Mapping play(ToolkitRun run, Call call, Options options) throws IOException {
        CountDownLatch written = new CountDownLatch(1);
        Thread playing = Thread.currentThread();
        Thread hook = new Thread(() -> {
            run.interrupt();
            playing.interrupt();
            try {
                if (written.await(ROLLS_BACK.toSeconds(), TimeUnit.SECONDS)) {
                    Runtime.getRuntime().halt(run.exit());
                }
            } catch (InterruptedException impatient) {
                Thread.currentThread().interrupt();
            }
        });
        Runtime.getRuntime().addShutdownHook(hook);
        Thread watching = Thread.ofVirtual().name("halt").start(() -> endWhenHalted(run, call));
        Node.Mapping journal = run.play();
        watching.interrupt();
        String path = call.value("--journal");
        if (path != null || options.compat()) {
            Files.write(
                    Path.of(path == null ? "journal.json" : path),
                    Json.pretty(journal).getBytes(StandardCharsets.UTF_8));
        }
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException endingAlready) {
            if (call.json()) {
                call.print(journal);
            } else {
                say(call, run.verdict());
            }
            call.terminal().flush();
        }
        written.countDown();
        return journal;
    }

    /** Where an agent answers and all chaos is halted, that holds for these as well. */
    private static void checkHalt(Call call) throws Failure {
        String halted = halted(call);
        if (halted != null) {
            throw Failure.of(halted, "homeostat resume ends that");
        }
    }

    /** For as long as it is played. */
    private static void endWhenHalted(ToolkitRun run, Call call) {
        try {
            while (true) {
                Thread.sleep(HALT_EVERY);
                String halted = halted(call);
                if (halted != null && run.end(halted)) {
                    return;
                }
            }
        } catch (InterruptedException over) {
            Thread.currentThread().interrupt();
        }
    }

    /** By whom; null when it is not, and where no agent answers: such a file needs none. */
    private static @Nullable String halted(Call call) {
        try {
            Node.Mapping halt = call.agent().get("/api/v1/experiments").mapping("halt");
            return halt.isEmpty() ? null : "all chaos is halted by " + halt.text("by", "somebody");
        } catch (IOException nobody) {
            return null;
        }
    }

    private static Options options(Call call, Node.Mapping content) throws Failure {
        boolean compat = call.value("--compat") != null;
        Node.Mapping runtime = content.mapping("runtime");
        String hypothesis = call.value("--hypothesis-strategy");
        String rollbacks = call.value("--rollback-strategy");
        String looked =
                hypothesis != null ? hypothesis : runtime.mapping("hypothesis").text("strategy");
        String rolled =
                rollbacks != null ? rollbacks : runtime.mapping("rollbacks").text("strategy");
        return new Options(
                compat,
                looked == null ? compat ? Hypothesis.DEFAULT : Hypothesis.CONTINUOUSLY : strategy(looked),
                rolled == null ? Rollbacks.DEFAULT : rollbacks(rolled),
                every(call.value("--hypothesis-frequency")),
                !compat || call.has("--fail-fast"),
                call.value("--python"));
    }

    private static Hypothesis strategy(String word) throws Failure {
        return Stream.of(Hypothesis.values())
                .filter(each -> each.word().equals(word))
                .findFirst()
                .orElseThrow(() -> Failure.of("there is no hypothesis strategy '" + word + "'", ""));
    }

    private static Rollbacks rollbacks(String word) throws Failure {
        return Stream.of(Rollbacks.values())
                .filter(each -> each.name().equals(word.toUpperCase(Locale.ROOT)))
                .findFirst()
                .orElseThrow(() -> Failure.of("there is no rollback strategy '" + word + "'", ""));
    }

    private static Duration every(@Nullable String said) throws Failure {
        try {
            Duration every = Duration.ofMillis(Math.round(1000 * Double.parseDouble(said == null ? "1" : said)));
            if (every.isPositive()) {
                return every;
            }
        } catch (NumberFormatException none) {
            // Said below.
        }
        throw Failure.wrongUse("'--hypothesis-frequency' is a number of seconds, not '" + said + "'", "");
    }
}
