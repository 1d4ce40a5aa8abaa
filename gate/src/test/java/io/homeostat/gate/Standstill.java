package io.homeostat.gate;

import java.util.concurrent.atomic.AtomicLong;

/** A number that grew and grows no more. */
final class Standstill {

    /** Looks in a row; {@link Until} looks about once a millisecond. */
    private static final int LOOKS = 300;

    private Standstill() {}

    static void of(AtomicLong number) throws Exception {
        AtomicLong before = new AtomicLong(-1);
        AtomicLong same = new AtomicLong();
        Until.holds("it stands still", () -> {
            long now = number.get();
            if (now == 0 || before.getAndSet(now) != now) {
                same.set(0);
            }
            return same.incrementAndGet() > LOOKS;
        });
    }
}
