package io.homeostat.model.internal.kube;

import io.homeostat.model.CronSchedule;
import io.homeostat.model.Node;
import io.homeostat.model.Position;
import io.homeostat.model.Problem;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How the parts of a Deployment, StatefulSet, Job or CronJob must fit together. */
final class WorkloadRules {

    private WorkloadRules() {}

    static void deployment(Node.Mapping spec, List<Problem> problems) {
        selector(spec, problems);
        template(spec, "Always", problems);
        Node.Mapping strategy = spec.mapping("strategy");
        Node.Mapping rolling = strategy.mapping("rollingUpdate");
        if (strategy.text("type", "RollingUpdate").equals("Recreate") && !rolling.isEmpty()) {
            problems.add(Problem.error(
                            rolling.at(), "conflict", "'rollingUpdate' has no meaning when the type is 'Recreate'")
                    .suggesting("remove one of them"));
        }
        Integer surge = amount(rolling, "maxSurge", problems);
        Integer unavailable = amount(rolling, "maxUnavailable", problems);
        if (surge != null && unavailable != null && surge == 0 && unavailable == 0) {
            problems.add(Problem.error(
                            rolling.at(),
                            "conflict",
                            "'maxSurge' and 'maxUnavailable' are both 0: nothing could ever roll")
                    .expecting("at least one of them above 0"));
        }
        int ready = spec.integer("minReadySeconds", 0);
        int deadline = spec.integer("progressDeadlineSeconds", 600);
        if (deadline <= ready) {
            Node place = spec.get("progressDeadlineSeconds");
            problems.add(Problem.error(
                    place == null ? spec.at() : place.at(),
                    "conflict",
                    "'progressDeadlineSeconds' (" + deadline + ") must be greater than 'minReadySeconds' (" + ready
                            + ")"));
        }
    }

    static void statefulSet(Node.Mapping spec, List<Problem> problems) {
        selector(spec, problems);
        template(spec, "Always", problems);
        Node.Mapping rolling = spec.mapping("updateStrategy").mapping("rollingUpdate");
        if (spec.mapping("updateStrategy").text("type", "RollingUpdate").equals("OnDelete") && !rolling.isEmpty()) {
            problems.add(Problem.error(
                            rolling.at(), "conflict", "'rollingUpdate' has no meaning when the type is 'OnDelete'")
                    .suggesting("remove one of them"));
        }
        amount(rolling, "maxUnavailable", problems);
        Unique claims = new Unique("volume claim", problems);
        for (Node claim : spec.sequence("volumeClaimTemplates")) {
            if (claim instanceof Node.Mapping mapping) {
                claims.see(mapping.mapping("metadata").get("name"));
            }
        }
    }

    static void job(Node.Mapping spec, List<Problem> problems) {
        template(spec, null, problems);
        if (spec.get("selector") instanceof Node.Mapping selector && !spec.flag("manualSelector", false)) {
            problems.add(Problem.error(selector.at(), "conflict", "a Job chooses its own selector")
                    .suggesting("remove 'selector', or set 'manualSelector: true'"));
        }
        if (spec.text("completionMode", "").equals("Indexed") && !(spec.get("completions") instanceof Node.Numeric)) {
            problems.add(Problem.error(spec.at(), "missing-key", "an Indexed Job needs 'completions'"));
        }
    }

    static void cronJob(Node.Mapping content, List<Problem> problems) {
        Node.Mapping spec = content.mapping("spec");
        if (spec.get("schedule") instanceof Node.Text schedule && CronSchedule.parse(schedule.value()) == null) {
            boolean zoned = schedule.value().contains("TZ=");
            problems.add(Problem.error(schedule.at(), "bad-value", "'" + schedule.value() + "' is not a schedule")
                    .expecting(CronSchedule.FORM)
                    .suggesting(zoned ? "name the time zone in 'timeZone'" : null));
        }
        if (spec.get("timeZone") instanceof Node.Text zone && !isZone(zone.value())) {
            problems.add(Problem.error(zone.at(), "bad-value", "'" + zone.value() + "' is not a time zone")
                    .expecting("a name such as 'Etc/UTC' or 'Europe/Berlin'"));
        }
        String name = content.mapping("metadata").text("name", "");
        if (name.length() > 52) {
            problems.add(Problem.error(
                    content.mapping("metadata").at(),
                    "bad-name",
                    "the name of a CronJob has at most 52 characters, since its Jobs get 11 more; this one has "
                            + name.length()));
        }
        Node.Mapping template = spec.mapping("jobTemplate");
        Labels.checkMetadata(template.mapping("metadata"), problems);
        job(template.mapping("spec"), problems);
    }

    private static void selector(Node.Mapping spec, List<Problem> problems) {
        if (!(spec.get("selector") instanceof Node.Mapping selector)
                || !(spec.get("template") instanceof Node.Mapping template)) {
            return;
        }
        Labels.checkLabels(selector.mapping("matchLabels"), problems);
        if (selector.mapping("matchLabels").isEmpty()
                && selector.sequence("matchExpressions").isEmpty()) {
            problems.add(Problem.error(selector.at(), "selector", "an empty selector would select everything")
                    .expecting("'matchLabels' with labels of the template"));
        } else if (!Labels.selects(selector, template.mapping("metadata").mapping("labels"))) {
            problems.add(Problem.error(
                            selector.at(), "selector", "'selector' does not match the labels of its own 'template'")
                    .suggesting("write the same labels in 'template.metadata.labels'"));
        }
    }

    /** @param restart the only restart policy that is possible; null where it may be any but {@code Always} */
    private static void template(Node.Mapping spec, @Nullable String restart, List<Problem> problems) {
        if (!(spec.get("template") instanceof Node.Mapping template)
                || !(template.get("spec") instanceof Node.Mapping pod)) {
            return;
        }
        Labels.checkMetadata(template.mapping("metadata"), problems);
        Node policy = pod.get("restartPolicy");
        Position at = policy == null ? pod.at() : policy.at();
        String said = pod.text("restartPolicy", "Always");
        if (restart != null && !said.equals(restart)) {
            problems.add(Problem.error(at, "bad-value", "'restartPolicy' is '" + said + "'")
                    .expecting("'" + restart + "', which is the only one that such a workload can have"));
        } else if (restart == null && said.equals("Always")) {
            problems.add(Problem.error(
                            at,
                            policy == null ? "missing-key" : "bad-value",
                            policy == null ? "'restartPolicy' is missing" : "'restartPolicy' is 'Always'")
                    .expecting("'OnFailure' or 'Never' in a Job"));
        }
        new PodRules(pod, spec.sequence("volumeClaimTemplates"), problems).check();
    }

    /** The number, or percentage, of a rolling update; null when there is none or it is wrong. */
    private static @Nullable Integer amount(Node.Mapping rolling, String key, List<Problem> problems) {
        Node node = rolling.get(key);
        if (node instanceof Node.Numeric number && number.value().signum() >= 0) {
            return number.value().intValue();
        }
        if (node instanceof Node.Text text && text.value().matches("[0-9]{1,4}%")) {
            int percent =
                    Integer.parseInt(text.value().substring(0, text.value().length() - 1));
            if (percent <= 100 || key.equals("maxSurge")) {
                return percent;
            }
        }
        if (node instanceof Node.Text || node instanceof Node.Numeric) {
            problems.add(Problem.error(node.at(), "bad-value", "'" + key + "' is '" + node + "'")
                    .expecting("an integer of at least 0 or a percentage such as '25%'"));
        }
        return null;
    }

    private static boolean isZone(String name) {
        if (name.isEmpty() || name.equals("Local") || name.startsWith("+") || name.startsWith("-")) {
            return false;
        }
        try {
            var _ = ZoneId.of(name);
            return true;
        } catch (DateTimeException unknown) {
            return false;
        }
    }
}
