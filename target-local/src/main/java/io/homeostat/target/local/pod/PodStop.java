package io.homeostat.target.local.pod;

import io.homeostat.target.local.process.Instance;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Ends one instance: out of the gate first, so that nobody is sent to it any more, and a moment for the requests that are on
 * their way, so that a program which ends without care cuts off nobody; then preStop, SIGTERM, and SIGKILL when its
 * grace is over; then everything it had on disk goes, but for its claims. On a thread of its own, and from the beginning again
 * after a restart of the agent: every part of it may be done twice.
 */
final class PodStop {

    /** A gate that does not answer for so long holds no stop up any longer. */
    private static final Duration GATE_PATIENCE = Duration.ofSeconds(5);

    private final Environs around;
    private final Pod pod;
    private final PodState state;
    private final Consumer<@Nullable IOException> done;

    /** @param done told on the loop: null when nothing is left, else what is in the way */
    PodStop(Environs around, Pod pod, PodState state, Consumer<@Nullable IOException> done) {
        this.around = around;
        this.pod = pod;
        this.state = state;
        this.done = done;
    }

    void start() {
        // Asked for on the loop, where the instance has just been taken out of every Service.
        var routed = around.routed();
        Thread.ofVirtual().name("stop-" + pod.name()).start(() -> {
            IOException leftOver = null;
            try {
                try {
                    routed.get(GATE_PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
                } catch (ExecutionException | TimeoutException gateAway) {
                    // The gate skips a backend that no longer accepts; waiting longer would help nobody.
                }
                around.awaitUnused(state);
                stopAll();
                removeAll();
            } catch (IOException inTheWay) {
                leftOver = inTheWay;
            } catch (InterruptedException | RuntimeException unexpected) {
                leftOver = new IOException(unexpected);
            }
            IOException result = leftOver;
            around.loop().run(() -> done.accept(result));
        });
    }

    private void stopAll() throws InterruptedException {
        Instant since = state.deletingSince() == null ? around.now() : state.deletingSince();
        Instant deadline = since.plusSeconds(pod.gracePeriodSeconds());
        List<Thread> stops = new ArrayList<>();
        for (Pod.Container container : pod.containers()) {
            String runId = pod.runId(
                    container.name(), state.container(container.name()).run());
            Instance instance = around.processes().instance(runId);
            if (instance != null && instance.isRunning()) {
                stops.add(Thread.ofVirtual().name("stop-" + runId).start(() -> {
                    PreStop.run(around, pod, state, container, runId, deadline);
                    Duration left = Duration.between(around.now(), deadline);
                    try {
                        around.processes()
                                .stop(runId, left.isNegative() ? Duration.ZERO : left)
                                .join();
                    } catch (CompletionException notThere) {
                        // it ended meanwhile, or is found running below
                    }
                }));
            }
        }
        for (Thread each : stops) {
            each.join();
        }
    }

    private void removeAll() throws IOException {
        for (Instance instance : List.copyOf(around.processes().instances())) {
            if (pod.uid().equals(instance.launch().labels().text("uid"))) {
                if (instance.isRunning()) {
                    throw new IOException(instance.id() + " still runs");
                }
                around.processes().remove(instance.id());
            }
        }
        around.store().delete(pod);
    }
}
