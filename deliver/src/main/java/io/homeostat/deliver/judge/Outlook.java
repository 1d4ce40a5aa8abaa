package io.homeostat.deliver.judge;

import java.util.List;
import java.util.function.DoublePredicate;
import org.jspecify.annotations.Nullable;

/**
 * How much more traffic would decide, if everything goes on as it went so far. A projection, not a promise: it scales what was
 * observed and asks the same tests.
 *
 * @param worse true: it would be shown to be worse; false: to be good enough
 * @param factor how many times the traffic so far is needed in all, from 1 on
 */
public record Outlook(boolean worse, double factor) {

    /** Beyond this it is honest to say that waiting does not help. */
    private static final double LONGEST = 1000;

    /** @return null when no amount of waiting worth mentioning would decide */
    public static @Nullable Outlook of(Evidence evidence, Policy policy, Verdict now) {
        Outlook slowest = null;
        for (Finding finding : now.findings()) {
            if (finding.decision() != Finding.Decision.UNDECIDED) {
                continue;
            }
            Outlook own = switch (finding.metric()) {
                case "errors" -> counts(evidence.errors(), policy, policy.acceptableRate(), finding.alpha());
                case "crashes" -> counts(evidence.crashes(), policy, 0, finding.alpha());
                default -> latency(evidence, policy, finding.alpha());
            };
            // One metric is enough for "worse"; "good enough" waits for the slowest.
            if (own == null) {
                return null;
            }
            if (own.worse()) {
                return own;
            }
            slowest = slowest == null || own.factor() > slowest.factor() ? own : slowest;
        }
        return slowest;
    }

    private static @Nullable Outlook counts(CountEvidence evidence, Policy policy, double acceptable, double alpha) {
        List<Phase> phases = evidence.phases();
        Phase total = evidence.total();
        double enough = -Math.log(alpha);
        return first(
                factor -> RatioTest.logE(scaled(phases, factor), policy.margin()) >= enough,
                factor -> total.canaryExposure() * factor >= policy.fewestRequests()
                        && (RatioTest.ratio(scaled(phases, factor), alpha).upper() <= policy.tolerance()
                                || RateBound.upper(
                                                total.canaryEvents() * factor, total.canaryExposure() * factor, alpha)
                                        <= acceptable));
    }

    private static @Nullable Outlook latency(Evidence evidence, Policy policy, double alpha) {
        QuantileTest test = new QuantileTest(policy.quantile(), alpha, QuantileTest.SHARPEST_AT);
        long[] baseline = evidence.baselineLatencies().counts();
        long[] canary =
                evidence.canaryLatencies().less(policy.latencyAcceptable()).counts();
        double enough = -Math.log(alpha);
        return first(
                factor -> test.logE(
                                scaled(baseline, factor),
                                scaled(canary, factor),
                                Latencies.shift(policy.latencyMargin()))
                        >= enough,
                factor -> test.logE(
                                scaled(canary, factor),
                                scaled(baseline, factor),
                                -Latencies.shift(policy.latencyTolerance()))
                        >= enough);
    }

    /**
     * Whichever comes first.
     *
     * @param worse would so many times the traffic show it to be worse?
     * @param good would it show it to be good enough?
     */
    public static @Nullable Outlook first(DoublePredicate worse, DoublePredicate good) {
        return sooner(least(worse), least(good));
    }

    private static @Nullable Outlook sooner(double worse, double good) {
        if (worse > LONGEST && good > LONGEST) {
            return null;
        }
        return worse <= good ? new Outlook(true, worse) : new Outlook(false, good);
    }

    /** The smallest factor that decides, found by doubling and then halving; infinite when there is none. */
    private static double least(DoublePredicate decides) {
        double high = 1;
        while (!decides.test(high)) {
            high *= 2;
            if (high > 2 * LONGEST) {
                return Double.POSITIVE_INFINITY;
            }
        }
        double low = high / 2;
        for (int i = 0; i < 6 && high > 1; i++) {
            double middle = (low + high) / 2;
            if (decides.test(middle)) {
                high = middle;
            } else {
                low = middle;
            }
        }
        return high;
    }

    private static List<Phase> scaled(List<Phase> phases, double factor) {
        return phases.stream().map(phase -> phase.times(factor)).toList();
    }

    private static long[] scaled(long[] counts, double factor) {
        long[] scaled = new long[counts.length];
        for (int i = 0; i < counts.length; i++) {
            scaled[i] = Math.round((double) counts[i] * factor);
        }
        return scaled;
    }
}
