package io.homeostat.chaos.delivery;

import io.homeostat.converge.ApplicationState;
import io.homeostat.converge.ApplicationState.Attempt;
import io.homeostat.converge.ApplicationState.Quarantine;
import io.homeostat.converge.Rendering.Rendered;
import io.homeostat.model.Problem;
import org.jspecify.annotations.Nullable;

/** What became of a bad change on its way. */
sealed interface Fate {

    /** Nobody has looked at it yet, or it is under way. */
    record Open() implements Fate {}

    /** @param how in words: by a check, a guard, its health */
    record Caught(String how) implements Fate {}

    /** It is taken for good. */
    record Through(String how) implements Fate {}

    /**
     * Pure.
     *
     * @param rendered the application with the change; null when it is not there any more
     */
    static Fate of(@Nullable Rendered rendered, ApplicationState state) {
        if (rendered == null) {
            return new Open();
        }
        for (Problem problem : rendered.problems()) {
            if (problem.isError()) {
                return new Caught("it was refused: " + problem.message());
            }
        }
        Quarantine quarantine = state.quarantines().get(rendered.digest());
        if (quarantine != null) {
            return new Caught("it was taken back: " + quarantine.reason());
        }
        Attempt attempt = state.attempt();
        if (attempt == null || !attempt.digest().equals(rendered.digest())) {
            ApplicationState.Hold hold = state.hold();
            return hold == null || hold.confirmed() ? new Open() : new Caught("it was held: " + hold.reason());
        }
        return switch (attempt.phase()) {
            case APPLYING, APPLIED -> new Open();
            case FAILED -> new Caught("it was found bad: " + attempt.reason());
            case SUCCEEDED -> new Through("it was taken for good");
        };
    }
}
