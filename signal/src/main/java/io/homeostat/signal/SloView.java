package io.homeostat.signal;

import io.homeostat.model.slo.Objective;
import io.homeostat.model.slo.Slo;
import io.homeostat.model.slo.Window;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How an objective stands at one moment.
 *
 * @param budget over the whole window
 * @param burnRate over the last hour, or a 720th of a short window; not a number without data
 * @param exhaustedIn when the budget is spent if it burns on; null when it is not
 * @param window where it begins and ends
 * @param parts each objective of its own
 * @param alerts what calls somebody, and where it stands
 * @param application that has the service; empty when none has
 */
public record SloView(
        Slo slo,
        Budget budget,
        double burnRate,
        @Nullable Duration exhaustedIn,
        Window.Span window,
        List<Part> parts,
        List<AlertView> alerts,
        String application,
        Instant at) {

    /**
     * @param indicator name of the series that is stored
     * @param evidence over the window
     * @param noData why the source gives nothing now; empty when it does
     */
    public record Part(Objective objective, String indicator, Evidence evidence, Budget budget, String noData) {}

    /** @param burnRate over its long time */
    public record AlertView(
            String id, String name, String severity, AlertState state, double burnRate, double threshold) {}

    /** {@code spent}, {@code burning}, {@code kept} or {@code no data}. */
    public String word() {
        if (!budget.isKnown()) {
            return "no data";
        }
        if (budget.remaining() <= 0) {
            return "spent";
        }
        boolean fires = alerts.stream().anyMatch(alert -> alert.state().phase() == AlertState.Phase.FIRING);
        return fires ? "burning" : "kept";
    }
}
