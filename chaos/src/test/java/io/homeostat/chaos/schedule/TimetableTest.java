package io.homeostat.chaos.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import io.homeostat.chaos.schedule.Timetable.Due;
import io.homeostat.model.Rollout.Hours;
import io.homeostat.model.chaos.Calendar;
import io.homeostat.model.chaos.Schedule;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** When an experiment is due, and what calendars say. */
class TimetableTest {

    private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");
    private static final Instant LONG_AGO = Instant.parse("2026-01-01T00:00:00Z");

    private static Instant at(String time) {
        return Instant.parse(time);
    }

    /** At three in the morning in Berlin, which is two or one in UTC. */
    private static Due nightly(@Nullable Instant started, Instant now) {
        return Timetable.due(new Schedule("0 3 * * *", null, BERLIN), "x", started, started, LONG_AGO, false, now);
    }

    private static Due monthly(String name, @Nullable Instant shown, Instant now) {
        return Timetable.due(new Schedule(null, Duration.ofDays(30), BERLIN), name, shown, shown, LONG_AGO, false, now);
    }

    @Test
    void minutesAreThoseOfTheTimeZoneSummerAndWinter() {
        assertThat(nightly(null, at("2026-07-01T00:30:00Z"))).isEqualTo(new Due.Later(at("2026-07-01T01:00:00Z")));
        assertThat(nightly(null, at("2026-12-01T00:30:00Z"))).isEqualTo(new Due.Later(at("2026-12-01T02:00:00Z")));
        assertThat(nightly(null, at("2026-12-01T02:00:00Z"))).isEqualTo(new Due.Now(at("2026-12-01T02:00:00Z")));
    }

    @Test
    void whatRanAtItsMinuteIsNotDueAgain() {
        Instant ran = at("2026-12-01T02:00:05Z");
        assertThat(nightly(ran, at("2026-12-01T02:10:00Z"))).isEqualTo(new Due.Later(at("2026-12-02T02:00:00Z")));
    }

    @Test
    void whatCouldNotBeginWithinAnHourWaitsForTheNextTime() {
        assertThat(nightly(null, at("2026-12-01T02:59:00Z"))).isEqualTo(new Due.Now(at("2026-12-01T02:00:00Z")));
        assertThat(nightly(null, at("2026-12-01T03:01:00Z"))).isEqualTo(new Due.Later(at("2026-12-02T02:00:00Z")));
    }

    @Test
    void minutesBeforeItsScheduleWasKnownDoNotCount() {
        Schedule nightly = new Schedule("0 3 * * *", null, BERLIN);
        assertThat(Timetable.due(
                        nightly, "x", null, null, at("2026-12-01T02:20:00Z"), false, at("2026-12-01T02:30:00Z")))
                .isEqualTo(new Due.Later(at("2026-12-02T02:00:00Z")));
    }

    @Test
    void whatNeverShowedAnythingIsDueAtOnceAndBeforeAllOthers() {
        assertThat(monthly("x", null, at("2026-12-01T00:00:00Z"))).isEqualTo(new Due.Now(Instant.MIN));
    }

    @Test
    void whatShowedNothingIsTriedAgainInAnHourAndNotAtOnce() {
        Instant started = at("2026-12-01T00:00:00Z");
        Instant shownBefore = at("2026-10-01T00:00:00Z");
        assertThat(triedInVain(null, started, started.plusSeconds(60)))
                .isEqualTo(new Due.Later(started.plus(Timetable.RETRY)));
        assertThat(triedInVain(shownBefore, started, started.plusSeconds(60)))
                .isEqualTo(new Due.Later(started.plus(Timetable.RETRY)));
        assertThat(triedInVain(null, started, started.plus(Timetable.RETRY))).isInstanceOf(Due.Now.class);
    }

    private static Due triedInVain(@Nullable Instant shown, Instant started, Instant now) {
        return Timetable.due(
                new Schedule(null, Duration.ofDays(30), BERLIN), "x", started, shown, LONG_AGO, false, now);
    }

    @Test
    void whatIsToStayFreshIsDueBeforeItIsStaleAndNotAllOnOneDay() {
        Instant shown = at("2026-11-01T00:00:00Z");
        Set<Instant> dues = new HashSet<>();
        for (int i = 0; i < 50; i++) {
            assertThat(monthly("x" + i, shown, shown.plus(Duration.ofHours(24 * 30 - 30))))
                    .isEqualTo(new Due.Now(shown));
            Due early = monthly("x" + i, shown, shown.plus(Duration.ofDays(23)));
            assertThat(early).isInstanceOf(Due.Later.class);
            dues.add(((Due.Later) early).at());
        }
        assertThat(dues).hasSizeGreaterThan(30);
    }

    @Test
    void whatHasChangedIsDueMuchSoonerAndNotAtOnce() {
        Instant shown = at("2026-11-01T00:00:00Z");
        Schedule schedule = new Schedule(null, Duration.ofDays(30), BERLIN);
        Instant threeDays = shown.plus(Duration.ofDays(3));
        assertThat(Timetable.due(schedule, "x", shown, shown, LONG_AGO, true, shown.plusSeconds(60)))
                .isEqualTo(new Due.Later(threeDays));
        assertThat(Timetable.due(schedule, "x", shown, shown, LONG_AGO, true, threeDays))
                .isEqualTo(new Due.Now(shown));
        assertThat(Timetable.due(schedule, "x", shown, shown, LONG_AGO, false, threeDays))
                .isInstanceOf(Due.Later.class);
    }

    @Test
    void calendarsSayNoInTheirBlackoutsOutsideOfTheirHoursAndBelowTheirFloor() {
        Calendar calendar = new Calendar(
                "year",
                List.of("x"),
                new Hours(Set.of(DayOfWeek.MONDAY), LocalTime.of(9, 0), LocalTime.of(17, 0), BERLIN),
                List.of(new Calendar.Blackout(at("2026-12-24T00:00:00Z"), at("2026-12-27T00:00:00Z"), "Christmas")),
                25,
                null);
        Instant mondayNoon = at("2026-11-30T11:00:00Z");
        assertThat(Calendars.objections(List.of(calendar), "x", Map.of("web", 0.5), mondayNoon))
                .isEmpty();
        assertThat(Calendars.objections(List.of(calendar), "y", Map.of("web", 0.1), at("2026-12-25T00:00:00Z")))
                .as("it is for x alone")
                .isEmpty();
        assertThat(Calendars.objections(List.of(calendar), "x", Map.of("web", 0.1), mondayNoon))
                .containsExactly("10% of the error budget of web is left, and the calendar year wants 25%");
        assertThat(Calendars.objections(List.of(calendar), "x", Map.of(), at("2026-11-30T16:30:00Z")))
                .containsExactly("it is outside of the hours of the calendar year: 09:00 to 17:00 Europe/Berlin");
        assertThat(Calendars.objections(List.of(calendar), "x", Map.of(), at("2026-12-25T00:00:00Z")))
                .contains("the calendar year has a black-out until 2026-12-27T00:00:00Z: Christmas");
    }
}
