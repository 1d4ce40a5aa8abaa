package io.homeostat.gate;

import java.util.concurrent.atomic.AtomicInteger;

/** How many requests of a Service may be made once more: each request earns a fifth of one, and ten at most are saved up. */
final class RetryAllowance {

    private static final int PRICE = 5;
    private static final int MOST = 10 * PRICE;

    private final AtomicInteger saved = new AtomicInteger(MOST);

    void earn() {
        if (saved.get() < MOST) {
            saved.incrementAndGet();
        }
    }

    boolean spend() {
        return saved.getAndUpdate(before -> before >= PRICE ? before - PRICE : before) >= PRICE;
    }
}
