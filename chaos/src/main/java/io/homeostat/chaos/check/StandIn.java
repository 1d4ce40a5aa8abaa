package io.homeostat.chaos.check;

import io.homeostat.chaos.Surroundings;
import io.homeostat.chaos.life.Look.Checked.State;
import io.homeostat.model.Durations;
import io.homeostat.model.Json;
import io.homeostat.model.Node;
import io.homeostat.model.Position;
import io.homeostat.model.chaos.Hypothesis;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A process of its own that makes the checks while the agent cannot: those that take nothing but a URL or a program. It keeps what
 * it saw until it is asked, and ends with the agent.
 *
 * <pre>
 *   agent ──► checks, one line ──► looks and keeps
 *         ──► any further line ──► what was seen since the last, one line
 *         ──► the end of input ──► ends
 * </pre>
 */
public final class StandIn implements AutoCloseable {

    /** No agent is stopped for longer; what was seen before that is asked for by nobody. */
    private static final Duration LONGEST = Duration.ofMinutes(11);

    /** So many looks are kept, of all checks; where that would be less than all of LONGEST, it looks less often. */
    private static final int MOST = 10_000;

    private static final Duration ANSWERS_WITHIN = Duration.ofSeconds(10);

    private final Process process;
    private final BufferedWriter to;
    private final BufferedReader from;

    /** One look. */
    public record Seen(String check, Instant at, Probe.Seen seen) {}

    private StandIn(Process process) {
        this.process = process;
        this.to = process.outputWriter(StandardCharsets.UTF_8);
        this.from = process.inputReader(StandardCharsets.UTF_8);
    }

    /**
     * Begins to look.
     *
     * @param surroundings asked once, now: later nobody can tell where a name leads
     */
    public static StandIn start(Hypothesis hypothesis, Surroundings surroundings) throws IOException {
        List<Node> checks = new ArrayList<>();
        for (Hypothesis.Check check : hypothesis.checks()) {
            Node.Mapping said = Node.Mapping.EMPTY.with("name", check.name());
            switch (check) {
                case Hypothesis.Http http ->
                    checks.add(said.with("url", surroundings.resolve(http.url()))
                            .with("status", http.status())
                            .with("contains", http.contains())
                            .with("within", Durations.format(http.within())));
                case Hypothesis.Program program ->
                    checks.add(said.with("command", texts(program.command()))
                            .with("within", Durations.format(program.within())));
                // Its source counts by itself, and is asked when the agent is back.
                case Hypothesis.Slo _ -> {}
                case Hypothesis.Cel _ -> {}
            }
        }
        StandIn begun = new StandIn(process());
        begun.send(Json.write(Node.Mapping.EMPTY
                .with("every", Durations.format(hypothesis.every()))
                .with("checks", new Node.Sequence(checks, Position.NONE))));
        return begun;
    }

    private static Process process() throws IOException {
        String classPath = Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(each -> !each.isEmpty())
                .map(each -> Path.of(each).toAbsolutePath().toString())
                .collect(Collectors.joining(File.pathSeparator));
        return new ProcessBuilder(
                        "setsid",
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xms8m",
                        "-Xmx32m",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        classPath,
                        StandIn.class.getName())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    private void send(String line) throws IOException {
        to.write(line);
        to.newLine();
        to.flush();
    }

    /**
     * What it saw since this was asked last.
     *
     * @throws IOException when it is gone, or does not answer: then nobody looked
     */
    public List<Seen> seen() throws IOException {
        String line = answer();
        if (line == null) {
            throw new IOException("the process that stood in for the agent is gone");
        }
        List<Seen> all = new ArrayList<>();
        for (Node each : ((Node.Mapping) Json.read(line)).sequence("seen")) {
            Node.Mapping said = (Node.Mapping) each;
            Double measured = said.get("measured") instanceof Node.Numeric number
                    ? Double.valueOf(number.value().doubleValue())
                    : null;
            all.add(new Seen(
                    said.text("check", ""),
                    Instant.parse(said.text("at", "")),
                    new Probe.Seen(State.valueOf(said.text("state", "")), said.text("detail", ""), measured)));
        }
        return all;
    }

    /** Whoever is not there within the time is not waited for. */
    private @Nullable String answer() throws IOException {
        Thread impatient = Thread.ofVirtual().start(() -> {
            try {
                Thread.sleep(ANSWERS_WITHIN);
                process.destroyForcibly();
            } catch (InterruptedException answered) {
                Thread.currentThread().interrupt();
            }
        });
        try {
            send("?");
            return from.readLine();
        } finally {
            impatient.interrupt();
        }
    }

    @Override
    public void close() {
        // What it has started would be nobody's.
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }

    /** Takes its orders from its input. */
    public static void main(String[] none) throws IOException {
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        BufferedWriter out = new BufferedWriter(new OutputStreamWriter(System.out, StandardCharsets.UTF_8));
        String order = in.readLine();
        if (order != null) {
            Node.Mapping said = (Node.Mapping) Json.read(order);
            List<Node> checks = said.sequence("checks");
            Duration every = every(duration(said, "every"), checks.size());
            Deque<Seen> seen = new ArrayDeque<>();
            for (Node each : checks) {
                Node.Mapping check = (Node.Mapping) each;
                Thread.ofVirtual().start(() -> look(check, every, seen));
            }
            while (in.readLine() != null) {
                List<Seen> now;
                synchronized (seen) {
                    now = List.copyOf(seen);
                    seen.clear();
                }
                out.write(Json.write(Node.Mapping.EMPTY.with(
                        "seen",
                        new Node.Sequence(now.stream().map(StandIn::node).toList(), Position.NONE))));
                out.newLine();
                out.flush();
            }
        }
        ProcessHandle.current().descendants().forEach(ProcessHandle::destroyForcibly);
        Runtime.getRuntime().halt(0);
    }

    /** So often that all of the longest time can be kept. */
    static Duration every(Duration wanted, int checks) {
        Duration least = LONGEST.multipliedBy(checks).dividedBy(MOST);
        return wanted.compareTo(least) < 0 ? least : wanted;
    }

    /** What is older than any agent is stopped for is of no use to anybody. */
    static void keep(Deque<Seen> seen, Seen one) {
        seen.addLast(one);
        while (seen.getFirst().at().isBefore(one.at().minus(LONGEST))) {
            seen.removeFirst();
        }
    }

    private static void look(Node.Mapping check, Duration every, Deque<Seen> seen) {
        String name = check.text("name", "");
        Duration within = duration(check, "within");
        Probe probe = check.get("url") == null
                ? new ProgramProbe(new Hypothesis.Program(
                        name,
                        check.sequence("command").stream().map(Node::toString).toList(),
                        within))
                : new HttpProbe(
                        new Hypothesis.Http(
                                name,
                                check.text("url", ""),
                                check.text("status", ""),
                                check.text("contains", ""),
                                within),
                        url -> url);
        try {
            while (true) {
                Instant at = Instant.now();
                Probe.Seen one = probe.look();
                synchronized (seen) {
                    keep(seen, new Seen(name, at, one));
                }
                Thread.sleep(every);
            }
        } catch (InterruptedException over) {
            Thread.currentThread().interrupt();
        }
    }

    private static Node node(Seen seen) {
        Node.Mapping said = Node.Mapping.EMPTY
                .with("check", seen.check())
                .with("at", seen.at().toString())
                .with("state", seen.seen().state().name())
                .with("detail", seen.seen().detail());
        Double measured = seen.seen().measured();
        return measured == null
                ? said
                : said.with("measured", new Node.Numeric(BigDecimal.valueOf(measured), Position.NONE));
    }

    private static Node texts(List<String> texts) {
        return new Node.Sequence(texts.stream().<Node>map(Node.Text::of).toList(), Position.NONE);
    }

    private static Duration duration(Node.Mapping in, String key) {
        @Nullable Duration parsed = Durations.parse(in.text(key, ""));
        if (parsed == null) {
            throw new UncheckedIOException(new IOException(key + " is no duration: " + in.text(key, "")));
        }
        return parsed;
    }
}
