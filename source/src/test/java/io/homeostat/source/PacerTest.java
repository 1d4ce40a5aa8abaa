package io.homeostat.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Random;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

final class PacerTest {
    private static final Duration S = Duration.ofSeconds(1);

    /** In the middle: no jitter. */
    private static final RandomGenerator STILL = new RandomGenerator() {
        @Override
        public long nextLong() {
            return 1L << 63;
        }

        @Override
        public double nextDouble() {
            return 0.5;
        }
    };

    @Test
    void successesComeAtTheIntervalAndFailuresBackOffToTheCap() {
        Pacer pacer = new Pacer(S.multipliedBy(30), S, S.multipliedBy(10), STILL);
        assertThat(pacer.afterSuccess()).isEqualTo(S.multipliedBy(30));
        assertThat(pacer.afterFailure()).isEqualTo(S);
        assertThat(pacer.afterFailure()).isEqualTo(S.multipliedBy(2));
        assertThat(pacer.afterFailure()).isEqualTo(S.multipliedBy(4));
        assertThat(pacer.afterFailure()).isEqualTo(S.multipliedBy(8));
        assertThat(pacer.afterFailure()).isEqualTo(S.multipliedBy(10));
        assertThat(pacer.afterFailure()).isEqualTo(S.multipliedBy(10));
        assertThat(pacer.afterSuccess()).isEqualTo(S.multipliedBy(30));
        assertThat(pacer.afterFailure()).isEqualTo(S);
    }

    @Test
    void aThousandFailuresDoNotOverflow() {
        Pacer pacer = Pacer.every(Duration.ofDays(1), new Random(1));
        Duration last = S;
        for (int i = 0; i < 1000; i++) {
            last = pacer.afterFailure();
        }
        assertThat(last).isBetween(Duration.ofDays(9), Duration.ofDays(11));
    }

    @Test
    void jitterIsUpToATenthEitherWay() {
        long seed = System.nanoTime();
        Pacer pacer = Pacer.every(S.multipliedBy(30), new Random(seed));
        double low = 30;
        double high = 30;
        for (int i = 0; i < 10_000; i++) {
            double seconds = pacer.afterSuccess().toNanos() / 1e9;
            low = Math.min(low, seconds);
            high = Math.max(high, seconds);
        }
        assertThat(low).as("seed %d", seed).isBetween(27.0, 27.2);
        assertThat(high).as("seed %d", seed).isBetween(32.8, 33.0);
    }

    @Test
    void nonsenseIsRefused() {
        assertThatThrownBy(() -> new Pacer(Duration.ZERO, S, S, STILL)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Pacer(S, S, Duration.ZERO, STILL)).isInstanceOf(IllegalArgumentException.class);
    }
}
