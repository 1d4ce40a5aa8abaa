package io.homeostat.target.local.pod;

import io.homeostat.converge.Target.Drift;
import io.homeostat.model.Node;
import io.homeostat.model.ObjectKey;
import io.homeostat.target.local.control.Member;
import io.homeostat.target.local.objects.PrivateFiles;
import io.homeostat.target.local.process.Instance;
import io.homeostat.target.local.process.Processes;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** All instances of the target. Lives on the loop. */
public final class Kubelet implements AutoCloseable {

    private static final Duration STRAYS_GRACE = Duration.ofSeconds(10);
    private static final List<String> WORKLOADS = List.of("apps", "batch");

    private final Environs around;
    private final Map<String, PodRunner> runners = new TreeMap<>();
    private final Map<ObjectKey, Map<String, PodRunner>> byOwner = new HashMap<>();
    private Processes.@Nullable Subscription subscription;

    /** @param seed says where the search for ports begins */
    public Kubelet(Neighbours neighbours, Path instances, int seed) throws IOException {
        this.around = new Environs(neighbours, new PodStore(instances), new Ports(seed));
    }

    /** Takes over what an agent before left behind. What cannot be understood is put aside, and reported. */
    public void adopt() throws IOException {
        PodStore.Contents contents = around.store().load();
        for (Path unreadable : contents.unreadable()) {
            around.reports()
                    .report(
                            "instance.unreadable",
                            unreadable.getFileName()
                                    + " holds no instance that can be read; another one takes its place");
            PrivateFiles.deleteTree(unreadable);
        }
        for (PodStore.Loaded loaded : contents.pods()) {
            PodState state = loaded.state() == null ? fromProcesses(loaded.pod()) : loaded.state();
            around.ports().reserve(state.ports());
            put(new PodRunner(around, loaded.pod(), state, this::forget));
        }
        subscription = around.processes().listen(instance -> around.loop().run(() -> onProcess(instance)));
        List.copyOf(runners.values()).forEach(PodRunner::adopt);
    }

    /** The state file was lost: the newest run of each container is what there is. Ports are in its environment. */
    private PodState fromProcesses(Pod pod) {
        PodState state = PodState.NEW;
        Map<String, Integer> ports = new LinkedHashMap<>();
        for (Pod.Container container : pod.containers()) {
            int newest = 0;
            String prefix = pod.runId(container.name(), 0)
                    .substring(0, pod.runId(container.name(), 0).length() - 1);
            for (Instance instance : around.processes().instances()) {
                if (instance.id().startsWith(prefix)) {
                    newest = Math.max(newest, Integer.parseInt(instance.id().substring(prefix.length())));
                    ports.putAll(Ports.of(container, instance.launch().environment()));
                }
            }
            if (newest > 0) {
                state = state.with(container.name(), ContainerState.found(newest, around.now()));
            }
        }
        try {
            return state.withPorts(ports.isEmpty() ? around.ports().allocate(pod) : ports);
        } catch (IOException noneFree) {
            return state;
        }
    }

    private void onProcess(Instance instance) {
        Node.Mapping labels = instance.launch().labels();
        PodRunner runner = runners.get(labels.text("namespace", "") + "/" + labels.text("instance", ""));
        if (runner != null && runner.pod().uid().equals(labels.text("uid"))) {
            runner.onProcess(instance.id(), instance);
        }
    }

    /** Makes an instance and starts it. One of this name that is there already is left as it is. */
    public void create(Pod pod) throws IOException {
        if (runners.containsKey(id(pod))) {
            return;
        }
        PodState state = PodState.NEW.withPorts(around.ports().allocate(pod));
        around.store().create(pod, state);
        PodRunner runner = new PodRunner(around, pod, state, this::forget);
        put(runner);
        runner.step();
        around.changed(pod.owner());
    }

    public void delete(String namespace, String name, String reason) {
        PodRunner runner = runners.get(namespace + "/" + name);
        if (runner != null) {
            runner.delete(reason);
        }
    }

    /**
     * Kills what runs of an instance and has lived for so long; it starts again at once.
     *
     * @param container only this one; null for all
     * @return how many processes
     */
    public int kill(String namespace, String name, @Nullable String container, Duration lived) {
        PodRunner runner = runners.get(namespace + "/" + name);
        return runner == null || runner.state().isDeleting() ? 0 : runner.kill(container, lived);
    }

    private void put(PodRunner runner) {
        runners.put(id(runner.pod()), runner);
        byOwner.computeIfAbsent(runner.pod().owner(), owner -> new TreeMap<>())
                .put(runner.pod().name(), runner);
    }

    /** One whose last step is taken is not there any more. */
    private void forget(PodRunner runner) {
        if (runners.remove(id(runner.pod()), runner)) {
            byOwner.computeIfPresent(runner.pod().owner(), (owner, all) -> {
                all.remove(runner.pod().name());
                return all.isEmpty() ? null : all;
            });
        }
    }

    /** The instances of one object, those on their way out included. */
    public List<View> of(ObjectKey owner) {
        List<View> views = new ArrayList<>();
        byOwner.getOrDefault(owner, Map.of()).values().forEach(runner -> views.add(new View(runner)));
        return views;
    }

    public List<View> all() {
        return runners.values().stream().map(View::new).toList();
    }

    public boolean has(String namespace, String name) {
        return runners.containsKey(namespace + "/" + name);
    }

    /** A ConfigMap or Secret changed. */
    public void refresh(ObjectKey config) {
        for (PodRunner runner : runners.values()) {
            if (runner.pod().namespace().equals(config.namespace())) {
                try {
                    runner.volumes().refresh(config);
                } catch (IOException unwritable) {
                    around.report(
                            "instance.unwritten",
                            runner.pod(),
                            "the files of " + runner.pod().name() + " could not be written: " + unwritable.getMessage(),
                            Node.Mapping.EMPTY);
                }
            }
        }
    }

    /** Compares every file of every instance with what it ought to be. */
    public void look() {
        runners.values().forEach(runner -> runner.volumes().look());
    }

    /** Puts back every file of an object's instances that somebody changed, and ends what nobody declared. */
    public void repair(ObjectKey owner) throws IOException {
        for (View view : of(owner)) {
            view.runner.volumes().write();
            view.runner.volumes().look();
        }
        for (Instance extra : extras(owner)) {
            if (extra.isRunning()) {
                var _ = around.processes().stop(extra.id(), STRAYS_GRACE);
            } else {
                around.processes().remove(extra.id());
            }
        }
    }

    /**
     * Ends processes that belong to none of the instances and to no object either, and forgets those of them that have ended.
     *
     * @param declared whether there is such an object still
     */
    public void endStrays(Predicate<ObjectKey> declared) throws IOException {
        for (Instance instance : List.copyOf(around.processes().instances())) {
            Node.Mapping labels = instance.launch().labels();
            PodRunner runner = runners.get(labels.text("namespace", "") + "/" + labels.text("instance", ""));
            if (runner != null && runner.pod().uid().equals(labels.text("uid"))) {
                continue;
            }
            String[] owner = labels.text("owner", "/").split("/", 2);
            boolean wanted = runner == null
                    && instance.isRunning()
                    && WORKLOADS.stream()
                            .anyMatch(group -> declared.test(
                                    new ObjectKey(group, owner[0], labels.text("namespace", ""), owner[1])));
            if (!instance.isRunning()) {
                around.processes().remove(instance.id());
            } else if (!wanted) {
                var _ = around.processes().stop(instance.id(), STRAYS_GRACE);
            }
        }
    }

    /** Everything of an object's instances that is not as it was made. */
    public List<Drift> drift(ObjectKey owner) {
        List<Drift> drift = new ArrayList<>();
        for (View view : of(owner)) {
            if (!view.state().isDeleting()) {
                drift.addAll(view.runner.volumes().drift());
            }
        }
        for (Instance extra : extras(owner)) {
            if (extra.isRunning()) {
                drift.add(new Drift(
                        extra.launch().labels().text("instance", extra.id()), "nobody declared this instance"));
            }
        }
        return drift;
    }

    /** Processes that say they belong to an object but to none of its instances. */
    private List<Instance> extras(ObjectKey owner) {
        List<Instance> extras = new ArrayList<>();
        for (Instance instance : around.processes().instances()) {
            Node.Mapping labels = instance.launch().labels();
            boolean ofOwner = owner.namespace().equals(labels.text("namespace"))
                    && (owner.kind() + "/" + owner.name()).equals(labels.text("owner"));
            PodRunner runner = runners.get(labels.text("namespace", "") + "/" + labels.text("instance", ""));
            if (ofOwner && (runner == null || !runner.pod().uid().equals(labels.text("uid")))) {
                extras.add(instance);
            }
        }
        return extras;
    }

    /** Every image that an instance runs from. */
    public Collection<String> imagesInUse() {
        return runners.values().stream()
                .flatMap(runner -> runner.pod().images().values().stream())
                .toList();
    }

    private static String id(Pod pod) {
        return pod.namespace() + "/" + pod.name();
    }

    /** One instance, for those who look at it. */
    public static final class View {
        private final PodRunner runner;

        private View(PodRunner runner) {
            this.runner = runner;
        }

        public Pod pod() {
            return runner.pod();
        }

        public PodState state() {
            return runner.state();
        }

        public Member member() {
            return runner.member();
        }

        /** What fails now, by container; none when all is well. */
        public Map<String, String> failing() {
            return runner.failing();
        }

        /** The directory of a volume; null when it has none of that name. */
        public @Nullable Path volume(String name) {
            return runner.volume(name);
        }

        /** Port of the machine for a port as documents name it; null when no container has it. */
        public @Nullable Integer port(Node nameOrNumber) {
            return Ports.find(runner.pod(), runner.state(), nameOrNumber);
        }
    }

    /** Stops watching; every process stays. */
    @Override
    public void close() {
        if (subscription != null) {
            subscription.close();
        }
        runners.values().forEach(PodRunner::close);
    }
}
