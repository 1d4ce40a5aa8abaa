package io.homeostat.chaos.life;

import io.homeostat.chaos.life.Look.Checked;
import io.homeostat.converge.Faults;
import io.homeostat.model.Durations;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What comes next in a run.
 *
 * <pre>
 *   BEFORE ──all hold──► INJECT ──► DURING ──time is up, or a break──► STOP ──undone──► RECOVERY ──► OVER
 *      └── no steady state: inconclusive ─────────────────────────────────────────────────────────────┘
 * </pre>
 *
 * <p>Strict: what does not hold beforehand is no success, a check that cannot be made is none, any break counts, and a fault that
 * nobody saw at its place proves nothing. Where somebody is to notice, what breaks is undone once an alert fires or the time for it
 * is over; everywhere else at once. Whatever happens after faults were begun, the way to the end leads through STOP and
 * RECOVERY. Pure.
 */
public final class Life {

    /** How much longer than the steady time a check may take to have something to look at. */
    static final Duration PATIENCE = Duration.ofSeconds(10);

    /** What is broken when a bad change gets through, in the place of a check's name. */
    public static final String GUARDRAILS = "guardrails";

    /** What is broken when no alert fired in time, in the place of a check's name. */
    public static final String NOTICE = "notice";

    private final Duration steady;
    private final Duration duration;
    private final Duration recovery;
    private final @Nullable Duration noticedWithin;
    private final int wanted;

    /**
     * @param steady how long all must hold without a break, before and after
     * @param duration how long the faults stay
     * @param recovery how long it may take until all is as before
     * @param noticedWithin how soon after the faults began an alert has to fire; null: none has to
     * @param wanted how many faults; with none, all is looked at as if there were some
     */
    public Life(Duration steady, Duration duration, Duration recovery, @Nullable Duration noticedWithin, int wanted) {
        this.steady = steady;
        this.duration = duration;
        this.recovery = recovery;
        this.noticedWithin = noticedWithin;
        this.wanted = wanted;
    }

    public Course next(Course course, Look look) {
        return switch (course.phase()) {
            case BEFORE -> before(course, look);
            case INJECT -> inject(course, look);
            case DURING -> during(course, look);
            case STOP -> look.undone() ? course.to(Phase.RECOVERY, look.now()) : course;
            case RECOVERY -> recovery(course, look);
            case OVER -> course;
        };
    }

    private Course before(Course course, Look look) {
        if (look.abort() != null) {
            return over(course.decided(Verdict.ABORTED, look.abort()), look);
        }
        Checked broken = broken(course, look);
        if (broken != null) {
            return over(inconclusive(course, "there was no steady state before: " + brokeBy(broken)), look);
        }
        Checked impossible = impossible(look);
        if (impossible != null) {
            return over(inconclusive(course, "a check cannot be made: " + said(impossible)), look);
        }
        if (heldFor(course, look)) {
            return course.steady().to(Phase.INJECT, look.now());
        }
        Checked silent = unknown(look);
        if (silent != null && past(course, look, steady.plus(PATIENCE))) {
            return over(inconclusive(course, "there is nothing to check: " + said(silent)), look);
        }
        return course;
    }

    private Course inject(Course course, Look look) {
        if (look.failed() != null) {
            return stop(inconclusive(course, "the faults could not be begun: " + look.failed()), look);
        }
        if (look.abort() != null) {
            return stop(course.decided(Verdict.ABORTED, look.abort()), look);
        }
        // What broke while they were being begun counts, and nobody waits for the rest of them then.
        Course breached = breached(course, look);
        boolean isBeginning = look.faults().size() < wanted && breached.verdict() == null;
        return isBeginning ? course : breached.to(Phase.DURING, look.now());
    }

    private Course during(Course course, Look look) {
        Course breached = breached(course, look);
        if (breached.verdict() != null) {
            return mayBeNoticedYet(breached, look) ? breached : stop(afterBreach(breached, look), look);
        }
        if (look.abort() != null) {
            return stop(course.decided(Verdict.ABORTED, look.abort()), look);
        }
        if (look.failed() != null) {
            return stop(inconclusive(course, "the faults could not be kept up: " + look.failed()), look);
        }
        Checked impossible = impossible(look);
        if (impossible != null) {
            return stop(inconclusive(course, "a check could not be made: " + said(impossible)), look);
        }
        if (!past(course, look, duration) && !isLate(course, look)) {
            return course;
        }
        Checked silent = unknown(look);
        if (silent != null) {
            return stop(inconclusive(course, "there was nothing to check meanwhile: " + said(silent)), look);
        }
        for (Faults.State fault : look.faults()) {
            if (!fault.observed()) {
                return stop(
                        inconclusive(
                                course.checked(),
                                "the fault " + fault.id() + " was not seen at its place, so nothing is shown"
                                        + (fault.seen().isEmpty() ? "" : ": " + fault.seen())),
                        look);
            }
        }
        for (Faults.State fault : look.faults()) {
            if (fault.through() != null) {
                return stop(
                        course.checked()
                                .breached(GUARDRAILS, look.now())
                                .decided(Verdict.BROKEN, "no guardrail caught " + fault.id() + ": " + fault.through()),
                        look);
            }
        }
        return stop(
                isLate(course, look)
                        ? course.checked().breached(NOTICE, look.now()).unseen().decided(Verdict.BROKEN, nobody())
                        : course.checked(),
                look);
    }

    /** The first break is the one that counts. */
    private static Course breached(Course course, Look look) {
        Checked broken = broken(course, look);
        if (broken == null || course.verdict() != null) {
            return course;
        }
        Instant at = broken.brokeAt() == null ? look.now() : broken.brokeAt();
        return course.checked().breached(broken.name(), at).decided(Verdict.BROKEN, brokeBy(broken));
    }

    /** The faults go on, although a promise is broken: that is what somebody is to notice. */
    private boolean mayBeNoticedYet(Course course, Look look) {
        return noticedWithin != null
                && look.noticed() == null
                && look.abort() == null
                && look.failed() == null
                && !past(course, look, noticedWithin);
    }

    private Course afterBreach(Course course, Look look) {
        if (noticedWithin == null || look.noticed() != null) {
            return course;
        }
        String ended = look.abort() == null ? look.failed() : look.abort();
        if (ended != null) {
            return course.decided(
                    Verdict.BROKEN, course.reason() + "; it ended before somebody had to notice: " + ended);
        }
        return look.faults().stream().allMatch(Faults.State::observed)
                ? course.unseen().decided(Verdict.BROKEN, course.reason() + "; and " + nobody())
                : course;
    }

    /** No alert fired in the time that there was for it. */
    private boolean isLate(Course course, Look look) {
        return noticedWithin != null && look.noticed() == null && past(course, look, noticedWithin);
    }

    private String nobody() {
        return "nobody noticed within " + (noticedWithin == null ? "" : Durations.format(noticedWithin))
                + ": no alert fired";
    }

    private Course recovery(Course course, Look look) {
        boolean well = look.unwell() == null;
        if (well && heldFor(course, look)) {
            Course recovered = course.recoveredAgain();
            return over(
                    recovered.verdict() == null
                            ? recovered.decided(Verdict.HELD, "every check held, and all is as before")
                            : recovered,
                    look);
        }
        if (!past(course, look, recovery)) {
            return course;
        }
        Checked open = look.checks().stream()
                .filter(check -> check.state() != Checked.State.HOLDS)
                .findFirst()
                .orElse(null);
        String what = look.unwell() != null ? look.unwell() : open == null ? "it did not stay steady" : said(open);
        if (course.verdict() != null) {
            return over(course.decided(course.verdict(), course.reason() + "; and it did not recover: " + what), look);
        }
        return over(
                open != null && open.state() == Checked.State.UNKNOWN
                        ? inconclusive(course, "recovery could not be verified: " + what)
                        : course.decided(Verdict.BROKEN, "it did not recover in time: " + what),
                look);
    }

    private static Course stop(Course course, Look look) {
        return course.to(Phase.STOP, look.now());
    }

    private static Course over(Course course, Look look) {
        return course.to(Phase.OVER, look.now());
    }

    private static Course inconclusive(Course course, String why) {
        return course.decided(Verdict.INCONCLUSIVE, why);
    }

    private static boolean past(Course course, Look look, Duration length) {
        return !look.now().isBefore(course.since().plus(length));
    }

    /** All of them, without a break, and each was looked at in this phase. */
    private boolean heldFor(Course course, Look look) {
        return past(course, look, steady)
                && look.checks().stream().allMatch(check -> {
                    Instant since = check.holdsSince();
                    if (check.state() != Checked.State.HOLDS || check.looks() == 0 || since == null) {
                        return false;
                    }
                    Instant from = since.isBefore(course.since()) ? course.since() : since;
                    return !look.now().isBefore(from.plus(steady));
                });
    }

    private static @Nullable Checked broken(Course course, Look look) {
        return first(look.checks().stream()
                .filter(check -> check.brokeSince(course.since()))
                .toList());
    }

    private static @Nullable Checked impossible(Look look) {
        return first(look.checks().stream()
                .filter(check -> check.state() == Checked.State.IMPOSSIBLE)
                .toList());
    }

    private static @Nullable Checked unknown(Look look) {
        return first(look.checks().stream()
                .filter(check -> check.state() == Checked.State.UNKNOWN || check.looks() == 0)
                .toList());
    }

    private static @Nullable Checked first(List<Checked> some) {
        return some.isEmpty() ? null : some.getFirst();
    }

    private static String said(Checked check) {
        return check.detail().isEmpty() ? check.name() : check.name() + ": " + check.detail();
    }

    private static String brokeBy(Checked check) {
        return check.broke().isEmpty() ? said(check) : check.name() + ": " + check.broke();
    }
}
