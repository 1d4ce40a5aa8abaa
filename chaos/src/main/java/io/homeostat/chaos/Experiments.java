package io.homeostat.chaos;

import io.homeostat.chaos.check.Checks;
import io.homeostat.chaos.coverage.Coverage;
import io.homeostat.chaos.extension.Catalog;
import io.homeostat.chaos.life.Course;
import io.homeostat.chaos.life.Look;
import io.homeostat.chaos.life.Phase;
import io.homeostat.chaos.life.Verdict;
import io.homeostat.chaos.schedule.Calendars;
import io.homeostat.converge.Faults;
import io.homeostat.converge.Faults.Victim;
import io.homeostat.converge.History;
import io.homeostat.journal.Entry;
import io.homeostat.model.Document;
import io.homeostat.model.ObjectKey;
import io.homeostat.model.chaos.Aim;
import io.homeostat.model.chaos.Calendar;
import io.homeostat.model.chaos.Exclusion;
import io.homeostat.model.chaos.Experiment;
import io.homeostat.model.chaos.FaultClass;
import io.homeostat.model.chaos.Hypothesis;
import io.homeostat.model.chaos.Search;
import io.homeostat.signal.source.Sources;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The door of the room: what runs, what ran, and what people ask for. Killed at any moment, the faults of its runs end by
 * themselves, and the next one writes down that those runs showed nothing.
 */
public final class Experiments implements AutoCloseable {

    /** A workload or Service with this label and the value {@value #OPTED_OUT} is never touched. */
    public static final String LABEL = "homeostat.io/chaos";

    public static final String OPTED_OUT = "off";

    private static final Duration SURFACE_EVERY = Duration.ofMinutes(1);

    private final @Nullable Faults faults;
    private final Surroundings surroundings;
    private final Sources sources;
    private final History history;
    private final InstantSource clock;
    private final Memory memory;
    private final Catalog catalog;
    private final Map<String, Active> running = new TreeMap<>();
    private final List<Thread> threads = new ArrayList<>();
    private final Thread watching;
    private final Scheduler scheduler;
    private List<ChaosFacts.Target> surface = List.of();
    private List<String> surfaceClasses = List.of();
    private List<Exclusion> exclusions = List.of();
    private boolean closed;

    /** What became of a wish to run something. */
    public sealed interface Answer {
        /** @param run its id */
        record Begun(String run, Preflight.Plan plan) implements Answer {}

        record Refused(List<String> reasons) implements Answer {}
    }

    private Experiments(
            @Nullable Faults faults,
            Surroundings surroundings,
            Sources sources,
            History history,
            Memory memory,
            InstantSource clock) {
        this.faults = faults;
        this.surroundings = surroundings;
        this.sources = sources;
        this.history = history;
        this.memory = memory;
        this.catalog = new Catalog(surroundings::extensions, memory::extensions);
        this.clock = clock;
        this.watching = Thread.ofVirtual().name("surface").unstarted(this::watchSurface);
        this.scheduler = new Scheduler(this, clock);
    }

    /**
     * @param faults null where the target can do none
     * @param memory every event before now was given to it
     */
    public static Experiments open(
            @Nullable Faults faults,
            Surroundings surroundings,
            Sources sources,
            History history,
            Memory memory,
            InstantSource clock) {
        Experiments experiments = new Experiments(faults, surroundings, sources, history, memory, clock);
        experiments.endWhatWasLeft();
        experiments.watching.start();
        experiments.scheduler.start();
        return experiments;
    }

    /** Nobody else writes events of experiments, so what is written here is all that is to be remembered. */
    void record(Entry entry) {
        memory.take(history.record(entry));
    }

    /** What there is to be exercised is written down when it changes, so that coverage needs nothing but the journal. */
    private void watchSurface() {
        try {
            while (!Thread.currentThread().isInterrupted()) {
                Thread.sleep(SURFACE_EVERY);
                try {
                    seeSurface();
                } catch (IOException | History.JournalUnavailable later) {
                    // What cannot be read or written now is looked at again in a minute.
                }
            }
        } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
        }
    }

    private void seeSurface() throws IOException {
        if (faults == null) {
            return;
        }
        Faults hands = faults;
        Set<FaultClass> able = hands.classes();
        Map<String, Surroundings.Component> components = surroundings.components();
        List<ChaosFacts.Target> now = Surface.of(
                components,
                hands.calls(),
                able,
                memory.learned().over(Applicability.Target.of(hands), components),
                hands::objection);
        List<String> classes = able.stream()
                .filter(FaultClass::isOnSurface)
                .map(FaultClass::word)
                .sorted()
                .toList();
        Map<String, String> unavailable = new TreeMap<>();
        for (FaultClass each : FaultClass.values()) {
            if (each.isOnSurface() && !able.contains(each)) {
                unavailable.put(each.word(), hands.reasons().getOrDefault(each, "this target cannot do it"));
            }
        }
        synchronized (watching) {
            List<Exclusion> excluded = surroundings.exclusions();
            if (Surface.differs(surface, now) || !excluded.equals(exclusions) || !classes.equals(surfaceClasses)) {
                surface = now;
                surfaceClasses = classes;
                exclusions = excluded;
                record(ChaosFacts.surface(classes, unavailable, now, excluded));
            }
        }
    }

    /** How much of what there is was exercised, and passed. */
    public Coverage.Report coverage() throws IOException {
        seeSurface();
        return memory.coverage().at(clock.instant());
    }

    /** Experiments that would raise coverage most, as documents for Git. */
    public List<Suggestions.Suggestion> suggestions(int atMost) throws IOException {
        Faults hands = faults;
        return Suggestions.of(
                coverage(),
                surroundings.components(),
                workload -> hands == null ? 0 : hands.instances(workload).size(),
                atMost);
    }

    /** Runs of an agent that died: their faults are over, or about to be, and they showed nothing. */
    private void endWhatWasLeft() {
        for (Memory.Past left : memory.open()) {
            try {
                if (faults != null) {
                    var _ = faults.hold(left.run(), Run.HEARTBEAT, List.of());
                }
            } catch (IOException unreachable) {
                // Whoever holds them undoes them when nobody renews them, which nobody does.
            }
            Instant now = clock.instant();
            Course over = new Course(
                    Phase.OVER,
                    now,
                    Verdict.INCONCLUSIVE,
                    "the agent died in the middle of it; its faults were undone by those who held them",
                    "",
                    null,
                    false,
                    false,
                    false,
                    false);
            record(ChaosFacts.ended(left.run(), left.experiment(), over, ChaosFacts.Outcome.NOTHING));
        }
    }

    /** What would be done, without doing it. */
    public Preflight.Plan plan(Experiment experiment) throws IOException {
        synchronized (running) {
            return Preflight.plan(hardest(experiment), situation(experiment, ""));
        }
    }

    /** Of a search, the hardest that it may try. */
    private static Experiment hardest(Experiment experiment) {
        Search search = experiment.search();
        return search == null ? experiment : experiment.with(search.at(experiment.faults(), search.to()));
    }

    /** Begins a run, unless something says no. */
    public Answer run(Experiment experiment, String by) throws IOException {
        return run(experiment, by, "");
    }

    /** @param why it is now; empty when that goes without saying */
    Answer run(Experiment experiment, String by, String why) throws IOException {
        // Outside of the lock: it may take its time, and halt must not wait for it.
        Hypothesis.Check preflight = experiment.preflight();
        String veto =
                preflight == null ? null : Checks.once(preflight, surroundings.seenBy(experiment), sources, clock);
        if (veto != null) {
            List<String> reasons = List.of("the preflight says no: " + veto);
            record(ChaosFacts.refused(experiment, by, reasons));
            return new Answer.Refused(reasons);
        }
        synchronized (running) {
            Preflight.Plan plan = Preflight.plan(hardest(experiment), situation(experiment, ""));
            if (!plan.mayBegin() || faults == null) {
                record(ChaosFacts.refused(experiment, by, plan.refusals()));
                return new Answer.Refused(plan.refusals());
            }
            String id = id(experiment);
            Active run;
            Search search = experiment.search();
            if (search == null) {
                record(ChaosFacts.started(id, experiment, surroundings.revision(), by, why, plan.places()));
                run = new Run(id, experiment, plan, faults, surroundings, sources, this::record, clock);
            } else {
                record(PerimeterFacts.started(id, experiment, search, surroundings.revision(), by, why));
                run = new PerimeterSearch(
                        id, experiment, search, trials(id, faults), surroundings, this::record, clock);
            }
            running.put(id, run);
            Thread thread = Thread.ofVirtual().name("experiment " + id).unstarted(() -> live(run));
            threads.add(thread);
            thread.start();
            return new Answer.Begun(id, plan);
        }
    }

    private PerimeterSearch.Trials trials(String searching, Faults hands) {
        return new PerimeterSearch.Trials() {
            @Override
            public Preflight.Plan plan(Experiment experiment) throws IOException {
                synchronized (running) {
                    return Preflight.plan(experiment, situation(experiment, searching));
                }
            }

            @Override
            public Run run(String id, Experiment experiment, Preflight.Plan plan, Consumer<Entry> journal) {
                return new Run(id, experiment, plan, hands, surroundings, sources, journal, clock);
            }
        };
    }

    private void live(Active run) {
        try {
            run.live();
        } finally {
            synchronized (running) {
                running.remove(run.id());
                threads.remove(Thread.currentThread());
            }
        }
    }

    /** Unique in this environment, and a safe file name. */
    private String id(Experiment experiment) {
        String base = experiment.name().replace('.', '-');
        return (base.length() > 80 ? base.substring(0, 80) : base) + "-"
                + Long.toString(clock.millis(), Character.MAX_RADIX);
    }

    /** What it touches; of an agent that is stopped, everything. */
    static Set<String> concerned(Experiment experiment, Surroundings surroundings) {
        if (!Gap.isIn(experiment)) {
            return experiment.components();
        }
        try {
            return surroundings.components().keySet();
        } catch (IOException unreadable) {
            // What it names is known all the same, and that it is not known what runs is an objection.
            return experiment.components();
        }
    }

    /**
     * Why nothing may be done now, or not any longer.
     *
     * @param alerts that are in the way
     */
    static List<String> objections(Experiment experiment, Surroundings surroundings, Set<String> alerts, Instant now) {
        Set<String> components = concerned(experiment, surroundings);
        List<String> objections = new ArrayList<>(surroundings.objections(experiment.name(), components));
        alerts.forEach(alert -> objections.add("an incident is open: the alert " + alert + " fires"));
        List<Calendar> calendars = surroundings.calendars();
        if (!calendars.isEmpty()) {
            objections.addAll(
                    Calendars.objections(calendars, experiment.name(), surroundings.budgets(components), now));
        }
        return objections;
    }

    /** @param asks the run that asks: it is not in its own way */
    private Preflight.Situation situation(Experiment experiment, String asks) throws IOException {
        Map<String, Surroundings.Component> components = surroundings.components();
        List<String> objections = new ArrayList<>();
        Memory.Halt halt = memory.halt();
        if (halt != null) {
            objections.add("all chaos is halted by " + halt.by() + " since " + halt.since()
                    + (halt.reason().isEmpty() ? "" : " (" + halt.reason() + ")") + "; homeostat resume ends that");
        }
        if (faults == null) {
            objections.add("this target can do no faults yet");
        }
        objections.addAll(catalog.objections(experiment));
        if (faults != null) {
            for (Experiment.Fault fault : experiment.faults()) {
                String objection = fault.aim() instanceof Aim.Edge edge ? faults.objection(edge.callee()) : null;
                if (objection != null && !objections.contains(objection)) {
                    objections.add(objection);
                }
            }
        }
        objections.addAll(Gap.objections(experiment, surroundings.slos()));
        objections.addAll(objections(
                experiment, surroundings, surroundings.alerts(concerned(experiment, surroundings)), clock.instant()));
        objections.addAll(
                Updates.objections(experiment, concerned(experiment, surroundings), components, surroundings.slos()));
        Map<ObjectKey, List<Victim>> victims = new HashMap<>();
        for (ObjectKey workload : experiment.workloads()) {
            victims.put(workload, faults == null ? List.of() : faults.instances(workload));
        }
        Map<String, String> busy = new HashMap<>();
        for (Active run : running.values()) {
            if (!run.id().equals(asks)) {
                if (Gap.isIn(experiment) || Gap.isIn(run.experiment())) {
                    objections.add(run.experiment().name()
                            + ", which runs now, and an agent that is stopped do not go together");
                }
                for (String component : run.experiment().components()) {
                    Preflight.together(component, components)
                            .forEach(each -> busy.put(each, run.experiment().name()));
                }
            }
        }
        Set<FaultClass> classes = faults == null ? Set.of() : faults.classes();
        return new Preflight.Situation(
                classes,
                faults == null ? Map.of() : faults.reasons(),
                victims,
                faults == null ? List.of() : faults.calls(),
                components,
                memory.learned()
                        .over(
                                faults == null ? Applicability.Target.ANYTHING : Applicability.Target.of(faults),
                                components),
                busy,
                objections,
                experiment.name().hashCode() * 31L
                        + memory.of(experiment.name()).size());
    }

    /** Those that run now, by the id of the run. */
    public Map<String, Course> running() {
        Map<String, Course> now = new TreeMap<>();
        synchronized (running) {
            running.forEach((id, run) -> now.put(id, run.course()));
        }
        return now;
    }

    /** Each check of what runs now, as of its last look, by the id of the run. */
    public Map<String, List<Look.Checked>> checks() {
        Map<String, List<Look.Checked>> now = new TreeMap<>();
        synchronized (running) {
            running.forEach((id, run) -> now.put(id, run.checks()));
        }
        return now;
    }

    /** The experiments of what runs now. */
    Set<String> names() {
        synchronized (running) {
            return running.values().stream()
                    .map(each -> each.experiment().name())
                    .collect(Collectors.toCollection(TreeSet::new));
        }
    }

    /** When it runs by itself; null when nothing says so. */
    Scheduler.@Nullable Standing standing(String name) {
        return scheduler.standing(name);
    }

    /** @return how many runs were told to end: those of the experiment, or with this id */
    public int stop(String name, String by) {
        int told = 0;
        synchronized (running) {
            for (Active run : running.values()) {
                if (run.id().equals(name) || run.experiment().name().equals(name)) {
                    run.stop("stopped by " + by);
                    told++;
                }
            }
        }
        return told;
    }

    /** Ends everything that runs, and lets nothing begin. */
    public void halt(String by, String reason) {
        record(ChaosFacts.halted(by, reason));
        synchronized (running) {
            running.values().forEach(run -> run.stop("halted by " + by + (reason.isEmpty() ? "" : ": " + reason)));
        }
    }

    /** @return false when nothing was halted */
    public boolean resume(String by) {
        if (memory.halt() == null) {
            return false;
        }
        record(ChaosFacts.resumed(by));
        return true;
    }

    /** Faults of others, as Git and people have them. */
    public Catalog catalog() {
        return catalog;
    }

    /** Kept until it is removed; one of the same name is replaced. */
    public void register(Document document, String by) {
        record(ChaosFacts.registered(document, by));
    }

    /** @return false when nobody registered it */
    public boolean unregister(String name, String by) {
        if (!memory.extensions().containsKey(name)) {
            return false;
        }
        record(ChaosFacts.unregistered(name, by));
        return true;
    }

    /** What each component and edge of the surface is declared as, as of a minute ago at most. */
    Map<String, String> digests() {
        Map<String, String> digests = new HashMap<>();
        synchronized (watching) {
            surface.forEach(target -> digests.put(target.name(), target.digest()));
        }
        return digests;
    }

    public Memory memory() {
        return memory;
    }

    /** By name; null when the newest revision declares none of it. */
    public @Nullable Experiment declared(String name) {
        return surroundings.declared().stream()
                .filter(each -> each.name().equals(name))
                .findFirst()
                .orElse(null);
    }

    public List<Experiment> declared() {
        return surroundings.declared();
    }

    /** Undoes everything that runs. */
    @Override
    public void close() {
        List<Thread> ending;
        synchronized (running) {
            if (closed) {
                return;
            }
            closed = true;
            watching.interrupt();
            scheduler.close();
            ending = List.copyOf(threads);
        }
        ending.forEach(Thread::interrupt);
        try {
            for (Thread each : ending) {
                each.join(Run.HEARTBEAT);
            }
        } catch (InterruptedException hurried) {
            Thread.currentThread().interrupt();
        }
    }
}
