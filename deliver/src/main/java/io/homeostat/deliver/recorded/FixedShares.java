package io.homeostat.deliver.recorded;

import io.homeostat.deliver.judge.Finding;
import io.homeostat.deliver.judge.Interval;
import io.homeostat.deliver.judge.MixtureTest;
import io.homeostat.deliver.judge.Outlook;
import io.homeostat.deliver.judge.Policy;
import io.homeostat.deliver.judge.Verdict;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Counts of two or more arms whose shares of the traffic stayed the same: the first arm is the baseline.
 *
 * @param prior concentration of the {@link MixtureTest}; 0: its default
 */
public record FixedShares(List<Arm> arms, double prior) {

    /**
     * @param share of the traffic, above 0; need not add up to 1 with the others'
     * @param errors from 0 on
     */
    public record Arm(String name, double share, double errors) {}

    /** Two arms: worse, good enough or undecided. More: whether they differ at all. */
    public Verdict judge(Policy policy) {
        double[] errors = arms.stream().mapToDouble(Arm::errors).toArray();
        MixtureTest test =
                new MixtureTest(arms.stream().mapToDouble(Arm::share).toArray(), prior > 0 ? prior : MixtureTest.PRIOR);
        double logE = test.logE(errors);
        boolean differ = logE >= -Math.log(policy.alpha());
        boolean two = arms.size() == 2;
        Interval interval = two ? test.ratio(errors, policy.alpha()) : Interval.UNKNOWN;
        Arm baseline = arms.getFirst();
        Arm canary = arms.getLast();
        Finding.Decision decision = Finding.Decision.UNDECIDED;
        if (differ && (!two || interval.lower() > 1)) {
            decision = Finding.Decision.WORSE;
        } else if (interval.upper() <= policy.tolerance()) {
            decision = Finding.Decision.GOOD_ENOUGH;
        }
        List<Finding> findings = List.of(new Finding(
                "errors",
                decision,
                baseline.share(),
                baseline.errors(),
                canary.share(),
                canary.errors(),
                two ? canary.errors() / canary.share() * baseline.share() / baseline.errors() : Double.NaN,
                interval,
                logE,
                policy.alpha()));
        return switch (decision) {
            case WORSE ->
                new Verdict.Fail(
                        two ? canary.name() + " has more errors than " + baseline.name() : "the arms differ", findings);
            case GOOD_ENOUGH -> new Verdict.Pass("within tolerance: errors", findings);
            case UNDECIDED, NO_DATA -> new Verdict.Inconclusive("too little evidence: errors", findings);
        };
    }

    /** How much more traffic of the same kind would decide; null when it is decided, or waiting does not help. */
    public @Nullable Outlook outlook(Policy policy) {
        return judge(policy) instanceof Verdict.Inconclusive
                ? Outlook.first(
                        factor -> times(factor).judge(policy) instanceof Verdict.Fail,
                        factor -> times(factor).judge(policy) instanceof Verdict.Pass)
                : null;
    }

    private FixedShares times(double factor) {
        return new FixedShares(
                arms.stream()
                        .map(arm -> new Arm(arm.name(), arm.share(), arm.errors() * factor))
                        .toList(),
                prior);
    }
}
