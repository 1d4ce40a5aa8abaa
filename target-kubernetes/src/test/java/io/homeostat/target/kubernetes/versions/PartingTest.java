package io.homeostat.target.kubernetes.versions;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;

/** What stood beside a workload is not forgotten while somebody could still be led to it. */
class PartingTest {

    private static final Instant T = Instant.parse("2026-11-02T10:00:00Z");

    private final Parting begun = Parting.begun(T);

    @Test
    void nothingIsTakenAwayWhileAGateMayLeadSomebodyThere() {
        Parting later = begun.seeing(false, true, T.plusSeconds(14));

        assertThat(later.isTaken()).isFalse();
        assertThat(later.isOver(T.plusSeconds(14))).isFalse();
        assertThat(later.seeing(true, true, T.plusSeconds(14)).isTaken()).isTrue();
    }

    @Test
    void aGateThatCannotBeReachedHoldsItForAWhileOnly() {
        assertThat(begun.seeing(false, true, T.plusSeconds(15)).isTaken()).isTrue();
    }

    @Test
    void itIsRememberedUntilTheLastPodEndsAndEverybodyHasHeard() {
        Parting taken = begun.seeing(true, true, T.plusSeconds(1));
        assertThat(taken.isOver(T.plusSeconds(1))).isFalse();

        Parting still = taken.seeing(true, true, T.plusSeconds(5));
        assertThat(still.isOver(T.plusSeconds(5)))
                .as("its pods look like any others")
                .isFalse();

        Parting gone = still.seeing(true, false, T.plusSeconds(6));
        assertThat(gone.isOver(T.plusSeconds(6))).as("gates have to hear of it").isFalse();
        assertThat(gone.seeing(true, false, T.plusSeconds(7)).isOver(T.plusSeconds(7)))
                .isTrue();
    }

    @Test
    void oneThatIsSeenAgainBeginsTheWaitAnew() {
        Parting gone = begun.seeing(true, false, T);
        Parting back = gone.seeing(true, true, T.plusMillis(500));
        Parting again = back.seeing(true, false, T.plusMillis(900));

        assertThat(again.isOver(T.plusMillis(1100))).isFalse();
        assertThat(again.isOver(T.plusMillis(1900))).isTrue();
    }

    @Test
    void aPodThatNobodyCanEndIsNotWaitedForForEver() {
        Parting taken = begun.seeing(true, true, T.plusSeconds(2));

        assertThat(taken.seeing(true, true, T.plusSeconds(16)).isOver(T.plusSeconds(16)))
                .isFalse();
        assertThat(taken.seeing(true, true, T.plusSeconds(17)).isOver(T.plusSeconds(17)))
                .isTrue();
        assertThat(taken.isOverdue(T.plusSeconds(31))).isFalse();
        assertThat(taken.isOverdue(T.plusSeconds(32)))
                .as("nor a route that nobody takes in")
                .isTrue();
    }

    @Test
    void whatBecameUnreachableAfterwardsIsNotHeldBack() {
        Parting taken = begun.seeing(true, true, T.plusSeconds(1));

        assertThat(taken.seeing(false, true, T.plusSeconds(2)).isTaken()).isTrue();
    }
}
