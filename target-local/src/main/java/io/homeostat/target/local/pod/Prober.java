package io.homeostat.target.local.pod;

import io.homeostat.target.local.pod.ProbeCount.Verdict;
import io.homeostat.target.local.process.Processes;
import io.homeostat.target.local.runtime.Loop;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/**
 * Tries one probe of one run of a container, again and again on a thread of its own, until closed. What it finds is told on the
 * loop, and only when it changes.
 */
final class Prober implements AutoCloseable {

    interface Listener {
        /** @param reason why it failed, in words; empty when it passed */
        void decided(boolean passed, String reason);
    }

    private final Probe probe;
    private final @Nullable Integer port;
    private final String runId;
    private final Processes processes;
    private final Loop loop;
    private final InstantSource clock;
    private final Listener listener;
    private final Thread thread;
    private volatile boolean closed;

    /**
     * @param since start of the run, from which the initial delay is counted
     * @param known what was known of it before the agent was restarted
     */
    Prober(
            Probe probe,
            @Nullable Integer port,
            String runId,
            Instant since,
            boolean known,
            Processes processes,
            Loop loop,
            InstantSource clock,
            Listener listener) {
        this.probe = probe;
        this.port = port;
        this.runId = runId;
        this.processes = processes;
        this.loop = loop;
        this.clock = clock;
        this.listener = listener;
        ProbeCount start = known ? new ProbeCount(0, 0, 0, true, null, Verdict.PASSED) : ProbeCount.NEW;
        this.thread = Thread.ofVirtual().name("probe-" + runId).unstarted(() -> work(since, start));
    }

    Prober start() {
        thread.start();
        return this;
    }

    private void work(Instant since, ProbeCount start) {
        try {
            pause(Duration.between(clock.instant(), since.plus(probe.initialDelay())));
            ProbeCount count = start;
            while (!closed) {
                if (!count.succeededOnce() || count.attempts() > 0) {
                    pause(count.pause(probe, clock.instant()));
                }
                Checks.Outcome outcome = Checks.run(probe.check(), port, runId, processes, probe.timeout());
                ProbeCount next = count.after(probe, outcome.succeeded(), clock.instant());
                if (next.verdict() != count.verdict()) {
                    tell(next.verdict() == Verdict.PASSED, outcome.reason());
                }
                count = next;
            }
        } catch (InterruptedException end) {
            // closed
        }
    }

    private void tell(boolean passed, String reason) {
        loop.run(() -> {
            if (!closed) {
                listener.decided(passed, reason);
            }
        });
    }

    private static void pause(Duration pause) throws InterruptedException {
        if (pause.isPositive()) {
            Thread.sleep(pause);
        }
    }

    @Override
    public void close() {
        closed = true;
        thread.interrupt();
    }
}
