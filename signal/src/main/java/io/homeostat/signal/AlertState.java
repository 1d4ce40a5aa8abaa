package io.homeostat.signal;

import java.time.Duration;
import java.time.Instant;

/**
 * Where an alert stands.
 *
 * <pre>
 *             holds            held for long enough
 *   INACTIVE ───────► PENDING ─────────────────────► FIRING
 *      ▲                │ no longer                    │ no longer
 *      └────────────────┴──────────────────────────────┘ resolved
 * </pre>
 *
 * Without data nothing moves: what fires goes on firing, and what does not stays quiet.
 *
 * @param since when this phase began
 * @param pendingSince when the condition began to hold; the same as {@code since} but in FIRING
 */
public record AlertState(Phase phase, Instant since, Instant pendingSince) {

    public static final AlertState INACTIVE = new AlertState(Phase.INACTIVE, Instant.EPOCH, Instant.EPOCH);

    public enum Phase {
        INACTIVE,
        PENDING,
        FIRING
    }

    /** Whether a condition holds. */
    public enum Condition {
        HOLDS,
        DOES_NOT,
        NO_DATA
    }

    /** @param after how long the condition must hold */
    public AlertState next(Condition condition, Duration after, Instant now) {
        return switch (condition) {
            case NO_DATA -> this;
            case DOES_NOT -> phase == Phase.INACTIVE ? this : new AlertState(Phase.INACTIVE, now, now);
            case HOLDS -> holding(after, now);
        };
    }

    private AlertState holding(Duration after, Instant now) {
        Instant began = phase == Phase.INACTIVE ? now : pendingSince;
        if (phase == Phase.FIRING) {
            return this;
        }
        // A clock that went back must not keep an alert pending for longer than it says.
        boolean due = !Duration.between(began, now).minus(after).isNegative() || now.isBefore(began);
        if (due) {
            return new AlertState(Phase.FIRING, now, began);
        }
        return phase == Phase.PENDING ? this : new AlertState(Phase.PENDING, now, now);
    }
}
