package io.homeostat.chaos.schedule;

import io.homeostat.model.chaos.Calendar;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** Why the calendars say no. Pure. */
public final class Calendars {

    private Calendars() {}

    /**
     * @param budgets what is left of each error budget concerned: 1 all of it
     * @return one sentence each; none when they say nothing
     */
    public static List<String> objections(
            List<Calendar> calendars, String experiment, Map<String, Double> budgets, Instant now) {
        List<String> objections = new ArrayList<>();
        for (Calendar calendar : calendars) {
            if (!calendar.concerns(experiment)) {
                continue;
            }
            if (calendar.error() != null) {
                objections.add("the calendar " + calendar.name() + " has an error, so nothing is disturbed before it is"
                        + " mended: " + calendar.error());
            }
            for (Calendar.Blackout blackout : calendar.blackouts()) {
                if (blackout.holds(now)) {
                    objections.add("the calendar " + calendar.name() + " has a black-out until " + blackout.to() + ": "
                            + blackout.reason());
                }
            }
            if (calendar.hours() != null && !calendar.hours().contain(now)) {
                objections.add("it is outside of the hours of the calendar " + calendar.name() + ": "
                        + calendar.hours().from() + " to " + calendar.hours().to() + " "
                        + calendar.hours().zone());
            }
            new TreeMap<>(budgets).forEach((slo, left) -> {
                if (left * 100 < calendar.budgetFloor()) {
                    objections.add(String.format(
                            Locale.ROOT,
                            "%.0f%% of the error budget of %s is left, and the calendar %s wants %.0f%%",
                            left * 100,
                            slo,
                            calendar.name(),
                            calendar.budgetFloor()));
                }
            });
        }
        return objections;
    }
}
