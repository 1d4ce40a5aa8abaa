package io.homeostat.agent;

import io.homeostat.converge.ApplicationState;
import io.homeostat.converge.Converger;
import io.homeostat.converge.Health;
import io.homeostat.signal.AlertState;
import io.homeostat.signal.SloView;
import java.util.Collection;
import java.util.Locale;

/** What the agent knows, in the text format that Prometheus scrapes. */
final class MetricsText {

    private final StringBuilder text = new StringBuilder();

    private MetricsText() {}

    static String of(Converger converger, Collection<SloView> slos, String version) {
        MetricsText metrics = new MetricsText();
        metrics.family("homeostat_info", "gauge", "The agent's version.");
        metrics.sample("homeostat_info", "version", version, 1);
        metrics.applications(converger);
        metrics.slos(slos);
        return metrics.text.toString();
    }

    private void applications(Converger converger) {
        family("homeostat_application_health", "gauge", "1 for the health that an application has.");
        for (String name : converger.names()) {
            Health.Status status = converger.health(name).status();
            for (Health.Status each : Health.Status.values()) {
                sample(
                        "homeostat_application_health",
                        "application",
                        name,
                        "status",
                        each.name().toLowerCase(Locale.ROOT),
                        each == status ? 1 : 0);
            }
        }
        family("homeostat_application_frozen", "gauge", "Whether an application is frozen.");
        family("homeostat_application_held", "gauge", "Whether a guard holds an application.");
        family("homeostat_application_drift", "gauge", "Differences that nobody asked Git for.");
        family("homeostat_application_quarantined", "gauge", "Revisions in quarantine.");
        for (String name : converger.names()) {
            ApplicationState state = converger.history().application(name);
            sample(
                    "homeostat_application_frozen",
                    "application",
                    name,
                    state.isFrozen(converger.clock().instant()) ? 1 : 0);
            sample("homeostat_application_held", "application", name, state.hold() == null ? 0 : 1);
            sample(
                    "homeostat_application_drift",
                    "application",
                    name,
                    state.drift().size());
            sample(
                    "homeostat_application_quarantined",
                    "application",
                    name,
                    state.quarantines().size());
        }
        family("homeostat_journal_events_total", "counter", "Events written to the journal.");
        text.append("homeostat_journal_events_total ")
                .append(converger.history().journal().head())
                .append('\n');
    }

    private void slos(Collection<SloView> slos) {
        family("homeostat_slo_indicator", "gauge", "Share that was good in the window; absent without data.");
        family("homeostat_slo_target", "gauge", "Share that must be good.");
        family(
                "homeostat_slo_budget_remaining",
                "gauge",
                "Share of the error budget that is left; absent without data.");
        family("homeostat_slo_burn_rate", "gauge", "How many times too fast the budget is spent; absent without data.");
        family("homeostat_slo_alert_firing", "gauge", "Whether an alert fires.");
        for (SloView view : slos) {
            String name = view.slo().name();
            value("homeostat_slo_indicator", name, view.budget().indicator());
            value("homeostat_slo_target", name, view.budget().target());
            value("homeostat_slo_budget_remaining", name, view.budget().remaining());
            value("homeostat_slo_burn_rate", name, view.burnRate());
            for (SloView.AlertView alert : view.alerts()) {
                boolean fires = alert.state().phase() == AlertState.Phase.FIRING;
                sample("homeostat_slo_alert_firing", "slo", name, "alert", alert.name(), fires ? 1 : 0);
            }
        }
    }

    private void value(String metric, String slo, double value) {
        if (!Double.isNaN(value)) {
            sample(metric, "slo", slo, value);
        }
    }

    private void family(String name, String type, String help) {
        text.append("# HELP ").append(name).append(' ').append(help).append('\n');
        text.append("# TYPE ").append(name).append(' ').append(type).append('\n');
    }

    private void sample(String name, String label, String of, double value) {
        text.append("%s{%s=\"%s\"} %s\n".formatted(name, label, escaped(of), number(value)));
    }

    private void sample(String name, String label, String of, String second, String also, double value) {
        text.append("%s{%s=\"%s\",%s=\"%s\"} %s\n"
                .formatted(name, label, escaped(of), second, escaped(also), number(value)));
    }

    private static String number(double value) {
        return value == Math.rint(value) && Math.abs(value) < 1e15
                ? Long.toString((long) value)
                : Double.toString(value);
    }

    private static String escaped(String label) {
        return label.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n");
    }
}
