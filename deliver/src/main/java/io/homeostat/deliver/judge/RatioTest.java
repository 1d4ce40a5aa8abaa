package io.homeostat.deliver.judge;

import java.util.List;
import java.util.function.DoublePredicate;

/**
 * Do events happen on the canary more than {@code margin} times as often as on the baseline? For weights that change on the way,
 * with the share measured in each phase.
 *
 * <p>E = Σ_g w_g Π_p (r_gp / r0_p)^{T_p} · ((1 − r_gp) / (1 − r0_p))^{C_p}, where r0 = ρm / (1 − ρ + ρm) is the probability that
 * an event falls on the canary when its rate is exactly m times the baseline's, and r_g the same at m·e^{δ_g}. It is the
 * one-sided, changing-weights form of the tests in Lindon, Sanden and Shirikian, <i>Rapid Regression Detection in Software
 * Deployments through Sequential Testing</i>, KDD 2022 (arXiv 2205.14762), with a mixture over a grid of ratios.
 *
 * <p>When the true ratio is at most m, P(E ever reaches 1/α) ≤ α. Each factor is a likelihood ratio whose logarithm is concave
 * in ln m, so E falls as m grows: the smallest m that is not rejected is a lower bound of the ratio, found by bisection. The
 * upper bound is the lower one of the exchanged arms.
 */
public final class RatioTest {

    /** How much worse than the margin a canary may be that we look for. */
    static final double[] GRID = {1.25, 1.5, 2, 3, 5, 10, 20, 50};

    /** How much is staked on each; most on what is hard to tell (2), and on what has to be found at once (50). */
    static final double[] WEIGHTS = {0.01, 0.06, 0.44, 0.08, 0.11, 0.14, 0.04, 0.12};

    /** Ratios from 1e-6 to 1e6 are told apart. */
    private static final double FURTHEST = 13.8;

    private RatioTest() {}

    /** ln E against "the canary's rate is at most margin times the baseline's". */
    public static double logE(List<Phase> phases, double margin) {
        double[] logs = new double[GRID.length];
        for (Phase phase : phases) {
            double share = phase.share();
            if (share <= 0 || share >= 1) {
                continue; // one arm alone says nothing about a ratio
            }
            double odds = share / (1 - share) * margin;
            for (int g = 0; g < GRID.length; g++) {
                // r_g/r0 and (1 − r_g)/(1 − r0), written with odds
                double fall = Math.log1p(odds) - Math.log1p(odds * GRID[g]);
                logs[g] += phase.canaryEvents() * (Math.log(GRID[g]) + fall) + phase.baselineEvents() * fall;
            }
        }
        return EValues.logMean(logs, WEIGHTS);
    }

    /** Bounds of the ratio; each of them holds at every moment with probability 1 − alpha. */
    public static Interval ratio(List<Phase> phases, double alpha) {
        double upper = lower(phases.stream().map(Phase::mirrored).toList(), alpha);
        return new Interval(lower(phases, alpha), upper == 0 ? Double.POSITIVE_INFINITY : 1 / upper);
    }

    private static double lower(List<Phase> phases, double alpha) {
        double enough = -Math.log(alpha);
        DoublePredicate rejected = log -> logE(phases, Math.exp(log)) >= enough;
        if (!rejected.test(-FURTHEST)) {
            return 0;
        }
        double low = -FURTHEST;
        double high = FURTHEST;
        for (int i = 0; i < 40; i++) {
            double middle = (low + high) / 2;
            if (rejected.test(middle)) {
                low = middle;
            } else {
                high = middle;
            }
        }
        return Math.exp(low);
    }
}
