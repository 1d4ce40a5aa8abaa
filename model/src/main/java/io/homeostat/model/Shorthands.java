package io.homeostat.model;

import java.time.Duration;
import java.time.Period;
import java.time.temporal.TemporalAmount;
import org.jspecify.annotations.Nullable;

/** OpenSLO's lengths of time: one whole number and one letter, {@code 5m}, {@code 12h}, {@code 28d}, {@code 4w}, {@code 1M}. */
public final class Shorthands {
    /** What {@link #parse} reads, for messages. */
    public static final String FORM =
            "a number and one letter: '5m' (minutes), '12h', '28d', '4w', '1M' (months), '1Q' (quarters) or '1Y'";

    /** The same as a regular expression of JSON Schema. */
    public static final String PATTERN = "^[1-9][0-9]*[mhdwMQY]$";

    private static final int MOST_DIGITS = 6;

    private Shorthands() {}

    /** Minutes and hours are exact; days and longer are those of a calendar. Null when the text is something else. */
    public static @Nullable TemporalAmount parse(String text) {
        int digits = text.length() - 1;
        if (digits < 1 || digits > MOST_DIGITS || !text.matches(PATTERN)) {
            return null;
        }
        int count = Integer.parseInt(text.substring(0, digits));
        return switch (text.charAt(digits)) {
            case 'm' -> Duration.ofMinutes(count);
            case 'h' -> Duration.ofHours(count);
            case 'd' -> Period.ofDays(count);
            case 'w' -> Period.ofWeeks(count);
            case 'M' -> Period.ofMonths(count);
            case 'Q' -> Period.ofMonths(3 * count);
            default -> Period.ofYears(count);
        };
    }

    /** As an exact length: a day is 24 hours, a month 30 days, a quarter 90, a year 365. */
    public static Duration exact(TemporalAmount amount) {
        return switch (amount) {
            case Duration duration -> duration;
            case Period period ->
                Duration.ofDays(period.getYears() * 365L + period.getMonths() * 30L + period.getDays());
            default -> throw new IllegalArgumentException("neither a Duration nor a Period: " + amount);
        };
    }

    /** @return null when the text is no length of time */
    public static @Nullable Duration exact(String text) {
        TemporalAmount amount = parse(text);
        return amount == null ? null : exact(amount);
    }
}
