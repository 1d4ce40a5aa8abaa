package io.homeostat.deliver.judge;

import io.homeostat.deliver.judge.Finding.Decision;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Is the canary worse? May be asked at any moment and as often as one likes.
 *
 * <p>Errors and crashes by {@link RatioTest}, one latency quantile by {@link QuantileTest}, the whole distribution by {@link
 * DistributionBound}, both only as far as {@link SlowRequests} bears them out; together by {@link Holm}. <em>Worse</em> is said when any metric is shown to be beyond its margin, <em>good
 * enough</em> when every metric is shown to be within its tolerance (all of them must be, so that needs no correction).
 */
public final class Judge {

    /**
     * How alpha is split. Errors are rare, so each part of it counts; of latencies there are as many as requests, so a small one
     * costs them little. Crash loops are symptoms, too. The whole distribution is there for what everything else overlooks.
     */
    private static final double ERRORS = 1;

    private static final double CRASHES = 0.05;
    private static final double QUANTILE = 0.05;
    private static final double WHOLE_DISTRIBUTION = 0.02;
    private static final double EVERYTHING = ERRORS + CRASHES + QUANTILE + WHOLE_DISTRIBUTION;

    private final Policy policy;
    private final boolean everything;

    /** Each metric gets its part of alpha as far as there is anything of it. */
    public Judge(Policy policy) {
        this(policy, false);
    }

    private Judge(Policy policy, boolean everything) {
        this.policy = policy;
        this.everything = everything;
    }

    /** Each metric has its part of alpha from the beginning, so that what comes later costs no more false alarms. */
    public static Judge ofEverything(Policy policy) {
        return new Judge(policy, true);
    }

    /** The errors' part of alpha where every metric has its own. */
    public static double partOfErrors(double alpha) {
        return alpha * ERRORS / EVERYTHING;
    }

    /**
     * @param previous the verdict of the last look at the same evidence, so that what was once shown stays shown; null at the
     *     first look
     */
    public Verdict judge(Evidence evidence, @Nullable Verdict previous) {
        boolean crashed = events(evidence.crashes().total()) > 0;
        boolean timed =
                evidence.baselineLatencies().size() + evidence.canaryLatencies().size() > 0;
        double weights = everything
                ? EVERYTHING
                : ERRORS + (crashed ? CRASHES : 0) + (timed ? QUANTILE + WHOLE_DISTRIBUTION : 0);
        double part = policy.alpha() / weights;

        List<Finding> findings = new ArrayList<>();
        findings.add(counts("errors", evidence.errors(), policy.acceptableRate(), part * ERRORS, previous));
        if (crashed) {
            findings.add(counts("crashes", evidence.crashes(), 0, part * CRASHES, previous));
        }
        if (timed) {
            findings.add(quantile(evidence, part * QUANTILE, previous));
            findings.add(distribution(evidence, part * WHOLE_DISTRIBUTION));
        }
        return verdict(worse(findings));
    }

    private Finding counts(
            String metric, CountEvidence evidence, double acceptable, double alpha, @Nullable Verdict previous) {
        Phase total = evidence.total();
        List<Phase> phases = evidence.phases();
        Finding before = previous == null ? null : previous.finding(metric);
        Interval now = RatioTest.ratio(phases, alpha);
        Interval interval = before == null ? now : before.interval().and(now);
        double logE = RatioTest.logE(phases, policy.margin());
        Decision decision = Decision.UNDECIDED;
        if (total.baselineExposure() == 0 || total.canaryExposure() == 0) {
            decision = Decision.NO_DATA;
        } else if (total.canaryExposure() >= policy.fewestRequests()
                && (interval.upper() <= policy.tolerance()
                        || RateBound.upper(total.canaryEvents(), total.canaryExposure(), alpha) <= acceptable)) {
            decision = Decision.GOOD_ENOUGH;
        }
        return new Finding(
                metric,
                decision,
                total.baselineExposure(),
                total.baselineEvents(),
                total.canaryExposure(),
                total.canaryEvents(),
                total.canaryEvents() / total.canaryExposure() * total.baselineExposure() / total.baselineEvents(),
                interval,
                before == null ? logE : Math.max(before.logE(), logE),
                alpha);
    }

    private Finding quantile(Evidence evidence, double alpha, @Nullable Verdict previous) {
        Latencies baseline = evidence.baselineLatencies();
        Latencies canary = evidence.canaryLatencies();
        double p = policy.quantile();
        QuantileTest test = new QuantileTest(p, alpha, QuantileTest.SHARPEST_AT);
        String metric = name(p);
        Finding before = previous == null ? null : previous.finding(metric);
        Interval now = test.ratio(baseline, canary, alpha);
        Interval interval = before == null ? now : before.interval().and(now);
        Latencies felt = canary.less(policy.latencyAcceptable());
        double logE = Math.min(
                test.logE(baseline.counts(), felt.counts(), Latencies.shift(policy.latencyMargin())),
                evidence.slowAtQuantile());
        Decision decision = Decision.UNDECIDED;
        if (baseline.size() == 0 || canary.size() == 0) {
            decision = Decision.NO_DATA;
        } else if (interval.upper() <= policy.latencyTolerance()
                || test.ratio(baseline, felt, alpha).upper() <= policy.latencyTolerance()) {
            decision = Decision.GOOD_ENOUGH;
        }
        return new Finding(
                metric,
                decision,
                (double) baseline.size(),
                baseline.quantile(p),
                (double) canary.size(),
                canary.quantile(p),
                canary.quantile(p) / baseline.quantile(p),
                interval,
                before == null ? logE : Math.max(before.logE(), logE),
                alpha);
    }

    /** Says "worse" or nothing: a small gap everywhere is no reason to hold what the quantile lets pass. */
    private Finding distribution(Evidence evidence, double alpha) {
        Latencies baseline = evidence.baselineLatencies();
        Latencies canary = evidence.canaryLatencies();
        boolean both = baseline.size() > 0 && canary.size() > 0;
        DistributionBound.Gap gap = both
                ? DistributionBound.gap(
                        baseline,
                        canary.less(policy.latencyAcceptable()),
                        alpha,
                        Latencies.shift(policy.latencyMargin()))
                : new DistributionBound.Gap(0, 0, 1);
        return new Finding(
                "latency",
                both ? Decision.GOOD_ENOUGH : Decision.NO_DATA,
                (double) baseline.size(),
                baseline.quantile(0.5),
                (double) canary.size(),
                canary.quantile(0.5),
                gap.gap(),
                new Interval(Math.max(0, gap.gap() - gap.needed()), Math.min(1, gap.gap() + gap.needed())),
                gap.isWorse() && evidence.slowElsewhere() >= -Math.log(alpha) ? -Math.log(alpha) : 0,
                alpha);
    }

    /** The findings, those marked that are worse when all are seen together. */
    private List<Finding> worse(List<Finding> findings) {
        double[] parts = findings.stream().mapToDouble(Finding::alpha).toArray();
        boolean[] rejected = Holm.rejected(
                findings.stream().mapToDouble(Finding::pValue).toArray(),
                parts,
                Math.max(0, policy.alpha() - Arrays.stream(parts).sum()),
                policy.alpha());
        List<Finding> marked = new ArrayList<>();
        for (int i = 0; i < rejected.length; i++) {
            Finding finding = findings.get(i);
            marked.add(
                    rejected[i] && finding.decision() != Decision.NO_DATA ? finding.decided(Decision.WORSE) : finding);
        }
        return marked;
    }

    private static Verdict verdict(List<Finding> findings) {
        List<Finding> worse = which(findings, Decision.WORSE);
        if (!worse.isEmpty()) {
            return new Verdict.Fail("worse than the baseline: " + names(worse), findings);
        }
        List<Finding> silent = which(findings, Decision.NO_DATA);
        if (!silent.isEmpty()) {
            return new Verdict.NoData(
                    silent.stream().map(Judge::silence).distinct().collect(Collectors.joining("; ")), findings);
        }
        List<Finding> open = which(findings, Decision.UNDECIDED);
        return open.isEmpty()
                ? new Verdict.Pass("within tolerance: " + names(findings), findings)
                : new Verdict.Inconclusive("too little evidence: " + names(open), findings);
    }

    private static String silence(Finding finding) {
        String what = finding.metric().equals("errors")
                ? "requests"
                : finding.metric().equals("crashes") ? "instances" : "latencies";
        if (finding.baselineSeen() == 0 && finding.canarySeen() == 0) {
            return "no " + what + " on either arm";
        }
        return "no " + what + " on the " + (finding.canarySeen() == 0 ? "canary" : "baseline");
    }

    private static List<Finding> which(List<Finding> findings, Decision decision) {
        return findings.stream().filter(each -> each.decision() == decision).toList();
    }

    private static String names(List<Finding> findings) {
        return findings.stream().map(Finding::metric).collect(Collectors.joining(", "));
    }

    private static double events(Phase phase) {
        return phase.baselineEvents() + phase.canaryEvents();
    }

    /** {@code p99}, {@code p99.9}. */
    static String name(double quantile) {
        return "p" + String.format(Locale.ROOT, "%.3f", quantile * 100).replaceFirst("\\.?0+$", "");
    }
}
