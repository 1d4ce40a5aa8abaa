package io.homeostat.signal;

import io.homeostat.model.slo.AlertPolicy;
import io.homeostat.model.slo.Comparison;
import io.homeostat.model.slo.Slo;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * One thing that may call somebody.
 *
 * @param id unique: the SLO's name and the alert's
 * @param longTime over which the burn rate is taken
 * @param shortTime over which it must hold as well; the same as {@code longTime} where one time is all
 * @param op how the burn rate compares with {@code threshold} where it alerts
 * @param ofBudget it asks which share of the budget was spent within {@code longTime}: what was not counted yet spent nothing
 * @param after how long that must hold
 * @param onNoData it is missing data that alert, not the burn rate
 * @param tellEnd whether the end is told too
 * @param recipients notifiers that are told; empty: all
 */
record Alert(
        String id,
        String name,
        String severity,
        Duration longTime,
        Duration shortTime,
        Comparison op,
        double threshold,
        boolean ofBudget,
        Duration after,
        boolean onNoData,
        boolean tellEnd,
        List<String> recipients) {

    /** Every alert of an objective. */
    static List<Alert> of(Slo slo, Duration window) {
        List<Alert> alerts = new ArrayList<>();
        List<AlertPolicy> declared = slo.alerts();
        if (declared == null) {
            for (BurnRates.Tier tier : BurnRates.standard(window)) {
                alerts.add(new Alert(
                        slo.name() + "/" + tier.name(),
                        tier.name(),
                        tier.severity(),
                        tier.longTime(),
                        tier.shortTime(),
                        Comparison.GTE,
                        tier.factor(),
                        true,
                        Duration.ZERO,
                        false,
                        true,
                        List.of()));
            }
            return alerts;
        }
        for (AlertPolicy policy : declared) {
            if (policy.breaching() || policy.resolved()) {
                alerts.add(declared(slo, policy, false));
            }
            if (policy.noData()) {
                alerts.add(declared(slo, policy, true));
            }
        }
        return alerts;
    }

    private static Alert declared(Slo slo, AlertPolicy policy, boolean onNoData) {
        AlertPolicy.Condition condition = policy.condition();
        List<String> recipients = new ArrayList<>();
        policy.recipients().forEach(recipient -> recipients.addAll(List.of(recipient.target(), recipient.name())));
        String name = policy.name() + (onNoData ? "-no-data" : "");
        return new Alert(
                slo.name() + "/" + name,
                name,
                condition.severity(),
                condition.lookback(),
                condition.lookback(),
                condition.op(),
                condition.threshold(),
                false,
                condition.after(),
                onNoData,
                policy.resolved(),
                recipients);
    }
}
