package io.homeostat.target.local;

import io.homeostat.converge.Faults.Fault;
import io.homeostat.converge.Faults.Place;
import io.homeostat.model.chaos.Effect;
import io.homeostat.target.local.fault.CrashLoops;
import io.homeostat.target.local.fault.InstanceFaults;
import io.homeostat.target.local.fault.InstanceFaults.Hold;
import io.homeostat.target.local.pod.ContainerState;
import io.homeostat.target.local.pod.Kubelet;
import io.homeostat.target.local.pod.Pod;
import io.homeostat.target.local.process.Instance;
import io.homeostat.target.local.process.Processes;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Finds the processes of instances through the kubelet, and signals them as it does itself. */
final class FaultHands implements InstanceFaults.Hands, CrashLoops.Reaper {

    private static final Duration GRACE = Duration.ofSeconds(30);

    private final Machine machine;

    FaultHands(Machine machine) {
        this.machine = machine;
    }

    @Override
    public List<Hold> processes(Fault fault) throws IOException {
        if (!(fault.place() instanceof Place.OnInstance place)) {
            throw new IllegalArgumentException(fault + " is none of instances");
        }
        return machine.loop().call(() -> {
            List<Hold> found = new ArrayList<>();
            for (Kubelet.View view : machine.kubelet().of(place.workload())) {
                if (view.pod().name().equals(place.instance()) && !view.state().isDeleting()) {
                    for (Pod.Container container : chosen(view.pod(), place)) {
                        add(view, container, found);
                    }
                }
            }
            return found;
        });
    }

    private static List<Pod.Container> chosen(Pod pod, Place.OnInstance place) throws IOException {
        String name = place.container();
        List<Pod.Container> chosen = pod.containers().stream()
                .filter(container -> name == null || container.name().equals(name))
                .toList();
        if (chosen.isEmpty()) {
            throw new IOException(place.instance() + " has no container '" + name + "', but "
                    + String.join(
                            ", ",
                            pod.containers().stream().map(Pod.Container::name).toList()));
        }
        return chosen;
    }

    private void add(Kubelet.View view, Pod.Container container, List<Hold> found) {
        ContainerState state = view.state().container(container.name());
        Processes processes = machine.processes();
        Instance instance = container.init() || !state.active()
                ? null
                : processes.instance(view.pod().runId(container.name(), state.run()));
        if (instance != null && instance.state() instanceof Instance.Running running) {
            List<Path> groups = processes.groups(instance.id());
            boolean memoryHeld = !groups.isEmpty() && instance.launch().limits().memoryBytes() != null;
            found.add(new Hold(instance.id(), running.process(), groups, memoryHeld));
        }
    }

    @Override
    public int killOld(Fault fault, Effect.CrashLoop loop) throws IOException {
        if (!(fault.place() instanceof Place.OnInstance place)) {
            throw new IllegalArgumentException(fault + " is none of instances");
        }
        return machine.loop()
                .call(() -> machine.kubelet()
                        .kill(place.workload().namespace(), place.instance(), place.container(), loop.lives()));
    }

    @Override
    public Path volume(Fault fault, String name) throws IOException {
        if (!(fault.place() instanceof Place.OnInstance place)) {
            throw new IllegalArgumentException(fault + " is none of instances");
        }
        Path volume = machine.loop().call(() -> {
            for (Kubelet.View view : machine.kubelet().of(place.workload())) {
                if (view.pod().name().equals(place.instance())) {
                    return view.volume(name);
                }
            }
            return null;
        });
        if (volume == null) {
            throw new IOException(place + " has no volume '" + name + "'");
        }
        return volume;
    }

    @Override
    public void kill(Hold process) {
        var _ = machine.processes().kill(process.id());
    }

    @Override
    public void terminate(Hold process) {
        var _ = machine.processes().stop(process.id(), GRACE);
    }
}
