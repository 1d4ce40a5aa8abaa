package io.homeostat.chaos.life;

import io.homeostat.converge.Faults;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is seen at one moment of a run.
 *
 * @param checks every check of the hypothesis
 * @param faults every fault that is wanted; empty as long as none was begun, and when none is left
 * @param undone nothing of any fault is left
 * @param failed why the faults could not be begun or renewed; null when they could
 * @param abort why it has to end at once: a person, a condition, a freeze; null when nothing says so
 * @param noticed which alert fires since the faults began; null when none does
 * @param unwell what that was touched is not as it should be; null when all of it is
 */
public record Look(
        Instant now,
        List<Checked> checks,
        List<Faults.State> faults,
        boolean undone,
        @Nullable String failed,
        @Nullable String abort,
        @Nullable String noticed,
        @Nullable String unwell) {

    /**
     * One check, as of its last look.
     *
     * @param state of the last look
     * @param holdsSince since when it held without a break; null when it does not
     * @param brokeAt when it last did not hold; null when it never did
     * @param looks in this phase
     * @param detail what was seen, for people
     * @param broke what was seen when it last did not hold, which the last look may know nothing of; empty when it never did
     */
    public record Checked(
            String name,
            State state,
            @Nullable Instant holdsSince,
            @Nullable Instant brokeAt,
            int looks,
            String detail,
            String broke) {

        /** Where the last look saw all there is to say. */
        public Checked(
                String name,
                State state,
                @Nullable Instant holdsSince,
                @Nullable Instant brokeAt,
                int looks,
                String detail) {
            this(name, state, holdsSince, brokeAt, looks, detail, brokeAt == null ? "" : detail);
        }

        public enum State {
            HOLDS,
            BROKEN,
            /** There was nothing to look at yet, such as a call to a service. */
            UNKNOWN,
            /** It could not be made at all. */
            IMPOSSIBLE
        }

        boolean brokeSince(Instant start) {
            return brokeAt != null && !brokeAt.isBefore(start);
        }
    }
}
