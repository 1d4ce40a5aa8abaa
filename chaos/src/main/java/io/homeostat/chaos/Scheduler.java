package io.homeostat.chaos;

import io.homeostat.chaos.life.Verdict;
import io.homeostat.chaos.schedule.Timetable;
import io.homeostat.converge.History;
import io.homeostat.model.chaos.Experiment;
import io.homeostat.model.chaos.Schedule;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Begins what is due: one at a time, the stalest first, and only what nothing says no to. Each look reads everything anew. */
final class Scheduler implements AutoCloseable {

    static final String BY = "schedule";

    private static final Duration EVERY = Duration.ofSeconds(2);

    /** Somebody who says no in person, such as a preflight, is not asked again at each look. */
    private static final Duration ASK_AGAIN = Duration.ofMinutes(5);

    private final Experiments experiments;
    private final InstantSource clock;
    private final Map<String, Instant> known = new HashMap<>();
    private final Map<String, Instant> notBefore = new HashMap<>();
    private final Map<String, Standing> standings = new HashMap<>();
    private final Thread looking;

    /**
     * Where an experiment stands.
     *
     * @param next when it runs next; null when that is as soon as it may, or never
     * @param waits why it does not run although it is due; empty when nothing is in its way
     */
    record Standing(@Nullable Instant next, String waits) {}

    private record Wanted(Experiment experiment, Instant since) {}

    Scheduler(Experiments experiments, InstantSource clock) {
        this.experiments = experiments;
        this.clock = clock;
        this.looking = Thread.ofVirtual().name("schedule").unstarted(this::run);
    }

    void start() {
        looking.start();
    }

    private void run() {
        try {
            while (!Thread.currentThread().isInterrupted()) {
                Thread.sleep(EVERY);
                try {
                    look();
                } catch (IOException | History.JournalUnavailable later) {
                    // What cannot be read or written now is looked at again soon.
                }
            }
        } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
        }
    }

    private void look() throws IOException {
        Instant now = clock.instant();
        List<Wanted> wanted = new ArrayList<>();
        Set<String> scheduled = new HashSet<>();
        for (Experiment experiment : experiments.declared()) {
            Schedule schedule = experiment.schedule();
            if (schedule == null) {
                continue;
            }
            String name = experiment.name();
            scheduled.add(name);
            known.putIfAbsent(name, now);
            switch (due(experiment, schedule, now)) {
                case Timetable.Due.Now due -> wanted.add(new Wanted(experiment, due.since()));
                case Timetable.Due.Later later -> stand(name, new Standing(later.at(), ""));
            }
        }
        known.keySet().retainAll(scheduled);
        notBefore.keySet().retainAll(scheduled);
        forget(scheduled);
        wanted.sort(Comparator.comparing(Wanted::since)
                .thenComparing(each -> each.experiment().name()));
        for (Wanted each : wanted) {
            begin(each.experiment());
        }
    }

    private Timetable.Due due(Experiment experiment, Schedule schedule, Instant now) {
        Instant started = null;
        Instant shown = null;
        for (Memory.Past past : experiments.memory().of(experiment.name())) {
            started = started == null ? past.startedAt() : started;
            boolean said =
                    past.verdict().equals(Verdict.HELD.word()) || past.verdict().equals(Verdict.BROKEN.word());
            shown = shown == null && said ? past.endedAt() : shown;
        }
        Instant since = known.getOrDefault(experiment.name(), now);
        return Timetable.due(schedule, experiment.name(), started, shown, since, now);
    }

    private void begin(Experiment experiment) throws IOException {
        String name = experiment.name();
        Set<String> running = experiments.names();
        if (running.contains(name)) {
            stand(name, new Standing(null, ""));
            return;
        }
        if (!running.isEmpty()) {
            stand(
                    name,
                    new Standing(null, running.iterator().next() + " runs, and experiments of a schedule run alone"));
            return;
        }
        Preflight.Plan plan = experiments.plan(experiment);
        if (!plan.mayBegin()) {
            wait(experiment, plan.refusals().getFirst());
            return;
        }
        if (notBefore.getOrDefault(name, Instant.MIN).isAfter(clock.instant())) {
            return;
        }
        if (experiments.run(experiment, BY) instanceof Experiments.Answer.Refused refused) {
            notBefore.put(name, clock.instant().plus(ASK_AGAIN));
            wait(experiment, refused.reasons().getFirst());
        } else {
            stand(name, new Standing(null, ""));
        }
    }

    /** Written down once for each reason, not at each look. */
    private void wait(Experiment experiment, String why) {
        Standing before = standing(experiment.name());
        if (before == null || !before.waits().equals(why)) {
            experiments.record(ChaosFacts.waits(experiment, why));
        }
        stand(experiment.name(), new Standing(null, why));
    }

    private synchronized void stand(String name, Standing standing) {
        standings.put(name, standing);
    }

    private synchronized void forget(Set<String> scheduled) {
        standings.keySet().retainAll(scheduled);
    }

    /** @return null when it has no schedule, or was not looked at yet */
    synchronized @Nullable Standing standing(String name) {
        return standings.get(name);
    }

    @Override
    public void close() {
        looking.interrupt();
    }
}
