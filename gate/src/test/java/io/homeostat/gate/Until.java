package io.homeostat.gate;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;

/** Waits for the world to come to a state that nothing announces. */
final class Until {

    private static final Duration MOST = Duration.ofSeconds(30);

    private Until() {}

    static void holds(String what, Callable<Boolean> condition) throws Exception {
        holds(what, MOST, condition);
    }

    static void holds(String what, Duration most, Callable<Boolean> condition) throws Exception {
        long deadline = System.nanoTime() + most.toNanos();
        while (!condition.call()) {
            if (System.nanoTime() - deadline > 0) {
                throw new AssertionError("not within " + most.toSeconds() + " s: " + what);
            }
            LockSupport.parkNanos(Duration.ofMillis(1).toNanos());
        }
    }
}
