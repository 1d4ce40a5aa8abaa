package io.homeostat.signal;

import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/**
 * The standard alerts on an error budget: a fast burn calls at once, a slow one in good time. Each looks at a long time, so that
 * it means something, and at a twelfth of that, so that it ends soon after the burning does.
 *
 * <p>A factor is the burn rate that spends a share of the budget within the long time: 2 % in an hour, 5 % in 6 hours, 10 % in a
 * day and in 3 days. For a window of 30 days these are 14.4, 6, 3 and 1; for 28 days 13.44, 5.6, 2.8 and 0.93 (The Site
 * Reliability Workbook, chapter 5). In windows shorter than 4 weeks it is the times that shrink, in proportion, and the factors
 * of 30 days hold.
 */
public final class BurnRates {

    private static final Duration MONTH = Duration.ofDays(30);
    private static final Duration FOUR_WEEKS = Duration.ofDays(28);
    private static final Duration SHORTEST = Duration.ofSeconds(30);
    private static final Duration BUCKET = Duration.ofSeconds(10);
    private static final int SHORT = 12;

    /**
     * @param name {@code burn-1h} …
     * @param factor burn rate from which on it alerts
     */
    public record Tier(String name, String severity, Duration longTime, Duration shortTime, double factor) {}

    private record Share(double ofBudget, Duration within, String severity) {}

    private static final List<Share> SHARES = List.of(
            new Share(0.02, Duration.ofHours(1), "page"),
            new Share(0.05, Duration.ofHours(6), "page"),
            new Share(0.10, Duration.ofDays(1), "ticket"),
            new Share(0.10, Duration.ofDays(3), "ticket"));

    private BurnRates() {}

    /** For a window of this length. */
    public static List<Tier> standard(Duration window) {
        return SHARES.stream()
                .flatMap(share -> window.compareTo(FOUR_WEEKS) >= 0
                        ? Stream.of(tier(share, share.within(), window))
                        : Stream.of(tier(share, shrunk(share.within(), window), MONTH)))
                .toList();
    }

    private static Tier tier(Share share, Duration within, Duration window) {
        double factor = share.ofBudget() * window.toMillis() / share.within().toMillis();
        Duration shortTime = whole(within.dividedBy(SHORT));
        return new Tier("burn-" + name(share.within()), share.severity(), within, shortTime, factor);
    }

    private static Duration shrunk(Duration within, Duration window) {
        return max(
                whole(Duration.ofMillis(Math.round((double) within.toMillis() * window.toMillis() / MONTH.toMillis()))),
                SHORTEST);
    }

    /** In whole buckets of what is stored, at least one. */
    private static Duration whole(Duration length) {
        return max(BUCKET.multipliedBy(length.dividedBy(BUCKET)), BUCKET);
    }

    private static Duration max(Duration one, Duration other) {
        return one.compareTo(other) >= 0 ? one : other;
    }

    private static String name(Duration within) {
        return within.toHours() < 24 ? within.toHours() + "h" : within.toDays() + "d";
    }
}
