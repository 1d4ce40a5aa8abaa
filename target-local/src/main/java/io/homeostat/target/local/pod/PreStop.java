package io.homeostat.target.local.pod;

import io.homeostat.model.Node;
import java.time.Duration;
import java.time.Instant;

/** What a container wants done before it is told to end. A hook that fails holds nothing up. */
final class PreStop {

    private PreStop() {}

    /** Blocks until it is done, at most until the deadline; not from the loop. */
    static void run(Environs around, Pod pod, PodState state, Pod.Container container, String runId, Instant deadline) {
        Node.Mapping hook = container.spec().mapping("lifecycle").mapping("preStop");
        if (hook.isEmpty()) {
            return;
        }
        Duration left = Duration.between(around.now(), deadline);
        if (!left.isPositive()) {
            return;
        }
        try {
            if (hook.get("sleep") instanceof Node.Mapping sleep) {
                Duration wanted = Duration.ofSeconds(Math.max(0, sleep.integer("seconds", 0)));
                Thread.sleep(wanted.compareTo(left) < 0 ? wanted : left);
                return;
            }
            Probe.Check check = Probe.check(hook);
            if (check == null) {
                return;
            }
            Integer port = check instanceof Probe.Check.Http http ? Ports.find(container, state, http.port()) : null;
            Checks.Outcome outcome = Checks.run(check, port, runId, around.processes(), left);
            if (!outcome.succeeded()) {
                around.report(
                        "instance.hook-failed",
                        pod,
                        "preStop of " + pod.title(container.name()) + " failed: " + outcome.reason()
                                + "; it is stopped all the same",
                        Node.Mapping.EMPTY.with("instance", pod.name()).with("container", container.name()));
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
