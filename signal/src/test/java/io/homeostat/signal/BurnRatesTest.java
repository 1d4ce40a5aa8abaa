package io.homeostat.signal;

import static org.assertj.core.api.Assertions.assertThat;

import io.homeostat.signal.BurnRates.Tier;
import java.time.Duration;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class BurnRatesTest {

    @Test
    void theFactorsOfThirtyDays() {
        assertFactors(30, 14.4, 6, 3, 1);
    }

    @Test
    void theFactorsOfFourWeeks() {
        assertFactors(28, 13.44, 5.6, 2.8, 0.9333);
    }

    @Test
    void theFactorsOfAQuarter() {
        assertFactors(90, 43.2, 18, 9, 3);
    }

    @Test
    void eachLooksAtATwelfthOfItsTimeToo() {
        assertThat(BurnRates.standard(Duration.ofDays(30)))
                .extracting(Tier::shortTime)
                .containsExactly(
                        Duration.ofMinutes(5), Duration.ofMinutes(30), Duration.ofHours(2), Duration.ofHours(6));
        assertThat(BurnRates.standard(Duration.ofDays(30)))
                .extracting(Tier::name)
                .containsExactly("burn-1h", "burn-6h", "burn-1d", "burn-3d");
    }

    /** One day is a thirtieth of 30: an hour becomes 2 minutes, and spends the same 2 % of the budget at the same rate. */
    @Test
    void inShortWindowsTheTimesShrink() {
        assertThat(BurnRates.standard(Duration.ofDays(1)))
                .extracting(Tier::longTime)
                .containsExactly(
                        Duration.ofMinutes(2), Duration.ofMinutes(12), Duration.ofMinutes(48), Duration.ofMinutes(144));
        assertThat(BurnRates.standard(Duration.ofDays(1)).getFirst().factor()).isEqualTo(14.4);
        assertThat(BurnRates.standard(Duration.ofMinutes(30)).getFirst().longTime())
                .isEqualTo(Duration.ofSeconds(30));
    }

    private static void assertFactors(int days, double... factors) {
        double[] found = BurnRates.standard(Duration.ofDays(days)).stream()
                .mapToDouble(Tier::factor)
                .toArray();
        assertThat(found).containsExactly(factors, Offset.offset(1e-4));
    }
}
