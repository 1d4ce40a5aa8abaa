package io.homeostat.converge;

import io.homeostat.converge.ApplicationState.Attempt;
import io.homeostat.converge.Rendering.Rendered;
import io.homeostat.converge.Step.Cause;
import io.homeostat.converge.Target.Live;
import io.homeostat.model.ObjectKey;
import io.homeostat.model.SyncPolicy;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One look at one application: read the world, decide, do what is due, say when to look again.
 *
 * <pre>
 *   aim ──► plan ──► drift ──► guards ──► dependencies ──► apply, wave by wave ──► judge its health
 *    ▲                                                                                   │
 *    └──────────── a bad revision is quarantined, so the next aim is the last good one ──┘
 * </pre>
 *
 * <p>Nothing is remembered between two looks that the journal and the target do not know, but for the waits of
 * {@link Retries}. Never called twice at a time for one application.
 */
final class Reconciler {

    /** A look that has nothing to wait for comes again by itself after this long, in case a change was missed. */
    static final Duration RESYNC = Duration.ofMinutes(5);

    private final Target target;
    private final Revisions revisions;
    private final History history;
    private final List<Guard> guards;
    private final InstantSource clock;
    private final Retries retries;
    private final DriftBook drifts;
    private final Dependencies dependencies;
    private final HealthBook healths;
    private final Verdicts verdicts;

    Reconciler(
            Target target,
            Revisions revisions,
            History history,
            List<Guard> guards,
            InstantSource clock,
            Retries retries,
            HealthBook healths,
            Dependencies dependencies,
            Verdicts verdicts) {
        this.target = target;
        this.revisions = revisions;
        this.history = history;
        this.guards = List.copyOf(guards);
        this.clock = clock;
        this.retries = retries;
        this.drifts = new DriftBook(history);
        this.dependencies = dependencies;
        this.healths = healths;
        this.verdicts = verdicts;
    }

    /** @return how long until the next look, at the latest */
    Duration reconcile(String application) throws IOException {
        endFreeze(application);
        ApplicationState state = history.application(application);
        return switch (Aim.of(revisions.headOf(application), state)) {
            case Aim.Go go -> go(application, go);
            case Aim.Remove remove -> remove(application, remove);
            case Aim.Stay ignored -> {
                healths.update(application, target.observe());
                yield RESYNC;
            }
        };
    }

    private Duration go(String application, Aim.Go aim) throws IOException {
        Revisions.Revision revision = revisions.at(aim.revision());
        Rendered rendered = revision.rendering().application(application);
        if (rendered == null || !rendered.isValid()) {
            throw new IOException("revision " + Facts.brief(aim.revision()) + " no longer says what '" + application
                    + "' is; it stays as it is");
        }
        SyncPolicy policy = policy(application, rendered);
        Map<ObjectKey, Live> observed = target.observe();
        Plan plan = plan(application, aim, rendered, policy, observed);
        Attempt attempt = history.application(application).attempt();
        boolean isNew = attempt == null || !attempt.digest().equals(rendered.digest());

        drifts.update(plan, policy);
        Plan due = retries.due(drifts.withoutReported(plan, policy), clock.instant());
        Guard.Answer.No held = ask(due, aim.cause());
        if (held == null && isNew && aim.cause() == Cause.CHANGE) {
            String waiting = dependencies.unmet(rendered.application());
            if (waiting != null) {
                healths.waiting(application, waiting);
                return RESYNC;
            }
        }
        if (held == null && isNew) {
            history.record(Facts.syncStarted(aim, rendered.digest(), plan));
        }
        Plan allowed = held == null ? due : onlyRepairs(due, asked(due, Cause.REPAIR) == null);
        Steps steps = new Steps(target, history, retries, revision.snapshot(), clock);
        boolean done = steps.apply(allowed, rendered.declared());
        Health health = healths.update(application, target.observe());
        if (done && held == null && retries.nothingWaits(application)) {
            verdicts.applied(application, rendered);
        }
        Duration judged = verdicts.judge(application, rendered, policy, health);
        return earliest(judged, retries.next(application, clock.instant()), until(held));
    }

    private Plan plan(
            String application, Aim.Go aim, Rendered rendered, SyncPolicy policy, Map<ObjectKey, Live> observed) {
        Attempt attempt = history.application(application).attempt();
        boolean settled =
                attempt != null && attempt.isSettled() && attempt.digest().equals(rendered.digest());
        return Planner.plan(
                new Planner.Question(
                        application, aim.revision(), rendered.declared(), aim.cause(), settled, policy.prune()),
                observed,
                object -> declarer(object, observed));
    }

    /** The present owner, as long as it declares the object; else who declares it in the newest revision. */
    @Nullable
    String declarer(ObjectKey object, Map<ObjectKey, Live> observed) {
        Live live = observed.get(object);
        if (live != null && revisions.declares(live.application(), object, history.application(live.application()))) {
            return live.application();
        }
        Revisions.Revision head = revisions.head();
        String candidate = head == null ? null : head.rendering().owners().get(object);
        return candidate != null && revisions.declares(candidate, object, history.application(candidate))
                ? candidate
                : null;
    }

    private Duration remove(String application, Aim.Remove aim) throws IOException {
        Map<ObjectKey, Live> observed = target.observe();
        Revisions.Revision head = revisions.head();
        if (head == null) {
            return RESYNC;
        }
        Plan plan = removal(application, aim.revision(), observed);
        Plan due = retries.due(plan, clock.instant());
        Guard.Answer.No held = ask(due, Cause.PRUNE);
        if (held != null) {
            healths.update(application, observed);
            return earliest(RESYNC, until(held), null);
        }
        new Steps(target, history, retries, head.snapshot(), clock).apply(due, List.of());
        boolean gone = target.observe().values().stream()
                .noneMatch(live -> live.application().equals(application));
        if (gone) {
            history.record(Facts.removed(application));
            healths.forget(application);
        }
        return earliest(RESYNC, retries.next(application, clock.instant()), null);
    }

    /** A rollback is judged by the rules of today, not by those of the revision that it goes back to. */
    private SyncPolicy policy(String application, Rendered rendered) {
        Revisions.Revision head = revisions.head();
        Rendered newest = head == null ? null : head.rendering().application(application);
        return newest != null && newest.isValid()
                ? newest.application().sync()
                : rendered.application().sync();
    }

    /** What holds a plan, if anything does; the journal is told when that begins, changes and ends. */
    private Guard.Answer.@Nullable No ask(Plan plan, Cause cause) {
        ApplicationState.Hold known = history.application(plan.application()).hold();
        Guard.Answer.No no = asked(plan, cause);
        if (no != null) {
            if (known == null || !known.reason().equals(no.reason())) {
                history.record(Facts.held(plan.application(), PruneLimit.key(plan), no.reason()));
            }
        } else if (known != null && !(known.confirmed() && PlanSummary.count(plan) > 0)) {
            history.record(Facts.unheld(plan.application()));
        }
        return no;
    }

    private Guard.Answer.@Nullable No asked(Plan plan, Cause cause) {
        if (PlanSummary.count(plan) > 0) {
            for (Guard guard : guards) {
                if (guard.ask(plan, cause, clock.instant()) instanceof Guard.Answer.No no) {
                    return no;
                }
            }
        }
        return null;
    }

    private static Plan onlyRepairs(Plan plan, boolean repairsGo) {
        return new Plan(
                plan.application(),
                plan.revision(),
                plan.steps().stream()
                        .filter(step -> !PlanSummary.isEffective(step) || (repairsGo && DriftBook.isRepair(step)))
                        .toList());
    }

    private @Nullable Duration until(Guard.Answer.@Nullable No held) {
        return held == null || held.until() == null ? null : Duration.between(clock.instant(), held.until());
    }

    /** The same decisions as {@link #reconcile}, with no effect. */
    Insight insight(String application) throws IOException {
        Aim.Head head = revisions.headOf(application);
        Aim aim = Aim.of(head, history.application(application));
        Map<ObjectKey, Live> observed = target.observe();
        Plan plan = null;
        Cause cause = Cause.CHANGE;
        if (aim instanceof Aim.Go go) {
            Rendered rendered = revisions.at(go.revision()).rendering().application(application);
            if (rendered != null && rendered.isValid()) {
                plan = plan(application, go, rendered, policy(application, rendered), observed);
                cause = go.cause();
            }
        } else if (aim instanceof Aim.Remove gone) {
            plan = removal(application, gone.revision(), observed);
            cause = Cause.PRUNE;
        }
        Map<String, Guard.Answer> answers = new LinkedHashMap<>();
        Map<String, String> waits = new LinkedHashMap<>();
        if (plan != null) {
            for (Guard guard : guards) {
                answers.put(guard.name(), guard.ask(plan, cause, clock.instant()));
            }
            for (Step step : plan.steps()) {
                String story = retries.story(step.key(), clock.instant());
                if (story != null) {
                    waits.put(step.key().toString(), story);
                }
            }
        }
        List<Insight.ObjectHealth> objects = observed.values().stream()
                .filter(live -> live.application().equals(application))
                .map(live -> new Insight.ObjectHealth(live.key().toString(), Kstatus.of(live)))
                .sorted(Comparator.comparing(Insight.ObjectHealth::object))
                .toList();
        return new Insight(head, aim, plan, answers, waits, objects);
    }

    private Plan removal(String application, String revision, Map<ObjectKey, Live> observed) {
        Revisions.Revision head = revisions.head();
        boolean prune = head != null && head.rendering().environment().sync().prune();
        return Planner.plan(
                new Planner.Question(application, revision, List.of(), Cause.PRUNE, false, prune),
                observed,
                object -> declarer(object, observed));
    }

    private void endFreeze(String application) {
        ApplicationState.Freeze freeze = history.application(application).freeze();
        if (freeze != null && !freeze.holds(clock.instant())) {
            history.record(Facts.unfrozen(application, "it ended at " + freeze.until()));
        }
    }

    static Duration earliest(Duration one, @Nullable Duration two, @Nullable Duration three) {
        Duration earliest = one;
        for (Duration other : new @Nullable Duration[] {two, three}) {
            if (other != null && other.compareTo(earliest) < 0) {
                earliest = other.isNegative() ? Duration.ZERO : other;
            }
        }
        return earliest;
    }
}
