package io.homeostat.target.local.pod;

import io.homeostat.target.local.control.Member.Phase;
import io.homeostat.target.local.pod.ContainerState.Exit;
import io.homeostat.target.local.pod.Pod.Container;
import io.homeostat.target.local.pod.Pod.RestartPolicy;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Which containers of an instance start now, and which phase it is in. Init containers run to their end, one after the other, first. */
public record PodDecision(
        Phase phase, List<Container> start, @Nullable Instant wakeAt) {

    public static PodDecision decide(Pod pod, PodState state, Instant now) {
        List<Container> containers = pod.containers();
        for (Container init : containers.stream().filter(Container::init).toList()) {
            ContainerState current = state.container(init.name());
            Exit last = current.last();
            if (!current.active() && last != null && last.succeeded()) {
                continue;
            }
            if (!current.active() && last != null && pod.restartPolicy() == RestartPolicy.NEVER) {
                return new PodDecision(Phase.FAILED, List.of(), null);
            }
            return waiting(Phase.PENDING, List.of(init), state, now);
        }
        List<Container> mains =
                containers.stream().filter(container -> !container.init()).toList();
        List<Container> unfinished = mains.stream()
                .filter(container -> !isFinished(pod.restartPolicy(), state.container(container.name())))
                .toList();
        if (unfinished.isEmpty()) {
            boolean succeeded = mains.stream().allMatch(container -> {
                Exit last = state.container(container.name()).last();
                return last != null && last.succeeded();
            });
            return new PodDecision(succeeded ? Phase.SUCCEEDED : Phase.FAILED, List.of(), null);
        }
        boolean ranOnce = mains.stream()
                .anyMatch(container -> state.container(container.name()).run() > 0);
        return waiting(ranOnce ? Phase.RUNNING : Phase.PENDING, unfinished, state, now);
    }

    /** Starts those whose time has come and tells when that of the others comes. */
    private static PodDecision waiting(Phase phase, List<Container> containers, PodState state, Instant now) {
        List<Container> start = new ArrayList<>();
        Instant wakeAt = null;
        for (Container container : containers) {
            ContainerState current = state.container(container.name());
            Instant notBefore = current.backoff().notBefore();
            if (current.active()) {
                continue;
            }
            if (!notBefore.isAfter(now)) {
                start.add(container);
            } else if (wakeAt == null || notBefore.isBefore(wakeAt)) {
                wakeAt = notBefore;
            }
        }
        return new PodDecision(phase, start, wakeAt);
    }

    private static boolean isFinished(RestartPolicy policy, ContainerState state) {
        Exit last = state.last();
        if (state.active() || last == null) {
            return false;
        }
        return policy == RestartPolicy.NEVER || (policy == RestartPolicy.ON_FAILURE && last.succeeded());
    }
}
