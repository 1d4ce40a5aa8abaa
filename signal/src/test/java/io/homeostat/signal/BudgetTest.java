package io.homeostat.signal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.homeostat.model.slo.Slo.Method;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Worked examples; the numbers are worked out by hand in the comments. */
class BudgetTest {

    private static final Duration WEEK = Duration.ofDays(7);
    private static final Duration MINUTE = Duration.ofMinutes(1);

    /** 10,080 minutes · 0.0005 = 5.04 minutes. */
    @Test
    void aWeekOfMinutesAt9995AllowsFiveMinutesTwoPointFourSeconds() {
        assertThat(Budget.allowance(0.9995, WEEK))
                .isEqualTo(Duration.ofMinutes(5).plusMillis(2_400));
        Budget budget = Budget.of(new Evidence(1, 1_440, 60, true), 0.9995, Method.TIMESLICES, MINUTE, WEEK);
        assertThat(budget.allowed()).isCloseTo(5.04, within(1e-9));
        assertThat(budget.remaining()).isCloseTo(1 - 1 / 5.04, within(1e-9));
        assertThat(budget.indicator()).isCloseTo(1 - 1 / 1_440.0, within(1e-12));
    }

    /** 1,000,000 requests at 99.9 % may lose 1,000; 250 lost leave three quarters. */
    @Test
    void eventsCountAgainstThoseThatThereWere() {
        Budget budget = occurrences(250, 1e6, 0.999);
        assertThat(budget.allowed()).isCloseTo(1_000, within(1e-6));
        assertThat(budget.remaining()).isCloseTo(0.75, within(1e-9));
        assertThat(occurrences(2_000, 1e6, 0.999).remaining()).isCloseTo(-1, within(1e-9));
    }

    /** Slices of 100 %, 50 % and 0 % good: 1.5 bad ones of 3; 0.1 · 2,016 five-minute slices a week allow 201.6. */
    @Test
    void ratioSlicesCountTheBadShareOfEach() {
        Budget budget =
                Budget.of(new Evidence(1.5, 3, 150, true), 0.9, Method.RATIO_TIMESLICES, Duration.ofMinutes(5), WEEK);
        assertThat(budget.indicator()).isEqualTo(0.5);
        assertThat(budget.allowed()).isCloseTo(201.6, within(1e-9));
        assertThat(budget.remaining()).isCloseTo(1 - 1.5 / 201.6, within(1e-9));
    }

    @Test
    void noDataIsNeitherGoodNorBad() {
        Budget budget = Budget.of(Evidence.NONE, 0.999, Method.OCCURRENCES, Duration.ZERO, WEEK);
        assertThat(budget.isKnown()).isFalse();
        assertThat(budget.indicator()).isNaN();
        assertThat(Evidence.NONE.burnRate(0.99)).isNaN();
        assertThat(budget.exhaustedIn(10, WEEK, null)).isNull();
    }

    /** 1.44 % bad against 0.1 % allowed burns 14.4 times too fast. */
    @Test
    void theBurnRateIsTheBadShareOverTheAllowedShare() {
        assertThat(new Evidence(144, 10_000, 144, true).burnRate(0.999)).isCloseTo(14.4, within(1e-9));
    }

    /** Half a budget of 30 days at burn 10 lasts 0.5 · 30 / 10 = 1.5 days. */
    @Test
    void theForecastIsWhatIsLeftOverWhatBurns() {
        Budget half = new Budget(0.9995, 0.999, 0.5, 1_000, 500);
        Duration month = Duration.ofDays(30);
        assertThat(half.exhaustedIn(10, month, null)).isEqualTo(Duration.ofHours(36));
        assertThat(half.exhaustedIn(10, month, Duration.ofDays(1)))
                .as("the window ends before")
                .isNull();
        assertThat(half.exhaustedIn(0, month, null)).isNull();
        assertThat(new Budget(0.9, 0.999, -2, 1, 3).exhaustedIn(0, month, null)).isZero();
    }

    /**
     * Weights 3 and 1. First: target 0.99, 0.5 % bad; second: target 0.9, 20 % bad. Spent (3 · 0.005 + 0.2) / 4 = 0.05375,
     * allowed (3 · 0.01 + 0.1) / 4 = 0.0325.
     */
    @Test
    void aCompositeWeighsWhatItsPartsSpendAndAllow() {
        Budget first = occurrences(5, 1_000, 0.99);
        Budget second = occurrences(2, 10, 0.9);
        Budget both = Budget.composite(List.of(new Budget.Part(first, 3), new Budget.Part(second, 1)));
        assertThat(both.indicator()).isCloseTo(0.94625, within(1e-12));
        assertThat(both.target()).isCloseTo(0.9675, within(1e-12));
        assertThat(both.remaining()).isCloseTo(1 - 0.05375 / 0.0325, within(1e-9));
        Budget one = Budget.composite(List.of(new Budget.Part(first, 3), new Budget.Part(Budget.UNKNOWN, 1)));
        assertThat(one.remaining()).isCloseTo(first.remaining(), within(1e-12));
        assertThat(Budget.composite(List.of(new Budget.Part(Budget.UNKNOWN, 1))).isKnown())
                .isFalse();
    }

    private static Budget occurrences(double bad, double all, double target) {
        return Budget.of(new Evidence(bad, all, bad, true), target, Method.OCCURRENCES, Duration.ZERO, WEEK);
    }
}
