package io.homeostat.converge;

import io.homeostat.model.Document;
import io.homeostat.model.ObjectKey;
import java.util.List;

/** One change in a plan. The set is closed: whoever handles steps handles all of them. */
public sealed interface Step {

    ObjectKey key();

    /** Owner after the step. */
    String application();

    /** A step that declares something. */
    sealed interface Declaring extends Step {
        Declared desired();

        @Override
        default ObjectKey key() {
            return desired().document().key();
        }

        @Override
        default String application() {
            return desired().application();
        }
    }

    /**
     * An object as Git wants it, completed by the target.
     *
     * @param origin file of the snapshot it is declared in
     * @param digest {@link Digests#of} the document's content
     * @param wave lower waves first; the next wave waits until this one is healthy
     */
    record Declared(Document document, String application, String revision, String origin, String digest, int wave) {}

    /** @param cause {@code REPAIR} when it was here before and somebody took it away */
    record Create(Declared desired, Cause cause) implements Declaring {}

    /** @param changes field by field, never empty */
    record Update(Declared desired, List<Change> changes, Cause cause) implements Declaring {}

    /** A change that an update cannot make: deleted and created anew. */
    record Replace(Declared desired, List<Change> changes, String reason, Cause cause) implements Declaring {}

    /** The same object, now declared by another application or in another file; changes may be empty. */
    record Move(Declared desired, String fromApplication, String fromOrigin, List<Change> changes)
            implements Declaring {}

    /** Put right what differs outside the object itself. */
    record Repair(Declared desired, List<Target.Drift> drift) implements Declaring {}

    record Unchanged(Declared desired) implements Declaring {}

    /** It left Git, and we own it. */
    record Delete(ObjectKey key, String application) implements Step {}

    /** It left Git and stays all the same: pruning is off for it, or another application takes it over. */
    record Kept(ObjectKey key, String application, String reason) implements Step {}

    /** It cannot be done, or must not be; the rest of the plan goes on. */
    record Blocked(ObjectKey key, String application, String reason) implements Step {}

    /** Why a step is taken. Guards are told: a rollback is never held for what holds a change. */
    enum Cause {
        CHANGE,
        ROLLBACK,
        REPAIR,
        PRUNE
    }
}
