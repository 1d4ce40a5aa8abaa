package io.homeostat.bench;

import io.homeostat.chaos.ChaosFacts;
import io.homeostat.chaos.coverage.Coverage;
import io.homeostat.journal.Entry;
import io.homeostat.journal.Event;
import io.homeostat.journal.FileJournal;
import io.homeostat.model.Node;
import io.homeostat.model.Position;
import io.homeostat.model.chaos.FaultClass;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;

/**
 * Coverage of 500 components and 2,000 edges from 1,000,000 events: one in a hundred is the end of a run, one in 10,000 the surface
 * anew, the rest is whatever else happens. From memory, as an agent that runs takes them one by one; and from a journal on disk, as
 * one that starts does.
 */
final class CoverageFold {

    private static final Instant NOW = Instant.parse("2026-11-21T00:00:00Z");
    private static final int EVENTS = 1_000_000;

    private CoverageFold() {}

    public static void main(String[] arguments) throws IOException {
        long seed = arguments.length > 0 ? Long.parseLong(arguments[0]) : 20261121;
        SplittableRandom random = new SplittableRandom(seed);
        List<Node> targets = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            targets.add(target("Deployment/c" + i, false));
        }
        for (int i = 0; i < 2000; i++) {
            targets.add(target("Deployment/c" + i % 500 + " → Service/s" + i / 4, true));
        }
        List<Node> classes = Stream.of(FaultClass.values())
                .<Node>map(each -> Node.Text.of(each.word()))
                .toList();
        Node.Mapping surface = Node.Mapping.EMPTY
                .with("classes", new Node.Sequence(classes, Position.NONE))
                .with("targets", new Node.Sequence(targets, Position.NONE));
        Path directory = Files.createTempDirectory("homeostat-bench-");
        AtomicReference<Instant> clock = new AtomicReference<>(NOW);
        List<Event> events = new ArrayList<>(EVENTS);
        try (FileJournal journal = FileJournal.open(directory.resolve("journal"), clock::get)) {
            for (int i = 0; i < EVENTS; i++) {
                Instant at = NOW.minusSeconds(EVENTS - i);
                clock.set(at);
                Entry entry = i % 10_000 == 0
                        ? entry(ChaosFacts.SURFACE, surface)
                        : i % 100 == 1
                                ? entry(ChaosFacts.ENDED, ended(targets, random))
                                : entry("sync.succeeded", Node.Mapping.EMPTY);
                journal.append(entry);
                events.add(new Event(i, at, entry.type(), "", "", "", entry.data(), ""));
            }
            for (int round = 0; round < 5; round++) {
                report("in memory", coverage -> events.forEach(coverage::take));
            }
            events.clear();
            for (int round = 0; round < 3; round++) {
                report(
                        "on disk",
                        coverage -> journal.read(0, event -> {
                            coverage.take(event);
                            return true;
                        }));
            }
        } finally {
            delete(directory);
        }
    }

    /** It is some hundred megabytes. */
    private static void delete(Path directory) throws IOException {
        List<Path> files;
        try (Stream<Path> found = Files.walk(directory)) {
            files = found.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path file : files) {
            Files.delete(file);
        }
    }

    /** Who gives it every event. */
    private interface Telling {
        void tell(Coverage coverage) throws IOException;
    }

    private static void report(String where, Telling telling) throws IOException {
        long began = System.nanoTime();
        Coverage coverage = new Coverage();
        telling.tell(coverage);
        Coverage.Report report = coverage.at(NOW);
        System.out.printf(
                Locale.ROOT,
                "%d events %s, %d cells, %.1f%% exercised: %.3f s  ≤ 2 s%n",
                EVENTS,
                where,
                report.cells().size(),
                100 * report.exercised(),
                (System.nanoTime() - began) / 1e9);
    }

    private static Entry entry(String type, Node.Mapping data) {
        return new Entry(type, "shop", "", "something happened", data);
    }

    private static Node.Mapping target(String name, boolean edge) {
        return Node.Mapping.EMPTY
                .with("name", name)
                .with("edge", Node.Bool.of(edge))
                .with("declared", Node.Bool.of(true))
                .with("weight", new Node.Numeric(BigDecimal.ONE, Position.NONE))
                .with("digest", "d");
    }

    private static Node.Mapping ended(List<Node> targets, SplittableRandom random) {
        Node.Mapping target = (Node.Mapping) targets.get(random.nextInt(targets.size()));
        List<FaultClass> classes = target.flag("edge", false) ? FaultClass.ofEdges() : FaultClass.ofWorkloads();
        Node.Mapping cell = Node.Mapping.EMPTY
                .with("target", target.text("name", ""))
                .with("class", classes.get(random.nextInt(classes.size())).word())
                .with("observed", Node.Bool.of(true))
                .with("digest", "d");
        return Node.Mapping.EMPTY
                .with("experiment", "x")
                .with("verdict", random.nextBoolean() ? "held" : "broken")
                .with("steadyBefore", Node.Bool.of(true))
                .with("checkedDuring", Node.Bool.of(true))
                .with("recovered", Node.Bool.of(true))
                .with("cells", new Node.Sequence(List.of(cell), Position.NONE));
    }
}
