package io.homeostat.chaos.check;

import io.homeostat.model.chaos.Hypothesis;
import io.homeostat.model.slo.Objective;
import io.homeostat.model.slo.Slo;
import io.homeostat.signal.series.Counts;
import io.homeostat.signal.series.Reading;
import io.homeostat.signal.source.Sources;
import java.io.IOException;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Whether an objective is kept in this phase: of all that happened since it began, no more than the objective allows, times the
 * accepted burn rate, went wrong. Asked of the indicator's own source, since a run is shorter than what objectives are kept for.
 */
final class SloProbe implements Probe {

    private final Hypothesis.Slo check;
    private final List<Slo> known;
    private final Sources sources;
    private final InstantSource clock;
    private final Map<String, Tally> tallies = new HashMap<>();

    SloProbe(Hypothesis.Slo check, List<Slo> known, Sources sources, InstantSource clock) {
        this.check = check;
        this.known = known;
        this.sources = sources;
        this.clock = clock;
    }

    /** What happened, by objective. */
    private static final class Tally {
        private Map<String, Counts> last = Map.of();
        private double good;
        private double all;
        private double goodOfPhase;
        private double allOfPhase;
        private boolean begun;
    }

    @Override
    public Measure measure() {
        return Measure.FAILED;
    }

    @Override
    public Seen look() {
        Slo slo = known.stream()
                .filter(each -> each.name().equals(check.name()))
                .findFirst()
                .orElse(null);
        if (slo == null) {
            return Seen.impossible("there is no SLO of this name");
        }
        Seen worst = null;
        for (Objective objective : slo.objectives()) {
            Seen seen = look(objective);
            if (worst == null || seen.state().compareTo(worst.state()) > 0) {
                worst = seen;
            }
        }
        return Objects.requireNonNullElse(worst, Seen.impossible("it has no objective"));
    }

    private Seen look(Objective objective) {
        Tally tally = tallies.computeIfAbsent(objective.id(), first -> new Tally());
        try {
            take(tally, sources.read(objective, clock.instant()));
        } catch (IOException none) {
            return Seen.unknown(String.valueOf(none.getMessage()));
        }
        if (tally.all <= 0) {
            return Seen.unknown("nothing happened that it could count");
        }
        double bad = (tally.all - tally.good) / tally.all;
        double allowed = (1 - objective.target()) * check.maxBurnRate();
        String seen =
                String.format(Locale.ROOT, "%.2f%% of %.0f failed, %.2f%% may", bad * 100, tally.all, allowed * 100);
        double ofPhase = 100 * (tally.allOfPhase - tally.goodOfPhase) / tally.allOfPhase;
        if (bad <= allowed + 1e-12) {
            return Seen.holds(seen).measuring(ofPhase);
        }
        // Whether it holds again is a new question.
        tally.good = 0;
        tally.all = 0;
        return Seen.broken(seen).measuring(ofPhase);
    }

    private static void take(Tally tally, Reading reading) {
        switch (reading) {
            case Reading.Events events ->
                add(tally, events.counts().good(), events.counts().total());
            case Reading.Counters counters -> {
                if (tally.begun) {
                    counters.counters().forEach((name, now) -> {
                        @Nullable Counts then = tally.last.get(name);
                        boolean goesOn = then != null && now.total() >= then.total();
                        double goodBefore = goesOn && then != null ? then.good() : 0;
                        double allBefore = goesOn && then != null ? then.total() : 0;
                        add(tally, now.good() - goodBefore, now.total() - allBefore);
                    });
                }
                tally.last = counters.counters();
                tally.begun = true;
            }
        }
    }

    private static void add(Tally tally, double good, double all) {
        tally.good += Math.max(0, good);
        tally.all += Math.max(0, all);
        tally.goodOfPhase += Math.max(0, good);
        tally.allOfPhase += Math.max(0, all);
    }

    @Override
    public void mark(boolean fresh) {
        tallies.values().forEach(tally -> {
            tally.good = 0;
            tally.all = 0;
            tally.goodOfPhase = 0;
            tally.allOfPhase = 0;
            tally.begun = tally.begun && !fresh;
        });
    }
}
