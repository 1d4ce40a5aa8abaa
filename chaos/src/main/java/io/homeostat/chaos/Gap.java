package io.homeostat.chaos;

import io.homeostat.chaos.check.Checks;
import io.homeostat.chaos.check.StandIn;
import io.homeostat.converge.Faults;
import io.homeostat.model.chaos.Effect;
import io.homeostat.model.chaos.Experiment;
import io.homeostat.model.chaos.FaultClass;
import io.homeostat.model.chaos.Hypothesis;
import io.homeostat.model.slo.Indicator;
import io.homeostat.model.slo.Metric;
import io.homeostat.model.slo.Objective;
import io.homeostat.model.slo.Slo;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The time in which this very agent is stopped, as a part of its own run. Somebody else looks meanwhile, what was under way then
 * is left out, and nothing is decided before each check was looked at again. Used by one thread.
 */
final class Gap implements AutoCloseable {

    /** So long the first looks afterwards may take. */
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final Set<String> stopping;
    private final Experiment experiment;
    private final Surroundings surroundings;
    private final InstantSource clock;
    private @Nullable StandIn standIn;
    private Instant from = Instant.EPOCH;

    Gap(Experiment experiment, List<Faults.Fault> faults, Surroundings surroundings, InstantSource clock) {
        this.experiment = experiment;
        this.surroundings = surroundings;
        this.clock = clock;
        this.stopping = faults.stream()
                .filter(fault -> fault.effect() instanceof Effect.AgentDown)
                .map(Faults.Fault::id)
                .collect(Collectors.toSet());
    }

    /** Why what is promised could not be told while the agent is down. */
    static List<String> objections(Experiment experiment, List<Slo> slos) {
        boolean stops = isIn(experiment);
        List<String> objections = new ArrayList<>();
        for (Hypothesis.Check check : experiment.hypothesis().checks()) {
            for (Slo slo : slos) {
                boolean silent =
                        slo.objectives().stream().map(Objective::indicator).anyMatch(each -> !countsByItself(each));
                if (stops
                        && silent
                        && check instanceof Hypothesis.Slo
                        && slo.name().equals(check.name())) {
                    objections.add(
                            "nobody would count " + slo.name() + " while the agent is down: it is neither counted"
                                    + " by the gate nor by counters of Prometheus");
                }
            }
        }
        return objections;
    }

    private static boolean countsByItself(Indicator indicator) {
        boolean gate =
                indicator.metrics().stream().allMatch(metric -> metric.type().equals(Metric.GATE));
        return gate || (indicator instanceof Indicator.Share share && share.counter());
    }

    static boolean isIn(Experiment experiment) {
        return experiment.faults().stream().anyMatch(fault -> fault.effect().faultClass() == FaultClass.AGENT_DOWN);
    }

    /** Whoever looks meanwhile begins long before, so that no time is lost. */
    void prepare() throws IOException {
        if (!stopping.isEmpty() && standIn == null) {
            standIn = StandIn.start(experiment.hypothesis(), surroundings);
        }
        from = clock.instant();
    }

    /**
     * Once it is over.
     *
     * @throws IOException when nobody looked at one of the checks while the agent was down
     */
    void fill(Checks checks, List<Faults.State> states) throws IOException, InterruptedException {
        StandIn looking = standIn;
        // Even where it was stopped for less than it was to be.
        boolean isOver = states.stream().anyMatch(state -> stopping.remove(state.id()));
        if (!isOver || looking == null) {
            return;
        }
        Instant to = clock.instant();
        List<StandIn.Seen> seen = looking.seen().stream()
                .filter(each -> !each.at().isBefore(from) && each.at().isBefore(to))
                .toList();
        checks.fillGap(from, seen);
        for (Hypothesis.Check check : experiment.hypothesis().checks()) {
            boolean isSeen = seen.stream().anyMatch(each -> each.check().equals(check.name()));
            if (!isSeen && !(check instanceof Hypothesis.Slo)) {
                throw new IOException("nobody looked at " + check.name() + " while the agent was down");
            }
        }
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!checks.isLookedAt() && System.nanoTime() < deadline) {
            Thread.sleep(Duration.ofMillis(10));
        }
    }

    @Override
    public void close() {
        if (standIn != null) {
            standIn.close();
        }
    }
}
