package io.homeostat.chaos.schedule;

import io.homeostat.model.CronSchedule;
import io.homeostat.model.chaos.Schedule;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import org.jspecify.annotations.Nullable;

/** Whether an experiment is due. Pure. */
public final class Timetable {

    /** What could not begin so long after its minute waits for the next one. */
    static final Duration GRACE = Duration.ofHours(1);

    /** What showed nothing is not tried again at once: whatever keeps it from that is likely still there. */
    static final Duration RETRY = Duration.ofHours(1);

    /** From this share of its freshness on it is due, so that what is in its way for a while makes nothing stale. */
    private static final double EARLY = 0.8;

    /** Over so much of the rest they are spread, each at its own place, so that they do not all come on one day. */
    private static final double SPREAD = 0.15;

    /** What was declared otherwise since counts half, so it is due after this share of its freshness, but not at each commit. */
    private static final double CHANGED = 0.1;

    private Timetable() {}

    /** Whether, or when. */
    public sealed interface Due {

        /** @param since the longer ago, the more pressing; {@link Instant#MIN} when it never ran */
        record Now(Instant since) implements Due {}

        /** @param at null: never again */
        record Later(@Nullable Instant at) implements Due {}
    }

    /**
     * @param name spreads it among the others
     * @param lastStarted when it last began, whoever wanted it; null when it never did
     * @param lastShown when it last held or broke; null when it never did
     * @param known since when its schedule is known here; minutes before that do not count
     * @param changed what it touched was declared otherwise since it was last shown
     */
    public static Due due(
            Schedule schedule,
            String name,
            @Nullable Instant lastStarted,
            @Nullable Instant lastShown,
            Instant known,
            boolean changed,
            Instant now) {
        String cron = schedule.cron();
        Duration freshness = schedule.freshness();
        if (cron != null) {
            return minutes(cron, schedule, lastStarted, known, now);
        }
        return freshness == null ? new Due.Later(null) : fresh(freshness, name, lastStarted, lastShown, changed, now);
    }

    private static Due minutes(
            String cron, Schedule schedule, @Nullable Instant lastStarted, Instant known, Instant now) {
        CronSchedule minutes = CronSchedule.parse(cron);
        if (minutes == null) {
            return new Due.Later(null);
        }
        // No minute that long ago counts any longer, so none of them has to be gone through.
        Instant from = latest(lastStarted == null ? known : lastStarted, known, now.minus(GRACE));
        ZonedDateTime next = minutes.next(from.atZone(schedule.zone()));
        if (next == null) {
            return new Due.Later(null);
        }
        return next.toInstant().isAfter(now) ? new Due.Later(next.toInstant()) : new Due.Now(next.toInstant());
    }

    private static Instant latest(Instant one, Instant other, Instant third) {
        Instant later = one.isAfter(other) ? one : other;
        return later.isAfter(third) ? later : third;
    }

    private static Due fresh(
            Duration freshness,
            String name,
            @Nullable Instant lastStarted,
            @Nullable Instant lastShown,
            boolean changed,
            Instant now) {
        if (lastStarted != null
                && (lastShown == null || lastShown.isBefore(lastStarted))
                && lastStarted.plus(RETRY).isAfter(now)) {
            return new Due.Later(lastStarted.plus(RETRY));
        }
        if (lastShown == null) {
            return new Due.Now(Instant.MIN);
        }
        double place = Math.floorMod(name.hashCode() * 0x9E3779B9, 1000) / 1000.0;
        double share = changed ? CHANGED : EARLY + SPREAD * place;
        Instant at = lastShown.plusMillis((long) (freshness.toMillis() * share));
        return at.isAfter(now) ? new Due.Later(at) : new Due.Now(lastShown);
    }
}
