package io.homeostat.deliver.simulation;

import io.homeostat.deliver.judge.CountEvidence;
import io.homeostat.deliver.judge.Judge;
import io.homeostat.deliver.judge.Phase;
import io.homeostat.deliver.judge.RatioTest;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Plays one rollout again and again with traffic from a seed, one look a second, until the judge calls the canary worse by its
 * errors, with their part of alpha, or the last step is over. A canary that is not called worse was rolled out, which costs its users all its errors.
 *
 * @param alpha chance that an equal canary is called worse
 * @param burst mean number of errors that come together; 1 or less: each by itself
 * @param burstWindow in seconds: errors within it weigh as one; 0: each counts
 */
public record Simulation(
        List<Step> steps,
        double rate,
        double baseErrors,
        double alpha,
        double burst,
        double burstWindow,
        int trials,
        long seed) {

    /**
     * @param share of the traffic on the canary, 0 to 1
     * @param seconds how long
     */
    public record Step(double share, int seconds) {}

    /**
     * What came of all trials with one true ratio.
     *
     * @param ratio how many times as often requests fail on the canary
     * @param found in how many trials the canary was called worse
     * @param median seconds until then, over all trials; infinite when more than half never were
     * @param late the same for nine of ten
     * @param failed requests that failed on the canary until then, or in the whole rollout, on average
     * @param avoidable how many of them would not have failed on the baseline
     */
    public record Outcome(
            double ratio, int trials, int found, double median, double late, double failed, double avoidable) {}

    public Outcome of(double ratio) {
        double[] seconds = new double[trials];
        double failed = 0;
        double avoidable = 0;
        int found = 0;
        for (int trial = 0; trial < trials; trial++) {
            SplittableRandom random = new SplittableRandom(seed + trial);
            CountEvidence evidence = new CountEvidence(burstWindow);
            seconds[trial] = play(new Traffic(rate, baseErrors, ratio), evidence, random);
            found += seconds[trial] < Double.POSITIVE_INFINITY ? 1 : 0;
            Phase total = evidence.total();
            failed += total.canaryEvents();
            avoidable += Math.max(0, total.canaryEvents() - total.canaryExposure() * baseErrors);
        }
        Arrays.sort(seconds);
        return new Outcome(
                ratio,
                trials,
                found,
                seconds[(trials - 1) / 2],
                seconds[Math.min(trials - 1, (int) Math.ceil(0.9 * trials) - 1)],
                failed / trials,
                avoidable / trials);
    }

    /** In which second the canary was called worse; infinite when it never was. */
    private double play(Traffic traffic, CountEvidence evidence, SplittableRandom random) {
        int second = 0;
        for (Step step : steps) {
            for (int i = 0; i < step.seconds(); i++) {
                evidence.add(
                        second++,
                        burst > 1 ? traffic.bursts(step.share(), burst, random) : traffic.second(step.share(), random));
                if (RatioTest.logE(evidence.phases(), 1) >= -Math.log(Judge.partOfErrors(alpha))) {
                    return second;
                }
            }
        }
        return Double.POSITIVE_INFINITY;
    }
}
