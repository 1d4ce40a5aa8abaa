package io.homeostat.target.local.subset;

import io.homeostat.model.Node;
import io.homeostat.model.ObjectKey;

/**
 * Kubernetes' defaults for the fields of {@link LocalSubset} that have an effect, so that a field left out and the same field
 * written with its default are no difference. Source: the defaults in the API reference of Kubernetes 1.34.
 */
final class Defaults {

    private Defaults() {}

    static Node.Mapping fill(ObjectKey key, Node.Mapping content) {
        Node.Mapping spec = Templates.at(content, of -> spec(key.kind(), of), "spec");
        return Templates.change(key, spec, template -> Templates.at(template, of -> pod(key.kind(), of), "spec"));
    }

    private static Node.Mapping spec(String kind, Node.Mapping spec) {
        return switch (kind) {
            case "Deployment" -> deployment(spec);
            case "StatefulSet" -> statefulSet(spec);
            case "Job" -> job(spec);
            case "CronJob" -> Templates.at(cronJob(spec), Defaults::job, "jobTemplate", "spec");
            case "Service" -> service(spec);
            default -> spec;
        };
    }

    private static Node.Mapping deployment(Node.Mapping spec) {
        Node.Mapping filled =
                number(number(number(spec, "replicas", 1), "progressDeadlineSeconds", 600), "minReadySeconds", 0);
        Node.Mapping strategy = text(filled.mapping("strategy"), "type", "RollingUpdate");
        if (strategy.text("type", "").equals("RollingUpdate")) {
            Node.Mapping rolling =
                    text(text(strategy.mapping("rollingUpdate"), "maxSurge", "25%"), "maxUnavailable", "25%");
            strategy = strategy.with("rollingUpdate", rolling);
        }
        return filled.with("strategy", strategy);
    }

    private static Node.Mapping statefulSet(Node.Mapping spec) {
        Node.Mapping filled =
                text(number(number(spec, "replicas", 1), "minReadySeconds", 0), "podManagementPolicy", "OrderedReady");
        Node.Mapping strategy = text(filled.mapping("updateStrategy"), "type", "RollingUpdate");
        if (strategy.text("type", "").equals("RollingUpdate")) {
            strategy = strategy.with("rollingUpdate", number(strategy.mapping("rollingUpdate"), "partition", 0));
        }
        return filled.with("updateStrategy", strategy);
    }

    private static Node.Mapping job(Node.Mapping spec) {
        Node.Mapping filled = number(number(spec, "parallelism", 1), "backoffLimit", 6);
        return present(filled, "completions") || present(spec, "parallelism") ? filled : filled.with("completions", 1);
    }

    private static Node.Mapping cronJob(Node.Mapping spec) {
        Node.Mapping filled = number(number(spec, "successfulJobsHistoryLimit", 3), "failedJobsHistoryLimit", 1);
        return flag(text(filled, "concurrencyPolicy", "Allow"), "suspend", false);
    }

    private static Node.Mapping service(Node.Mapping spec) {
        return Templates.each(text(spec, "type", "ClusterIP"), "ports", port -> {
            Node number = port.get("port");
            Node.Mapping filled = text(port, "protocol", "TCP");
            return number == null || present(filled, "targetPort") ? filled : filled.with("targetPort", number);
        });
    }

    private static Node.Mapping pod(String kind, Node.Mapping pod) {
        Node.Mapping filled = number(pod, "terminationGracePeriodSeconds", 30);
        if (kind.equals("Deployment") || kind.equals("StatefulSet")) {
            filled = text(filled, "restartPolicy", "Always");
        }
        filled = Templates.each(filled, "volumes", Defaults::volume);
        filled = Templates.each(filled, "initContainers", Defaults::container);
        return Templates.each(filled, "containers", Defaults::container);
    }

    private static Node.Mapping volume(Node.Mapping volume) {
        return Templates.at(
                Templates.at(volume, of -> number(of, "defaultMode", 0644), "configMap"),
                of -> number(of, "defaultMode", 0644),
                "secret");
    }

    private static Node.Mapping container(Node.Mapping container) {
        Node.Mapping filled = Templates.each(container, "ports", port -> text(port, "protocol", "TCP"));
        for (String probe : new String[] {"readinessProbe", "livenessProbe", "startupProbe"}) {
            filled = Templates.at(filled, Defaults::probe, probe);
        }
        return Templates.at(filled, Defaults::http, "lifecycle", "preStop", "httpGet");
    }

    private static Node.Mapping probe(Node.Mapping probe) {
        Node.Mapping filled = number(number(probe, "periodSeconds", 10), "timeoutSeconds", 1);
        filled = number(number(filled, "successThreshold", 1), "failureThreshold", 3);
        return Templates.at(filled, Defaults::http, "httpGet");
    }

    private static Node.Mapping http(Node.Mapping get) {
        return text(text(get, "path", "/"), "scheme", "HTTP");
    }

    private static Node.Mapping number(Node.Mapping of, String key, long value) {
        return present(of, key) ? of : of.with(key, value);
    }

    private static Node.Mapping text(Node.Mapping of, String key, String value) {
        return present(of, key) ? of : of.with(key, value);
    }

    private static Node.Mapping flag(Node.Mapping of, String key, boolean value) {
        return present(of, key) ? of : of.with(key, Node.Bool.of(value));
    }

    private static boolean present(Node.Mapping of, String key) {
        Node value = of.get(key);
        return value != null && !(value instanceof Node.Null);
    }
}
