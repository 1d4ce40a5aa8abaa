package io.homeostat.converge;

import static org.assertj.core.api.Assertions.assertThat;

import io.homeostat.converge.Step.Cause;
import io.homeostat.journal.Entry;
import io.homeostat.journal.Event;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Which revision an application goes for, from what Git says and the journal remembers. */
class AimTest {

    private static final Instant NOW = Instant.parse("2026-11-21T10:00:00Z");
    private static final Aim.Head.Declared HEAD = new Aim.Head.Declared("r2", "d2");
    private static final Plan EMPTY = new Plan("shop", "r", List.of());

    private ApplicationState state = ApplicationState.unknown("shop");
    private long sequence;

    @Test
    void whatGitSaysIsTheAim() {
        assertThat(Aim.of(HEAD, state)).isEqualTo(new Aim.Go("r2", Cause.CHANGE, "Git says so"));
    }

    @Test
    void aBadRevisionIsNotTriedAgainAndTheLastGoodOneIs() {
        good("r1", "d1");
        bad("r2", "d2");
        assertThat(Aim.of(HEAD, state)).isInstanceOfSatisfying(Aim.Go.class, go -> {
            assertThat(go.revision()).isEqualTo("r1");
            assertThat(go.cause()).isEqualTo(Cause.ROLLBACK);
        });
    }

    @Test
    void anotherCommitWithTheSameDocumentsDoesNotBringABadRevisionBack() {
        good("r1", "d1");
        bad("r2", "d2");
        assertThat(Aim.of(new Aim.Head.Declared("r3", "d2"), state))
                .isInstanceOfSatisfying(
                        Aim.Go.class, go -> assertThat(go.revision()).isEqualTo("r1"));
    }

    @Test
    void otherDocumentsEndTheQuarantine() {
        good("r1", "d1");
        bad("r2", "d2");
        assertThat(Aim.of(new Aim.Head.Declared("r3", "d3"), state))
                .isInstanceOfSatisfying(
                        Aim.Go.class, go -> assertThat(go.revision()).isEqualTo("r3"));
    }

    @Test
    void aReleaseEndsTheQuarantine() {
        good("r1", "d1");
        bad("r2", "d2");
        take(Facts.released("shop"));
        assertThat(Aim.of(HEAD, state))
                .isInstanceOfSatisfying(
                        Aim.Go.class, go -> assertThat(go.revision()).isEqualTo("r2"));
    }

    @Test
    void withNoGoodRevisionItIsHeld() {
        bad("r2", "d2");
        assertThat(Aim.of(HEAD, state)).isInstanceOf(Aim.Stay.class);
    }

    @Test
    void onFailureHoldStaysWhereItIs() {
        good("r1", "d1");
        take(Facts.syncStarted(new Aim.Go("r2", Cause.CHANGE, ""), "d2", EMPTY));
        take(Facts.quarantined("shop", "r2", "d2", "crash loop", false, true));
        assertThat(Aim.of(HEAD, state)).isInstanceOf(Aim.Stay.class);
        assertThat(Aim.of(new Aim.Head.Invalid("r3", "a slip"), state)).isInstanceOf(Aim.Stay.class);
    }

    @Test
    void anInvalidRevisionLeavesWhatWasGoneForLast() {
        good("r1", "d1");
        assertThat(Aim.of(new Aim.Head.Invalid("r2", "apps/web.yaml:3:1: unknown key"), state))
                .isInstanceOfSatisfying(
                        Aim.Go.class, go -> assertThat(go.revision()).isEqualTo("r1"));
    }

    @Test
    void aGoodRevisionThatTurnsOutBadLaterIsNotGoneBackTo() {
        good("r1", "d1");
        good("r2", "d2");
        take(Facts.quarantined("shop", "r2", "d2", "rolled back by hand", true, false));
        assertThat(state.lastGood())
                .isNotNull()
                .extracting(ApplicationState.Good::revision)
                .isEqualTo("r1");
    }

    @Test
    void whatLeftGitIsRemoved() {
        good("r1", "d1");
        assertThat(Aim.of(new Aim.Head.Absent("r2"), state)).isEqualTo(new Aim.Remove("r2"));
    }

    @Test
    void timeInWhichItWasHeldDoesNotCountAgainstAnAttempt() {
        take(Facts.syncStarted(new Aim.Go("r2", Cause.CHANGE, ""), "d2", EMPTY));
        take(Facts.held("shop", "frozen by ann", List.of(), ""));
        take(Facts.unheld("shop"));
        assertThat(state.attempt())
                .isNotNull()
                .satisfies(attempt -> assertThat(attempt.paused()).isEqualTo(Duration.ofSeconds(1)));
    }

    private void good(String revision, String digest) {
        take(Facts.syncStarted(new Aim.Go(revision, Cause.CHANGE, ""), digest, EMPTY));
        take(Facts.syncApplied("shop", revision, digest));
        take(Facts.syncSucceeded("shop", revision, digest, 1));
    }

    private void bad(String revision, String digest) {
        take(Facts.syncStarted(new Aim.Go(revision, Cause.CHANGE, ""), digest, EMPTY));
        take(Facts.syncFailed("shop", revision, digest, "crash loop", List.of()));
        take(Facts.quarantined("shop", revision, digest, "crash loop", false, false));
    }

    private void take(Entry entry) {
        state = state.after(new Event(
                ++sequence,
                NOW.plusSeconds(sequence),
                entry.type(),
                entry.application(),
                entry.object(),
                entry.message(),
                entry.data(),
                ""));
    }
}
