package io.homeostat.agent;

import io.homeostat.chaos.Experiments;
import io.homeostat.chaos.Memory;
import io.homeostat.chaos.check.Checks;
import io.homeostat.chaos.life.Look;
import io.homeostat.deliver.rollout.Surroundings;
import io.homeostat.model.Node;
import io.homeostat.model.Rollout;
import io.homeostat.model.chaos.Experiment;
import io.homeostat.model.slo.Metric;
import io.homeostat.signal.Signals;
import io.homeostat.signal.SloView;
import io.homeostat.signal.source.Sources;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * What rollouts need to know, from those who know it. Experiments need to know of rollouts, too, and stand a moment later: until
 * then nothing can be told, and a rollout waits.
 */
final class RolloutSurroundings implements Surroundings {

    private static final String STARTING = "the agent is starting";
    private static final Duration AGAIN = Duration.ofSeconds(30);

    private record Later(Experiments experiments, ChaosSurroundings chaos) {}

    /** @param refusal null as long as nobody has said no */
    private record Tried(Instant at, @Nullable String refusal) {}

    private final Signals signals;
    private final Sources sources;
    private final InstantSource clock;
    private final Map<String, Tried> tried = new ConcurrentHashMap<>();
    private volatile @Nullable Later later;

    RolloutSurroundings(Signals signals, Sources sources, InstantSource clock) {
        this.signals = signals;
        this.sources = sources;
        this.clock = clock;
    }

    void follow(Experiments experiments, ChaosSurroundings chaos) {
        later = new Later(experiments, chaos);
    }

    @Override
    public String objective(String name) {
        SloView view = signals.views().get(name);
        return view == null ? "" : view.word();
    }

    @Override
    public Node.Mapping signals() {
        Later known = later;
        return known == null ? Node.Mapping.EMPTY : known.chaos().signals();
    }

    @Override
    public boolean isRunning(String experiment) {
        Later known = later;
        return known != null
                && known.experiments().memory().open().stream()
                        .anyMatch(run -> run.experiment().equals(experiment));
    }

    @Override
    public Tested experiment(String name, Instant since, String rollout) {
        Later known = later;
        if (known == null) {
            return new Tested.Open(": " + STARTING);
        }
        Memory.Past newest = known.experiments().memory().of(name).stream()
                .filter(run -> !run.startedAt().isBefore(since))
                .findFirst()
                .orElse(null);
        if (newest == null) {
            return begun(known.experiments(), name, rollout);
        }
        Instant ended = newest.endedAt();
        if (ended == null) {
            return new Tested.Open("runs");
        }
        return switch (newest.verdict()) {
            case "held" -> new Tested.Held();
            case "broken" -> new Tested.Broken(newest.reason());
            default ->
                ended.plus(AGAIN).isAfter(clock.instant())
                        ? new Tested.Open("showed nothing and runs again soon: " + newest.reason())
                        : begun(known.experiments(), name, rollout);
        };
    }

    /** Beside the loop: its preflight may take its time. */
    private Tested begun(Experiments experiments, String name, String rollout) {
        Instant now = clock.instant();
        Tried last = tried.get(name);
        if (last == null || !last.at().plus(AGAIN).isAfter(now)) {
            tried.put(name, new Tried(now, null));
            Thread.ofVirtual().name("experiment for " + rollout).start(() -> {
                String refusal = begin(experiments, name, "rollout " + rollout);
                tried.put(name, new Tried(now, refusal));
            });
        }
        Tried known = tried.get(name);
        String refusal = known == null ? null : known.refusal();
        return new Tested.Open(refusal == null ? "begins" : "may not begin: " + refusal);
    }

    private static @Nullable String begin(Experiments experiments, String name, String by) {
        Experiment experiment = experiments.declared(name);
        if (experiment == null) {
            return "there is none of this name";
        }
        try {
            return experiments.run(experiment, by) instanceof Experiments.Answer.Refused refused
                    ? String.join("; ", refused.reasons())
                    : null;
        } catch (IOException unreadable) {
            return String.valueOf(unreadable.getMessage());
        }
    }

    @Override
    public Looked look(Rollout.Look look, String stable, String canary) {
        Later known = later;
        if (known == null) {
            return new Looked(Looked.State.UNKNOWN, STARTING);
        }
        return switch (look) {
            case Rollout.Look.Probe probe -> {
                Look.Checked seen = Checks.look(probe.check(), known.chaos(), sources, clock);
                yield new Looked(
                        switch (seen.state()) {
                            case HOLDS -> Looked.State.HOLDS;
                            case BROKEN -> Looked.State.FAILS;
                            case UNKNOWN, IMPOSSIBLE -> Looked.State.UNKNOWN;
                        },
                        seen.detail());
            }
            case Rollout.Look.Query query -> asked(query, stable, canary);
        };
    }

    private Looked asked(Rollout.Look.Query query, String stable, String canary) {
        Metric metric = query.metric();
        String text =
                metric.spec().text("query", "").replace("{{stable}}", stable).replace("{{canary}}", canary);
        Metric exact =
                new Metric(metric.type(), metric.connection(), metric.spec().with("query", text), metric.at());
        try {
            double value = sources.value(exact, clock.instant());
            boolean holds = value >= query.min() && value <= query.max();
            String bound =
                    value < query.min() ? ", less than " + number(query.min()) : ", more than " + number(query.max());
            return new Looked(
                    holds ? Looked.State.HOLDS : Looked.State.FAILS, "it is " + number(value) + (holds ? "" : bound));
        } catch (IOException | NumberFormatException none) {
            return new Looked(Looked.State.UNKNOWN, String.valueOf(none.getMessage()));
        }
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, "%.4g", value)
                .replaceAll("(\\.\\d*?)0+$", "$1")
                .replaceAll("\\.$", "");
    }
}
