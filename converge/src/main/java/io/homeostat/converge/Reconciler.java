package io.homeostat.converge;

import io.homeostat.converge.ApplicationState.Attempt;
import io.homeostat.converge.Rendering.Rendered;
import io.homeostat.converge.Step.Cause;
import io.homeostat.converge.Target.Live;
import io.homeostat.model.Application;
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
    private final Holds holds;
    private final InstantSource clock;
    private final Retries retries;
    private final DriftBook drifts;
    private final Dependencies dependencies;
    private final HealthBook healths;
    private final Verdicts verdicts;
    private final Strategy strategy;

    Reconciler(
            Target target,
            Revisions revisions,
            History history,
            Holds holds,
            InstantSource clock,
            Retries retries,
            HealthBook healths,
            Dependencies dependencies,
            Verdicts verdicts,
            Strategy strategy) {
        this.target = target;
        this.revisions = revisions;
        this.history = history;
        this.holds = holds;
        this.clock = clock;
        this.retries = retries;
        this.drifts = new DriftBook(history, target::writers);
        this.dependencies = dependencies;
        this.healths = healths;
        this.verdicts = verdicts;
        this.strategy = strategy;
    }

    /** @return how long until the next look, at the latest; null when there is nothing left to look at */
    @Nullable
    Duration reconcile(String application) throws IOException {
        endFreeze(application);
        ApplicationState state = history.application(application);
        return switch (Aim.of(revisions.headOf(application), state)) {
            case Aim.Go go -> go(application, go);
            case Aim.Remove remove -> remove(application, remove);
            case Aim.Stay stay -> stay(application, stay, state);
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
        Plan whole = plan(application, aim, revision, rendered, policy, target.observe());
        Attempt attempt = history.application(application).attempt();
        boolean isNew = attempt == null || !attempt.digest().equals(rendered.digest());

        HookBook hooks = HookBook.of(
                rendered, history.application(application), isNew, aim.cause(), target.observe(), clock.instant());
        if (!isNew) {
            hooks.record(application, history);
        }
        whole = hooks.plan(whole);

        drifts.update(whole, policy);
        Plan plan = drifts.withoutReported(whole, policy);
        retries.keepOnly(plan);
        Guard.Answer.No held = holds.ask(plan, aim.cause());
        String waiting = held == null && isNew && aim.cause() == Cause.CHANGE
                ? dependencies.unmet(rendered.application())
                : null;
        if (held == null && waiting == null) {
            try {
                waiting = strategy.prepare(look(aim, rendered, attempt, isNew, true));
            } catch (IOException | RuntimeException failed) {
                // What is on its way already is watched all the same, or nobody would take it back before this is
                // mended.
                watch(look(aim, rendered, attempt, isNew, false), failed);
                throw failed;
            }
        }
        boolean goes = held == null && waiting == null;
        if (goes && isNew) {
            history.record(Facts.syncStarted(aim, rendered.digest(), plan));
        }
        Steps steps = new Steps(target, history, retries, revision.snapshot(), clock, hooks);
        boolean repairsGo = goes || holds.mayNot(plan, Cause.REPAIR) == null;
        Plan going = goes ? plan : onlyRepairs(plan, repairsGo);
        prepare(going, rendered.application());
        boolean done = steps.apply(going, rendered.declared());
        healths.update(application, target.owned(application));
        if (waiting != null) {
            healths.waiting(application, waiting);
        }
        boolean isBlocked = plan.steps().stream().anyMatch(Step.Blocked.class::isInstance);
        Strategy.Answer answer = strategy.look(look(aim, rendered, attempt, isNew, goes));
        Duration judged = answer instanceof Strategy.Answer.Bad bad
                ? verdicts.bad(application, rendered, policy, bad.reason())
                : verdicts.judge(
                        application,
                        rendered,
                        policy,
                        done && goes,
                        !goes || isBlocked || answer instanceof Strategy.Answer.Underway,
                        hooks);
        if (answer instanceof Strategy.Answer.Underway underway) {
            healths.waiting(application, underway.message());
            judged = earliest(judged, underway.next(), null);
        }
        return earliest(earliest(judged, hooks.next(), null), retries.next(application, clock.instant()), until(held));
    }

    private void watch(Strategy.Look look, Exception failed) {
        try {
            strategy.look(look);
        } catch (IOException | RuntimeException also) {
            failed.addSuppressed(also);
        }
    }

    private Strategy.Look look(Aim.Go aim, Rendered rendered, @Nullable Attempt attempt, boolean isNew, boolean mayAct)
            throws IOException {
        Revisions.Revision head = revisions.head();
        return new Strategy.Look(
                rendered.application().name(),
                aim.revision(),
                rendered,
                head == null ? List.of() : head.rendering().promises().rollouts(),
                aim.cause(),
                isNew,
                isNew || (attempt != null && attempt.isOpen()),
                mayAct,
                target.observe());
    }

    /** What runs is left alone, and nothing is under way or held any more. */
    private Duration stay(String application, Aim.Stay stay, ApplicationState state) throws IOException {
        healths.update(application, target.owned(application));
        if (state.hold() != null) {
            history.record(Facts.unheld(application));
        }
        Attempt attempt = state.attempt();
        if (attempt != null && attempt.isOpen()) {
            history.record(Facts.syncFailed(
                    application, attempt.revision(), attempt.digest(), "given up: " + stay.because(), List.of()));
        }
        return RESYNC;
    }

    private Plan plan(
            String application,
            Aim.Go aim,
            Revisions.Revision revision,
            Rendered rendered,
            SyncPolicy policy,
            Map<ObjectKey, Live> observed)
            throws IOException {
        Attempt attempt = history.application(application).attempt();
        boolean settled =
                attempt != null && attempt.applied() && attempt.digest().equals(rendered.digest());
        return Planner.plan(
                new Planner.Question(
                        application, aim.revision(), rendered.declared(), aim.cause(), settled, policy.prune()),
                observed,
                target.owned(application),
                claims(revision.rendering().owners(), observed));
    }

    private Planner.Claims claims(Map<ObjectKey, String> aimed, Map<ObjectKey, Live> observed) {
        return new Planner.Claims(object -> declarer(object, observed), object -> heir(object, aimed, observed));
    }

    /** The present owner, as long as it declares the object; else who declares it in the newest revision. */
    private @Nullable String declarer(ObjectKey object, Map<ObjectKey, Live> observed) {
        Live live = observed.get(object);
        if (live != null && revisions.declares(live.application(), object, history.application(live.application()))) {
            return live.application();
        }
        String candidate = newestOwners().get(object);
        return candidate != null && revisions.declares(candidate, object, history.application(candidate))
                ? candidate
                : null;
    }

    /**
     * Who is to have an object that its owner no longer declares: another application that declares it in the newest revision
     * or did in the one that the owner went back to.
     */
    private @Nullable String heir(ObjectKey object, Map<ObjectKey, String> aimed, Map<ObjectKey, Live> observed) {
        Live live = observed.get(object);
        String owner = live == null ? "" : live.application();
        String newest = newestOwners().get(object);
        return newest != null && !newest.equals(owner) ? newest : aimed.get(object);
    }

    private Map<ObjectKey, String> newestOwners() {
        Revisions.Revision head = revisions.head();
        return head == null ? Map.of() : head.rendering().owners();
    }

    private @Nullable Duration remove(String application, Aim.Remove aim) throws IOException {
        Revisions.Revision head = revisions.head();
        if (head == null) {
            return RESYNC;
        }
        Plan plan = removal(application, aim.revision(), target.observe());
        retries.keepOnly(plan);
        Guard.Answer.No held = holds.ask(plan, Cause.PRUNE);
        if (held == null) {
            prepare(plan, null);
            new Steps(target, history, retries, head.snapshot(), clock, new HookBook(Map.of())).apply(plan, List.of());
        }
        boolean isGone = target.owned(application).isEmpty();
        if (!isGone) {
            healths.update(application, target.owned(application));
            return earliest(RESYNC, retries.next(application, clock.instant()), until(held));
        }
        strategy.gone(application);
        if (history.knows(application)) {
            history.record(Facts.removed(application));
        }
        healths.forget(application);
        return null;
    }

    private void prepare(Plan plan, @Nullable Application application) throws IOException {
        if (PlanSummary.count(plan) > 0) {
            target.prepare(plan, application);
        }
    }

    /** A rollback is judged by the rules of today, not by those of the revision that it goes back to. */
    private SyncPolicy policy(String application, Rendered rendered) {
        Revisions.Revision head = revisions.head();
        Rendered newest = head == null ? null : head.rendering().application(application);
        return newest != null && newest.isValid()
                ? newest.application().sync()
                : rendered.application().sync();
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
            Revisions.Revision revision = revisions.at(go.revision());
            Rendered rendered = revision.rendering().application(application);
            if (rendered != null && rendered.isValid()) {
                ApplicationState state = history.application(application);
                boolean isNew =
                        state.attempt() == null || !state.attempt().digest().equals(rendered.digest());
                plan = HookBook.of(rendered, state, isNew, go.cause(), observed, clock.instant())
                        .plan(plan(application, go, revision, rendered, policy(application, rendered), observed));
                cause = go.cause();
            }
        } else if (aim instanceof Aim.Remove gone) {
            plan = removal(application, gone.revision(), observed);
            cause = Cause.PRUNE;
        }
        Map<String, Guard.Answer> answers = new LinkedHashMap<>();
        Map<String, String> waits = new LinkedHashMap<>();
        if (plan != null) {
            answers.putAll(holds.answers(plan, cause));
            for (Step step : plan.steps()) {
                String story = retries.story(step.key(), target.writers(step.key()), clock.instant());
                if (story != null) {
                    waits.put(step.key().toString(), story);
                }
            }
        }
        List<Insight.ObjectHealth> objects = target.owned(application).stream()
                .map(live -> new Insight.ObjectHealth(live.key().toString(), Kstatus.of(live)))
                .sorted(Comparator.comparing(Insight.ObjectHealth::object))
                .toList();
        return new Insight(head, aim, plan, answers, waits, objects);
    }

    private Plan removal(String application, String revision, Map<ObjectKey, Live> observed) throws IOException {
        Revisions.Revision head = revisions.head();
        boolean prune = head != null && head.rendering().environment().sync().prune();
        return Planner.plan(
                new Planner.Question(application, revision, List.of(), Cause.PRUNE, false, prune),
                observed,
                target.owned(application),
                claims(Map.of(), observed));
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
