package io.homeostat.target.local.pod;

import io.homeostat.target.local.pod.ContainerState.Exit;
import io.homeostat.target.local.pod.Pod.Container;
import io.homeostat.target.local.process.Instance;
import io.homeostat.target.local.process.Launch;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Starts one run of a container, on a thread of its own: to have a process takes a moment, and the loop has none. */
final class PodLaunch {

    /** The run before the current one is kept for its logs. */
    private static final int RUNS_KEPT = 1;

    private final Environs around;
    private final Pod pod;

    PodLaunch(Environs around, Pod pod) {
        this.around = around;
        this.pod = pod;
    }

    interface Outcome {
        /** Told on the loop; exactly one of the two is there. */
        void of(@Nullable Instance instance, @Nullable Exit failed);
    }

    void start(Container container, PodState state, PodVolumes volumes, Outcome outcome) {
        int run = state.container(container.name()).run();
        String image = pod.images().get(container.name());
        Path directory = image == null ? null : around.image(image);
        LaunchPlan.Surroundings surroundings = new LaunchPlan.Surroundings(
                around.store().directory(pod),
                around.data(pod),
                directory,
                around.machine(),
                around.services(pod.owner()));
        Thread.ofVirtual().name("launch-" + pod.name()).start(() -> {
            Exit failed = null;
            Instance instance = null;
            try {
                if (image != null && directory == null) {
                    throw new IOException(
                            "its image " + image + " is not in the store any more; the next sync fetches it");
                }
                volumes.makeDirectories();
                switch (LaunchPlan.of(pod, state, container, surroundings)) {
                    case LaunchPlan.Result.Ready(Launch launch) ->
                        instance = around.processes().launch(launch);
                    case LaunchPlan.Result.Impossible(String reason) -> failed = startError(run, reason);
                }
            } catch (IOException | RuntimeException impossible) {
                failed = startError(run, String.valueOf(impossible.getMessage()));
            }
            Exit exit = failed;
            Instance launched = instance;
            around.loop().run(() -> outcome.of(launched, exit));
        });
    }

    private Exit startError(int run, String reason) {
        return new Exit(run, null, null, "StartError", reason, around.now(), Duration.ZERO);
    }

    /** Forgets runs that nobody will ask for any more. */
    void forgetOldRuns(Container container, int run) {
        for (int old = run - RUNS_KEPT - 1; old > 0; old--) {
            String id = pod.runId(container.name(), old);
            if (around.processes().instance(id) == null) {
                return;
            }
            try {
                around.processes().remove(id);
            } catch (IOException later) {
                return; // tried again with the next run
            }
        }
    }

    /** The same state, with other ports when somebody else took one of them while nothing ran: it would never start again. */
    PodState withFreePorts(PodState state) {
        boolean nothingRuns = state.containers().values().stream().noneMatch(ContainerState::active);
        if (!nothingRuns || state.ports().values().stream().allMatch(Ports::isFree)) {
            return state;
        }
        around.ports().release(state.ports());
        try {
            return state.withPorts(around.ports().allocate(pod));
        } catch (IOException noneFree) {
            around.ports().reserve(state.ports());
            return state;
        }
    }
}
