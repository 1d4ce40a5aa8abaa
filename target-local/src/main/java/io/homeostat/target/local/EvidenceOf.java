package io.homeostat.target.local;

import io.homeostat.converge.Target.Evidence;
import io.homeostat.model.Node;
import io.homeostat.target.local.control.CrashBackoff;
import io.homeostat.target.local.control.Member;
import io.homeostat.target.local.pod.ContainerState;
import io.homeostat.target.local.pod.ContainerState.Exit;
import io.homeostat.target.local.pod.Kubelet;
import io.homeostat.target.local.pod.Pod;
import io.homeostat.target.local.process.Processes;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Why instances are not healthy, from what is known of them and the last lines they wrote. */
final class EvidenceOf {

    private static final int LINES = 20;

    private final Processes processes;
    private final Instant now;

    EvidenceOf(Processes processes, Instant now) {
        this.processes = processes;
        this.now = now;
    }

    /** What is known on the loop; the lines of logs are read later, by whoever asked. */
    record Finding(
            String instance,
            String reason,
            String message,
            @Nullable Integer exitCode,
            @Nullable String runId) {}

    /** Most telling first: crashes, then failing probes, then what is merely waited for. */
    List<Finding> findings(Node.Mapping status, List<Kubelet.View> views) {
        List<Finding> findings = new ArrayList<>();
        for (Kubelet.View view : views.stream()
                .filter(view -> !view.state().isDeleting())
                .sorted(Comparator.comparing((Kubelet.View view) -> view.pod().createdAt())
                        .reversed())
                .toList()) {
            for (Pod.Container container : view.pod().containers()) {
                Finding finding = finding(view, container);
                if (finding != null) {
                    findings.add(finding);
                }
            }
        }
        findings.sort(Comparator.comparingInt(finding -> rank(finding.reason())));
        String message = status.text("message");
        if (message != null) {
            findings.addFirst(new Finding("", "CreateContainerConfigError", message, null, null));
        }
        for (Node condition : status.sequence("conditions")) {
            if (condition instanceof Node.Mapping mapping && isBad(mapping)) {
                findings.add(new Finding("", mapping.text("reason", ""), mapping.text("message", ""), null, null));
            }
        }
        return findings;
    }

    private @Nullable Finding finding(Kubelet.View view, Pod.Container container) {
        ContainerState state = view.state().container(container.name());
        String title = view.pod().title(container.name());
        Exit last = state.last();
        boolean ended = view.member().phase() == Member.Phase.SUCCEEDED;
        if (last != null && !ended && (!last.succeeded() || !container.init())) {
            boolean waiting = !state.active() && state.backoff().notBefore().isAfter(now);
            if (waiting || state.isSuspect(now)) {
                String reason = waiting && !last.reason().equals("StartError") ? "CrashLoopBackOff" : last.reason();
                String how = last.reason().equals("StartError")
                        ? "could not be started: " + last.message()
                        : "ended with " + last.how() + (last.message().isEmpty() ? "" : " (" + last.message() + ")");
                String times =
                        state.backoff().streak() > 1 ? ", " + state.backoff().streak() + " times in a row" : "";
                String next = waiting
                        ? "; starts again after "
                                + CrashBackoff.delay(state.backoff().streak()).toSeconds() + " s"
                        : "";
                return new Finding(
                        title,
                        reason,
                        title + " " + how + times + next,
                        last.code(),
                        view.pod().runId(container.name(), last.run()));
            }
        }
        String failing = view.failing().get(container.name());
        if (failing != null) {
            return new Finding(
                    title,
                    "ProbeFailed",
                    title + ": " + failing,
                    null,
                    view.pod().runId(container.name(), state.run()));
        }
        if (state.active() && !state.isReady() && !container.init()) {
            return new Finding(
                    title,
                    "NotReady",
                    title + " runs and is not ready yet",
                    null,
                    view.pod().runId(container.name(), state.run()));
        }
        return null;
    }

    private static boolean isBad(Node.Mapping condition) {
        return switch (condition.text("type", "")) {
            case "Available", "Progressing" -> "False".equals(condition.text("status"));
            case "Failed" -> "True".equals(condition.text("status"));
            default -> false;
        };
    }

    private static int rank(String reason) {
        return switch (reason) {
            case "NotReady" -> 2;
            case "ProbeFailed" -> 1;
            default -> 0;
        };
    }

    List<Evidence> read(List<Finding> findings) throws IOException {
        List<Evidence> evidence = new ArrayList<>();
        for (Finding finding : findings) {
            List<String> log = new ArrayList<>();
            if (finding.runId() != null) {
                processes.logs(finding.runId()).tail(LINES, log::add);
            }
            evidence.add(new Evidence(
                    finding.instance(), finding.reason(), finding.message(), finding.exitCode(), List.copyOf(log)));
        }
        return evidence;
    }
}
