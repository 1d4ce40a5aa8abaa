package io.homeostat.target.local.pod;

import io.homeostat.model.Node;
import io.homeostat.target.local.control.Member;
import io.homeostat.target.local.pod.ContainerState.Exit;
import io.homeostat.target.local.pod.Pod.Container;
import io.homeostat.target.local.process.Instance;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Keeps one instance running: asks {@link PodDecision} what is to start, starts it, watches it, and stops it in the end.
 *
 * <pre>
 *   step ──► intent in state.json ──► launch(run id) ──► running ──► probes ──► ready
 *     ▲                                                     │
 *     └────────── back-off ◄── exit in state.json ◄─────────┘
 * </pre>
 *
 * A run's id is launched once for ever, so whoever comes after a crash launches the id he finds in the state again and gets either
 * the process that is there or a new one, and never two.
 *
 * <p>Lives on the loop.
 */
final class PodRunner {

    /** A program without a readiness probe counts as ready once it has run for so long: one that dies at once never is. */
    static final Duration SETTLED = Duration.ofSeconds(1);

    private final Environs around;
    private final Pod pod;
    private PodState state;
    private final Map<String, ContainerProbes> probes = new HashMap<>();
    private final Set<String> launching = new HashSet<>();
    private final Set<String> ending = new HashSet<>();
    private final PodVolumes volumes;
    private final PodLaunch launch;
    private @Nullable PodStop stop;
    private final Consumer<PodRunner> forget;
    private boolean prepared;
    private boolean gone;

    /** @param forget told when nothing of it is left */
    PodRunner(Environs around, Pod pod, PodState state, Consumer<PodRunner> forget) {
        this.forget = forget;
        this.around = around;
        this.pod = pod;
        this.state = state;
        this.volumes = new PodVolumes(around, pod);
        this.launch = new PodLaunch(around, pod);
    }

    @Nullable
    Path volume(String name) {
        return Mounts.volumes(pod, around.store().directory(pod), around.data(pod))
                .get(name);
    }

    Pod pod() {
        return pod;
    }

    PodState state() {
        return state;
    }

    PodVolumes volumes() {
        return volumes;
    }

    /** Takes over from another agent: what runs keeps running, what was meant to start starts. */
    void adopt() {
        prepared = state.containers().values().stream().anyMatch(each -> each.run() > 0);
        for (Container container : pod.containers()) {
            ContainerState current = state.container(container.name());
            if (!current.active()) {
                continue;
            }
            Instance instance = around.processes().instance(pod.runId(container.name(), current.run()));
            if (instance == null) {
                if (!state.isDeleting()) {
                    launch(container);
                }
            } else {
                onProcess(container, current.run(), instance);
            }
        }
        if (prepared) {
            volumes.watch();
        }
        step();
    }

    /** Its files are there before its programs are. */
    private boolean isPrepared() {
        if (!prepared) {
            try {
                volumes.write();
                prepared = true;
            } catch (IOException unwritable) {
                around.report(
                        "instance.unwritten",
                        pod,
                        "the files of " + pod.name() + " could not be written: " + unwritable.getMessage()
                                + "; it is tried again",
                        Node.Mapping.EMPTY.with("instance", pod.name()));
                around.loop().at(this, around.now().plusSeconds(1), this::step);
            }
        }
        return prepared;
    }

    /** Does whatever is due. */
    void step() {
        if (gone) {
            return;
        }
        if (state.isDeleting()) {
            if (stop == null && launching.isEmpty()) {
                stop = new PodStop(around, pod, state, this::stopped);
                stop.start();
            }
            return;
        }
        if (!isPrepared()) {
            return;
        }
        PodDecision decision = PodDecision.decide(pod, state, around.now());
        for (Container container : decision.start()) {
            start(container);
        }
        if (decision.wakeAt() != null) {
            around.loop().at(this, decision.wakeAt(), this::step);
        }
    }

    void delete(String reason) {
        if (!state.isDeleting()) {
            save(state.deleting(around.now(), reason));
            probes.values().forEach(ContainerProbes::close);
            probes.clear();
            around.changed(pod.owner());
        }
        step();
    }

    /**
     * Kills each process that has lived for so long, which is not held against it.
     *
     * @param only of this container; null for all
     * @return how many
     */
    int kill(@Nullable String only, Duration lived) {
        int killed = 0;
        for (Container container : pod.containers()) {
            ContainerState current = state.container(container.name());
            String id = pod.runId(container.name(), current.run());
            boolean isMeant = only == null || container.name().equals(only);
            Instance instance = container.init() || !current.active() || !isMeant
                    ? null
                    : around.processes().instance(id);
            if (instance != null
                    && instance.state() instanceof Instance.Running running
                    && !running.startedAt().plus(lived).isAfter(around.now())
                    && ending.add(id)) {
                var _ = around.processes().kill(id);
                killed++;
            }
        }
        return killed;
    }

    Member.Phase phase() {
        return PodDecision.decide(pod, state, around.now()).phase();
    }

    Member member() {
        Instant readySince = Instant.EPOCH;
        Instant doubt = null;
        for (Container container : pod.containers()) {
            ContainerState current = state.container(container.name());
            if (container.init()) {
                continue;
            }
            Instant since = current.isReady() ? current.readySince() : null;
            readySince = readySince == null || since == null ? null : since.isAfter(readySince) ? since : readySince;
            Instant doubted = current.doubtedUntil();
            if (doubted != null && doubted.isAfter(around.now()) && (doubt == null || doubted.isAfter(doubt))) {
                doubt = doubted;
            }
        }
        return new Member(
                pod.name(),
                pod.digest(),
                pod.ordinal(),
                pod.createdAt(),
                state.isDeleting(),
                phase(),
                readySince,
                doubt);
    }

    private void start(Container container) {
        ContainerState next = state.container(container.name()).starting(around.now());
        save(launch.withFreePorts(state).with(container.name(), next));
        launch(container);
    }

    private void launch(Container container) {
        String name = container.name();
        int run = state.container(name).run();
        launching.add(name);
        around.report("instance.starting", pod, pod.title(name) + " is starting", data(name, run));
        launch.start(container, state, volumes, (instance, failed) -> launched(container, run, instance, failed));
    }

    private void launched(Container container, int run, @Nullable Instance instance, @Nullable Exit failed) {
        launching.remove(container.name());
        if (instance != null) {
            instance.warnings()
                    .forEach(warning -> around.report(
                            "instance.warning",
                            pod,
                            pod.title(container.name()) + ": " + warning,
                            data(container.name(), run)));
            Instance now = around.processes().instance(instance.id());
            onProcess(container, run, now == null ? instance : now);
        } else if (failed != null) {
            ended(container, run, failed);
        }
        step();
    }

    /** A process of this instance started or ended, or was found so. */
    void onProcess(String runId, Instance instance) {
        for (Container container : pod.containers()) {
            int run = state.container(container.name()).run();
            if (pod.runId(container.name(), run).equals(runId)) {
                onProcess(container, run, instance);
                return;
            }
        }
    }

    private void onProcess(Container container, int run, Instance instance) {
        ContainerState current = state.container(container.name());
        if (current.run() != run || !current.active()) {
            return;
        }
        switch (instance.state()) {
            case Instance.Running running -> running(container, run, running);
            case Instance.Exited exited -> {
                // It may end before anybody saw it run.
                started(container, run, "ran", data(container.name(), run));
                ContainerProbes watching = probes.get(container.name());
                String because = watching == null ? "" : watching.killedBecause();
                ended(container, run, Exit.of(run, exited, current.since(), because));
            }
        }
    }

    private void running(Container container, int run, Instance.Running running) {
        if (state.isDeleting() || probes.containsKey(container.name())) {
            return;
        }
        long pid = running.process().pid();
        started(
                container,
                run,
                "runs as process " + pid,
                data(container.name(), run).with("pid", pid));
        launch.forgetOldRuns(container, run);
        if (!container.init()) {
            ContainerProbes started = new ContainerProbes(around, this, container, run, running.startedAt());
            probes.put(container.name(), started);
            started.start();
        }
        around.changed(pod.owner());
    }

    /** Said once of each run. */
    private void started(Container container, int run, String how, Node.Mapping data) {
        ContainerState current = state.container(container.name());
        if (current.run() == run && !current.seen() && !state.isDeleting()) {
            around.report("instance.started", pod, pod.title(container.name()) + " " + how, data);
            save(state.with(container.name(), current.withSeen()));
        }
    }

    private void ended(Container container, int run, Exit exit) {
        ContainerProbes watching = probes.remove(container.name());
        if (watching != null) {
            watching.close();
        }
        boolean onPurpose = ending.remove(pod.runId(container.name(), run));
        ContainerState now = state.container(container.name()).ended(exit, onPurpose);
        if (state.isDeleting()) {
            // Its directory is about to go, or gone: nothing is written there any more.
            state = state.with(container.name(), now);
        } else {
            save(state.with(container.name(), now));
            around.report(
                    "instance.exited",
                    pod,
                    Sentences.exited(pod, container, now, exit, around.now()),
                    data(container.name(), run).with("reason", exit.reason()).with("restarts", now.run()));
        }
        step();
        around.changed(pod.owner());
    }

    /** What a probe of the current run found. */
    void changeContainer(String container, int run, UnaryOperator<ContainerState> change) {
        ContainerState current = state.container(container);
        if (current.run() == run && current.active() && !state.isDeleting()) {
            save(state.with(container, change.apply(current)));
            around.changed(pod.owner());
        }
    }

    private void stopped(@Nullable IOException leftOver) {
        if (leftOver != null) {
            // Whatever is left is found again: the instance is still there, and still on its way out.
            stop = null;
            around.loop().at(around.now().plusSeconds(1), this::step);
            return;
        }
        gone = true;
        forget.accept(this);
        volumes.close();
        around.ports().release(state.ports());
        around.report(
                "instance.stopped",
                pod,
                pod.name() + " was stopped: " + state.deletingReason(),
                Node.Mapping.EMPTY.with("instance", pod.name()));
        around.changed(pod.owner());
    }

    /** Remembers before it goes on; what cannot be written down is remembered in memory and found again from the processes. */
    private void save(PodState changed) {
        state = changed;
        try {
            around.store().save(pod, changed);
        } catch (IOException unwritable) {
            around.reports()
                    .report(
                            "instance.unwritten",
                            "the state of " + pod.name() + " could not be written (" + unwritable.getMessage()
                                    + "); it keeps running");
        }
    }

    private Node.Mapping data(String container, int run) {
        return Node.Mapping.EMPTY
                .with("instance", pod.name())
                .with("container", container)
                .with("run", run);
    }

    /** What fails now, by container; none when all is well. */
    Map<String, String> failing() {
        Map<String, String> failing = new TreeMap<>();
        probes.forEach((container, each) -> {
            String what = each.failing();
            if (what != null) {
                failing.put(container, what);
            }
        });
        return failing;
    }

    /** Stops watching; the processes stay. */
    void close() {
        probes.values().forEach(ContainerProbes::close);
        probes.clear();
        volumes.close();
    }
}
