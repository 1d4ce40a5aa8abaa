package io.homeostat.deliver.judge;

import java.util.function.DoublePredicate;

/**
 * Are events (errors, crashes) spread over the arms as the traffic is? For shares that stay the same.
 *
 * <p>Given that an event happened, the arm it fell on is multinomial with the shares of the traffic when nothing is different,
 * however much the rate of events changes over time, as long as all arms share the change. The alternative is a Dirichlet
 * mixture around the shares with concentration {@code prior}: small ones find large differences sooner, large ones small
 * differences.
 *
 * <p>Lindon and Malek, <i>Anytime-Valid Inference for Multinomial Count Data</i>, NeurIPS 2022 (arXiv 2011.03567).
 */
public final class MixtureTest {

    /** Finds a tenfold rate within some fifteen errors. */
    public static final double PRIOR = 2;

    /** ln 1e9: a ratio beyond that is shown as unbounded. */
    private static final double FURTHEST = 20.7;

    private final double[] shares;
    private final double prior;

    /**
     * @param shares of the traffic that each arm gets; above 0; need not add up to 1
     * @param prior concentration of the mixture, above 0
     */
    public MixtureTest(double[] shares, double prior) {
        double sum = 0;
        for (double share : shares) {
            sum += share;
        }
        this.shares = new double[shares.length];
        for (int i = 0; i < shares.length; i++) {
            this.shares[i] = shares[i] / sum;
        }
        this.prior = prior;
    }

    /**
     * ln E. When nothing is different, P(E ever reaches 1/α) ≤ α.
     *
     * @param events on each arm
     */
    public double logE(double[] events) {
        double all = 0;
        double sum = LogGamma.of(prior);
        for (int i = 0; i < shares.length; i++) {
            double alpha = prior * shares[i];
            all += events[i];
            sum += LogGamma.of(alpha + events[i]) - LogGamma.of(alpha) - events[i] * Math.log(shares[i]);
        }
        return sum - LogGamma.of(prior + all);
    }

    /**
     * How many times as often events happen on the second arm as on the first, by traffic: every ratio that this test would not
     * reject now. Holds at every moment with probability 1 − alpha; so does the intersection over time.
     */
    public Interval ratio(double[] events, double alpha) {
        if (shares.length != 2) {
            throw new IllegalArgumentException("the ratio is that of two arms, not of " + shares.length);
        }
        double first = prior * shares[0];
        double second = prior * shares[1];
        double least =
                Math.log(alpha) + LogGamma.beta(first + events[0], second + events[1]) - LogGamma.beta(first, second);
        DoublePredicate rejected = delta -> logLikelihood(events, delta) < least;
        // The likelihood is concave in delta: what is not rejected is one piece around the maximum.
        double best = events[0] + events[1] == 0
                ? 0
                : Math.log((events[1] + 1e-9) / (events[0] + 1e-9)) - Math.log(shares[1] / shares[0]);
        return new Interval(
                edge(rejected, best, -FURTHEST, 0), edge(rejected, best, FURTHEST, Double.POSITIVE_INFINITY));
    }

    private double logLikelihood(double[] events, double delta) {
        double odds = shares[1] / shares[0] * Math.exp(delta);
        return events[1] * Math.log(odds) - (events[0] + events[1]) * Math.log1p(odds);
    }

    /** Where rejection begins between a ratio that is not rejected and one far away, both as logarithms. */
    private static double edge(DoublePredicate rejected, double inside, double far, double unbounded) {
        double start = Math.clamp(inside, -FURTHEST, FURTHEST);
        if (!rejected.test(far)) {
            return unbounded;
        }
        double low = start;
        double high = far;
        for (int i = 0; i < 60; i++) {
            double middle = (low + high) / 2;
            if (rejected.test(middle)) {
                high = middle;
            } else {
                low = middle;
            }
        }
        return Math.exp(high);
    }
}
