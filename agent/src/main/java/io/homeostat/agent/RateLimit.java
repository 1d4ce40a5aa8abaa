package io.homeostat.agent;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;

/** So many at once and so many over time, for each caller: a bucket that fills at a steady pace. Safe for use by many threads. */
final class RateLimit {

    /** Beyond so many callers those whose bucket is full again are forgotten. */
    private static final int CALLERS = 4096;

    private record Bucket(double left, Instant at) {}

    private final InstantSource clock;
    private final double atOnce;
    private final double perSecond;
    private final Map<String, Bucket> buckets = new HashMap<>();

    RateLimit(InstantSource clock, double atOnce, double perSecond) {
        this.clock = clock;
        this.atOnce = atOnce;
        this.perSecond = perSecond;
    }

    /** Far more than people and their tools need, far less than would keep the agent from its work for long. */
    static RateLimit ofRequests(InstantSource clock) {
        return new RateLimit(clock, 4000, 1000);
    }

    /** A token of 192 bits is not guessed; this keeps whoever tries out of the log. */
    static RateLimit ofLogins(InstantSource clock) {
        return new RateLimit(clock, 10, 0.2);
    }

    /** Each asks something of the provider; a whole shift may come from behind one address. */
    static RateLimit ofDepartures(InstantSource clock) {
        return new RateLimit(clock, 100, 2);
    }

    static RateLimit ofActions(InstantSource clock) {
        return new RateLimit(clock, 20, 1);
    }

    synchronized boolean allows(String caller) {
        Instant now = clock.instant();
        if (buckets.size() > CALLERS) {
            buckets.values().removeIf(bucket -> filled(bucket, now) >= atOnce);
        }
        double left = filled(buckets.getOrDefault(caller, new Bucket(atOnce, now)), now);
        boolean allowed = left >= 1;
        buckets.put(caller, new Bucket(allowed ? left - 1 : left, now));
        return allowed;
    }

    private double filled(Bucket bucket, Instant now) {
        double seconds = Math.max(0, Duration.between(bucket.at(), now).toNanos() / 1e9);
        return Math.min(atOnce, bucket.left() + seconds * perSecond);
    }
}
