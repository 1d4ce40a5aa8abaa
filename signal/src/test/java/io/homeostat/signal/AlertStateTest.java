package io.homeostat.signal;

import static io.homeostat.signal.AlertState.Condition.DOES_NOT;
import static io.homeostat.signal.AlertState.Condition.HOLDS;
import static io.homeostat.signal.AlertState.Condition.NO_DATA;
import static org.assertj.core.api.Assertions.assertThat;

import io.homeostat.signal.AlertState.Phase;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class AlertStateTest {

    private static final Instant T = Instant.parse("2026-11-21T08:00:00Z");
    private static final Duration FIVE = Duration.ofMinutes(5);

    @Test
    void itFiresWhenTheConditionHeldForLongEnough() {
        AlertState state = AlertState.INACTIVE.next(HOLDS, FIVE, T);
        assertThat(state.phase()).isEqualTo(Phase.PENDING);
        state = state.next(HOLDS, FIVE, T.plusSeconds(299));
        assertThat(state).isEqualTo(new AlertState(Phase.PENDING, T, T));
        state = state.next(HOLDS, FIVE, T.plusSeconds(300));
        assertThat(state).isEqualTo(new AlertState(Phase.FIRING, T.plusSeconds(300), T));
        assertThat(state.next(HOLDS, FIVE, T.plusSeconds(900))).isEqualTo(state);
        assertThat(state.next(DOES_NOT, FIVE, T.plusSeconds(910)).phase()).isEqualTo(Phase.INACTIVE);
    }

    @Test
    void anInterruptedConditionBeginsAnew() {
        AlertState state = AlertState.INACTIVE.next(HOLDS, FIVE, T).next(DOES_NOT, FIVE, T.plusSeconds(200));
        assertThat(state.next(HOLDS, FIVE, T.plusSeconds(301)).phase()).isEqualTo(Phase.PENDING);
    }

    @Test
    void withoutDataNothingMoves() {
        AlertState firing = AlertState.INACTIVE.next(HOLDS, Duration.ZERO, T);
        assertThat(firing.phase()).isEqualTo(Phase.FIRING);
        assertThat(firing.next(NO_DATA, FIVE, T.plusSeconds(9999))).isEqualTo(firing);
        assertThat(AlertState.INACTIVE.next(NO_DATA, FIVE, T)).isEqualTo(AlertState.INACTIVE);
    }

    @Test
    void aClockThatWentBackKeepsNothingPendingForLonger() {
        AlertState pending = AlertState.INACTIVE.next(HOLDS, FIVE, T);
        assertThat(pending.next(HOLDS, FIVE, T.minusSeconds(3600)).phase()).isEqualTo(Phase.FIRING);
    }
}
