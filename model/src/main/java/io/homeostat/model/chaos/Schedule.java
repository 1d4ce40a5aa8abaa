package io.homeostat.model.chaos;

import io.homeostat.model.Durations;
import java.time.Duration;
import java.time.ZoneId;
import org.jspecify.annotations.Nullable;

/**
 * When an experiment runs by itself. Exactly one of the two is there.
 *
 * @param cron as a CronJob has it, in the time zone
 * @param freshness what it shows is never to be older
 */
public record Schedule(@Nullable String cron, @Nullable Duration freshness, ZoneId zone) {

    /** For people. */
    public String said() {
        return cron != null ? cron + " (" + zone + ")" : "never older than " + days(freshness);
    }

    private static String days(@Nullable Duration time) {
        return time == null ? "" : Durations.format(time);
    }
}
