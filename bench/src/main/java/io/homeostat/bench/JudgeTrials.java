package io.homeostat.bench;

import io.homeostat.deliver.judge.CountEvidence;
import io.homeostat.deliver.judge.Phase;
import io.homeostat.deliver.judge.RatioTest;
import io.homeostat.deliver.simulation.Simulation;
import io.homeostat.deliver.simulation.Traffic;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;

/**
 * The judge on simulated rollouts: 200 requests a second, 0.1 % fail anyway, 5/10/25/50 % for five minutes each, one look a second,
 * alpha 1 %.
 */
final class JudgeTrials {

    private static final double RATE = 200;
    private static final double BASE = 0.001;
    private static final double ALPHA = 0.01;
    private static final int SECONDS = 300;
    private static final List<Simulation.Step> STEPS = List.of(
            new Simulation.Step(0.05, SECONDS),
            new Simulation.Step(0.10, SECONDS),
            new Simulation.Step(0.25, SECONDS),
            new Simulation.Step(0.50, SECONDS));

    private JudgeTrials() {}

    public static void main(String[] arguments) {
        int trials = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 1000;
        long seed = arguments.length > 1 ? Long.parseLong(arguments[1]) : 20261121;
        System.out.printf(Locale.ROOT, "%d trials each, seeds from %d%n", trials, seed);
        alarms("equal, smooth", simulation(BASE, 1, 0, trials, seed).of(1));
        alarms(
                "equal, bursts of 10, window 1 s",
                simulation(0.01, 10, 1, trials, seed).of(1));
        found(simulation(BASE, 1, 0, trials, seed).of(10), 1, 45);
        found(simulation(BASE, 1, 0, trials, seed).of(5), 1, 146);
        found(simulation(BASE, 1, 0, trials, seed).of(2), 0.94, 771);
        cost(trials, seed);
        speed();
    }

    private static Simulation simulation(double base, double burst, double window, int trials, long seed) {
        return new Simulation(STEPS, RATE, base, ALPHA, burst, window, trials, seed);
    }

    private static void alarms(String what, Simulation.Outcome outcome) {
        double share = (double) outcome.found() / outcome.trials();
        System.out.printf(
                Locale.ROOT,
                "%-36s called worse: %d (%.1f %%)  ≤ 1 %%: %s%n",
                what,
                outcome.found(),
                100 * share,
                share <= ALPHA ? "reached" : "MISSED");
    }

    private static void found(Simulation.Outcome outcome, double least, double median) {
        double share = (double) outcome.found() / outcome.trials();
        System.out.printf(
                Locale.ROOT,
                "%-36s found: %.1f %%, p50 %.0f s, p90 %.0f s  ≥ %.0f %%, p50 ≤ %.0f s + 15 %%: %s%n",
                String.format(Locale.ROOT, "%.0f× errors", outcome.ratio()),
                100 * share,
                outcome.median(),
                outcome.late(),
                100 * least,
                median,
                share >= least && outcome.median() <= median * 1.15 ? "reached" : "MISSED");
    }

    /** Failed requests on the canary before it goes back, against rules that look once a minute, on the same traffic. */
    private static void cost(int trials, long seed) {
        double judged = simulation(BASE, 1, 0, trials, seed).of(10).failed();
        System.out.printf(Locale.ROOT, "%-36s mean %.2f%n", "10× errors, failed until back", judged);
        cost(
                "minutes below 99 %, back after 1 or 5",
                judged,
                minutely(1, (errors, requests) -> errors > 0.01 * requests, trials, seed),
                minutely(5, (errors, requests) -> errors > 0.01 * requests, trials, seed));
        cost(
                "errors of a minute, back from 1 or 5 on",
                judged,
                minutely(1, (errors, requests) -> errors >= 1, trials, seed),
                minutely(1, (errors, requests) -> errors >= 5, trials, seed));
    }

    private static void cost(String counted, double judged, double one, double five) {
        System.out.printf(
                Locale.ROOT,
                "  a rule that counts %-44s %.2f, %.2f  judged ≤ half of the better: %s%n",
                counted,
                one,
                five,
                judged <= Math.min(one, five) / 2 ? "reached" : "MISSED");
    }

    /** A check of the canary's errors and requests in a minute. */
    private interface Check {
        boolean fails(double errors, double requests);
    }

    /** Failed requests until as many minutes failed their check as are tolerated; the counter never goes back. */
    private static double minutely(int tolerated, Check check, int trials, long seed) {
        Traffic traffic = new Traffic(RATE, BASE, 10);
        double failed = 0;
        for (int trial = 0; trial < trials; trial++) {
            SplittableRandom random = new SplittableRandom(seed + trial);
            double errors = 0;
            double requests = 0;
            int failedChecks = 0;
            for (int second = 0; second < STEPS.size() * SECONDS && failedChecks < tolerated; second++) {
                Phase seen = traffic.second(STEPS.get(second / SECONDS).share(), random);
                failed += seen.canaryEvents();
                errors += seen.canaryEvents();
                requests += seen.canaryExposure();
                if (second % 60 == 59) {
                    if (check.fails(errors, requests)) {
                        failedChecks++;
                    }
                    errors = 0;
                    requests = 0;
                }
            }
        }
        return failed / trials;
    }

    /** One look, with evidence of an hour. */
    private static void speed() {
        CountEvidence evidence = new CountEvidence(0);
        Traffic traffic = new Traffic(RATE, 0.01, 1);
        SplittableRandom random = new SplittableRandom(1);
        for (int second = 0; second < 3600; second++) {
            evidence.add(second, traffic.second(0.05 + 0.45 * second / 3600, random));
        }
        double[] micros = new double[2000];
        for (int i = -2000; i < micros.length; i++) {
            long begun = System.nanoTime();
            double upper = RatioTest.ratio(evidence.phases(), ALPHA).upper();
            if (upper < 0) {
                throw new IllegalStateException("a ratio is never negative");
            }
            if (i >= 0) {
                micros[i] = (System.nanoTime() - begun) / 1e3;
            }
        }
        Arrays.sort(micros);
        System.out.printf(
                Locale.ROOT,
                "%-36s p50 %.0f µs, p99 %.0f µs over %d phases%n",
                "one look at the ratio's interval",
                micros[1000],
                micros[1980],
                evidence.phases().size());
    }
}
