package io.homeostat.target.kubernetes.objects;

import io.homeostat.converge.Target.Evidence;
import io.homeostat.model.Node;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What pods and events say is wrong, in words. */
public final class PodEvidence {

    private static final int MOST_EVENTS = 5;

    private PodEvidence() {}

    /**
     * One thing that is wrong with one container, or with a pod.
     *
     * @param container empty when it is about the pod
     * @param hasRun whether there may be log lines
     * @param hasEnded whether those are of the run before the present one
     */
    public record Finding(
            String pod,
            String container,
            String reason,
            String message,
            @Nullable Integer exitCode,
            boolean hasRun,
            boolean hasEnded) {

        public Evidence evidence(List<String> lines) {
            return new Evidence(pod, reason, message, exitCode, lines);
        }

        /** Whether it lasts until somebody changes what is declared. */
        public boolean isStuck() {
            return Evidence.STUCK.contains(reason);
        }
    }

    /**
     * Most telling first. A pod that is on its way out tells nothing.
     *
     * @param now what ended longer ago and runs again since then is over
     */
    public static List<Finding> of(Node.Mapping pod, Instant now) {
        List<Finding> findings = new ArrayList<>();
        Node.Mapping metadata = pod.mapping("metadata");
        if (metadata.text("deletionTimestamp") != null) {
            return findings;
        }
        String name = metadata.text("name", "");
        Node.Mapping status = pod.mapping("status");
        for (String list : List.of("initContainerStatuses", "containerStatuses")) {
            for (Node each : status.sequence(list)) {
                if (each instanceof Node.Mapping container) {
                    Finding finding = container(name, container, now);
                    if (finding != null) {
                        findings.add(finding);
                    }
                }
            }
        }
        Finding unscheduled = unscheduled(name, status);
        if (unscheduled != null) {
            findings.add(unscheduled);
        }
        findings.sort(Comparator.comparingInt(finding -> finding.isStuck() ? 0 : 1));
        return findings;
    }

    private static @Nullable Finding container(String pod, Node.Mapping container, Instant now) {
        String name = container.text("name", "");
        Node.Mapping waiting = container.mapping("state").mapping("waiting");
        Node.Mapping ended = container.mapping("state").mapping("terminated");
        Node.Mapping last = ended.isEmpty() ? container.mapping("lastState").mapping("terminated") : ended;
        boolean isRunning = !container.mapping("state").mapping("running").isEmpty();
        Integer exit = last.get("exitCode") == null ? null : last.integer("exitCode", 0);
        int restarts = container.integer("restartCount", 0);
        String reason = waiting.text("reason", "");
        String who = pod + "/" + name;
        if (!reason.isEmpty() && !reason.equals("ContainerCreating") && !reason.equals("PodInitializing")) {
            String ends = exit == null ? "" : ", last ended with exit code " + exit;
            String message = reason.equals("CrashLoopBackOff")
                    ? who + " is in CrashLoopBackOff after " + restarts + " restarts" + ends
                    : who + " is in " + reason + ": " + waiting.text("message", "");
            return new Finding(pod, name, reason, message, exit, exit != null, true);
        }
        if (exit != null && exit != 0 && (!isRunning || isJustOutOfMemory(last, now))) {
            return new Finding(
                    pod,
                    name,
                    last.text("reason", "Error"),
                    who + " ended with exit code " + exit + (restarts == 0 ? "" : " after " + restarts + " restarts"),
                    exit,
                    true,
                    ended.isEmpty());
        }
        if (isRunning && !container.flag("ready", true)) {
            String message =
                    who + " runs and is not ready" + (restarts == 0 ? "" : "; it restarted " + restarts + " times");
            return new Finding(pod, name, "NotReady", message, null, true, false);
        }
        return null;
    }

    /** Its first restart comes at once, and may be ready before anybody looks. */
    private static boolean isJustOutOfMemory(Node.Mapping ended, Instant now) {
        String at = ended.text("finishedAt", "");
        try {
            return ended.text("reason", "").equals("OOMKilled")
                    && Instant.parse(at).plus(Evidence.MEMORY_TOLD_FOR).isAfter(now);
        } catch (DateTimeParseException unknown) {
            return false;
        }
    }

    private static @Nullable Finding unscheduled(String pod, Node.Mapping status) {
        for (Node each : status.sequence("conditions")) {
            if (each instanceof Node.Mapping condition
                    && condition.text("type", "").equals("PodScheduled")
                    && condition.text("status", "").equals("False")) {
                String reason = condition.text("reason", "Unschedulable");
                return new Finding(
                        pod, "", reason, pod + " finds no node: " + condition.text("message", ""), null, false, false);
            }
        }
        return null;
    }

    /** What an object's own conditions say: no pod could be made, say for want of quota. */
    public static List<Evidence> ofObject(Node.Mapping status) {
        List<Evidence> found = new ArrayList<>();
        for (Node each : status.sequence("conditions")) {
            if (each instanceof Node.Mapping condition
                    && condition.text("type", "").equals("ReplicaFailure")
                    && condition.text("status", "").equals("True")) {
                found.add(new Evidence(
                        "", condition.text("reason", "FailedCreate"), condition.text("message", ""), null, List.of()));
            }
        }
        return found;
    }

    /** Warnings about an object, or about what carries its name in front of its own; newest first, each said once. */
    public static List<Evidence> ofEvents(String name, List<Node> events) {
        Map<String, Evidence> found = new LinkedHashMap<>();
        events.stream()
                .filter(Node.Mapping.class::isInstance)
                .map(Node.Mapping.class::cast)
                .filter(event -> isAbout(name, event.mapping("involvedObject").text("name", "")))
                .sorted(Comparator.comparing(PodEvidence::time).reversed())
                .forEach(event -> {
                    String reason = event.text("reason", "");
                    String message = event.text("message", "");
                    found.putIfAbsent(
                            reason + message,
                            new Evidence(
                                    event.mapping("involvedObject").text("name", ""),
                                    reason,
                                    message,
                                    null,
                                    List.of()));
                });
        return found.values().stream().limit(MOST_EVENTS).toList();
    }

    private static boolean isAbout(String name, String involved) {
        return involved.equals(name) || involved.startsWith(name + "-");
    }

    private static String time(Node.Mapping event) {
        String last = event.text("lastTimestamp");
        return last != null ? last : event.text("eventTime", "");
    }
}
