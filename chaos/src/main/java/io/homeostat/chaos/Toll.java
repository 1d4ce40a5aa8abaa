package io.homeostat.chaos;

import io.homeostat.model.Node;
import java.util.Map;

/**
 * What a run cost those who use the system.
 *
 * @param budget spent of the error budget that lost most: 1 is all of it
 * @param millis how long something was done
 * @param tier how much what was touched matters
 */
record Toll(double budget, long millis, double tier) {

    static final Toll NONE = new Toll(0, 0, 1);

    /** Of the budget that lost most, 1 is all of it; 0 when none did. */
    static double spent(Map<String, Double> before, Map<String, Double> after) {
        return before.entrySet().stream()
                .mapToDouble(each -> each.getValue() - after.getOrDefault(each.getKey(), each.getValue()))
                .reduce(0, Math::max);
    }

    Toll and(Toll other) {
        return new Toll(budget + other.budget, millis + other.millis, Math.max(tier, other.tier));
    }

    Node.Mapping node() {
        return Node.Mapping.EMPTY
                .with("budget", ChaosFacts.number(budget))
                .with("millis", millis)
                .with("tier", ChaosFacts.number(tier));
    }
}
