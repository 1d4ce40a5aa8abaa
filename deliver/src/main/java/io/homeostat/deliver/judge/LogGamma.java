package io.homeostat.deliver.judge;

/**
 * The logarithm of the gamma function, and of the beta function.
 *
 * <p>Stirling's series (Abramowitz and Stegun 6.1.41) from 12 on; smaller arguments are lifted there with Γ(x + 1) = xΓ(x).
 * The first term left out is below 1e-16 there.
 */
final class LogGamma {

    private static final double HALF_LOG_TWO_PI = 0.5 * Math.log(2 * Math.PI);
    private static final double SERIES_FROM = 12;

    /** B₂ₖ / (2k(2k − 1)) for k = 1, 2, …: the coefficients of x^(1 − 2k). */
    private static final double[] STIRLING = {
        1 / 12.0, -1 / 360.0, 1 / 1260.0, -1 / 1680.0, 1 / 1188.0, -691 / 360360.0, 1 / 156.0
    };

    private LogGamma() {}

    /** @param x above 0 */
    static double of(double x) {
        double lifted = x;
        double product = 1;
        while (lifted < SERIES_FROM) {
            product *= lifted;
            lifted++;
        }
        double inverseSquare = 1 / (lifted * lifted);
        double series = 0;
        for (int k = STIRLING.length - 1; k >= 0; k--) {
            series = series * inverseSquare + STIRLING[k];
        }
        return (lifted - 0.5) * Math.log(lifted) - lifted + HALF_LOG_TWO_PI + series / lifted - Math.log(product);
    }

    /** ln B(a, b) = lnΓ(a) + lnΓ(b) − lnΓ(a + b). */
    static double beta(double a, double b) {
        return of(a) + of(b) - of(a + b);
    }
}
