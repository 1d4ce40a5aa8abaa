package io.homeostat.chaos.check;

import io.homeostat.chaos.life.Look.Checked.State;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** One way to look at a check. Called by one thread; blocks at most as long as its check allows. */
interface Probe {

    Seen look();

    /** Where a URL leads. */
    interface Resolver {
        String resolve(String url) throws IOException;
    }

    /** What its looks measure. */
    Measure measure();

    /**
     * A new phase begins.
     *
     * @param fresh what happened so far does not count; otherwise what happened since the last look does
     */
    default void mark(boolean fresh) {}

    /**
     * @param unit empty where nothing is measured
     * @param isShare each look says it of the whole phase so far
     */
    record Measure(String unit, boolean isShare) {
        static final Measure NOTHING = new Measure("", false);
        static final Measure TIME = new Measure("ms", false);
        static final Measure FAILED = new Measure("% failed", true);
    }

    /**
     * @param detail for people, without secrets
     * @param measured null where this look measured nothing
     */
    record Seen(State state, String detail, @Nullable Double measured) {
        static Seen holds(String detail) {
            return new Seen(State.HOLDS, detail, null);
        }

        static Seen broken(String detail) {
            return new Seen(State.BROKEN, detail, null);
        }

        static Seen unknown(String detail) {
            return new Seen(State.UNKNOWN, detail, null);
        }

        static Seen impossible(String detail) {
            return new Seen(State.IMPOSSIBLE, detail, null);
        }

        Seen measuring(double value) {
            return new Seen(state, detail, value);
        }
    }
}
