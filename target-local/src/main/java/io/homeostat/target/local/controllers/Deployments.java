package io.homeostat.target.local.controllers;

import io.homeostat.model.Node;
import io.homeostat.target.local.control.DeploymentStatus;
import io.homeostat.target.local.control.RollingUpdate;
import io.homeostat.target.local.control.Rollout;
import io.homeostat.target.local.objects.StoredObject;
import io.homeostat.target.local.pod.Pod;
import io.homeostat.target.local.pod.Version;
import io.homeostat.target.local.subset.Templates;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Deployments. What happens is decided in {@link RollingUpdate}. */
public final class Deployments implements Controller {

    private final World world;

    public Deployments(World world) {
        this.world = world;
    }

    @Override
    public Node.Mapping reconcile(StoredObject object, boolean act) throws IOException {
        Node.Mapping template = Templates.of(object.key(), object.content());
        Version version = Version.of(
                object.key().namespace(),
                template == null ? Node.Mapping.EMPTY : template,
                List.of(),
                world.configs(),
                world.salt());
        RollingUpdate.Spec spec = spec(object.spec(), version.digest());
        Pods pods = new Pods(world, object);
        String blocked = version.missing().isEmpty() ? null : String.join(", ", version.missing());
        if (act) {
            pods.endStrangers();
            if (blocked == null) {
                act(spec, version, pods, object);
            }
        }
        Rollout before = Rollout.from(world.memo().get(object.key()));
        Rollout rollout = Rollout.observe(before, spec, pods.members(), world.now());
        world.memo().put(object.key(), rollout.asNode());
        DeploymentStatus.Result result = DeploymentStatus.of(
                object.key().name(),
                spec,
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

    private void act(RollingUpdate.Spec spec, Version version, Pods pods, StoredObject object) throws IOException {
        RollingUpdate.Decision decision = RollingUpdate.decide(spec, pods.members(), world.now());
        for (RollingUpdate.Action action : decision.actions()) {
            switch (action) {
                case RollingUpdate.Action.Stop stop -> pods.stop(stop.name(), stop.reason());
                case RollingUpdate.Action.Create create -> {
                    String prefix = object.key().name() + "-" + create.digest() + "-";
                    int number = pods.freeNumber(prefix);
                    Pod like = create.digest().equals(version.digest()) ? null : pods.anyOf(create.digest());
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
