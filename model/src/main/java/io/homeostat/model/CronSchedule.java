package io.homeostat.model;

import java.time.DayOfWeek;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.util.BitSet;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * When a CronJob runs: five fields (minute, hour, day of month, month, day of week) or a name such as {@code @daily}, as
 * Kubernetes reads them. When both days are restricted, either may match; that is how cron has always been.
 */
public final class CronSchedule {
    /** What {@link #parse} reads, for messages. */
    public static final String FORM = "five fields 'minute hour day month weekday', such as '*/5 * * * *', or '@daily'";

    private static final List<String> MONTHS =
            List.of("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC");
    private static final List<String> DAYS = List.of("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT");
    /** The 29th of February comes back within eight years; what is not found by then never comes. */
    private static final int YEARS = 9;

    private final BitSet minutes;
    private final BitSet hours;
    private final BitSet days;
    private final BitSet months;
    private final BitSet weekdays;
    private final boolean eitherDay;

    private CronSchedule(BitSet minutes, BitSet hours, BitSet days, BitSet months, BitSet weekdays, boolean eitherDay) {
        this.minutes = minutes;
        this.hours = hours;
        this.days = days;
        this.months = months;
        this.weekdays = weekdays;
        this.eitherDay = eitherDay;
    }

    /** Null when the text is not a schedule. */
    public static @Nullable CronSchedule parse(String text) {
        String[] fields = named(text.trim()).split("[ \t]+", -1);
        if (fields.length != 5) {
            return null;
        }
        BitSet minutes = field(fields[0], 0, 59, List.of());
        BitSet hours = field(fields[1], 0, 23, List.of());
        BitSet days = field(fields[2], 1, 31, List.of());
        BitSet months = field(fields[3], 1, 12, MONTHS);
        BitSet weekdays = field(fields[4], 0, 6, DAYS);
        if (minutes == null || hours == null || days == null || months == null || weekdays == null) {
            return null;
        }
        boolean eitherDay = !isStar(fields[2]) && !isStar(fields[4]);
        return new CronSchedule(minutes, hours, days, months, weekdays, eitherDay);
    }

    /** The first minute after {@code from} that matches, in its time zone; null when there is none in nine years. */
    public @Nullable ZonedDateTime next(ZonedDateTime from) {
        ZonedDateTime time = from.truncatedTo(ChronoUnit.MINUTES).plusMinutes(1);
        int lastYear = from.getYear() + YEARS;
        while (time.getYear() <= lastYear) {
            if (!months.get(time.getMonthValue())) {
                time = time.withDayOfMonth(1).truncatedTo(ChronoUnit.DAYS).plusMonths(1);
            } else if (!isDay(time)) {
                time = time.truncatedTo(ChronoUnit.DAYS).plusDays(1);
            } else if (!hours.get(time.getHour())) {
                time = time.truncatedTo(ChronoUnit.HOURS).plusHours(1);
            } else if (!minutes.get(time.getMinute())) {
                time = time.plusMinutes(1);
            } else {
                return time;
            }
        }
        return null;
    }

    private boolean isDay(ZonedDateTime time) {
        boolean day = days.get(time.getDayOfMonth());
        boolean weekday = weekdays.get(
                time.getDayOfWeek() == DayOfWeek.SUNDAY
                        ? 0
                        : time.getDayOfWeek().getValue());
        return eitherDay ? day || weekday : day && weekday;
    }

    private static String named(String text) {
        return switch (text) {
            case "@yearly", "@annually" -> "0 0 1 1 *";
            case "@monthly" -> "0 0 1 * *";
            case "@weekly" -> "0 0 * * 0";
            case "@daily", "@midnight" -> "0 0 * * *";
            case "@hourly" -> "0 * * * *";
            default -> text;
        };
    }

    private static boolean isStar(String field) {
        return field.startsWith("*") || field.startsWith("?");
    }

    private static @Nullable BitSet field(String field, int min, int max, List<String> names) {
        BitSet values = new BitSet(max + 1);
        for (String part : field.split(",", -1)) {
            if (!range(part, min, max, names, values)) {
                return null;
            }
        }
        return values;
    }

    /** {@code *}, {@code 5}, {@code 1-5}, each with or without {@code /2}. */
    private static boolean range(String part, int min, int max, List<String> names, BitSet into) {
        int slash = part.indexOf('/');
        String range = slash < 0 ? part : part.substring(0, slash);
        int step = slash < 0 ? 1 : number(part.substring(slash + 1));
        int dash = range.indexOf('-');
        int from;
        int to;
        if (range.equals("*") || range.equals("?")) {
            from = min;
            to = max;
        } else if (dash < 0) {
            from = value(range, min, names);
            to = slash < 0 ? from : max;
        } else {
            from = value(range.substring(0, dash), min, names);
            to = value(range.substring(dash + 1), min, names);
        }
        if (step < 1 || from < min || to > max || from > to) {
            return false;
        }
        for (int i = from; i <= to; i += step) {
            into.set(i);
        }
        return true;
    }

    private static int value(String text, int min, List<String> names) {
        int name = names.indexOf(text.toUpperCase(Locale.ROOT));
        return name >= 0 ? name + min : number(text);
    }

    private static int number(String text) {
        boolean digits = !text.isEmpty() && text.length() <= 4 && text.chars().allMatch(c -> c >= '0' && c <= '9');
        return digits ? Integer.parseInt(text) : -1;
    }
}
