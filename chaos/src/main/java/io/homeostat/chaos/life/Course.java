package io.homeostat.chaos.life;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How far a run got.
 *
 * @param since when the phase began
 * @param verdict null as long as nothing was decided
 * @param reason of the verdict; empty without one
 * @param broke the check that broke first; empty when none did
 * @param breachedAt when it did; null when none did
 * @param steadyBefore all checks held before anything was done
 * @param checkedDuring every check was made while the faults were there
 * @param unnoticed no alert fired in time, although the faults were there
 * @param recovered all checks held again afterwards, and what was touched was well
 */
public record Course(
        Phase phase,
        Instant since,
        @Nullable Verdict verdict,
        String reason,
        String broke,
        @Nullable Instant breachedAt,
        boolean steadyBefore,
        boolean checkedDuring,
        boolean unnoticed,
        boolean recovered) {

    public static Course begin(Instant now) {
        return new Course(Phase.BEFORE, now, null, "", "", null, false, false, false, false);
    }

    public boolean isOver() {
        return phase == Phase.OVER;
    }

    Course to(Phase next, Instant now) {
        return new Course(
                next, now, verdict, reason, broke, breachedAt, steadyBefore, checkedDuring, unnoticed, recovered);
    }

    Course decided(Verdict what, String why) {
        return new Course(
                phase, since, what, why, broke, breachedAt, steadyBefore, checkedDuring, unnoticed, recovered);
    }

    Course breached(String check, Instant at) {
        return new Course(phase, since, verdict, reason, check, at, steadyBefore, checkedDuring, unnoticed, recovered);
    }

    Course steady() {
        return new Course(phase, since, verdict, reason, broke, breachedAt, true, checkedDuring, unnoticed, recovered);
    }

    Course checked() {
        return new Course(phase, since, verdict, reason, broke, breachedAt, steadyBefore, true, unnoticed, recovered);
    }

    Course unseen() {
        return new Course(
                phase, since, verdict, reason, broke, breachedAt, steadyBefore, checkedDuring, true, recovered);
    }

    Course recoveredAgain() {
        return new Course(
                phase, since, verdict, reason, broke, breachedAt, steadyBefore, checkedDuring, unnoticed, true);
    }
}
