package io.homeostat.bench;

import io.homeostat.chaos.perimeter.Simulation;
import java.util.Locale;

/**
 * The search for a perimeter on simulated services whose threshold is known: between 15 and 750 ms, searched from 10 to 1,000 ms to
 * 25 %.
 */
final class PerimeterTrials {

    private PerimeterTrials() {}

    public static void main(String[] arguments) {
        int searches = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 1000;
        long seed = arguments.length > 1 ? Long.parseLong(arguments[1]) : 20261121;
        System.out.printf(Locale.ROOT, "%d searches each, seeds from %d%n", searches, seed);
        System.out.println("service  within 25%  holds the truth  breaking trials  trials  a linear sweep");
        for (Simulation.Service service : Simulation.Service.values()) {
            Simulation.Outcome outcome = Simulation.of(service, searches, seed);
            System.out.printf(
                    Locale.ROOT,
                    "%-7s  %9.1f%%  %14.1f%%  %15.2f  %6.1f  %6.1f (%.1f×)%n",
                    service.name().toLowerCase(Locale.ROOT),
                    100 * outcome.share(outcome.close()),
                    100 * outcome.share(outcome.around()),
                    outcome.breaking(),
                    outcome.trials(),
                    outcome.sweep(),
                    outcome.sweep() / outcome.trials());
        }
    }
}
