package io.homeostat.target.kubernetes.api;

import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * How fast and how many at a time: a token bucket that holds two seconds' worth, and a number of seats. Safe for use by many
 * threads.
 */
final class Pace {

    private static final double BURST_SECONDS = 2;

    private final int concurrency;
    private final Semaphore seats;
    private final double perNano;
    private final double most;
    private final LongSupplier nanoTime;
    private double tokens;
    private long last;

    /** @param nanoTime monotonic, as {@link System#nanoTime} */
    Pace(int perSecond, int concurrency, LongSupplier nanoTime) {
        this.concurrency = concurrency;
        this.seats = new Semaphore(concurrency, true);
        this.perNano = perSecond / 1e9;
        this.most = perSecond * BURST_SECONDS;
        this.tokens = most;
        this.nanoTime = nanoTime;
        this.last = nanoTime.getAsLong();
    }

    /** Waits for a seat and a token; {@link #leave} must follow. */
    void enter() throws InterruptedException {
        seats.acquire();
        long wait = reserve();
        if (wait > 0) {
            try {
                TimeUnit.NANOSECONDS.sleep(wait);
            } catch (InterruptedException stopped) {
                seats.release();
                throw stopped;
            }
        }
    }

    /** Whether more than a quarter of the seats is taken. */
    boolean isBusy() {
        return seats.availablePermits() < concurrency - concurrency / 4;
    }

    void leave() {
        seats.release();
    }

    /** Takes one token, if need be from the future; nanoseconds until it is there. */
    synchronized long reserve() {
        long now = nanoTime.getAsLong();
        tokens = Math.min(most, tokens + (now - last) * perNano);
        last = now;
        tokens -= 1;
        return tokens >= 0 ? 0 : (long) (-tokens / perNano);
    }
}
