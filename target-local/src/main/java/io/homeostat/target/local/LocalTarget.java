package io.homeostat.target.local;

import io.homeostat.converge.Completion;
import io.homeostat.converge.Faults;
import io.homeostat.converge.Step;
import io.homeostat.converge.Target;
import io.homeostat.converge.Traffic;
import io.homeostat.gate.control.GateLauncher;
import io.homeostat.journal.Journal;
import io.homeostat.model.Document;
import io.homeostat.model.Environment;
import io.homeostat.model.Node;
import io.homeostat.model.ObjectKey;
import io.homeostat.model.Problem;
import io.homeostat.source.Snapshot;
import io.homeostat.target.local.LogFollow.Stream;
import io.homeostat.target.local.controllers.CronJobs;
import io.homeostat.target.local.controllers.Services.DeclaredCall;
import io.homeostat.target.local.image.Images;
import io.homeostat.target.local.objects.ObjectStore.Found;
import io.homeostat.target.local.objects.StoredObject;
import io.homeostat.target.local.pod.ContainerState;
import io.homeostat.target.local.pod.Kubelet;
import io.homeostat.target.local.pod.Pod;
import io.homeostat.target.local.subset.LocalCompletion;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * This machine as a target: a small API server, its controllers and a kubelet, over the processes of this user.
 *
 * <p>Closing it, or killing it, leaves every process and the gate as they are; the next one to open the directory takes them over.
 */
public final class LocalTarget implements Target {

    private static final Completion COMPLETION = new LocalCompletion();

    private final Machine machine;
    private final LocalTraffic traffic;

    private LocalTarget(Machine machine) {
        this.machine = machine;
        this.traffic = new LocalTraffic(machine);
    }

    /**
     * Takes over what runs and goes on with it.
     *
     * @param state the state directory of the environment; everything of the target is below its {@code target/}. Nobody else may
     *     have it open
     * @param journal for what happens to instances
     * @param images the store in {@code state/target/images}
     * @param gate for {@code state/target/gate}; nothing is started before the first Service
     * @throws IOException when the directory cannot be used; the message is for the user
     */
    public static LocalTarget open(Path state, InstantSource clock, Journal journal, Images images, GateLauncher gate)
            throws IOException {
        return new LocalTarget(Machine.open(state.toAbsolutePath().normalize(), clock, journal, images, gate));
    }

    /** What is accepted, and what is made of a document; needs no target. */
    public static Completion completion() {
        return COMPLETION;
    }

    @Override
    public List<Problem> check(Document document, Environment environment) {
        return COMPLETION.check(document, environment);
    }

    @Override
    public Document complete(Document document, Environment environment, Snapshot snapshot) throws IOException {
        return COMPLETION.complete(document, environment, snapshot);
    }

    @Override
    public Map<ObjectKey, Live> observe() {
        return machine.keeper().published();
    }

    @Override
    public void apply(Step step, Snapshot snapshot) throws IOException {
        switch (step) {
            case Step.Declaring declaring -> declare(declaring, snapshot);
            case Step.Delete delete ->
                machine.loop().call(() -> {
                    machine.keeper().delete(delete.key());
                    machine.keeper().drain();
                    return true;
                });
            case Step.Kept _, Step.Blocked _ -> {}
        }
    }

    private void declare(Step.Declaring step, Snapshot snapshot) throws IOException {
        machine.images()
                .with(
                        step.key(),
                        step.desired().document().content(),
                        snapshot,
                        images -> machine.loop().call(() -> {
                            declare(step, images);
                            machine.keeper().drain();
                            return true;
                        }));
    }

    private void declare(Step.Declaring step, Map<String, String> images) throws IOException {
        Step.Declared desired = step.desired();
        StoredObject before = machine.objects().get(step.key());
        // Only what can never be changed in place begins a new life: a Job.
        boolean newLife = before == null
                || before.deleting()
                || (step instanceof Step.Replace && step.key().kind().equals("Job"));
        StoredObject after = new StoredObject(
                step.key(),
                before == null || newLife ? machine.keeper().lifeOf(step.key()) : before.uid(),
                desired.application(),
                desired.revision(),
                desired.origin(),
                desired.digest(),
                desired.document().content(),
                images,
                before == null || newLife ? machine.clock().instant() : before.createdAt(),
                false,
                null);
        boolean asItIs = after.equals(before)
                && machine.objects().isSettled(step.key())
                && machine.objects().found(step.key()) instanceof Found.AsApplied;
        if (!asItIs) {
            machine.keeper().declare(after);
        }
        if (step instanceof Step.Repair) {
            machine.kubelet().repair(step.key());
            machine.keeper().dirty(step.key());
        }
    }

    /** Which workloads declare to call which Services, in the order of their names. */
    public List<DeclaredCall> declaredCalls() throws IOException {
        return machine.loop().call(() -> machine.services().declared());
    }

    @Override
    public Traffic traffic() {
        return traffic;
    }

    @Override
    public Faults faults() {
        return machine.faults();
    }

    @Override
    public Watch watch(Consumer<String> changed) {
        machine.watchers().add(changed);
        return () -> machine.watchers().remove(changed);
    }

    @Override
    public List<Evidence> evidence(ObjectKey object) throws IOException {
        EvidenceOf evidence =
                new EvidenceOf(machine.processes(), machine.clock().instant());
        List<EvidenceOf.Finding> findings = machine.loop().call(() -> {
            Live live = machine.keeper().published(object);
            List<Kubelet.View> views = views(object);
            return evidence.findings(live == null ? Node.Mapping.EMPTY : live.status(), views);
        });
        return evidence.read(findings);
    }

    @Override
    public void logs(ObjectKey object, LogOptions options, LogSink sink) throws IOException {
        LogFollow logs = new LogFollow(machine.processes(), options, sink);
        LogFollow.Streams streams = () -> machine.loop().call(() -> streams(object, options.previous()));
        if (options.follow()) {
            logs.follow(streams);
        } else {
            logs.tail(streams.now());
        }
    }

    private List<Stream> streams(ObjectKey object, boolean previous) {
        List<Stream> streams = new ArrayList<>();
        for (Kubelet.View view : views(object)) {
            for (Pod.Container container : view.pod().containers()) {
                ContainerState state = view.state().container(container.name());
                int run = previous ? state.run() - 1 : state.run();
                if (run > 0) {
                    streams.add(new Stream(
                            view.pod().title(container.name()), view.pod().runId(container.name(), run)));
                }
            }
        }
        return streams;
    }

    /** Instances of an object; of a CronJob those of its Jobs; of a Service none. */
    private List<Kubelet.View> views(ObjectKey object) {
        List<Kubelet.View> views = new ArrayList<>(machine.kubelet().of(object));
        if (object.kind().equals("CronJob")) {
            for (StoredObject child : machine.objects().all()) {
                if (CronJobs.isChild(object, child)) {
                    views.addAll(machine.kubelet().of(child.key()));
                }
            }
        }
        return views;
    }

    /**
     * Stops every instance and the gate, and forgets every object, as if all of them had left Git; data of claims stay. Waits until
     * nothing runs any more.
     */
    public void stopAll() throws IOException, InterruptedException {
        machine.stopAll();
    }

    /** Stops watching. Every process, and the gate, goes on. */
    @Override
    public void close() {
        machine.close();
    }

    /** For tests: what else the state directory says. */
    @Nullable
    StoredObject stored(ObjectKey key) {
        return machine.objects().get(key);
    }
}
