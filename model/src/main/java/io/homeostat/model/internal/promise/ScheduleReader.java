package io.homeostat.model.internal.promise;

import io.homeostat.model.CronSchedule;
import io.homeostat.model.Document;
import io.homeostat.model.Durations;
import io.homeostat.model.Node;
import io.homeostat.model.Problem;
import io.homeostat.model.chaos.Calendar;
import io.homeostat.model.chaos.Schedule;
import io.homeostat.model.internal.our.ReliabilityKinds;
import io.homeostat.model.slo.Promises.Unread;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code schedule:} of an Experiment, and {@code kind: Calendar}. */
final class ScheduleReader {

    private ScheduleReader() {}

    /** @return null when it is none, which is reported */
    static @Nullable Schedule schedule(Node.Mapping spec, List<Problem> problems) {
        String cron = spec.text("cron");
        String said = spec.text("freshness");
        Duration freshness = said == null ? null : Durations.parse(said);
        if ((cron == null) == (said == null)) {
            problems.add(problem(spec, "a schedule has exactly one of cron and freshness"));
        } else if (cron != null && CronSchedule.parse(cron) == null) {
            problems.add(problem(spec, "'" + cron + "' is no schedule: " + CronSchedule.FORM));
        } else if (freshness != null && freshness.isZero()) {
            problems.add(problem(spec, "nothing is always fresher than no time"));
        } else {
            return new Schedule(cron, freshness, ZoneId.of(spec.text("timeZone", "UTC")));
        }
        return null;
    }

    /** Those that cannot be read as well. */
    static List<Calendar> calendars(
            Library library, List<Document> documents, List<Unread> unread, List<Problem> problems) {
        List<Calendar> calendars = new ArrayList<>();
        for (Document document : documents) {
            if (document.key().kind().equals("Calendar")) {
                Problem error = library.errorOf(document);
                calendars.add(
                        error == null
                                ? calendar(document, problems)
                                : wrong(document.key().name(), error.toString()));
            }
        }
        for (Unread each : unread) {
            if (each.kind().equals("Calendar")) {
                calendars.add(wrong("in " + each.why().at().file(), each.message()));
            }
        }
        return List.copyOf(calendars);
    }

    private static Calendar wrong(String name, String error) {
        return new Calendar(name, List.of("*"), null, List.of(), 0, error);
    }

    private static Calendar calendar(Document document, List<Problem> problems) {
        int before = problems.size();
        Node.Mapping spec = document.spec();
        List<String> experiments = new ArrayList<>();
        spec.sequence("experiments").forEach(each -> experiments.add(each.toString()));
        List<Calendar.Blackout> blackouts = new ArrayList<>();
        for (Node each : spec.sequence("blackouts")) {
            if (each instanceof Node.Mapping blackout) {
                Instant from = ReliabilityKinds.moment(blackout.text("from", ""));
                Instant to = ReliabilityKinds.moment(blackout.text("to", ""));
                if (from == null || to == null || !from.isBefore(to)) {
                    problems.add(problem(blackout, "a black-out begins before it ends"));
                } else {
                    blackouts.add(new Calendar.Blackout(from, to, blackout.text("reason", "")));
                }
            }
        }
        if (problems.size() > before) {
            return wrong(document.key().name(), problems.getLast().toString());
        }
        return new Calendar(
                document.key().name(),
                experiments.isEmpty() ? List.of("*") : List.copyOf(experiments),
                spec.get("hours") == null ? null : GuardsReader.hours(spec.mapping("hours")),
                List.copyOf(blackouts),
                spec.get("budgetFloor") instanceof Node.Numeric floor
                        ? floor.value().doubleValue()
                        : 0,
                null);
    }

    private static Problem problem(Node.Mapping at, String message) {
        return Problem.error(at.at(), "bad-schedule", message);
    }
}
