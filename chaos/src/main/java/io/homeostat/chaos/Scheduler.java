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
    private final Map<String, Answered> answered = new HashMap<>();
    private final Thread looking;

    /**
     * Where an experiment stands.
     *
     * @param next when it runs next; null when that is as soon as it may, or never
     * @param waits why it does not run although it is due; empty when nothing is in its way
     * @param why it is sooner than its freshness alone would have it; empty when it is not
     */
    record Standing(@Nullable Instant next, String waits, String why) {}

    /** All that decides when an experiment is due, but the time. */
    private record Question(
            Schedule schedule,
            @Nullable Instant started,
            @Nullable Instant shown,
            Instant since,
            boolean changed) {}

    /** Until then the same question has the same answer, so it is not worked out anew at each look. */
    private record Answered(Question question, Timetable.Due.Later later) {
        boolean isStillSo(Instant now) {
            Instant at = later.at();
            return at == null || now.isBefore(at);
        }
    }

    /** @param why empty when it is its time and nothing else */
    record Wanted(Experiment experiment, Instant since, String why) {}

    /** What never showed anything first, then what has changed, then the stalest. */
    static final Comparator<Wanted> ORDER = Comparator.comparing(
                    (Wanted each) -> !each.since().equals(Instant.MIN))
            .thenComparing(each -> each.why().isEmpty())
            .thenComparing(Wanted::since)
            .thenComparing(each -> each.experiment().name());

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
        Map<String, String> digests = null;
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
            String why = "";
            if (schedule.freshness() != null) {
                digests = digests == null ? experiments.digests() : digests;
                why = changed(experiment, digests);
            }
            switch (due(experiment, schedule, !why.isEmpty(), now)) {
                case Timetable.Due.Now due -> wanted.add(new Wanted(experiment, due.since(), why));
                case Timetable.Due.Later later -> stand(name, new Standing(later.at(), "", why));
            }
        }
        known.keySet().retainAll(scheduled);
        notBefore.keySet().retainAll(scheduled);
        answered.keySet().retainAll(scheduled);
        forget(scheduled);
        wanted.sort(ORDER);
        for (Wanted each : wanted) {
            begin(each.experiment(), each.why());
        }
    }

    /** What it touched is declared otherwise than when it last showed something; empty when it is not, or there is no such time. */
    private String changed(Experiment experiment, Map<String, String> digests) {
        for (Memory.Past past : experiments.memory().of(experiment.name())) {
            if (isShown(past)) {
                return changed(past.digests(), digests);
            }
        }
        return "";
    }

    /** What is gone has not changed. */
    static String changed(Map<String, String> then, Map<String, String> nowadays) {
        List<String> changed = then.entrySet().stream()
                .filter(each -> {
                    String now = nowadays.get(each.getKey());
                    return now != null && !now.equals(each.getValue());
                })
                .map(Map.Entry::getKey)
                .sorted()
                .toList();
        return changed.isEmpty()
                ? ""
                : String.join(", ", changed) + (changed.size() == 1 ? " has" : " have") + " changed since it last ran";
    }

    private static boolean isShown(Memory.Past past) {
        return past.verdict().equals(Verdict.HELD.word()) || past.verdict().equals(Verdict.BROKEN.word());
    }

    private Timetable.Due due(Experiment experiment, Schedule schedule, boolean changed, Instant now) {
        Instant started = null;
        Instant shown = null;
        for (Memory.Past past : experiments.memory().of(experiment.name())) {
            started = started == null ? past.startedAt() : started;
            shown = shown == null && isShown(past) ? past.endedAt() : shown;
        }
        Instant since = known.getOrDefault(experiment.name(), now);
        Question question = new Question(schedule, started, shown, since, changed);
        Answered before = answered.get(experiment.name());
        if (before != null && before.question().equals(question) && before.isStillSo(now)) {
            return before.later();
        }
        Timetable.Due due = Timetable.due(schedule, experiment.name(), started, shown, since, changed, now);
        if (due instanceof Timetable.Due.Later later) {
            answered.put(experiment.name(), new Answered(question, later));
        }
        return due;
    }

    private void begin(Experiment experiment, String why) throws IOException {
        String name = experiment.name();
        Set<String> running = experiments.names();
        if (running.contains(name)) {
            stand(name, new Standing(null, "", ""));
            return;
        }
        if (!running.isEmpty()) {
            stand(
                    name,
                    new Standing(
                            null, running.iterator().next() + " runs, and experiments of a schedule run alone", why));
            return;
        }
        Preflight.Plan plan = experiments.plan(experiment);
        if (!plan.mayBegin()) {
            wait(experiment, plan.refusals().getFirst(), why);
            return;
        }
        if (notBefore.getOrDefault(name, Instant.MIN).isAfter(clock.instant())) {
            return;
        }
        if (experiments.run(experiment, BY, why) instanceof Experiments.Answer.Refused refused) {
            notBefore.put(name, clock.instant().plus(ASK_AGAIN));
            wait(experiment, refused.reasons().getFirst(), why);
        } else {
            stand(name, new Standing(null, "", ""));
        }
    }

    /** Written down once for each reason, not at each look. */
    private void wait(Experiment experiment, String waits, String why) {
        Standing before = standing(experiment.name());
        if (before == null || !before.waits().equals(waits)) {
            experiments.record(ChaosFacts.waits(experiment, waits, why));
        }
        stand(experiment.name(), new Standing(null, waits, why));
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
