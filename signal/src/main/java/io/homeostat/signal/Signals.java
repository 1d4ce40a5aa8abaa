package io.homeostat.signal;

import io.homeostat.converge.Guard;
import io.homeostat.converge.History;
import io.homeostat.model.slo.Objective;
import io.homeostat.model.slo.Promises;
import io.homeostat.model.slo.Slo;
import io.homeostat.model.slo.Window;
import io.homeostat.signal.series.Reading;
import io.homeostat.signal.series.SeriesStore;
import io.homeostat.signal.source.Sources;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The loop of the signals: every {@link #INTERVAL}, ask the sources, count what they say, and say what it means.
 *
 * <pre>
 *   promises in force ──► sources ──► counts on disk ──► budgets, burn rates ──► alerts, journal
 *                                                              │
 *                                                              └──► guard: may a change go?
 * </pre>
 *
 * <p>It stands beside the loop of the workloads and never keeps it waiting. Killed at any moment, the next one goes on from the
 * counts on disk and the journal.
 */
public final class Signals implements AutoCloseable {

    public static final Duration INTERVAL = Duration.ofSeconds(10);
    private static final Duration PATIENCE = Duration.ofSeconds(6);
    /** So often in a row a source must give nothing before that is news. */
    private static final int LOST_AFTER = 3;

    private final SeriesStore store;
    private final History history;
    private final Declarations declarations;
    private final Sources sources;
    private final InstantSource clock;
    private final InForce inForce;
    private final Map<String, AlertState> alerts = new ConcurrentHashMap<>();
    private final Set<String> spent = ConcurrentHashMap.newKeySet();
    private final Set<String> asked = ConcurrentHashMap.newKeySet();
    private final Map<String, String> silent = new ConcurrentHashMap<>();
    private final Map<String, Integer> misses = new HashMap<>();
    private final Semaphore wanted = new Semaphore(0);
    private final Runnable budgetsChanged;
    private final Map<String, BudgetHistory> histories = new ConcurrentHashMap<>();
    private volatile Map<String, SloView> views = Map.of();
    private volatile String lastFailure = "";
    private volatile boolean closed;
    private final Thread thread;

    private Signals(
            SeriesStore store,
            History history,
            Declarations declarations,
            Sources sources,
            InstantSource clock,
            Recollection past,
            Runnable budgetsChanged) {
        this.store = store;
        this.history = history;
        this.declarations = declarations;
        this.sources = sources;
        this.clock = clock;
        this.budgetsChanged = budgetsChanged;
        this.inForce = new InForce(declarations, history, past.accepted(), past.refused());
        alerts.putAll(past.alerts());
        spent.addAll(past.spent());
        this.thread = Thread.ofVirtual().name("signals").unstarted(this::run);
    }

    /**
     * @param past every event before now was given to it
     * @param budgetsChanged called when a budget was spent or came back
     * @throws IOException when the directory cannot be used
     */
    public static Signals open(
            Path directory,
            History history,
            Declarations declarations,
            Sources sources,
            InstantSource clock,
            Recollection past,
            Runnable budgetsChanged)
            throws IOException {
        return new Signals(SeriesStore.open(directory), history, declarations, sources, clock, past, budgetsChanged);
    }

    /** Begins to look by itself. */
    public void start() {
        thread.start();
    }

    private void run() {
        try {
            while (!closed) {
                try {
                    tick();
                } catch (IOException | RuntimeException later) {
                    // A full disk, a journal that cannot be written: the next look finds the same counters, grown.
                    lastFailure = String.valueOf(later.getMessage());
                }
                long into = Math.floorMod(clock.millis(), INTERVAL.toMillis());
                var ignored = wanted.tryAcquire(INTERVAL.toMillis() - into, TimeUnit.MILLISECONDS);
            }
        } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
        }
    }

    /** Why the last look failed as a whole; empty when it did not. */
    public String lastFailure() {
        return lastFailure;
    }

    /** One look. */
    void tick() throws IOException, InterruptedException {
        Promises promises = inForce.update();
        Instant now = clock.instant();
        Map<String, Objective> questions = new TreeMap<>();
        for (Slo slo : promises.slos()) {
            slo.objectives().forEach(objective -> questions.putIfAbsent(SeriesName.of(objective), objective));
        }
        Map<String, Reading> readings = ask(questions, now);
        store.take(readings, now);
        store.keepOnly(List.copyOf(questions.keySet()), now);
        tellSilence(questions.keySet(), promises);
        judge(promises, now);
        lastFailure = "";
    }

    /** Everything at once, so that one slow source keeps none of the others waiting; it is not asked again meanwhile. */
    private Map<String, Reading> ask(Map<String, Objective> questions, Instant now) throws InterruptedException {
        Map<String, Reading> readings = new ConcurrentHashMap<>();
        List<Thread> asking = new ArrayList<>();
        questions.forEach((name, objective) -> {
            if (asked.add(name)) {
                asking.add(Thread.startVirtualThread(() -> {
                    try {
                        readings.put(name, sources.read(objective, now));
                        silent.remove(name);
                    } catch (IOException | RuntimeException none) {
                        silent.put(name, String.valueOf(none.getMessage()));
                    } finally {
                        asked.remove(name);
                    }
                }));
            }
        });
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        for (Thread each : asking) {
            each.join(Duration.ofNanos(Math.max(1, deadline - System.nanoTime())));
        }
        asked.forEach(name -> silent.putIfAbsent(name, "no answer in time"));
        return Map.copyOf(readings);
    }

    private void tellSilence(Set<String> names, Promises promises) {
        misses.keySet().retainAll(names);
        silent.keySet().retainAll(names);
        for (String name : names) {
            String reason = silent.get(name);
            int before = misses.getOrDefault(name, 0);
            int now = reason == null ? 0 : before + 1;
            misses.put(name, now);
            if (now == LOST_AFTER && reason != null) {
                history.record(SignalFacts.lost(name, askedBy(name, promises), reason));
            } else if (now == 0 && before >= LOST_AFTER) {
                history.record(SignalFacts.back(name, askedBy(name, promises)));
            }
        }
    }

    private static List<String> askedBy(String name, Promises promises) {
        return promises.slos().stream()
                .filter(slo -> slo.objectives().stream()
                        .anyMatch(objective -> SeriesName.of(objective).equals(name)))
                .map(Slo::name)
                .toList();
    }

    private void judge(Promises promises, Instant now) throws IOException {
        Map<String, SloView> seen = new TreeMap<>();
        Set<String> known = new HashSet<>();
        boolean budgetsMoved = false;
        for (Slo slo : promises.slos()) {
            Evaluation evaluation = new Evaluation(slo, store, now);
            String application = declarations.applicationOf(slo.service());
            List<SloView.AlertView> states = new ArrayList<>();
            for (Alert alert : Alert.of(slo, evaluation.span().length())) {
                known.add(alert.id());
                states.add(move(alert, slo, evaluation.verdict(alert), application, now));
            }
            SloView view = view(slo, evaluation, states, application, now);
            budgetsMoved |= tellBudget(view);
            seen.put(slo.name(), view);
        }
        for (String gone : Set.copyOf(alerts.keySet())) {
            if (!known.contains(gone)) {
                alerts.remove(gone);
            }
        }
        spent.retainAll(seen.keySet());
        views = Map.copyOf(seen);
        if (budgetsMoved) {
            budgetsChanged.run();
        }
    }

    private SloView view(
            Slo slo, Evaluation evaluation, List<SloView.AlertView> states, String application, Instant now)
            throws IOException {
        List<SloView.Part> parts = evaluation.parts(silent);
        Budget budget = evaluation.budget(parts);
        double burnRate = evaluation.burnRate(evaluation.recent());
        boolean rolls = slo.window() instanceof Window.Rolling;
        Duration left = rolls ? null : Duration.between(now, evaluation.span().to());
        return new SloView(
                slo,
                budget,
                burnRate,
                budget.exhaustedIn(burnRate, evaluation.span().length(), left),
                evaluation.span(),
                List.copyOf(parts),
                List.copyOf(states),
                application,
                now);
    }

    private SloView.AlertView move(Alert alert, Slo slo, Evaluation.Verdict verdict, String application, Instant now) {
        AlertState before = alerts.getOrDefault(alert.id(), AlertState.INACTIVE);
        AlertState after = before.next(verdict.condition(), alert.after(), now);
        if (after.phase() != before.phase()) {
            history.record(SignalFacts.alert(alert, slo, before, after, application, verdict.why()));
        }
        alerts.put(alert.id(), after);
        return new SloView.AlertView(
                alert.id(), alert.name(), alert.severity(), after, verdict.burnRate(), alert.threshold());
    }

    private boolean tellBudget(SloView view) {
        Budget budget = view.budget();
        String name = view.slo().name();
        if (!budget.isKnown()) {
            return false;
        }
        if (budget.remaining() <= 0 && spent.add(name)) {
            history.record(SignalFacts.exhausted(view.slo(), budget, view.application()));
            return true;
        } else if (budget.remaining() > 0 && spent.remove(name)) {
            history.record(SignalFacts.restored(view.slo(), budget, view.application()));
            return true;
        }
        return false;
    }

    /** Every objective, by name, as of the last look. */
    public Map<String, SloView> views() {
        return new TreeMap<>(views);
    }

    /**
     * How the budget of an objective came to be where it is. Worked out when it is asked for, at most once in {@link #INTERVAL}.
     *
     * @return null when there is no such objective
     */
    public @Nullable BudgetHistory history(String name) throws IOException {
        SloView view = views.get(name);
        if (view == null) {
            return null;
        }
        BudgetHistory known = histories.get(name);
        if (known == null || !known.points().getLast().at().equals(view.at())) {
            known = BudgetHistory.of(view.slo(), store, view.at());
            histories.put(name, known);
            histories.keySet().retainAll(views.keySet());
        }
        return known;
    }

    /** The promises that hold now. */
    public Promises promises() {
        return inForce.promises();
    }

    /**
     * Share of an error budget that is left, from what is stored: it needs no look to have come before.
     *
     * @return not a number when it is not known
     */
    double remaining(Slo slo) {
        SloView view = views.get(slo.name());
        if (view != null) {
            return view.budget().remaining();
        }
        try {
            Evaluation evaluation = new Evaluation(slo, store, clock.instant());
            return evaluation.budget(evaluation.parts(Map.of())).remaining();
        } catch (IOException unreadable) {
            return Double.NaN;
        }
    }

    /** Holds changes while a budget is spent, as the policies say. */
    public Guard guard() {
        return new BudgetGuard(inForce::update, this::remaining, declarations::message);
    }

    @Override
    public void close() throws IOException {
        closed = true;
        thread.interrupt();
        try {
            thread.join();
        } catch (InterruptedException hurried) {
            Thread.currentThread().interrupt();
        }
        store.close();
    }
}
