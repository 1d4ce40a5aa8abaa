package io.homeostat.chaos.life;

import static org.assertj.core.api.Assertions.assertThat;

import io.homeostat.converge.Faults.Fault;
import io.homeostat.converge.Faults.Place;
import io.homeostat.converge.Faults.State;
import io.homeostat.model.chaos.Effect;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What was gone before its time is told from what ended. */
class LossesTest {

    private static final Instant START = Instant.parse("2026-11-22T10:00:00Z");
    private static final State THERE = new State("f", true, true, "seen");
    private static final State GONE = new State("f", false, true, "seen");

    private static Losses begun(Effect effect) {
        Fault fault = new Fault("f", new Place.Outside("somewhere", null), effect, Duration.ofSeconds(10));
        return Losses.NONE.wanted(List.of(fault), START);
    }

    private static Instant at(double seconds) {
        return START.plusMillis((long) (seconds * 1000));
    }

    @Test
    void whatTwoLooksInARowMissIsLost() {
        Losses once = begun(new Effect.Pause()).seen(List.of(THERE), at(1)).seen(List.of(GONE), at(2));
        assertThat(once.lost()).isNull();
        assertThat(once.seen(List.of(GONE), at(2.1)).lost()).isEqualTo("f");
        assertThat(once.seen(List.of(THERE), at(2.1))
                        .seen(List.of(GONE), at(2.2))
                        .lost())
                .as("it was there in between")
                .isNull();
    }

    @Test
    void whatIsOverAtOnceCannotBeLost() {
        for (Effect effect : List.of(new Effect.Kill(), new Effect.Terminate())) {
            assertThat(begun(effect)
                            .seen(List.of(THERE), at(0))
                            .seen(List.of(GONE), at(1))
                            .seen(List.of(GONE), at(2))
                            .lost())
                    .isNull();
        }
    }

    @Test
    void whatEndsWhenItsTimeIsUpIsNotLost() {
        assertThat(begun(new Effect.Pause())
                        .seen(List.of(THERE), at(9))
                        .seen(List.of(GONE), at(9.6))
                        .seen(List.of(GONE), at(10.5))
                        .lost())
                .isNull();
    }

    @Test
    void namingItAgainMakesItNoLonger() {
        Fault fault = new Fault("f", new Place.Outside("somewhere", null), new Effect.Pause(), Duration.ofSeconds(10));
        Losses later = begun(new Effect.Pause()).seen(List.of(THERE), at(1)).wanted(List.of(fault), at(8));
        assertThat(later.seen(List.of(GONE), at(11)).seen(List.of(GONE), at(12)).lost())
                .isNull();
    }

    @Test
    void whatHasNotBegunIsNotMissed() {
        assertThat(begun(new Effect.Pause())
                        .seen(List.of(), at(1))
                        .seen(List.of(GONE), at(2))
                        .seen(List.of(GONE), at(3))
                        .lost())
                .isNull();
    }
}
