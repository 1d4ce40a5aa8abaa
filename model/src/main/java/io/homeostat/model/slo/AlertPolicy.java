package io.homeostat.model.slo;

import java.time.Duration;
import java.util.List;

/**
 * When somebody is told about an objective, and who.
 *
 * @param breaching whether the condition alerts
 * @param resolved whether the end of an alert is told
 * @param noData whether missing data alert
 */
public record AlertPolicy(
        String name,
        boolean breaching,
        boolean resolved,
        boolean noData,
        Condition condition,
        List<Recipient> recipients) {

    /**
     * @param threshold burn rate; 1 spends the budget in exactly its window
     * @param lookback the time over which the burn rate is taken
     * @param after how long it must hold
     */
    public record Condition(
            String name, String severity, Comparison op, double threshold, Duration lookback, Duration after) {}

    /** @param target name of a Notifier, or a word for what is outside homeostat */
    public record Recipient(String name, String target) {}
}
