package io.homeostat.signal;

import io.homeostat.model.slo.Slo;
import io.homeostat.signal.series.SeriesStore;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * How an error budget came to be where it is: what it would have said at moments of the window that ends now. Nothing of it is stored,
 * as the counts are.
 *
 * @param step from one moment to the next
 * @param points oldest first; the last is now
 */
public record BudgetHistory(Duration step, List<Point> points) {

    /** Enough for a picture, few enough to be worked out when somebody looks. */
    static final int POINTS = 48;

    /** The finest that counts are kept. */
    private static final Duration SHORTEST = Duration.ofSeconds(10);

    /**
     * @param remaining share of the budget that was left; not a number where there were no data
     * @param burnRate over the step that ends here; not a number where there were no data
     */
    public record Point(Instant at, double remaining, double burnRate) {}

    static BudgetHistory of(Slo slo, SeriesStore store, Instant now) throws IOException {
        Duration step = slo.window().at(now).length().dividedBy(POINTS);
        step = step.compareTo(SHORTEST) < 0 ? SHORTEST : step;
        List<Point> points = new ArrayList<>();
        for (int i = POINTS - 1; i >= 0; i--) {
            Instant at = now.minus(step.multipliedBy(i));
            Evaluation then = new Evaluation(slo, store, at);
            points.add(new Point(at, then.budget(then.parts(Map.of())).remaining(), then.burnRate(step)));
        }
        return new BudgetHistory(step, List.copyOf(points));
    }
}
