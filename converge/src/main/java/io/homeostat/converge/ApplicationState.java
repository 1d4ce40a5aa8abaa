package io.homeostat.converge;

import io.homeostat.converge.Step.Cause;
import io.homeostat.journal.Event;
import io.homeostat.model.Node;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the journal says about one application: a fold over its events, nothing else. {@link Facts} writes what is read here.
 *
 * @param goods revisions that became healthy, newest first, one per digest, at most {@value #GOODS_KEPT}
 * @param quarantines bad digests, which are never tried again by themselves
 * @param attempt the newest try to bring a revision in; null before the first
 * @param hold what waits for a confirmation; null when nothing does
 * @param drift differences that are reported and not yet gone, by place
 * @param hooks those that the attempt has started, by object
 */
public record ApplicationState(
        String name,
        List<Good> goods,
        Map<String, Quarantine> quarantines,
        @Nullable Attempt attempt,
        @Nullable Freeze freeze,
        @Nullable Hold hold,
        Map<String, OpenDrift> drift,
        Map<String, HookRun> hooks) {

    static final int GOODS_KEPT = 10;

    public record Good(String revision, String digest, Instant at) {}

    /**
     * @param byHand a person rolled it back
     * @param stays what runs is left where it is ({@code onFailure: hold}) instead of going back
     */
    public record Quarantine(
            String revision, String digest, String reason, Instant since, boolean byHand, boolean stays) {}

    /**
     * @param applied everything of it was declared to the target at some time, so a difference from then on is drift
     * @param paused how long it could not go on through no fault of its own: held by a guard, or no agent was there
     */
    public record Attempt(
            String revision,
            String digest,
            Cause cause,
            Instant startedAt,
            Phase phase,
            String reason,
            boolean applied,
            Duration paused) {
        public enum Phase {
            APPLYING,
            APPLIED,
            SUCCEEDED,
            FAILED
        }

        public boolean isOpen() {
            return phase == Phase.APPLYING || phase == Phase.APPLIED;
        }
    }

    public record Freeze(String owner, String reason, Instant since, Instant until) {
        public boolean holds(Instant now) {
            return now.isBefore(until);
        }
    }

    /**
     * What waits. A confirmation is for these deletions and this revision, and for no others.
     *
     * @param deletions objects whose deletion waits for a person
     * @param revision that a person may let through all the same; empty where nobody may
     */
    public record Hold(String reason, List<String> deletions, Instant since, boolean confirmed, String revision) {

        /** One that only deletions can be confirmed of. */
        public Hold(String reason, List<String> deletions, Instant since, boolean confirmed) {
            this(reason, deletions, since, confirmed, "");
        }

        /** The same, let through. */
        Hold letThrough() {
            return new Hold(reason, deletions, since, true, revision);
        }
    }

    public record OpenDrift(String object, String found, Instant since) {}

    public static ApplicationState unknown(String name) {
        return new ApplicationState(name, List.of(), Map.of(), null, null, null, Map.of(), Map.of());
    }

    /** The newest good revision that is not quarantined; null when there is none. */
    public @Nullable Good lastGood() {
        for (Good good : goods) {
            if (!quarantines.containsKey(good.digest())) {
                return good;
            }
        }
        return null;
    }

    public boolean isFrozen(Instant now) {
        return freeze != null && freeze.holds(now);
    }

    ApplicationState after(Event event) {
        return switch (event.type()) {
            case Facts.SYNC_STARTED ->
                withHooks(Map.of())
                        .withAttempt(new Attempt(
                                event.data().text("revision", ""),
                                event.data().text("digest", ""),
                                Cause.valueOf(event.data().text("cause", Cause.CHANGE.name())),
                                event.time(),
                                Attempt.Phase.APPLYING,
                                "",
                                false,
                                Duration.ZERO));
            case Facts.ROLLED_OUT ->
                attempt == null
                        ? this
                        : afterPause(Duration.between(attempt.startedAt().plus(attempt.paused()), event.time()));
            case Facts.SYNC_APPLIED -> withPhase(Attempt.Phase.APPLIED, "");
            case Facts.SYNC_FAILED ->
                withPhase(Attempt.Phase.FAILED, event.data().text("reason", event.message()));
            case Facts.SYNC_SUCCEEDED -> withPhase(Attempt.Phase.SUCCEEDED, "").withGood(good(event));
            case Facts.GOOD_CHOSEN -> withGood(good(event));
            case Facts.QUARANTINED -> {
                Quarantine added = new Quarantine(
                        event.data().text("revision", ""),
                        event.data().text("digest", ""),
                        event.data().text("reason", ""),
                        event.time(),
                        event.data().flag("byHand", false),
                        event.data().flag("stays", false));
                yield withQuarantines(with(quarantines, added.digest(), added));
            }
            // What was held back is tried anew, as if it had never been tried.
            case Facts.RELEASED ->
                withQuarantines(Map.of())
                        .withAttempt(attempt == null || attempt.phase() == Attempt.Phase.FAILED ? null : attempt);
            case Facts.FROZEN ->
                withFreeze(new Freeze(
                        event.data().text("owner", ""),
                        event.data().text("reason", ""),
                        event.time(),
                        Instant.parse(event.data().text("until", event.time().toString()))));
            case Facts.UNFROZEN -> withFreeze(null);
            case Facts.HELD ->
                afterHold(event.time())
                        .withHold(new Hold(
                                event.data().text("reason", ""),
                                event.data().sequence("deletions").stream()
                                        .map(Node::toString)
                                        .toList(),
                                event.time(),
                                false,
                                event.data().text("revision", "")));
            case Facts.CONFIRMED -> afterHold(event.time()).withHold(hold == null ? null : hold.letThrough());
            case Facts.UNHELD -> afterHold(event.time()).withHold(null);
            case Facts.DRIFT_FOUND ->
                withDrift(with(
                        drift,
                        event.data().text("place", ""),
                        new OpenDrift(event.object(), event.data().text("found", ""), event.time())));
            case Facts.HOOK_STARTED ->
                withHooks(with(hooks, event.object(), new HookRun(event.object(), event.time(), null, "")));
            case Facts.HOOK_ENDED -> {
                HookRun run = hooks.get(event.object());
                yield run == null
                        ? this
                        : withHooks(with(
                                hooks,
                                event.object(),
                                new HookRun(
                                        event.object(),
                                        run.startedAt(),
                                        event.data().flag("passed", false),
                                        event.data().text("reason", ""))));
            }
            case Facts.DRIFT_GONE -> withDrift(without(drift, event.data().text("place", "")));
            case Facts.RESTORED -> StateText.onto(this, event.data());
            case Facts.REMOVED -> unknown(name);
            default -> this;
        };
    }

    private static Good good(Event event) {
        return new Good(event.data().text("revision", ""), event.data().text("digest", ""), event.time());
    }

    private ApplicationState withAttempt(@Nullable Attempt changed) {
        return new ApplicationState(name, goods, quarantines, changed, freeze, hold, drift, hooks);
    }

    private ApplicationState withPhase(Attempt.Phase phase, String reason) {
        return attempt == null
                ? this
                : withAttempt(new Attempt(
                        attempt.revision(),
                        attempt.digest(),
                        attempt.cause(),
                        attempt.startedAt(),
                        phase,
                        reason,
                        attempt.applied() || phase == Attempt.Phase.APPLIED,
                        attempt.paused()));
    }

    /** The time of a hold that ends now does not count against the attempt. */
    private ApplicationState afterHold(Instant now) {
        return hold == null || hold.confirmed() ? this : afterPause(Duration.between(hold.since(), now));
    }

    /** Some time passed in which the attempt could not go on. */
    ApplicationState afterPause(Duration pause) {
        return attempt == null || !attempt.isOpen() || pause.isNegative()
                ? this
                : withAttempt(new Attempt(
                        attempt.revision(),
                        attempt.digest(),
                        attempt.cause(),
                        attempt.startedAt(),
                        attempt.phase(),
                        attempt.reason(),
                        attempt.applied(),
                        attempt.paused().plus(pause)));
    }

    /** What somebody laid over a revision is nothing to go back to, however well it did. */
    ApplicationState withGood(Good good) {
        if (Overlay.isOver(good.revision())) {
            return this;
        }
        List<Good> changed = new ArrayList<>(goods);
        changed.removeIf(known -> known.digest().equals(good.digest()));
        changed.addFirst(good);
        return new ApplicationState(
                name,
                List.copyOf(changed.subList(0, Math.min(GOODS_KEPT, changed.size()))),
                quarantines,
                attempt,
                freeze,
                hold,
                drift,
                hooks);
    }

    ApplicationState withQuarantines(Map<String, Quarantine> changed) {
        return new ApplicationState(name, goods, changed, attempt, freeze, hold, drift, hooks);
    }

    ApplicationState withFreeze(@Nullable Freeze changed) {
        return new ApplicationState(name, goods, quarantines, attempt, changed, hold, drift, hooks);
    }

    private ApplicationState withHold(@Nullable Hold changed) {
        return new ApplicationState(name, goods, quarantines, attempt, freeze, changed, drift, hooks);
    }

    private ApplicationState withDrift(Map<String, OpenDrift> changed) {
        return new ApplicationState(name, goods, quarantines, attempt, freeze, hold, changed, hooks);
    }

    private ApplicationState withHooks(Map<String, HookRun> changed) {
        return new ApplicationState(name, goods, quarantines, attempt, freeze, hold, drift, changed);
    }

    private static <V> Map<String, V> with(Map<String, V> map, String key, V value) {
        Map<String, V> copy = new LinkedHashMap<>(map);
        copy.put(key, value);
        return copy;
    }

    private static <V> Map<String, V> without(Map<String, V> map, String key) {
        Map<String, V> copy = new LinkedHashMap<>(map);
        copy.remove(key);
        return copy;
    }
}
