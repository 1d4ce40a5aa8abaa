package io.homeostat.target.local;

import io.homeostat.converge.Faults;
import io.homeostat.converge.Target.Drift;
import io.homeostat.converge.Target.Live;
import io.homeostat.converge.Traffic.Split;
import io.homeostat.model.Node;
import io.homeostat.model.ObjectKey;
import io.homeostat.target.local.controllers.Controller;
import io.homeostat.target.local.controllers.CronJobs;
import io.homeostat.target.local.controllers.Deployments;
import io.homeostat.target.local.controllers.Jobs;
import io.homeostat.target.local.controllers.Services;
import io.homeostat.target.local.controllers.StatefulSets;
import io.homeostat.target.local.controllers.World;
import io.homeostat.target.local.fault.Overlays;
import io.homeostat.target.local.objects.ObjectStore.Found;
import io.homeostat.target.local.objects.PrivateFiles;
import io.homeostat.target.local.objects.StoredObject;
import io.homeostat.target.local.pod.Kubelet;
import io.homeostat.target.local.runtime.Loop;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Keeps every object: hands each to the controller of its kind whenever something about it may have changed, and publishes how it
 * is. Lives on the loop; what it publishes may be read from anywhere.
 */
final class Keeper {

    /**
     * A ConfigMap and the Deployment that reads it often change together, and are applied one shortly after the other. Whoever
     * follows a ConfigMap waits so long, or the new configuration would start a rollout of the old program.
     */
    private static final Duration COMPANY = Duration.ofMillis(75);

    /** Instances whose object's file vanished while nobody looked are kept so long for Git to declare it again. */
    private static final Duration ORPHANS_KEPT = Duration.ofSeconds(30);

    /** After a look at all Services, the time that it took is left to other work so many times over. */
    private static final int REST = 4;

    private static final Duration LONGEST_REST = Duration.ofMillis(250);

    private final World world;
    private final Loop loop;
    private final Services services;
    private final Deployments deployments;
    private final StatefulSets statefulSets;
    private final Path claims;
    private final Consumer<String> changed;
    private final Overlays overlays;
    private final Map<String, Controller> controllers = new HashMap<>();
    private final Set<ObjectKey> dirty = new LinkedHashSet<>();
    private final Followers followers = new Followers();
    private final Map<ObjectKey, Instant> held = new HashMap<>();
    private final Map<ObjectKey, Live> published = new ConcurrentHashMap<>();
    private final Instant openedAt;
    private boolean routesDirty;
    private Instant routesRest = Instant.MIN;

    /** Counted after each change of {@link #published}, so that a copy with the same count lacks none. */
    private final AtomicLong changes = new AtomicLong();

    private volatile Copy copy = new Copy(0, Map.of());

    private record Copy(long changes, Map<ObjectKey, Live> objects) {}

    /** @param changed told, on the loop, of the application of whatever changed */
    Keeper(World world, Loop loop, Services services, Path claims, Consumer<String> changed) {
        this.world = world;
        this.loop = loop;
        this.services = services;
        this.claims = claims;
        this.changed = changed;
        this.overlays = new Overlays(this::dirty);
        this.openedAt = world.clock().instant();
        this.deployments = new Deployments(world);
        controllers.put("Deployment", deployments);
        this.statefulSets = new StatefulSets(world);
        controllers.put("StatefulSet", statefulSets);
        controllers.put("Job", new Jobs(world));
        controllers.put("CronJob", new CronJobs(world, new CronJobs.Children() {
            @Override
            public void create(StoredObject job) throws IOException {
                if (world.objects().get(job.key()) == null) {
                    declare(job);
                }
            }

            @Override
            public void delete(ObjectKey job) throws IOException {
                Keeper.this.delete(job);
            }
        }));
        controllers.put("Service", services);
    }

    Overlays overlays() {
        return overlays;
    }

    /** How two versions of it stand side by side from now on; null: not at all. @return whether that is new */
    boolean split(StoredObject object, @Nullable Split split) throws IOException {
        return switch (object.key().kind()) {
            case "Deployment" -> deployments.split(object, split);
            case "StatefulSet" -> statefulSets.split(object, split);
            default -> false;
        };
    }

    /** Both versions of it; null when there is one. */
    Deployments.@Nullable Both both(StoredObject object) {
        return switch (object.key().kind()) {
            case "Deployment" -> deployments.both(object);
            case "StatefulSet" -> statefulSets.both(object);
            default -> null;
        };
    }

    Map<ObjectKey, Live> published() {
        Copy known = copy;
        long now = changes.get();
        if (known.changes() != now) {
            known = new Copy(now, Map.copyOf(published));
            copy = known;
        }
        return known.objects();
    }

    @Nullable
    Live published(ObjectKey key) {
        return published.get(key);
    }

    /** Everything may have changed. */
    void dirtyAll() {
        world.objects().all().forEach(object -> dirty.add(object.key()));
        world.kubelet().all().forEach(view -> dirty.add(view.pod().owner()));
        routesDirty = true;
    }

    /** The gate serves otherwise than before, which changes nothing but how Services are. */
    void routesChanged() {
        routesDirty = true;
    }

    void dirty(ObjectKey key) {
        dirty.add(key);
        routesDirty = true;
    }

    /** A new life for an object; or the one of its instances, where only its own file was lost. */
    String lifeOf(ObjectKey key) {
        if (world.objects().get(key) == null) {
            for (Kubelet.View view : world.kubelet().of(key)) {
                if (!view.state().isDeleting()) {
                    return view.pod().ownerUid();
                }
            }
        }
        return HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong());
    }

    /** When this returns, {@link #published} tells of the new object. */
    void declare(StoredObject object) throws IOException {
        world.objects().put(object);
        held.remove(object.key());
        String kind = object.key().kind();
        if (kind.equals("ConfigMap") || kind.equals("Secret")) {
            world.kubelet().refresh(object.key());
            holdFollowers(object.key());
        }
        if (kind.equals("Service") || kind.equals("Secret")) {
            routesDirty = true;
        }
        reconcile(object.key());
    }

    /** From now on it is not there any more; what it leaves behind is put away bit by bit. */
    void delete(ObjectKey key) throws IOException {
        StoredObject object = world.objects().get(key);
        if (object == null) {
            return;
        }
        world.objects().put(object.asDeleting());
        unpublish(object);
        routesDirty = true;
        if (key.kind().equals("ConfigMap") || key.kind().equals("Secret")) {
            holdFollowers(key);
        }
        reconcile(key);
    }

    /** Those who take variables from a ConfigMap or Secret: how they are is said at once, what they do waits for company. */
    private void holdFollowers(ObjectKey config) {
        Instant until = world.clock().instant().plus(COMPANY);
        for (ObjectKey follower : followers.of(config, world.objects().all())) {
            held.put(follower, until);
            dirty.add(follower);
            loop.at(until, () -> dirty.add(follower));
        }
    }

    /** Reconciles what became dirty; called after each task of the loop. */
    void drain() {
        while (!dirty.isEmpty()) {
            ObjectKey key = dirty.iterator().next();
            dirty.remove(key);
            try {
                reconcile(key);
            } catch (IOException failed) {
                retryLater(key, failed.getMessage());
            }
        }
        if (routesDirty) {
            route();
        }
    }

    /**
     * Looks at all Services, and rests after it in proportion: when hundreds of objects come in one after the other, each look
     * takes long and one for several of them is enough.
     */
    private void route() {
        Instant now = world.clock().instant();
        boolean resting = routesRest.isAfter(now) && !routesRest.isAfter(now.plus(LONGEST_REST));
        if (resting) {
            loop.at("routes", routesRest, () -> {});
            return;
        }
        routesDirty = false;
        services.route();
        publishServices();
        Instant done = world.clock().instant();
        Duration rest = Duration.between(now, done).multipliedBy(REST);
        routesRest = done.plus(rest.compareTo(LONGEST_REST) < 0 ? rest : LONGEST_REST);
    }

    private void retryLater(ObjectKey key, @Nullable String reason) {
        StoredObject object = world.objects().get(key);
        world.reports()
                .report(
                        "target.failed",
                        object == null ? "" : object.application(),
                        key,
                        key + " could not be brought further (" + reason
                                + "); what runs keeps running, and it is tried again",
                        Node.Mapping.EMPTY);
        loop.at(world.clock().instant().plusSeconds(1), () -> dirty.add(key));
    }

    private void publishServices() {
        services.look();
        for (StoredObject object : world.objects().all()) {
            if (object.key().kind().equals("Service") && !object.deleting()) {
                try {
                    publish(object, services.reconcile(object, true));
                } catch (IOException unwritable) {
                    retryLater(object.key(), unwritable.getMessage());
                }
            }
        }
    }

    private void reconcile(ObjectKey key) throws IOException {
        StoredObject object = world.objects().get(key);
        if (object == null) {
            endOrphans(key);
            return;
        }
        if (object.deleting()) {
            putAway(object);
            return;
        }
        Instant until = held.get(key);
        boolean act = world.objects().isSettled(key)
                && (until == null || !until.isAfter(world.clock().instant()));
        if (act) {
            held.remove(key);
        }
        Controller controller = controllers.get(key.kind());
        StoredObject followed = overlays.over(object);
        Node.Mapping status = controller == null ? Node.Mapping.EMPTY : controller.reconcile(followed, act);
        Node instead = followed.equals(object) ? null : followed.spec().get("replicas");
        publish(object, instead == null ? status : status.with(Faults.HELD_REPLICAS, instead));
        if (object.parent() != null) {
            dirty.add(new ObjectKey("batch", "CronJob", key.namespace(), object.parent()));
        }
    }

    private void publish(StoredObject object, Node.Mapping status) {
        if (object.parent() != null) {
            return; // Git knows nothing of it
        }
        ObjectKey key = object.key();
        List<Drift> drift = new ArrayList<>(world.kubelet().drift(key));
        Node.Mapping content = object.content();
        switch (world.objects().found(key)) {
            case Found.AsApplied _ -> {}
            case Found.Edited edited -> content = edited.content();
            case Found.Unreadable unreadable -> drift.add(new Drift(key.toString(), unreadable.reason()));
            case Found.Missing _ -> {
                unpublish(object);
                return;
            }
        }
        Live live = new Live(
                key,
                object.application(),
                object.revision(),
                object.origin(),
                object.appliedDigest(),
                content,
                status,
                List.copyOf(drift));
        if (!live.equals(published.put(key, live))) {
            changes.incrementAndGet();
            changed.accept(object.application());
        }
    }

    private void unpublish(StoredObject object) {
        if (published.remove(object.key()) != null) {
            changes.incrementAndGet();
            changed.accept(object.application());
        }
    }

    /** Ends what belongs to nothing, once Git has had the time to declare it again. */
    void endStrays() throws IOException {
        if (!openedAt.plus(ORPHANS_KEPT).isAfter(world.clock().instant())) {
            world.kubelet()
                    .endStrays(key -> world.objects().get(key) != null
                            || world.objects().unreadable().containsKey(key));
        }
    }

    private void endOrphans(ObjectKey key) {
        List<Kubelet.View> orphans = world.kubelet().of(key);
        Instant kept = openedAt.plus(ORPHANS_KEPT);
        if (orphans.isEmpty() || world.objects().unreadable().containsKey(key)) {
            return;
        }
        if (kept.isAfter(world.clock().instant())) {
            loop.at(key, kept, () -> dirty.add(key));
            return;
        }
        orphans.forEach(
                view -> world.kubelet().delete(key.namespace(), view.pod().name(), key + " is not declared any more"));
    }

    /** Every step of it may be the first after a crash. */
    private void putAway(StoredObject object) throws IOException {
        ObjectKey key = object.key();
        for (StoredObject child : List.copyOf(world.objects().all())) {
            if (key.kind().equals("CronJob") && CronJobs.isChild(key, child) && !child.deleting()) {
                delete(child.key());
            }
        }
        List<Kubelet.View> left = world.kubelet().of(key);
        left.forEach(view -> world.kubelet().delete(key.namespace(), view.pod().name(), key + " was deleted"));
        if (!world.kubelet().of(key).isEmpty()) {
            return; // asked again when they are gone
        }
        if (key.kind().equals("StatefulSet") && "true".equals(object.annotation("homeostat.io/delete-data"))) {
            deleteData(object);
        }
        if (key.kind().equals("Service")) {
            services.forget(key);
        }
        followers.forget(key);
        world.memo().forget(key);
        world.objects().remove(key);
    }

    /** Only what this StatefulSet's own claims hold. */
    private void deleteData(StoredObject object) throws IOException {
        Path namespace = claims.resolve(object.key().namespace());
        for (Path directory : StatefulSets.dataDirectories(namespace, object)) {
            PrivateFiles.deleteTree(directory);
        }
    }
}
