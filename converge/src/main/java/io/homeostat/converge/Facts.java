package io.homeostat.converge;

import io.homeostat.journal.Entry;
import io.homeostat.model.Node;
import io.homeostat.model.ObjectKey;
import io.homeostat.model.Position;
import io.homeostat.model.Problem;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Every event that the loop writes into the journal, in one place: its type, its sentence, its data. {@link ApplicationState}
 * reads them back.
 */
public final class Facts {

    public static final String AGENT_STARTED = "agent.started";
    public static final String AGENT_STOPPED = "agent.stopped";
    public static final String REVISION_SEEN = "revision.seen";
    public static final String REVISION_INVALID = "revision.invalid";
    public static final String SOURCE_FAILED = "source.failed";
    public static final String SOURCE_RECOVERED = "source.recovered";
    public static final String TARGET_LOST = "target.lost";
    public static final String TARGET_RECOVERED = "target.recovered";
    public static final String SYNC_STARTED = "sync.started";
    public static final String STEP_INTENDED = "step.intended";
    public static final String STEP_DONE = "step.done";
    public static final String STEP_FAILED = "step.failed";
    public static final String HOOK_STARTED = "hook.started";
    public static final String HOOK_ENDED = "hook.ended";
    public static final String SYNC_APPLIED = "sync.applied";
    public static final String SYNC_SUCCEEDED = "sync.succeeded";
    public static final String SYNC_FAILED = "sync.failed";
    public static final String GOOD_CHOSEN = "rollback.chosen";
    public static final String QUARANTINED = "quarantine.added";
    public static final String RELEASED = "quarantine.released";
    public static final String FROZEN = "freeze.set";
    public static final String ADOPTED = "adoption.granted";
    public static final String UNFROZEN = "freeze.lifted";
    public static final String HELD = "hold.set";
    public static final String CONFIRMED = "hold.confirmed";
    public static final String UNHELD = "hold.ended";
    public static final String DRIFT_FOUND = "drift.found";
    public static final String DRIFT_GONE = "drift.gone";
    public static final String HEALTH_CHANGED = "health.changed";
    /** A workload went through all stages of its rollout; from here on it has as much time as any other change. */
    public static final String ROLLED_OUT = "rollout.completed";

    public static final String REMOVED = "application.removed";
    public static final String RESTORED = "state.restored";
    public static final String WRITTEN_BACK = "source.written";
    public static final String WRITE_BACK_FAILED = "source.write-failed";

    /** Those that change what is known of an application; the others only tell. */
    static final Set<String> STATEFUL = Set.of(
            SYNC_STARTED,
            HOOK_STARTED,
            HOOK_ENDED,
            SYNC_APPLIED,
            SYNC_SUCCEEDED,
            SYNC_FAILED,
            GOOD_CHOSEN,
            QUARANTINED,
            RELEASED,
            FROZEN,
            UNFROZEN,
            HELD,
            CONFIRMED,
            UNHELD,
            DRIFT_FOUND,
            DRIFT_GONE,
            ROLLED_OUT,
            RESTORED);

    private Facts() {}

    /** {@code 3f2a91c0}: as much of a revision as people read. */
    public static String brief(String revision) {
        String named = Overlay.bare(revision);
        String bare = named.startsWith("sha256:") ? named.substring(7) : named;
        return (bare.length() > 8 ? bare.substring(0, 8) : bare) + Overlay.laid(revision);
    }

    static Entry revisionSeen(String revision, String author, String subject) {
        return environment(
                REVISION_SEEN,
                "revision " + brief(revision) + " by " + author + ": " + subject,
                data().with("revision", revision).with("author", author).with("subject", subject));
    }

    static Entry revisionInvalid(String application, String revision, List<Problem> problems) {
        String first = problems.getFirst().toString();
        String more = problems.size() == 1 ? "" : " (and " + (problems.size() - 1) + " more)";
        return new Entry(
                REVISION_INVALID,
                application,
                "",
                "revision " + brief(revision) + " is not applied: " + first + more,
                data().with("revision", revision)
                        .with(
                                "problems",
                                texts(problems.stream().map(Problem::toString).toList())));
    }

    static Entry sourceFailed(String message) {
        return environment(SOURCE_FAILED, message, data().with("reason", message));
    }

    static Entry targetLost(String message) {
        return environment(TARGET_LOST, message, data().with("reason", message));
    }

    /** @param absence how long nothing could be heard */
    static Entry targetRecovered(Duration absence) {
        return environment(
                TARGET_RECOVERED,
                "the target is heard again after " + PlanSummary.duration(absence.toMillis())
                        + "; that time is held against nothing",
                data().with("seconds", Math.max(0, absence.toSeconds())));
    }

    static Entry sourceRecovered(String location) {
        return environment(SOURCE_RECOVERED, location + " can be read again", data());
    }

    static Entry syncStarted(Aim.Go aim, String digest, Plan plan) {
        String verb = switch (aim.cause()) {
            case ROLLBACK -> "going back to ";
            case CHANGE, PRUNE -> "going to ";
            case REPAIR -> "repairing ";
        };
        return application(
                SYNC_STARTED,
                plan.application(),
                verb + brief(aim.revision()) + ": " + PlanSummary.of(plan),
                data().with("revision", aim.revision())
                        .with("digest", digest)
                        .with("cause", aim.cause().name())
                        .with("steps", PlanSummary.count(plan)));
    }

    static Entry stepIntended(Step step, String revision) {
        return step(STEP_INTENDED, step, PlanSummary.intention(step), revision);
    }

    static Entry stepDone(Step step, String revision) {
        return step(STEP_DONE, step, PlanSummary.intention(step) + ": done", revision);
    }

    static Entry stepFailed(Step step, String revision, String reason) {
        Entry entry = step(STEP_FAILED, step, PlanSummary.intention(step) + " failed: " + reason, revision);
        return new Entry(
                entry.type(),
                entry.application(),
                entry.object(),
                entry.message(),
                entry.data().with("reason", reason));
    }

    static Entry hookStarted(Step.Declaring step, Hook hook) {
        return new Entry(
                HOOK_STARTED,
                step.application(),
                step.key().toString(),
                "hook " + step.key() + " started; it has "
                        + PlanSummary.duration(hook.deadline().toMillis()),
                data().with("revision", step.desired().revision())
                        .with("deadlineSeconds", hook.deadline().toSeconds()));
    }

    static Entry hookEnded(String application, ObjectKey hook, boolean passed, String reason) {
        return new Entry(
                HOOK_ENDED,
                application,
                hook.toString(),
                "hook " + hook + (passed ? " passed" : " failed: " + reason),
                data().with("passed", new Node.Bool(passed, Position.NONE)).with("reason", reason));
    }

    private static Entry step(String type, Step step, String message, String revision) {
        return new Entry(
                type,
                step.application(),
                step.key().toString(),
                message,
                data().with("action", PlanSummary.action(step)).with("revision", revision));
    }

    /** @param text as {@link StateText#write} made it */
    public static Entry restored(String application, Node.Mapping text) {
        return application(
                RESTORED,
                application,
                "what the last agent knew is known again: "
                        + text.sequence("goods").size() + " good revisions, "
                        + text.sequence("quarantines").size() + " in quarantine"
                        + (text.get("freeze") == null ? "" : ", frozen"),
                text);
    }

    static Entry syncApplied(String application, String revision, String digest) {
        return application(
                SYNC_APPLIED,
                application,
                brief(revision) + " is applied; waiting until it is healthy",
                data().with("revision", revision).with("digest", digest));
    }

    static Entry syncSucceeded(String application, String revision, String digest, long millis) {
        return application(
                SYNC_SUCCEEDED,
                application,
                brief(revision) + " is healthy after " + PlanSummary.duration(millis),
                data().with("revision", revision).with("digest", digest).with("millis", millis));
    }

    static Entry syncFailed(
            String application, String revision, String digest, String reason, List<Target.Evidence> evidence) {
        return application(
                SYNC_FAILED,
                application,
                brief(revision) + " failed: " + reason,
                data().with("revision", revision)
                        .with("digest", digest)
                        .with("reason", reason)
                        .with("evidence", evidence(evidence)));
    }

    /**
     * @param byHand a person rolled it back
     * @param stays what runs is left where it is instead of going back
     */
    public static Entry quarantined(
            String application, String revision, String digest, String reason, boolean byHand, boolean stays) {
        return application(
                QUARANTINED,
                application,
                brief(revision) + " is quarantined: " + reason + "; it stays out until its documents change or"
                        + " `homeostat release " + application + "`",
                data().with("revision", revision)
                        .with("digest", digest)
                        .with("reason", reason)
                        .with("byHand", Node.Bool.of(byHand))
                        .with("stays", Node.Bool.of(stays)));
    }

    public static Entry goodChosen(String application, String revision, String digest) {
        return application(
                GOOD_CHOSEN,
                application,
                brief(revision) + " was chosen to go back to",
                data().with("revision", revision).with("digest", digest));
    }

    public static Entry released(String application) {
        return application(RELEASED, application, "its quarantine is ended; what Git says is tried again", data());
    }

    public static Entry frozen(String application, String owner, String reason, Instant until) {
        return application(
                FROZEN,
                application,
                "frozen by " + owner + " until " + until + ": " + reason,
                data().with("owner", owner).with("reason", reason).with("until", until.toString()));
    }

    /** Somebody let objects that exist be taken over. */
    public static Entry adopted(String application, List<String> objects) {
        return application(
                ADOPTED,
                application,
                "may take over: " + String.join(", ", objects),
                data().with("objects", texts(objects)));
    }

    public static Entry unfrozen(String application, String by) {
        return application(UNFROZEN, application, "the freeze is over (" + by + ")", data().with("by", by));
    }

    /** @param revision that a person may let through all the same; empty where nobody may */
    static Entry held(String application, String reason, List<String> deletions, String revision) {
        return application(
                HELD,
                application,
                "held: " + reason,
                data().with("reason", reason)
                        .with("deletions", texts(deletions))
                        .with("revision", revision));
    }

    public static Entry confirmed(String application, ApplicationState.Hold hold) {
        return application(
                CONFIRMED,
                application,
                "confirmed: " + confirmation(hold),
                data().with("deletions", texts(hold.deletions())).with("revision", hold.revision()));
    }

    /** What a person lets through, in words. */
    public static String confirmation(ApplicationState.Hold hold) {
        String deletions = String.join(", ", hold.deletions()) + " may be deleted";
        if (hold.revision().isEmpty()) {
            return deletions;
        }
        String early = brief(hold.revision()) + " comes before its turn";
        return hold.deletions().isEmpty() ? early : early + "; " + deletions;
    }

    static Entry unheld(String application) {
        return application(UNHELD, application, "nothing is held any more", data());
    }

    /** @param by who wrote it, where that is known */
    static Entry driftFound(
            String application, String object, String place, String found, List<String> by, boolean repaired) {
        String writers = by.stream().map(name -> "'" + name + "'").collect(Collectors.joining(", "));
        String what = by.isEmpty() ? found : found + ", written by " + writers;
        return new Entry(
                DRIFT_FOUND,
                application,
                object,
                place + " differs from Git: " + what
                        + (repaired ? "; repairing it" : "; only reported (drift: detect)"),
                data().with("place", place).with("found", what).with("by", texts(by)));
    }

    static Entry driftGone(String application, String object, String place) {
        return new Entry(DRIFT_GONE, application, object, place + " is as Git says", data().with("place", place));
    }

    static Entry healthChanged(String application, Health before, Health after) {
        String message = after.message().isEmpty() ? "" : ": " + after.message();
        return application(
                HEALTH_CHANGED,
                application,
                "is " + word(after) + message,
                data().with("before", word(before)).with("after", word(after)));
    }

    static Entry removed(String application) {
        return application(REMOVED, application, "left Git, and everything it owned is gone", data());
    }

    static Entry writtenBack(String application, String revision, String how) {
        return application(
                WRITTEN_BACK, application, how + " for " + brief(revision) + " is written to the source", data());
    }

    static Entry writeBackFailed(String application, String reason) {
        return application(WRITE_BACK_FAILED, application, reason, data());
    }

    public static Entry environment(String type, String message, Node.Mapping data) {
        return new Entry(type, "", "", message, data);
    }

    private static Entry application(String type, String application, String message, Node.Mapping data) {
        return new Entry(type, application, "", message, data);
    }

    static String word(Health health) {
        return health.status().name().toLowerCase(Locale.ROOT);
    }

    private static Node evidence(List<Target.Evidence> evidence) {
        return new Node.Sequence(
                evidence.stream().map(Facts::evidence).collect(Collectors.<Node>toList()), Position.NONE);
    }

    public static Node.Mapping evidence(Target.Evidence evidence) {
        Node.Mapping shown = data().with("instance", evidence.instance())
                .with("reason", evidence.reason())
                .with("message", evidence.message());
        if (evidence.exitCode() != null) {
            shown = shown.with("exitCode", evidence.exitCode());
        }
        return shown.with("log", texts(evidence.log()));
    }

    static Node texts(List<String> texts) {
        return new Node.Sequence(texts.stream().map(Node.Text::of).collect(Collectors.<Node>toList()), Position.NONE);
    }

    private static Node.Mapping data() {
        return Node.Mapping.EMPTY;
    }
}
