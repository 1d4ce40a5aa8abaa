package io.homeostat.converge;

import io.homeostat.converge.History.JournalUnavailable;
import io.homeostat.converge.Target.Live;
import io.homeostat.model.ObjectKey;
import io.homeostat.model.SyncPolicy;
import io.homeostat.source.Source;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The loop: the source says that there is a revision, the target says that something changed, time says that something is
 * due; each time the application concerned gets a look by {@link Reconciler}.
 *
 * <p>Level-triggered: a look reads the world anew and needs no trigger to have been seen. Close it, or kill it, at any time;
 * the next one goes on.
 */
public final class Converger implements AutoCloseable {

    /** When to look again at what failed in a way that should never happen. */
    private static final Duration RESCUE = Duration.ofSeconds(30);

    private static final Backoff LOOKS = new Backoff(Duration.ofSeconds(1), Duration.ofMinutes(1));

    private final Source source;
    private final Target target;
    private final History history;
    private final InstantSource clock;
    private final RandomGenerator random;
    private final Revisions revisions;
    private final HealthBook healths;
    private final Retries retries;
    private final Dependencies dependencies;
    private final Reconciler reconciler;
    private final Contact contact;
    private final Following following;
    private final WorkQueue queue = new WorkQueue(System::nanoTime);
    private final List<Thread> workers = new ArrayList<>();
    private final Target.Watch watch;

    /** Starts converging, everything at once. */
    public Converger(
            Source source,
            Target target,
            History history,
            @Nullable String environment,
            List<Guard> more,
            InstantSource clock,
            RandomGenerator random) {
        this(source, target, history, environment, more, Strategy.AT_ONCE, clock, random);
    }

    /**
     * Starts converging.
     *
     * @param environment which Environment of the repository; null when there is at most one
     * @param more guards, asked after the loop's own
     * @param strategy how workloads get from one version to the next
     */
    public Converger(
            Source source,
            Target target,
            History history,
            @Nullable String environment,
            List<Guard> more,
            Strategy strategy,
            InstantSource clock,
            RandomGenerator random) {
        this.source = source;
        this.target = target;
        this.history = history;
        this.clock = clock;
        this.random = random;
        this.revisions = new Revisions(source, new Renderer(target), environment);
        this.healths = new HealthBook(history, this::lookAtDependents);
        this.retries = new Retries(random);
        this.contact = new Contact(target, history, clock);
        this.dependencies = new Dependencies(revisions, history, healths);
        List<Guard> guards = new ArrayList<>();
        guards.add(new Freezes(history));
        guards.add(new PruneLimit(history, this::maxDeletedPercent));
        guards.addAll(more);
        Holds holds = new Holds(guards, history, clock);
        WriteBacks writeBacks = new WriteBacks(source, history);
        Verdicts verdicts = new Verdicts(target, history, clock, (application, policy) -> {
            queue.add(application);
            writeBacks.tell(application, policy);
        });
        this.reconciler = new Reconciler(
                target, revisions, history, holds, clock, retries, healths, dependencies, verdicts, strategy);
        this.following = new Following(source, revisions, history, random, this::lookAtAll);
        this.watch = target.watch(queue::add);
        for (int i = 0; i < target.parallelism(); i++) {
            workers.add(Thread.ofVirtual().name("reconcile-" + i).start(this::work));
        }
        following.start();
    }

    private void work() {
        try {
            for (String name = queue.take(); name != null; name = queue.take()) {
                @Nullable Duration next = RESCUE;
                try {
                    next = look(name);
                } finally {
                    queue.done(name);
                    if (next != null) {
                        queue.add(name, next);
                    }
                }
            }
        } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
        }
    }

    private @Nullable Duration look(String application) {
        ApplicationState.Attempt before = history.application(application).attempt();
        try {
            contact.check();
            @Nullable Duration next = reconciler.reconcile(application);
            if (!Objects.equals(before, history.application(application).attempt())) {
                lookAtDependents(application);
            }
            return next;
        } catch (Target.Unreachable silent) {
            contact.lost(silent);
            healths.waiting(application, String.valueOf(silent.getMessage()));
            return LOOKS.after(1, random);
        } catch (IOException | JournalUnavailable later) {
            healths.waiting(application, String.valueOf(later.getMessage()));
            return LOOKS.after(1, random);
        } catch (RuntimeException bug) {
            // One application's bug must not end the looks at all the others.
            healths.waiting(application, "homeostat failed on it: " + bug);
            return RESCUE;
        }
    }

    private void lookAtAll() {
        names().forEach(queue::add);
    }

    private void lookAtDependents(String application) {
        dependencies.dependents(application).forEach(queue::add);
    }

    private int maxDeletedPercent(String application) {
        Revisions.Revision head = revisions.head();
        if (head == null) {
            return 0;
        }
        Rendering.Rendered rendered = head.rendering().application(application);
        SyncPolicy policy = rendered == null
                ? head.rendering().environment().sync()
                : rendered.application().sync();
        return policy.maxDeletedPercent();
    }

    /** Every application that Git declares, that owns something, or that the journal knows. */
    public List<String> names() {
        TreeSet<String> names = new TreeSet<>();
        Revisions.Revision head = revisions.head();
        if (head != null) {
            names.addAll(head.rendering().applications().keySet());
        }
        history.applications().forEach(state -> {
            if (state.attempt() != null) {
                names.add(state.name());
            }
        });
        try {
            target.observe().values().forEach(live -> names.add(live.application()));
        } catch (IOException unknown) {
            // They are looked at when the target can be read again.
        }
        return List.copyOf(names);
    }

    /** Looks at the source now, and at everything once more. */
    public void sync() {
        names().forEach(retries::forget);
        following.lookNow();
        lookAtAll();
    }

    /** Looks at one application now. */
    public void look(List<String> applications) {
        applications.forEach(retries::forget);
        applications.forEach(queue::add);
    }

    /** Lays a change over what is declared, or another one in its place, until it is lifted or this is closed. */
    public void lay(Overlay overlay) throws IOException {
        revisions.lay(overlay);
        lookAtAll();
    }

    /** Takes away what was laid by somebody under a name; what was declared counts again. */
    public void lift(String by, String name) throws IOException {
        if (revisions.lift(by, name)) {
            lookAtAll();
        }
    }

    /** What would be done for an application now, and what every guard says to it. */
    public Insight insight(String application) throws IOException {
        return reconciler.insight(application);
    }

    public History history() {
        return history;
    }

    public Revisions revisions() {
        return revisions;
    }

    public Health health(String application) {
        return healths.of(application);
    }

    /** What keeps an application from being changed right now (a dependency, a failing source); null when nothing. */
    public @Nullable String waitsFor(String application) {
        return healths.waitsFor(application);
    }

    /** Why the source cannot be read; null when it can. */
    public @Nullable String sourceError() {
        return following.error();
    }

    public Source source() {
        return source;
    }

    public Target target() {
        return target;
    }

    public InstantSource clock() {
        return clock;
    }

    public Map<ObjectKey, Live> observe() throws IOException {
        return target.observe();
    }

    /** Ends the looks. What runs goes on running. Closing it again does nothing. */
    @Override
    public void close() {
        following.close();
        watch.close();
        queue.close();
        for (Thread worker : workers) {
            worker.interrupt();
        }
        try {
            for (Thread worker : workers) {
                worker.join();
            }
        } catch (InterruptedException hurried) {
            Thread.currentThread().interrupt();
        }
    }
}
