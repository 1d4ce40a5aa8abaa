package io.homeostat.cli.command;

import io.homeostat.cli.client.AgentException;
import io.homeostat.cli.show.BattleText;
import io.homeostat.model.Document;
import io.homeostat.model.Documents;
import io.homeostat.model.Json;
import io.homeostat.model.Node;
import io.homeostat.source.Reference;
import io.homeostat.source.Snapshot;
import io.homeostat.source.Source;
import io.homeostat.source.SourceException;
import io.homeostat.source.SourceSpec;
import io.homeostat.source.Sources;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** One experiment over two environments, or two revisions, at the same time. */
public final class ExperimentBattleCommand implements Command {

    private static final String EXPERIMENT = "EXPERIMENT";
    private static final String FIRST = "A";
    private static final String SECOND = "B";

    /** @param directory a repository, or an environment's directory in one */
    private record Side(Path directory, String revision, Snapshot snapshot) {}

    @Override
    public void describe(Usage usage) {
        usage.summary("one experiment over two environments or revisions, side by side")
                .required(EXPERIMENT, "file", "One that B declares, or else A; or a file with one.")
                .required(FIRST, "directory", "A directory, DIRECTORY@REVISION, or a revision of the repository here.")
                .required(SECOND, "directory", "The other one.")
                .option("--environment", "NAME", "Which environment of both, where a repository has several.")
                .option("--within", "SECONDS", "How long everything may take to be healthy at first (120).")
                .option("--worse-by", "PERCENT", "B is worse also when a promise that it keeps measures so much more.")
                .output()
                .paragraph("Starts both on this machine, each with its own agent, gate and state, runs the same"
                        + " experiment in both at the same time, and takes down both. A directory stands for its newest"
                        + " commit. Exit code 0: B is no worse; 2: it breaks what A keeps; 1: one of the two showed"
                        + " nothing.")
                .example("homeostat experiment battle one-web-less main HEAD", "Is this commit worse than main?")
                .example(
                        "homeostat experiment battle one-web-less environments/blue environments/green",
                        "Two environments.");
    }

    @Override
    public int run(Call call) throws Failure, IOException {
        Path looked = Files.createTempDirectory("homeostat-battle");
        try {
            Side first = side(call.argument(FIRST), looked.resolve("a"));
            Side second = side(call.argument(SECOND), looked.resolve("b"));
            Node.Mapping document = document(call.argument(EXPERIMENT), second, first);
            delete(looked);
            return fight(call, first, second, document);
        } catch (SourceException wrong) {
            throw Failure.of(String.valueOf(wrong.getMessage()), "");
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            return Exit.FAILED;
        } finally {
            delete(looked);
        }
    }

    private static Side side(String said, Path mirror) throws Failure, SourceException {
        Path directory = Path.of(said).toAbsolutePath().normalize();
        int at = said.lastIndexOf('@');
        String wanted = "";
        if (!Files.isDirectory(directory)) {
            boolean both = at > 0 && Files.isDirectory(Path.of(said.substring(0, at)));
            directory =
                    Path.of(both ? said.substring(0, at) : "").toAbsolutePath().normalize();
            wanted = both ? said.substring(at + 1) : said;
        }
        SourceSpec spec = SourceSpec.of(PassingEnvironment.repository(directory).toString());
        try (Source source = Sources.open(spec, mirror)) {
            Snapshot newest = source.fetch();
            if (wanted.isEmpty()) {
                return new Side(directory, newest.revision(), newest);
            }
            return revision(said, wanted, directory, source);
        }
    }

    private static Side revision(String said, String wanted, Path directory, Source source)
            throws Failure, SourceException {
        try {
            String revision = source.revision(wanted);
            return new Side(directory, revision, source.at(revision));
        } catch (SourceException unknown) {
            throw Failure.of(
                    wanted.equals(said)
                            ? "'" + said + "' is neither a directory nor a revision of " + directory
                            : "'" + wanted + "' is no revision of " + directory,
                    String.valueOf(unknown.getMessage()));
        }
    }

    /** The very same for both. */
    private static Node.Mapping document(String said, Side preferred, Side other) throws Failure, IOException {
        if (said.endsWith(".yaml") || said.endsWith(".yml") || said.endsWith(".json")) {
            Path file = Path.of(said);
            if (!Files.isReadable(file)) {
                throw Failure.of("there is no file " + file.toAbsolutePath(), "or name one that B or A declares");
            }
            String text = Files.readString(file);
            for (Document each :
                    Documents.parse(said, text.getBytes(StandardCharsets.UTF_8)).documents()) {
                refuse(each);
            }
            return Node.Mapping.EMPTY.with("document", text).with("file", said);
        }
        for (Side side : List.of(preferred, other)) {
            Document found = find(said, side);
            if (found != null) {
                refuse(found);
                return Node.Mapping.EMPTY
                        .with("document", Json.write(found.content()))
                        .with("file", said + ".json");
            }
        }
        throw Failure.of(
                "neither B nor A declares an experiment '" + said + "'", "homeostat validate names what Git declares");
    }

    /** What stops the agent stops this command, and so both. */
    private static void refuse(Document experiment) throws Failure {
        boolean stops = experiment.spec().sequence("faults").stream()
                .anyMatch(fault -> fault instanceof Node.Mapping one && one.get("agentDown") != null);
        if (stops) {
            throw Failure.of(
                    "experiment '" + experiment.key().name()
                            + "' has an agentDown, and both agents of a battle are one process",
                    "run it in each environment by itself");
        }
    }

    /** Below the side's own directory first: another environment of the repository may have one of the same name. */
    private static @Nullable Document find(String name, Side side) throws IOException {
        Path own = PassingEnvironment.repository(side.directory()).relativize(side.directory());
        Document elsewhere = null;
        for (Snapshot.File file : side.snapshot().files(".")) {
            if (!file.path().matches(".*\\.(yaml|yml|json)")) {
                continue;
            }
            for (Document each : Documents.parse(file.path(), side.snapshot().read(file.path()))
                    .documents()) {
                if (each.key().kind().equals("Experiment") && each.key().name().equals(name)) {
                    if (own.toString().isEmpty() || Path.of(file.path()).startsWith(own)) {
                        return each;
                    }
                    elsewhere = elsewhere == null ? each : elsewhere;
                }
            }
        }
        return elsewhere;
    }

    private static int fight(Call call, Side first, Side second, Node.Mapping document)
            throws Failure, IOException, InterruptedException {
        String environment = call.value("--environment");
        Duration within = Duration.ofSeconds(call.number("--within", 120));
        int worseBy = call.number("--worse-by", 0);
        try (PassingEnvironment a = start(first, environment);
                PassingEnvironment b = start(second, environment)) {
            try {
                a.awaitHealthy(within);
                b.awaitHealthy(within);
                say(call, "both are healthy; the experiment begins in both");
                PassingEnvironment.Begun inA = a.begin(document, "homeostat experiment battle");
                PassingEnvironment.Begun inB = b.begin(document, "homeostat experiment battle");
                BattleText.Side endA = new BattleText.Side(call.argument(FIRST), first.revision(), ended(a, inA));
                BattleText.Side endB = new BattleText.Side(call.argument(SECOND), second.revision(), ended(b, inB));
                Node.Mapping battle = BattleText.compare(endA, endB, worseBy);
                call.print(battle, BattleText.lines(battle, call.paint()));
                return switch (battle.text("outcome", "")) {
                    case BattleText.WORSE -> Exit.SOMETHING;
                    case BattleText.NOTHING -> Exit.FAILED;
                    default -> Exit.DONE;
                };
            } catch (AgentException unreachable) {
                if (a.hasEnded() || b.hasEnded()) {
                    return Exit.FAILED;
                }
                throw unreachable;
            }
        }
    }

    private static PassingEnvironment start(Side side, @Nullable String environment) throws Failure, IOException {
        Reference reference =
                side.revision().startsWith("sha256:") ? new Reference.Default() : new Reference.Commit(side.revision());
        return PassingEnvironment.start(side.directory(), environment, reference);
    }

    /** What the journal says of the end of the run. */
    private static Node.Mapping ended(PassingEnvironment environment, PassingEnvironment.Begun begun)
            throws IOException, InterruptedException {
        String refused = begun.refused();
        if (refused != null) {
            return Node.Mapping.EMPTY.with("verdict", "refused").with("reason", refused);
        }
        return environment.ended(begun.run());
    }

    private static void say(Call call, String line) {
        if (!call.json()) {
            call.print(List.of(line));
            call.terminal().flush();
        }
    }

    private static void delete(Path directory) throws IOException {
        if (!Files.exists(directory)) {
            return;
        }
        List<Path> all = new ArrayList<>();
        try (Stream<Path> files = Files.walk(directory)) {
            files.sorted(Comparator.reverseOrder()).forEach(all::add);
        }
        for (Path each : all) {
            Files.deleteIfExists(each);
        }
    }
}
