package io.homeostat.deliver.judge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Offset.offset;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The tests give the published values, to every digit published. */
class ReferenceValuesTest {

    /**
     * {@code numpy.random.seed(1); numpy.random.multinomial(1, [.1, .3, .6], size=450).argmax(1)}: the arm each event fell on.
     */
    private static final String NUMPY_SEED_1 =
            "122221112211121201121221222222212211221111220212202211201202102222121222122212121202222220"
                    + "212222121210021012210122122111122221122211112211222220221021111222011222102221222221221211"
                    + "222122212011222211212122222212202221222222112220122101220010222112121122222220210122211222"
                    + "220200222011122221121221211202122222222112222121211212212212101122022222202122211121020112"
                    + "122122222212221122012212220112012120222202222122221122121121211222012111222222222212212200";

    @Test
    void countsWithFixedShares() {
        MixtureTest test = new MixtureTest(new double[] {0.8, 0.2}, 100);
        double[] events = {148, 62};

        assertThat(Math.exp(-test.logE(events))).isEqualTo(0.04557963, offset(5e-9));
        Interval ratio = test.ratio(events, 0.05);
        assertThat(Math.log(ratio.lower())).isEqualTo(0.0046463, offset(5e-8));
        assertThat(Math.log(ratio.upper())).isEqualTo(0.9945064, offset(5e-8));
    }

    @Test
    void threeArmsOneEventAfterAnother() {
        MixtureTest test = new MixtureTest(new double[] {0.1, 0.4, 0.5}, 100);
        double[] events = new double[3];
        int n = 0;
        while (test.logE(events) < Math.log(20)) {
            events[NUMPY_SEED_1.charAt(n++) - '0']++;
        }

        assertThat(n).isEqualTo(402);
        assertThat(Math.exp(-test.logE(events))).isEqualTo(0.04845591, offset(5e-9));
    }

    @ParameterizedTest
    @CsvSource({"0.5, 11", "0.1, 4", "0.05, 4"})
    void aSilentBaselineNeedsFewErrors(double share, int needed) {
        MixtureTest test = new MixtureTest(new double[] {1 - share, share}, 2);

        assertThat(test.logE(new double[] {0, needed})).isGreaterThanOrEqualTo(Math.log(100));
        assertThat(test.logE(new double[] {0, needed - 1})).isLessThan(Math.log(100));
    }

    @ParameterizedTest
    @CsvSource({"0.5, 70, 0.8147044", "0.5, 85, 0.0838055", "0.5, 100, 0.0054947", "0.9, 55, 0.0340463"})
    void oneQuantile(double p, int slower, double pValue) {
        QuantileTest test = new QuantileTest(p, 0.05, 100);

        double logE = test.logE(uniform(1), uniform(1 + slower), 0);

        assertThat(EValues.pValue(logE)).isEqualTo(pValue, offset(5e-8));
    }

    @Test
    void theWholeDistribution() {
        assertThat(DistributionBound.epsilon(1000, 0.05)).isEqualTo(0.08656913, offset(5e-9));
        assertThat(2 * DistributionBound.epsilon(10_000, 0.025)).isEqualTo(0.057, offset(5e-4));
    }

    @Test
    void withOnePhaseTheRatioTestIsTheLikelihoodRatioOfItsFormula() {
        double share = 0.2;
        double margin = 1.1;
        double mean = 0;
        for (int g = 0; g < RatioTest.GRID.length; g++) {
            double ratio = RatioTest.GRID[g];
            double r0 = share * margin / (1 - share + share * margin);
            double r = share * margin * ratio / (1 - share + share * margin * ratio);
            mean += Math.pow(r / r0, 7) * Math.pow((1 - r) / (1 - r0), 9) * RatioTest.WEIGHTS[g];
        }

        assertThat(Arrays.stream(RatioTest.WEIGHTS).sum()).isEqualTo(1, offset(1e-12));
        assertThat(Math.exp(RatioTest.logE(List.of(new Phase(800, 200, 9, 7)), margin)))
                .isEqualTo(mean, offset(1e-12));
    }

    @Test
    void theGammaFunctionIsExact() {
        double factorial = 0;
        for (int n = 1; n <= 170; n++) {
            factorial += Math.log(n);
            assertThat(LogGamma.of(n + 1)).isEqualTo(factorial, offset(1e-12 * Math.max(1, factorial)));
        }
        assertThat(LogGamma.of(0.5)).isEqualTo(Math.log(Math.sqrt(Math.PI)), offset(1e-14));
        assertThat(LogGamma.of(1e-3)).isEqualTo(6.907178885383854, offset(1e-14));
    }

    /** One value in each of a thousand cells. */
    private static long[] uniform(int first) {
        return IntStream.rangeClosed(0, 1200)
                .mapToLong(value -> value >= first && value < first + 1000 ? 1 : 0)
                .toArray();
    }
}
