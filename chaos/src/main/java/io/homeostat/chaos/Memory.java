package io.homeostat.chaos;

import io.homeostat.chaos.coverage.Coverage;
import io.homeostat.chaos.finding.Findings;
import io.homeostat.chaos.perimeter.Perimeters;
import io.homeostat.journal.Event;
import io.homeostat.model.Documents;
import io.homeostat.model.Json;
import io.homeostat.model.Node;
import io.homeostat.model.chaos.Extension;
import io.homeostat.model.slo.Promises;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What the journal says of experiments: a fold, up to date with every event. Safe for use by many threads. */
public final class Memory {

    private static final int KEPT = 20;

    private final Map<String, Deque<Past>> runs = new TreeMap<>();
    private final Coverage coverage = new Coverage();
    private final Learned learned = new Learned();
    private final Perimeters perimeters = new Perimeters();
    private final Findings findings = new Findings();
    private final Map<String, Extension> extensions = new TreeMap<>();
    private @Nullable Halt halt;

    /**
     * One run.
     *
     * @param endedAt null as long as it goes on, or when its agent died in the middle of it
     * @param verdict empty as long as there is none
     * @param digests what each component or edge that it touched was declared as then
     * @param steps what happened in it, oldest first
     */
    public record Past(
            String run,
            String experiment,
            String by,
            Instant startedAt,
            @Nullable Instant endedAt,
            String verdict,
            String reason,
            Map<String, String> digests,
            List<Step> steps) {

        public boolean isOpen() {
            return endedAt == null;
        }

        Past with(Step step) {
            List<Step> more = new ArrayList<>(steps);
            more.add(step);
            return new Past(run, experiment, by, startedAt, endedAt, verdict, reason, digests, List.copyOf(more));
        }

        Past ended(Instant at, String what, String why, Map<String, String> touched) {
            return new Past(run, experiment, by, startedAt, at, what, why, touched, steps);
        }
    }

    /** One event of a run. */
    public record Step(Instant at, String type, String message) {}

    /** All chaos is halted. */
    public record Halt(Instant since, String by, String reason) {}

    public synchronized void take(Event event) {
        coverage.take(event);
        learned.take(event);
        perimeters.take(event);
        findings.take(event, perimeters);
        String run = event.data().text("run", "");
        switch (event.type()) {
            case ChaosFacts.STARTED -> {
                Deque<Past> all =
                        runs.computeIfAbsent(event.data().text("experiment", ""), first -> new ArrayDeque<>());
                all.addLast(new Past(
                        run,
                        event.data().text("experiment", ""),
                        event.data().text("by", ""),
                        event.time(),
                        null,
                        "",
                        "",
                        Map.of(),
                        List.of(step(event))));
                while (all.size() > KEPT) {
                    all.removeFirst();
                }
            }
            case ChaosFacts.PHASE, ChaosFacts.OBSERVED, ChaosFacts.NOTICED, ChaosFacts.UNDONE, PerimeterFacts.TRIAL ->
                change(event, past -> past.with(step(event)));
            case ChaosFacts.ENDED ->
                change(
                        event,
                        past -> past.with(step(event))
                                .ended(
                                        event.time(),
                                        event.data().text("verdict", ""),
                                        event.data().text("reason", ""),
                                        digests(event.data())));
            case ChaosFacts.HALTED ->
                halt = new Halt(
                        event.time(), event.data().text("by", ""), event.data().text("reason", ""));
            case ChaosFacts.RESUMED -> halt = null;
            case ChaosFacts.REGISTERED -> {
                for (Extension each : extensions(event.data().mapping("document"))) {
                    extensions.put(each.name(), each);
                }
            }
            case ChaosFacts.UNREGISTERED -> extensions.remove(event.data().text("extension", ""));
            default -> {}
        }
    }

    private static Map<String, String> digests(Node.Mapping ended) {
        Map<String, String> digests = new TreeMap<>();
        for (Node each : ended.sequence("cells")) {
            if (each instanceof Node.Mapping cell) {
                digests.put(cell.text("target", ""), cell.text("digest", ""));
            }
        }
        return Map.copyOf(digests);
    }

    private interface Change {
        Past of(Past past);
    }

    private void change(Event event, Change change) {
        Node.Mapping data = event.data();
        Deque<Past> all = runs.get(data.text("experiment", ""));
        if (all != null) {
            List<Past> changed = all.stream()
                    .map(past -> past.run().equals(data.text("run", "")) ? change.of(past) : past)
                    .toList();
            all.clear();
            all.addAll(changed);
        }
    }

    private static Step step(Event event) {
        return new Step(event.time(), event.type(), event.message());
    }

    /** The newest runs of an experiment, newest first. */
    public synchronized List<Past> of(String experiment) {
        return new ArrayList<>(runs.getOrDefault(experiment, new ArrayDeque<>())).reversed();
    }

    /** Every experiment that ever ran. */
    public synchronized List<String> experiments() {
        return List.copyOf(runs.keySet());
    }

    /** Those that never ended. */
    public synchronized List<Past> open() {
        return runs.values().stream()
                .flatMap(Deque::stream)
                .filter(Past::isOpen)
                .toList();
    }

    /** Those that somebody registered, by name. */
    public synchronized Map<String, Extension> extensions() {
        return Map.copyOf(extensions);
    }

    /** It was read once before it was written down; one that a later version refuses is none any more. */
    private static List<Extension> extensions(Node.Mapping document) {
        Documents.Parsed parsed = Documents.parse("registered.json", Json.bytes(document));
        return Promises.read(parsed.documents(), parsed.problems()).extensions();
    }

    public Coverage coverage() {
        return coverage;
    }

    Learned learned() {
        return learned;
    }

    public Findings findings() {
        return findings;
    }

    public Perimeters perimeters() {
        return perimeters;
    }

    public synchronized @Nullable Halt halt() {
        return halt;
    }
}
