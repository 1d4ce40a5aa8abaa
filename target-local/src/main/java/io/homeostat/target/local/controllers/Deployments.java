package io.homeostat.target.local.controllers;

import io.homeostat.converge.Traffic.Split;
import io.homeostat.model.Node;
import io.homeostat.model.ObjectKey;
import io.homeostat.target.local.control.DeploymentStatus;
import io.homeostat.target.local.control.RollingUpdate;
import io.homeostat.target.local.control.Rollout;
import io.homeostat.target.local.control.Sides;
import io.homeostat.target.local.objects.StoredObject;
import io.homeostat.target.local.pod.ContainerState;
import io.homeostat.target.local.pod.Kubelet;
import io.homeostat.target.local.pod.Pod;
import io.homeostat.target.local.pod.Version;
import io.homeostat.target.local.subset.Templates;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Deployments. What happens is decided in {@link RollingUpdate}. */
public final class Deployments implements Controller {

    private static final String BASELINE = "-baseline-";

    private final World world;

    public Deployments(World world) {
        this.world = world;
    }

    @Override
    public Node.Mapping reconcile(StoredObject object, boolean act) throws IOException {
        Version version = version(object);
        Node.Mapping memo = world.memo().get(object.key());
        Sides sides = Sides.from(memo);
        RollingUpdate.Spec spec = spec(object.spec(), version.digest());
        Pods pods = new Pods(world, object);
        String blocked = version.missing().isEmpty() ? null : String.join(", ", version.missing());
        if (act) {
            pods.endStrangers();
            if (blocked == null) {
                act(spec, sides, version, pods, object);
            }
        }
        Rollout before = Rollout.from(memo);
        Rollout rollout = Rollout.observe(before, spec, pods.members(), world.now());
        world.memo().put(object.key(), sides.after(rollout).into(rollout.asNode()));
        DeploymentStatus.Result result = DeploymentStatus.of(
                object.key().name(),
                sides.isSplit() ? spec.asPaused() : spec,
                object.spec().integer("progressDeadlineSeconds", 600),
                pods.members(),
                rollout,
                blocked,
                world.now());
        if (result.wakeAt() != null) {
            world.wake().accept(object.key(), result.wakeAt());
        }
        return blocked == null ? result.status() : result.status().with("message", blocked);
    }

    /** What is declared, with what it takes from its environment now. */
    private Version version(StoredObject object) {
        Node.Mapping template = Templates.of(object.key(), object.content());
        return Version.of(
                object.key().namespace(),
                template == null ? Node.Mapping.EMPTY : template,
                List.of(),
                world.configs(),
                world.salt());
    }

    /** From now on this is how its versions stand side by side. @return whether that is new */
    public boolean split(StoredObject object, @Nullable Split split) throws IOException {
        Node.Mapping memo = world.memo().get(object.key());
        Sides sides = Sides.from(memo);
        if (Objects.equals(sides.split(), split)) {
            return false;
        }
        world.memo().put(object.key(), sides.with(split).into(memo));
        return true;
    }

    /** Both versions; null when the declared one is the stable one, or none ever was there in full. */
    public @Nullable Both both(StoredObject object) {
        Sides sides = Sides.from(world.memo().get(object.key()));
        Version version = version(object);
        if (sides.stable().isEmpty() || sides.stable().equals(version.digest())) {
            return null;
        }
        RollingUpdate.Spec spec = spec(object.spec(), version.digest());
        List<Kubelet.View> views = new Pods(world, object).views();
        return new Both(
                sides.split(),
                side(sides.stable(), spec.replicas(), spec, of(views, false)),
                side(version.digest(), sides.wanted(spec.replicas()), spec, of(views, false)),
                sides.baseline(spec.replicas()) == 0
                        ? null
                        : side(sides.stable(), sides.baseline(spec.replicas()), spec, of(views, true)),
                version.missing());
    }

    private static List<Kubelet.View> of(List<Kubelet.View> views, boolean baseline) {
        return views.stream()
                .filter(view -> isBaseline(view.pod().owner(), view.pod().name()) == baseline)
                .toList();
    }

    /**
     * Two versions of one workload.
     *
     * @param baseline of the stable version, to compare the canary with; null when there is none
     * @param missing what has to be there before an instance of the canary can be made, one sentence each
     */
    public record Both(
            @Nullable Split split,
            Side stable,
            Side canary,
            @Nullable Side baseline,
            List<String> missing) {}

    /** Whether an instance is there to compare a canary with: its name says so. */
    static boolean isBaseline(ObjectKey owner, String instance) {
        return instance.startsWith(owner.name() + BASELINE);
    }

    /** How the gate knows the instances of a version. */
    public static String versionOf(Pod pod) {
        return isBaseline(pod.owner(), pod.name()) ? pod.digest() + "-baseline" : pod.digest();
    }

    /** @param views of its instances that are not on their way out */
    public record Side(String version, int wanted, int available, List<Kubelet.View> views) {

        /** How often its instances ended so far. */
        public long crashes() {
            long crashes = 0;
            for (Kubelet.View view : views) {
                for (Pod.Container container : view.pod().containers()) {
                    ContainerState.Exit last =
                            view.state().container(container.name()).last();
                    crashes += last == null || container.init() ? 0 : last.run();
                }
            }
            return crashes;
        }
    }

    private Side side(String digest, int wanted, RollingUpdate.Spec spec, List<Kubelet.View> views) {
        List<Kubelet.View> own = views.stream()
                .filter(view ->
                        view.pod().digest().equals(digest) && !view.member().deleting())
                .toList();
        long available = own.stream()
                .filter(view -> view.member().isAvailable(spec.minReadySeconds(), world.now()))
                .count();
        return new Side(digest, wanted, (int) available, own);
    }

    private void act(RollingUpdate.Spec spec, Sides sides, Version version, Pods pods, StoredObject object)
            throws IOException {
        RollingUpdate.Decision rolling = RollingUpdate.decide(spec, pods.members(), world.now());
        RollingUpdate.Decision decision = sides.isSplit()
                ? new RollingUpdate.Decision(
                        sides.decide(
                                spec, pods.members(), member -> isBaseline(object.key(), member.name()), world.now()),
                        rolling.wakeAt())
                : rolling;
        for (RollingUpdate.Action action : decision.actions()) {
            switch (action) {
                case RollingUpdate.Action.Stop stop -> pods.stop(stop.name(), stop.reason());
                case RollingUpdate.Action.Create create -> {
                    String prefix = object.key().name() + (create.baseline() ? BASELINE : "-") + create.digest() + "-";
                    int number = pods.freeNumber(prefix);
                    Pod like = create.digest().equals(version.digest()) ? null : pods.anyOf(create.digest());
                    if (like == null && !create.digest().equals(version.digest())) {
                        continue; // nothing is left to make another one from
                    }
                    if (like == null) {
                        pods.create(version, prefix + number, number, List.of());
                    } else {
                        pods.createLike(like, prefix + number, number);
                    }
                }
            }
        }
        if (decision.wakeAt() != null) {
            world.wake().accept(object.key(), decision.wakeAt());
        }
    }

    private static RollingUpdate.Spec spec(Node.Mapping spec, String digest) {
        int replicas = Math.max(0, spec.integer("replicas", 1));
        int minReady = Math.max(0, spec.integer("minReadySeconds", 0));
        boolean paused = spec.flag("paused", false);
        Node.Mapping strategy = spec.mapping("strategy");
        if (strategy.text("type", "").equals("Recreate")) {
            return new RollingUpdate.Spec(replicas, digest, 0, replicas, minReady, true, paused);
        }
        Node.Mapping rolling = strategy.mapping("rollingUpdate");
        return RollingUpdate.Spec.rolling(
                replicas, digest, text(rolling.get("maxSurge")), text(rolling.get("maxUnavailable")), minReady, paused);
    }

    private static String text(@Nullable Node value) {
        return value == null ? "25%" : value.toString();
    }
}
