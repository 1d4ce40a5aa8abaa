package io.homeostat.converge;

import io.homeostat.converge.ApplicationState.Attempt;
import io.homeostat.converge.ApplicationState.Good;
import io.homeostat.converge.ApplicationState.Quarantine;
import io.homeostat.converge.Step.Cause;

/**
 * Which revision an application should be at. Pure: what Git says now and what the journal remembers decide, nothing else.
 *
 * <p>A rollback is no action of its own. A bad revision is quarantined, and from then on the aim is the last good one; an
 * agent that dies in between comes to the same answer.
 */
public sealed interface Aim {

    /** Go to this revision, or stay there and keep it so. */
    record Go(String revision, Cause cause, String because) implements Aim {}

    /** It left Git: delete what it owns. */
    record Remove(String revision) implements Aim {}

    /** Nothing to go to; what runs is left as it is. */
    record Stay(String because) implements Aim {}

    /** What the newest revision says about an application. */
    sealed interface Head {
        /** @param digest of its completed documents */
        record Declared(String revision, String digest) implements Head {}

        /** It cannot be read or is wrong; nothing is known of it. */
        record Invalid(String revision, String because) implements Head {}

        record Absent(String revision) implements Head {}
    }

    static Aim of(Head head, ApplicationState state) {
        return switch (head) {
            case Head.Absent absent -> new Remove(absent.revision());
            case Head.Invalid invalid -> fallback(state, invalid.because());
            case Head.Declared declared -> declared(declared, state);
        };
    }

    private static Aim declared(Head.Declared head, ApplicationState state) {
        Quarantine quarantine = state.quarantines().get(head.digest());
        if (quarantine == null) {
            return new Go(head.revision(), Cause.CHANGE, "Git says so");
        }
        return back(quarantine, state);
    }

    /** The revision that was last gone for, unless it turned out bad; else what that leads to. */
    private static Aim fallback(ApplicationState state, String because) {
        Attempt attempt = state.attempt();
        if (attempt == null) {
            return new Stay(because);
        }
        Quarantine quarantine = state.quarantines().get(attempt.digest());
        return quarantine == null ? new Go(attempt.revision(), attempt.cause(), because) : back(quarantine, state);
    }

    private static Aim back(Quarantine bad, ApplicationState state) {
        String because = Facts.brief(bad.revision()) + " is quarantined: " + bad.reason();
        if (bad.stays()) {
            return new Stay(because + "; held where it is (onFailure: hold)");
        }
        Good good = state.lastGood();
        return good == null
                ? new Stay(because + "; there is no good revision to go back to")
                : new Go(good.revision(), Cause.ROLLBACK, because);
    }
}
