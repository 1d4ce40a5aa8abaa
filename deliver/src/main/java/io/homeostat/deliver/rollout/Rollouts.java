package io.homeostat.deliver.rollout;

import io.homeostat.converge.History;
import io.homeostat.converge.Step.Cause;
import io.homeostat.converge.Step.Declared;
import io.homeostat.converge.Strategy;
import io.homeostat.converge.Target;
import io.homeostat.converge.Target.Evidence;
import io.homeostat.converge.Target.Live;
import io.homeostat.converge.Traffic;
import io.homeostat.converge.Traffic.Arms;
import io.homeostat.converge.Traffic.Split;
import io.homeostat.journal.Entry;
import io.homeostat.journal.Event;
import io.homeostat.model.ObjectKey;
import io.homeostat.model.Rollout;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Brings new versions in as their {@link Rollout} says. Looks at both versions, asks {@link Engine}, tells the target.
 *
 * <p>What was reached, and by whose word, is in the journal; the split is with the target. Nothing else is remembered, so another
 * agent goes on where this one was. Safe for use by many threads.
 */
public final class Rollouts implements Strategy {

    /** How often a rollout on its way is looked at unasked. */
    private static final Duration LOOK = Duration.ofMillis(500);

    private static final Duration DEFAULT_PATIENCE = Duration.ofMinutes(10);

    /** What no waiting mends. */
    private static final Set<String> SYMPTOMS = Set.of(
            "CrashLoopBackOff",
            "OOMKilled",
            "StartError",
            "ErrImagePull",
            "ImagePullBackOff",
            "InvalidImageName",
            "CreateContainerConfigError");

    private final Target target;
    private final History history;
    private final InstantSource clock;
    private final Map<ObjectKey, Progress> progress = new TreeMap<>();
    private final Map<ObjectKey, String> messages = new TreeMap<>();
    private boolean isRead;

    public Rollouts(Target target, History history, InstantSource clock) {
        this.target = target;
        this.history = history;
        this.clock = clock;
    }

    @Override
    public @Nullable String prepare(Look look) throws IOException {
        if (look.cause() != Cause.CHANGE || !look.isOpen()) {
            return null;
        }
        for (Declared declared : look.rendered().declared()) {
            ObjectKey workload = declared.document().key();
            Rollout rollout = find(look, workload);
            Live live = look.observed().get(workload);
            if (rollout == null || live == null) {
                continue;
            }
            Traffic traffic = target.traffic();
            if (rollout.error() != null) {
                return "the Rollout of " + workload + " has an error, so nothing goes before it is mended: "
                        + rollout.error();
            }
            if (traffic == null) {
                return "this target cannot let two versions of " + workload + " stand side by side, as Rollout "
                        + rollout.name() + " wants";
            }
            begin(workload, live, rollout, traffic, look);
        }
        return null;
    }

    private void begin(ObjectKey workload, Live live, Rollout rollout, Traffic traffic, Look look) throws IOException {
        Progress known = of(workload);
        boolean isSame = known != null && known.digest().equals(look.rendered().digest());
        boolean isBegun = known != null && isSame && (known.isRunning() || !look.isNew());
        // While the stable version is down, whatever may mend it goes at once.
        boolean stands = live.status().integer("availableReplicas", 0) > 0;
        if (isBegun || !stands) {
            return;
        }
        if (known != null && known.isRunning()) {
            record(RolloutFacts.superseded(known, look.revision()));
        }
        traffic.split(workload, new Split(rollout.stages().getFirst().instances(), 0));
        if (isSame) {
            record(started(workload, rollout, look)); // somebody wants it tried again
        }
    }

    private static Entry started(ObjectKey workload, Rollout rollout, Look look) {
        return RolloutFacts.started(
                look.application(),
                workload,
                rollout,
                look.revision(),
                look.rendered().digest());
    }

    @Override
    public Answer look(Look look) throws IOException {
        Answer worst = new Answer.Free();
        for (Declared declared : look.rendered().declared()) {
            ObjectKey workload = declared.document().key();
            Live live = look.observed().get(workload);
            Traffic traffic = target.traffic();
            if (traffic == null || live == null || !live.key().kind().equals("Deployment")) {
                continue;
            }
            Rollout rollout = find(look, workload);
            boolean isDeclared = live.appliedDigest().equals(declared.digest());
            Answer answer = rollout == null || rollout.error() != null || look.cause() != Cause.CHANGE
                    ? ended(workload, live, traffic, look.cause(), isDeclared)
                    : look(workload, declared, rollout, traffic, look, isDeclared);
            worst = rank(answer) > rank(worst) ? answer : worst;
        }
        return worst;
    }

    /**
     * Where nothing is brought in by stages, the split of an earlier rollout goes: after a rollback when only the stable version
     * is left, otherwise as soon as there are two versions.
     */
    private static Answer ended(ObjectKey workload, Live live, Traffic traffic, Cause cause, boolean isDeclared)
            throws IOException {
        boolean isOneVersion =
                live.status().integer("replicas", 0) == live.status().integer("updatedReplicas", 0);
        if (isDeclared && isOneVersion == (cause == Cause.ROLLBACK)) {
            traffic.split(workload, null);
        }
        return new Answer.Free();
    }

    private Answer look(
            ObjectKey workload, Declared declared, Rollout rollout, Traffic traffic, Look look, boolean isDeclared)
            throws IOException {
        Progress known = of(workload);
        boolean isThis = known != null && known.digest().equals(look.rendered().digest());
        if (!isDeclared || (!isThis && !look.isOpen())) {
            return new Answer.Free();
        }
        Arms arms = traffic.arms(workload);
        if (!isThis) {
            if (arms == null || arms.split() == null) {
                traffic.split(workload, null);
                return new Answer.Free();
            }
            record(started(workload, rollout, look));
        }
        return advance(workload, declared, rollout, traffic, arms, look.mayAct());
    }

    private Answer advance(
            ObjectKey workload,
            Declared declared,
            Rollout rollout,
            Traffic traffic,
            @Nullable Arms arms,
            boolean mayAct)
            throws IOException {
        Progress now = Objects.requireNonNull(of(workload));
        if (arms == null) {
            // Nothing is left to compare: it is all one version now.
            if (now.isRunning()) {
                record(RolloutFacts.completed(now, "there is one version only"));
            }
            traffic.split(workload, null);
            return now.isBad() ? new Answer.Bad(now.reason()) : new Answer.Free();
        }
        Instant time = clock.instant();
        // With nothing to apply no guard is asked; but under a freeze traffic stays where it is, too.
        boolean isFrozen = history.application(now.application()).isFrozen(time);
        if ((!mayAct || isFrozen) && now.isRunning()) {
            tell(workload, isFrozen ? "frozen" : "held");
            return new Answer.Underway("the rollout of " + workload + " is " + message(workload), LOOK);
        }
        Engine.Decision decision = Engine.decide(rollout, now, arms.split(), seen(declared, arms), time);
        switch (decision.move()) {
            // Written down first: an agent that dies in between takes the traffic back all the same.
            case Engine.Move.Fail fail -> {
                record(RolloutFacts.failed(now, fail.reason()));
                traffic.split(workload, decision.split());
            }
            case Engine.Move.Complete complete -> {
                record(RolloutFacts.completed(now, complete.why()));
                traffic.split(workload, decision.split());
            }
            // Done first: a stage lasts from when its traffic flows.
            case Engine.Move.Reach reach -> {
                traffic.split(workload, decision.split());
                record(RolloutFacts.stage(now, reach.stage(), rollout.stages().get(reach.stage())));
            }
            case null -> traffic.split(workload, decision.split());
        }
        tell(workload, decision.message());
        Progress after = Objects.requireNonNull(of(workload));
        if (after.isBad()) {
            return new Answer.Bad("rollout " + rollout.name() + " of " + workload + ": " + after.reason());
        }
        return after.isRunning() ? new Answer.Underway(workload + ": " + decision.message(), LOOK) : new Answer.Free();
    }

    private static Engine.Seen seen(Declared declared, Arms arms) {
        String symptom = null;
        for (Evidence evidence : arms.canary().symptoms()) {
            if (symptom == null && SYMPTOMS.contains(evidence.reason())) {
                symptom = evidence.message();
            }
        }
        int seconds = declared.document().spec().integer("progressDeadlineSeconds", -1);
        return new Engine.Seen(
                arms.canary().wanted(),
                arms.canary().available(),
                arms.inEffect(),
                symptom,
                seconds < 0 ? DEFAULT_PATIENCE : Duration.ofSeconds(seconds));
    }

    private static @Nullable Rollout find(Look look, ObjectKey workload) {
        if (!workload.kind().equals("Deployment")) {
            return null;
        }
        for (Rollout rollout : look.rollouts()) {
            if (rollout.isAbout(workload)) {
                return rollout;
            }
        }
        return null;
    }

    private static int rank(Answer answer) {
        return switch (answer) {
            case Answer.Free _ -> 0;
            case Answer.Underway _ -> 1;
            case Answer.Bad _ -> 2;
        };
    }

    // What people ask for.

    /** One rollout and how it stands, in words. */
    public record Standing(Progress progress, String message) {}

    /** Every rollout there was, one for each workload: the last. */
    public List<Standing> all() {
        return known().stream()
                .map(each -> new Standing(each, message(each.workload())))
                .toList();
    }

    /** @return false when it is not on its way */
    public boolean pause(ObjectKey workload, String by) {
        Progress now = running(workload);
        return now != null && now.pausedAt() == null && record(RolloutFacts.paused(now, by));
    }

    /** @return false when it is not paused */
    public boolean resume(ObjectKey workload, String by) {
        Progress now = running(workload);
        return now != null && now.pausedAt() != null && record(RolloutFacts.resumed(now, by));
    }

    /** Ends the stage that was reached. @return false when none was, or it is over */
    public boolean letGo(ObjectKey workload, String by) {
        Progress now = running(workload);
        return now != null
                && now.stage() >= 0
                && record(RolloutFacts.letGo(now, by, "the rest of stage " + now.stage()));
    }

    /** Takes it back. @return false when it is not on its way */
    public boolean abort(ObjectKey workload, String by) {
        Progress now = running(workload);
        return now != null && record(RolloutFacts.aborted(now, by));
    }

    private @Nullable Progress running(ObjectKey workload) {
        Progress now = of(workload);
        return now != null && now.isRunning() ? now : null;
    }

    // The journal, folded.

    private boolean record(Entry entry) {
        synchronized (progress) {
            fold(history.record(entry));
            return true;
        }
    }

    private void fold(Event event) {
        if (!event.type().startsWith(RolloutFacts.PREFIX)) {
            return;
        }
        ObjectKey workload = new ObjectKey(
                "apps",
                "Deployment",
                event.data().text("namespace", ObjectKey.DEFAULT_NAMESPACE),
                event.data().text("workload", ""));
        Progress before = progress.get(workload);
        if (event.type().equals(RolloutFacts.STARTED)) {
            progress.put(workload, Progress.started(event, workload));
        } else if (before != null) {
            progress.put(workload, before.after(event));
        }
    }

    private @Nullable Progress of(ObjectKey workload) {
        synchronized (progress) {
            read();
            return progress.get(workload);
        }
    }

    private Collection<Progress> known() {
        synchronized (progress) {
            read();
            return List.copyOf(progress.values());
        }
    }

    /** Only when it is first asked: most have no Rollout, and their agents should start fast. */
    private void read() {
        if (isRead) {
            return;
        }
        try {
            history.journal().read(0, event -> {
                fold(event);
                return true;
            });
            isRead = true;
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    private void tell(ObjectKey workload, String message) {
        synchronized (progress) {
            messages.put(workload, message);
        }
    }

    private String message(ObjectKey workload) {
        synchronized (progress) {
            return messages.getOrDefault(workload, "");
        }
    }
}
