package io.homeostat.target.local.pod;

import io.homeostat.model.Node;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The probes of one run of a container: the startup probe first, the others once it has passed. Lives on the loop.
 */
final class ContainerProbes implements AutoCloseable {

    private final Environs around;
    private final PodRunner runner;
    private final Pod.Container container;
    private final int run;
    private final Instant since;
    private final List<Prober> probers = new ArrayList<>();
    private String killedBecause = "";
    private @Nullable String failing;
    private boolean closed;

    ContainerProbes(Environs around, PodRunner runner, Pod.Container container, int run, Instant since) {
        this.around = around;
        this.runner = runner;
        this.container = container;
        this.run = run;
        this.since = since;
    }

    void start() {
        Probe startup = Probe.of(container.spec(), "startupProbe");
        if (startup == null || current().started()) {
            started();
        } else {
            probe(startup, false, (passed, reason) -> {
                if (passed) {
                    closeProbers();
                    started();
                } else {
                    kill("startup", reason);
                }
            });
        }
    }

    private void started() {
        if (!current().started()) {
            runner.changeContainer(container.name(), run, ContainerState::withStarted);
        }
        Probe liveness = Probe.of(container.spec(), "livenessProbe");
        if (liveness != null) {
            probe(liveness, false, (passed, reason) -> {
                if (!passed) {
                    kill("liveness", reason);
                }
            });
        }
        Probe readiness = Probe.of(container.spec(), "readinessProbe");
        if (readiness != null) {
            probe(readiness, current().isReady(), this::readiness);
        } else if (!current().isReady()) {
            Instant settled = since.plus(PodRunner.SETTLED);
            around.loop().at(settled, () -> {
                if (!closed) {
                    ready(settled);
                }
            });
        }
    }

    private void readiness(boolean passed, String reason) {
        if (passed) {
            failing = null;
            ready(around.now());
        } else {
            failing = "readiness probe: " + reason;
            failed("readiness", reason, "it gets no new connections");
            runner.changeContainer(container.name(), run, state -> state.withReadySince(null));
        }
    }

    private void ready(Instant when) {
        if (current().isReady()) {
            return;
        }
        runner.changeContainer(container.name(), run, state -> state.withReadySince(when));
        Duration took = Duration.between(since, around.now());
        around.report(
                "instance.ready",
                runner.pod(),
                runner.pod().title(container.name()) + " is ready after " + Sentences.brief(took),
                facts());
    }

    private void kill(String probe, String reason) {
        if (!killedBecause.isEmpty()) {
            return;
        }
        killedBecause = probe + " probe: " + reason;
        failing = killedBecause;
        failed(probe, reason, "it is stopped and started again");
        closeProbers();
        int grace = container
                .spec()
                .mapping(probe + "Probe")
                .integer("terminationGracePeriodSeconds", runner.pod().gracePeriodSeconds());
        String runId = runner.pod().runId(container.name(), run);
        PodState state = runner.state();
        Thread.ofVirtual().name("restart-" + runId).start(() -> {
            Instant deadline = around.now().plusSeconds(grace);
            PreStop.run(around, runner.pod(), state, container, runId, deadline);
            Duration left = Duration.between(around.now(), deadline);
            var _ = around.processes().stop(runId, left.isNegative() ? Duration.ZERO : left);
        });
    }

    private void failed(String probe, String reason, String consequence) {
        around.report(
                "probe.failed",
                runner.pod(),
                "the " + probe + " probe of " + runner.pod().title(container.name()) + " failed: " + reason + "; "
                        + consequence,
                facts().with("probe", probe).with("reason", reason));
    }

    private void probe(Probe probe, boolean known, Prober.Listener listener) {
        Integer port = switch (probe.check()) {
            case Probe.Check.Http http -> Ports.find(container, runner.state(), http.port());
            case Probe.Check.Tcp tcp -> Ports.find(container, runner.state(), tcp.port());
            case Probe.Check.Exec _ -> null;
        };
        String runId = runner.pod().runId(container.name(), run);
        probers.add(new Prober(
                        probe, port, runId, since, known, around.processes(), around.loop(), around.clock(), listener)
                .start());
    }

    private ContainerState current() {
        return runner.state().container(container.name());
    }

    private Node.Mapping facts() {
        return Node.Mapping.EMPTY
                .with("instance", runner.pod().name())
                .with("container", container.name())
                .with("run", run);
    }

    /** Which probe had the run stopped, and why; empty when none did. */
    String killedBecause() {
        return killedBecause;
    }

    /** What fails now, in words; null when nothing does. */
    @Nullable
    String failing() {
        return failing;
    }

    private void closeProbers() {
        probers.forEach(Prober::close);
        probers.clear();
    }

    @Override
    public void close() {
        closed = true;
        closeProbers();
    }
}
