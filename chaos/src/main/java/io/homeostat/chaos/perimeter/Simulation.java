package io.homeostat.chaos.perimeter;

import io.homeostat.model.chaos.Axis;
import io.homeostat.model.chaos.Search;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Searches on services whose threshold is known, to see how close {@link Finder} comes and what it costs. Thresholds are drawn
 * evenly by ratio between 1.5 and 75 times the least that is tried. The same seed gives the same searches.
 */
public final class Simulation {

    static final double FROM = 10;
    static final double TO = 1000;
    static final double PRECISION = 25;

    /** Between a chance of 10% to break and one of 90% the magnitude grows by a half. */
    private static final double STEEPNESS = 2 * Math.log(9) / Math.log(1.5);

    private Simulation() {}

    /** How a service breaks. */
    public enum Service {
        /** Always at the threshold and beyond, never below. */
        SHARP,
        /** The more often, the nearer: half of the time at the threshold. */
        SOFT,
        /** Sharp, but one trial in 20 breaks, whatever is done. */
        FLAKY;

        private boolean breaks(double magnitude, double threshold, SplittableRandom random) {
            return switch (this) {
                case SHARP -> magnitude >= threshold;
                case SOFT ->
                    magnitude > 0 && random.nextDouble() < 1 / (1 + Math.pow(threshold / magnitude, STEEPNESS));
                case FLAKY -> magnitude >= threshold || random.nextDouble() < 0.05;
            };
        }
    }

    /**
     * What became of many searches.
     *
     * @param found those that came to an interval
     * @param close those whose middle lies within 25% of the threshold
     * @param around those whose interval holds the threshold
     * @param breaking trials that broke, in the mean
     * @param trials in the mean
     * @param sweep trials that a sweep upwards in equal steps takes in the mean, fine enough for the same precision at its lower end
     */
    public record Outcome(
            Service service,
            int searches,
            int found,
            int close,
            int around,
            double breaking,
            double trials,
            double sweep) {

        public double share(int of) {
            return (double) of / searches;
        }
    }

    public static Outcome of(Service service, int searches, long seed) {
        Search search = new Search(Axis.LATENCY, FROM, TO, PRECISION, 1000, 1000, 100, FROM);
        int found = 0;
        int close = 0;
        int around = 0;
        double breaking = 0;
        double trials = 0;
        double sweep = 0;
        for (int i = 0; i < searches; i++) {
            SplittableRandom random = new SplittableRandom(seed + i);
            double threshold = FROM * 1.5 * Math.pow(50, random.nextDouble());
            Perimeter perimeter = search(search, service, threshold, random);
            found += perimeter.status() == Perimeter.Status.FOUND ? 1 : 0;
            double middle = perimeter.estimate();
            close += Math.abs(middle - threshold) <= 0.25 * threshold ? 1 : 0;
            around += perimeter.holds() < threshold && threshold <= perimeter.breaks() ? 1 : 0;
            breaking += perimeter.breaking();
            trials += perimeter.trials();
            sweep += swept(service, threshold, random);
        }
        return new Outcome(
                service, searches, found, close, around, breaking / searches, trials / searches, sweep / searches);
    }

    private static Perimeter search(Search search, Service service, double threshold, SplittableRandom random) {
        List<Trial> trials = new ArrayList<>();
        while (true) {
            switch (Finder.next(search, trials, 0)) {
                case Finder.Step.Try next -> {
                    boolean breaks = service.breaks(next.magnitude(), threshold, random);
                    trials.add(new Trial(
                            next.magnitude(),
                            breaks ? Trial.Outcome.BROKE : Trial.Outcome.HELD,
                            breaks ? "p99" : "",
                            "",
                            true));
                }
                case Finder.Step.Done done -> {
                    return done.perimeter();
                }
            }
        }
    }

    /** The same confirmation, two of three, at each step. */
    private static int swept(Service service, double threshold, SplittableRandom random) {
        int trials = 1;
        for (double magnitude = FROM; magnitude <= TO; magnitude += FROM * PRECISION / 100) {
            int yes = 0;
            int no = 0;
            while (no < 2 && !(yes > 0 && (no == 0 || yes == 2))) {
                trials++;
                if (service.breaks(magnitude, threshold, random)) {
                    no++;
                } else {
                    yes++;
                }
            }
            if (no == 2) {
                return trials;
            }
        }
        return trials;
    }
}
