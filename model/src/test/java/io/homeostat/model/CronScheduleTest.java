package io.homeostat.model;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.ZonedDateTime;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CronScheduleTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "*/5 * * * * | 2026-11-21T10:03:20Z | 2026-11-21T10:05Z",
                "0 3 * * * | 2026-11-21T03:00Z | 2026-11-22T03:00Z",
                "@hourly | 2026-12-31T23:30Z | 2027-01-01T00:00Z",
                "0 0 29 2 * | 2026-11-21T00:00Z | 2028-02-29T00:00Z",
                "0 12 1,15 * MON | 2026-11-21T00:00Z | 2026-11-23T12:00Z",
                "30 6-8/2 * JAN-MAR sun | 2026-11-21T00:00Z | 2027-01-03T06:30Z",
                "0 0 * * ? | 2026-11-21T00:00Z | 2026-11-22T00:00Z",
                // Clocks go from 02:00 to 03:00: that day has no 02:30.
                "30 2 * * * | 2026-03-28T12:00+01:00[Europe/Berlin] | 2026-03-30T02:30+02:00[Europe/Berlin]",
            })
    void theNextTimeIsTheFirstThatMatches(String schedule, ZonedDateTime from, ZonedDateTime next) {
        assertThat(requireNonNull(CronSchedule.parse(schedule)).next(from)).isEqualTo(next);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "", "* * * *", "* * * * * *", "60 * * * *", "* 24 * * *", "* * 0 * *", "* * 32 * *", "* * * 13 *",
                "* * * * 7", "*/0 * * * *", "5-1 * * * *", "a * * * *", "1,,2 * * * *", "@never", "-1 * * * *",
                        "1- * * * *",
                "TZ=UTC 0 0 * * *"
            })
    void whatIsNoScheduleIsRefused(String text) {
        assertThat(CronSchedule.parse(text)).isNull();
    }

    @Test
    void aDayThatNeverComesIsTold() {
        assertThat(requireNonNull(CronSchedule.parse("0 0 31 2 *")).next(ZonedDateTime.parse("2026-11-21T00:00Z")))
                .isNull();
    }

    /** Against the definition itself: go on minute by minute and ask. */
    @Test
    void noMatchIsSkipped() {
        for (long seed = 1; seed <= 50; seed++) {
            Random random = new Random(seed);
            int minute = random.nextInt(60);
            int hour = random.nextInt(24);
            int weekday = random.nextInt(7);
            ZonedDateTime from = ZonedDateTime.parse("2026-01-01T00:00Z").plusMinutes(random.nextInt(500_000));
            ZonedDateTime time = from.withSecond(0).plusMinutes(1);
            while (time.getMinute() != minute
                    || time.getHour() != hour
                    || time.getDayOfWeek().getValue() % 7 != weekday) {
                time = time.plusMinutes(1);
            }
            CronSchedule schedule = CronSchedule.parse("%d %d * * %d".formatted(minute, hour, weekday));
            assertThat(requireNonNull(schedule).next(from)).as("seed %d", seed).isEqualTo(time);
        }
    }
}
