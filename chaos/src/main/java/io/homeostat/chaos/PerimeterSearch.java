package io.homeostat.chaos;

import io.homeostat.chaos.ChaosFacts.Cell;
import io.homeostat.chaos.life.Course;
import io.homeostat.chaos.life.Look;
import io.homeostat.chaos.life.Phase;
import io.homeostat.chaos.life.Verdict;
import io.homeostat.chaos.perimeter.Finder;
import io.homeostat.chaos.perimeter.Perimeter;
import io.homeostat.chaos.perimeter.Trial;
import io.homeostat.journal.Entry;
import io.homeostat.model.chaos.Experiment;
import io.homeostat.model.chaos.Search;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Looks for what it takes: one run after the other, each a whole one with its steady state, its faults under lease and its verified
 * recovery, as {@link Finder} says from what they showed.
 */
final class PerimeterSearch implements Active {

    private final String id;
    private final Experiment experiment;
    private final Search search;
    private final Trials made;
    private final Surroundings surroundings;
    private final Consumer<Entry> journal;
    private final InstantSource clock;
    private final List<Trial> trials = new ArrayList<>();
    private final Map<String, Cell> cells = new TreeMap<>();
    private final String revision;
    private Toll toll = Toll.NONE;
    private Map<String, String> declared = Map.of();
    private volatile @Nullable Run running;
    private volatile @Nullable String stop;
    private volatile Course course;

    /** How one trial is made. */
    interface Trials {
        /** As the house stands now. */
        Preflight.Plan plan(Experiment experiment) throws IOException;

        Run run(String id, Experiment experiment, Preflight.Plan plan, Consumer<Entry> journal);
    }

    PerimeterSearch(
            String id,
            Experiment experiment,
            Search search,
            Trials made,
            Surroundings surroundings,
            Consumer<Entry> journal,
            InstantSource clock) {
        this.id = id;
        this.experiment = experiment;
        this.search = search;
        this.made = made;
        this.surroundings = surroundings;
        this.journal = journal;
        this.clock = clock;
        this.revision = surroundings.revision();
        this.course = Course.begin(clock.instant());
    }

    @Override
    public String id() {
        return id;
    }

    @Override
    public Experiment experiment() {
        return experiment;
    }

    @Override
    public Course course() {
        Run now = running;
        return now == null || now.course().isOver() ? course : now.course();
    }

    @Override
    public List<Look.Checked> checks() {
        Run now = running;
        return now == null ? List.of() : now.checks();
    }

    @Override
    public void stop(String reason) {
        stop = reason;
        Run now = running;
        if (now != null) {
            now.stop(reason);
        }
    }

    @Override
    public void live() {
        try {
            declared = declared();
            Map<String, Double> before = surroundings.budgets(experiment.components());
            while (true) {
                switch (Finder.next(search, trials, spent(before))) {
                    case Finder.Step.Try wanted -> trials.add(tried(wanted.magnitude()));
                    case Finder.Step.Done done -> {
                        end(done.perimeter());
                        return;
                    }
                }
            }
        } catch (RuntimeException bug) {
            course = over(Verdict.ABORTED, "homeostat failed on it: " + bug, "", false, clock.instant());
            journal.accept(ChaosFacts.ended(id, experiment.name(), course, ChaosFacts.Outcome.of(List.of(), toll)));
        }
    }

    private double spent(Map<String, Double> before) {
        return 100 * Toll.spent(before, surroundings.budgets(experiment.components()));
    }

    private Trial tried(double magnitude) {
        int number = trials.size() + 1;
        Trial trial = trial(magnitude, number);
        journal.accept(PerimeterFacts.trial(id, experiment.name(), search, number, trial));
        if (trial.outcome() == Trial.Outcome.NOTHING) {
            settle();
        }
        return trial;
    }

    /** What was not steady a moment ago gets a moment. */
    private void settle() {
        try {
            Thread.sleep(experiment.hypothesis().steady());
        } catch (InterruptedException closing) {
            // The next trial ends at once, and the search with it.
            Thread.currentThread().interrupt();
        }
    }

    private Trial trial(double magnitude, int number) {
        Experiment with = experiment.with(search.at(experiment.faults(), magnitude == 0 ? search.from() : magnitude));
        Preflight.Plan plan;
        try {
            plan = made.plan(with);
        } catch (IOException unreadable) {
            return new Trial(magnitude, Trial.Outcome.NOTHING, "", String.valueOf(unreadable.getMessage()), true);
        }
        if (!plan.mayBegin()) {
            return new Trial(
                    magnitude, Trial.Outcome.ABORTED, "", plan.refusals().getFirst(), true);
        }
        if (magnitude == 0) {
            plan = new Preflight.Plan(List.of(), Map.of(), Map.of(), List.of());
        }
        Run run = made.run(id + "-" + number, with, plan, this::retold);
        running = run;
        String stopped = stop;
        if (stopped != null) {
            run.stop(stopped);
        }
        run.live();
        String changed = changed(declared, declared());
        if (!changed.isEmpty()) {
            toll = toll.and(run.toll());
            String why =
                    (run.course().verdict() == Verdict.ABORTED ? run.course().reason() + "; " : "") + changed
                            + " was changed in the middle of the search, and trials of two things bound neither";
            return new Trial(
                    magnitude, Trial.Outcome.ABORTED, "", why, run.course().recovered());
        }
        run.cells().forEach(this::keep);
        toll = toll.and(run.toll());
        return outcome(magnitude, run.course(), run.recovery());
    }

    /** What everything that this is about, and what answers for it, is declared as; empty when that cannot be read. */
    private Map<String, String> declared() {
        try {
            Set<String> names = Experiments.concerned(experiment, surroundings);
            Map<String, String> digests = new TreeMap<>();
            surroundings.components().forEach((name, component) -> {
                if (names.contains(name) || component.serves().stream().anyMatch(names::contains)) {
                    digests.put(name, component.digest());
                }
            });
            return digests;
        } catch (IOException unreadable) {
            return Map.of();
        }
    }

    /**
     * What is declared otherwise than it was. Pure.
     *
     * @return empty when nothing is, as far as it is known
     */
    static String changed(Map<String, String> then, Map<String, String> now) {
        return then.entrySet().stream()
                .filter(each -> !each.getValue().equals(now.getOrDefault(each.getKey(), each.getValue())))
                .map(Map.Entry::getKey)
                .findFirst()
                .orElse("");
    }

    private static Trial outcome(double magnitude, Course course, @Nullable Duration recovery) {
        Verdict verdict = course.verdict() == null ? Verdict.INCONCLUSIVE : course.verdict();
        return switch (verdict) {
            case HELD -> new Trial(magnitude, Trial.Outcome.HELD, "", "", true);
            case BROKEN ->
                new Trial(
                        magnitude, Trial.Outcome.BROKE, course.broke(), course.reason(), course.recovered(), recovery);
            case INCONCLUSIVE -> new Trial(magnitude, Trial.Outcome.NOTHING, "", course.reason(), true);
            case ABORTED -> new Trial(magnitude, Trial.Outcome.ABORTED, "", course.reason(), true);
        };
    }

    /** What a trial was seen to do is said of the search; that it began and ended is said by {@link PerimeterFacts#trial}. */
    private void retold(Entry entry) {
        if (entry.type().equals(ChaosFacts.OBSERVED) || entry.type().equals(ChaosFacts.UNDONE)) {
            journal.accept(new Entry(
                    entry.type(),
                    entry.application(),
                    entry.object(),
                    entry.message(),
                    entry.data().with("run", id)));
        }
    }

    /** For coverage it counts whether what must be withstood was. */
    private void keep(Cell cell) {
        Cell required = new Cell(
                cell.target(), cell.faultClass(), search.said(search.required()), cell.observed(), cell.digest());
        cells.merge(cell.target() + " " + cell.faultClass(), required, (one, other) -> one.observed() ? one : other);
    }

    private void end(Perimeter found) {
        course = course(search, found, trials, clock.instant());
        journal.accept(PerimeterFacts.ended(
                id, experiment, search, found, course, List.copyOf(cells.values()), toll, revision));
    }

    /** What the whole of it showed; as before is what the last of its trials left behind. Pure. */
    static Course course(Search search, Perimeter found, List<Trial> trials, Instant now) {
        boolean recovered = !trials.isEmpty() && trials.getLast().recovered();
        return over(verdict(search, found), reason(search, found), found.broke(), recovered, now);
    }

    private static Verdict verdict(Search search, Perimeter found) {
        if (found.status() == Perimeter.Status.ABORTED) {
            return Verdict.ABORTED;
        }
        double required = search.required();
        if (!Double.isNaN(found.breaks()) && !search.isHarder(found.breaks(), required)) {
            return Verdict.BROKEN;
        }
        return found.holds() > 0 && !search.isHarder(required, found.holds()) ? Verdict.HELD : Verdict.INCONCLUSIVE;
    }

    private static String reason(Search search, Perimeter found) {
        StringBuilder said = new StringBuilder(found.reason());
        if (!found.broke().isEmpty()) {
            said.append("; what broke was ").append(found.broke());
        }
        if (!Double.isNaN(found.heldBefore())) {
            said.append("; ").append(search.said(found.heldBefore())).append(" had held before it was broken once");
        }
        if (found.hysteresis() > 0) {
            said.append(
                    String.format(Locale.ROOT, "; having been broken cost it %.0f%% (hysteresis)", found.hysteresis()));
        }
        return said.append("; ")
                .append(search.said(search.required()))
                .append(" must be withstood")
                .toString();
    }

    private static Course over(Verdict verdict, String reason, String broke, boolean recovered, Instant now) {
        boolean shown = verdict == Verdict.HELD || verdict == Verdict.BROKEN;
        return new Course(Phase.OVER, now, verdict, reason, broke, null, shown, shown, false, shown && recovered);
    }
}
