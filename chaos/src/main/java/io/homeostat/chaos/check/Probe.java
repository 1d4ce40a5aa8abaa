package io.homeostat.chaos.check;

import io.homeostat.chaos.life.Look.Checked.State;

/** One way to look at a check. Called by one thread; blocks at most as long as its check allows. */
interface Probe {

    Seen look();

    /**
     * A new phase begins.
     *
     * @param fresh what happened so far does not count; otherwise what happened since the last look does
     */
    default void mark(boolean fresh) {}

    /** @param detail for people, without secrets */
    record Seen(State state, String detail) {
        static Seen holds(String detail) {
            return new Seen(State.HOLDS, detail);
        }

        static Seen broken(String detail) {
            return new Seen(State.BROKEN, detail);
        }

        static Seen unknown(String detail) {
            return new Seen(State.UNKNOWN, detail);
        }

        static Seen impossible(String detail) {
            return new Seen(State.IMPOSSIBLE, detail);
        }
    }
}
