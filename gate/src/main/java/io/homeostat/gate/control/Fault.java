package io.homeostat.gate.control;

import java.time.Duration;

/**
 * Something that is done to an edge on purpose. It is held by lease: it ends when its time is up, when its holder does not say in
 * time that it still wants it, when its holder no longer names it, and when the gate ends.
 *
 * @param id of its holder's choice
 * @param caller as the {@link Edge} has it; {@link #ANY} for all; empty for callers that declared nothing
 * @param callee as the {@link Edge} has it; all its ports
 * @param match which requests
 * @param share of those, more than 0, at most 1
 * @param lasts from the first time that its holder names it; naming it again does not make it longer. At most a day
 */
public record Fault(String id, String caller, String callee, Match match, double share, Effect effect, Duration lasts) {

    public static final String ANY = "*";

    /** Of all requests. */
    public Fault(String id, String caller, String callee, double share, Effect effect, Duration lasts) {
        this(id, caller, callee, Match.ALL, share, effect, lasts);
    }

    /** What is done. Of plain TCP, it is done to connections when they are made. */
    public sealed interface Effect {
        /**
         * The request waits before it goes on.
         *
         * @param jitter each waits up to so much less or more
         */
        record Latency(Duration mean, Duration jitter) implements Effect {}

        /**
         * The gate answers in the callee's place; plain TCP is reset.
         *
         * @param status 400 to 599
         */
        record Abort(int status) implements Effect {}

        /** The caller's connection is reset. */
        record Reset() implements Effect {}

        /** Nothing is heard of the request until the fault ends; then it goes on. */
        record Blackhole() implements Effect {}

        /**
         * The response comes slowly; plain TCP is not touched.
         *
         * @param bytesPerSecond of each response, 1 or more
         */
        record Bandwidth(long bytesPerSecond) implements Effect {}

        /** A byte of each part of the response's body is another one, where it has a length; plain TCP is not touched. */
        record Corruption() implements Effect {}
    }

    /**
     * A fault that is in force.
     *
     * @param left until its time is up
     * @param hits requests it was done to
     */
    public record InForce(String id, Duration left, long hits) {}
}
