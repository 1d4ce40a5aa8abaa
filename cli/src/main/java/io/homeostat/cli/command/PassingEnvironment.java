package io.homeostat.cli.command;

import io.homeostat.agent.Agent;
import io.homeostat.cli.client.AgentClient;
import io.homeostat.cli.client.AgentException;
import io.homeostat.model.Access;
import io.homeostat.model.Json;
import io.homeostat.model.Node;
import io.homeostat.source.Reference;
import io.homeostat.source.SourceException;
import io.homeostat.source.SourceSpec;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * An environment on this machine for as long as one command takes: an agent in this process, with a state of its own, on the local
 * target whatever the Environment says. Closed, or stopped in the middle, it leaves no process and no file behind.
 */
final class PassingEnvironment implements AutoCloseable {

    private static final String PREFIX = "homeostat-test";

    private static final Duration LOOK = Duration.ofMillis(100);

    /** So long what is in the way of an experiment, and passes by, is waited for. */
    private static final Duration BUSY = Duration.ofMinutes(1);

    private final Path directory;
    private final Path state;
    private final Agent agent;
    private final AgentClient client;
    private final Thread down;
    private boolean ended;

    private PassingEnvironment(Path directory, Path state, Agent agent) throws AgentException {
        this.directory = directory;
        this.state = state;
        this.agent = agent;
        this.client = AgentClient.of(state);
        this.down = new Thread(this::endInAHurry);
        Runtime.getRuntime().addShutdownHook(down);
    }

    /**
     * Begins to start everything.
     *
     * @param directory a repository, or an environment's directory in one
     * @param named which environment; null: the one whose directory it is, or the only one
     * @param reference what is run of it
     */
    static PassingEnvironment start(Path directory, @Nullable String named, Reference reference)
            throws Failure, IOException {
        Path state = Files.createTempDirectory(PREFIX);
        try {
            takeDownLeft(state);
            return new PassingEnvironment(
                    directory,
                    state,
                    Agent.start(new Agent.Settings(
                            SourceSpec.of(repository(directory).toString()).following(reference),
                            state,
                            environment(directory, named),
                            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                            null,
                            "local",
                            null,
                            null,
                            Access.OWNER)));
        } catch (SourceException wrong) {
            delete(state);
            throw Failure.of(String.valueOf(wrong.getMessage()), "");
        } catch (IOException | RuntimeException failed) {
            delete(state);
            throw failed;
        }
    }

    /**
     * Whoever was killed could not take down its own: what no agent holds any more is nobody's.
     *
     * @param own directory of this one; what another user has put there is believed in nothing
     */
    private static void takeDownLeft(Path own) throws IOException {
        List<Path> left = new ArrayList<>();
        Path temporary = Path.of(System.getProperty("java.io.tmpdir"));
        try (DirectoryStream<Path> found = Files.newDirectoryStream(temporary, PREFIX + "*")) {
            found.forEach(left::add);
        }
        for (Path each : left) {
            try {
                boolean isAnother = !each.equals(own)
                        && Files.isDirectory(each, LinkOption.NOFOLLOW_LINKS)
                        && Files.getOwner(each, LinkOption.NOFOLLOW_LINKS).equals(Files.getOwner(own))
                        && Files.isDirectory(each.resolve("target"), LinkOption.NOFOLLOW_LINKS);
                if (!isAnother) {
                    continue;
                }
                Agent.takeDown(each);
                delete(each);
                System.err.println("taken down: what another one, which was killed, had left in " + each);
            } catch (IOException inUse) {
                // It works; or it cannot be taken down, which is no reason not to start another.
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
                throw new InterruptedIOException("stopped while taking down what was left in " + each);
            }
        }
    }

    /** The directory itself, or the repository that it is a part of. */
    static Path repository(Path directory) {
        for (Path each = directory; each != null; each = each.getParent()) {
            if (Files.exists(each.resolve(".git"))) {
                return each;
            }
        }
        return directory;
    }

    /** An environment's directory is called as the environment is. */
    static @Nullable String environment(Path directory, @Nullable String named) {
        boolean isOne = Files.exists(directory.resolve("environment.yaml"));
        return named != null || !isOne ? named : String.valueOf(directory.getFileName());
    }

    AgentClient client() {
        return client;
    }

    void awaitHealthy(Duration within) throws Failure, IOException, InterruptedException {
        long deadline = System.nanoTime() + within.toNanos();
        while (true) {
            Node.Mapping status = client.get("/api/v1/status");
            List<Node> applications = status.sequence("applications");
            boolean well = !applications.isEmpty() && applications.stream().allMatch(PassingEnvironment::isWell);
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
                        "homeostat agent --source " + directory + " shows what it waits for");
            }
            Thread.sleep(LOOK);
        }
    }

    private static boolean isWell(Node application) {
        return application instanceof Node.Mapping one
                && one.text("state", "").equals("synced")
                && one.mapping("health").text("status", "").equals("healthy");
    }

    /** What became of the wish to run an experiment: its run, or why there is none. */
    record Begun(String run, @Nullable String refused) {}

    /**
     * Begins an experiment, once another one that is in its way is over.
     *
     * @param what {@code name}, or {@code document} and {@code file}
     */
    Begun begin(Node.Mapping what, String by) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + BUSY.toNanos();
        while (true) {
            try {
                Node.Mapping begun = client.post(
                        "/api/v1/experiment", what.with("action", "run").with("by", by));
                return new Begun(begun.text("run", ""), null);
            } catch (AgentException refused) {
                String why = String.valueOf(refused.getMessage());
                if (!why.contains("which runs now") || System.nanoTime() > deadline) {
                    return new Begun("", why);
                }
            }
            Thread.sleep(LOOK);
        }
    }

    /** The newest run of this name; empty before the first. */
    Node.Mapping last(String experiment) throws IOException {
        return client.get("/api/v1/experiments", "name", experiment)
                .mapping("experiment")
                .mapping("last");
    }

    /** Waits for the verdict of the newest run of this name. */
    Node.Mapping verdict(String experiment) throws IOException, InterruptedException {
        while (true) {
            Node.Mapping last = last(experiment);
            if (!last.text("verdict", "").isEmpty()) {
                return last;
            }
            Thread.sleep(LOOK);
        }
    }

    /** Waits for the end of a run, as the journal tells it. */
    Node.Mapping ended(String run) throws IOException, InterruptedException {
        while (true) {
            List<Node.Mapping> found = new ArrayList<>();
            client.lines(
                    "/api/v1/events",
                    line -> {
                        if (!line.isBlank()
                                && Json.read(line) instanceof Node.Mapping event
                                && event.mapping("data").text("run", "").equals(run)) {
                            found.add(event.mapping("data"));
                        }
                        return true;
                    },
                    "type",
                    "experiment.ended",
                    "last",
                    "50");
            if (!found.isEmpty()) {
                return found.getLast();
            }
            Thread.sleep(LOOK);
        }
    }

    private void takeDown() {
        try {
            client.post("/api/v1/shutdown", Node.Mapping.EMPTY.with("workloads", Node.Bool.of(true)));
            agent.await();
        } catch (InterruptedException hurried) {
            Thread.currentThread().interrupt();
        } catch (IOException gone) {
            agent.close();
        }
    }

    @Override
    public void close() throws IOException {
        end();
        try {
            Runtime.getRuntime().removeShutdownHook(down);
        } catch (IllegalStateException exiting) {
            // It runs already, and finds that there is nothing left to do.
            return;
        }
    }

    private synchronized void end() throws IOException {
        if (!ended) {
            ended = true;
            takeDown();
            agent.close();
            delete(state);
        }
    }

    /** Waits for the end, where somebody stops this program: what could not be asked any more is no news then. */
    synchronized boolean hasEnded() {
        return ended;
    }

    /** Whoever is stopped in the middle of it leaves nothing behind either. */
    private void endInAHurry() {
        try {
            end();
            System.err.println("stopped: everything that " + directory + " had started here is ended and deleted");
        } catch (IOException busy) {
            System.err.println(busy.getMessage());
        }
    }

    static void delete(Path state) throws IOException {
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
