package io.homeostat.target.local.controllers;

import io.homeostat.converge.Traffic.Split;
import io.homeostat.model.Node;
import io.homeostat.target.local.control.Member;
import io.homeostat.target.local.control.OrderedUpdate;
import io.homeostat.target.local.control.Sides;
import io.homeostat.target.local.control.StatefulSetStatus;
import io.homeostat.target.local.objects.StoredObject;
import io.homeostat.target.local.pod.Kubelet;
import io.homeostat.target.local.pod.Pod;
import io.homeostat.target.local.pod.Version;
import io.homeostat.target.local.subset.Templates;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** StatefulSets. What happens is decided in {@link OrderedUpdate}. */
public final class StatefulSets implements Controller {

    private final World world;

    public StatefulSets(World world) {
        this.world = world;
    }

    @Override
    public Node.Mapping reconcile(StoredObject object, boolean act) throws IOException {
        List<String> claims = claims(object.spec());
        Version version = version(object);
        Node.Mapping memo = world.memo().get(object.key());
        Sides sides = sides(memo, version);
        OrderedUpdate.Spec whole = spec(object.spec(), version.digest());
        OrderedUpdate.Spec spec = narrowed(whole, sides);
        Pods pods = new Pods(world, object);
        if (act) {
            pods.endStrangers();
            if (version.missing().isEmpty()) {
                act(spec, version, sides.stable(), claims, pods, object);
            }
        }
        List<Member> members = pods.members();
        if (sides.split() == null && StatefulSetStatus.isComplete(spec, members, world.now())) {
            sides = new Sides(version.digest(), null, true);
        }
        world.memo().put(object.key(), sides.into(Node.Mapping.EMPTY.with("digest", version.digest())));
        Node.Mapping status = StatefulSetStatus.of(object.key().name(), spec, sides.stable(), members, world.now());
        return version.missing().isEmpty() ? status : status.with("message", String.join(", ", version.missing()));
    }

    private Version version(StoredObject object) {
        Node.Mapping template = Templates.of(object.key(), object.content());
        return Version.of(
                object.key().namespace(),
                template == null ? Node.Mapping.EMPTY : template,
                claims(object.spec()),
                world.configs(),
                world.salt());
    }

    /** Earlier agents wrote the version that ordinals below the partition have under another name. */
    private static Sides sides(Node.Mapping memo, Version version) {
        Sides known = Sides.from(memo);
        String stable = known.stable().isEmpty() ? memo.text("before", version.digest()) : known.stable();
        return new Sides(stable, known.split(), true);
    }

    /** In a rollout the last ordinals come first, as many as its stage wants. */
    private static OrderedUpdate.Spec narrowed(OrderedUpdate.Spec spec, Sides sides) {
        boolean isUnderway = sides.split() != null && !sides.stable().equals(spec.digest());
        return isUnderway ? spec.last(sides.wanted(spec.replicas())) : spec;
    }

    /** From now on this is how its versions stand side by side. @return whether that is new */
    public boolean split(StoredObject object, @Nullable Split split) throws IOException {
        Node.Mapping memo = world.memo().get(object.key());
        Sides sides = sides(memo, version(object));
        if (Objects.equals(sides.split(), split)) {
            return false;
        }
        world.memo().put(object.key(), sides.with(split).into(memo));
        return true;
    }

    /** Both versions; null when the declared one is the stable one. */
    public Deployments.@Nullable Both both(StoredObject object) {
        Version version = version(object);
        Sides sides = sides(world.memo().get(object.key()), version);
        if (sides.stable().equals(version.digest())) {
            return null;
        }
        OrderedUpdate.Spec spec = spec(object.spec(), version.digest());
        List<Kubelet.View> views = new Pods(world, object).views();
        int canary = sides.wanted(spec.replicas());
        return new Deployments.Both(
                sides.split(),
                side(sides.stable(), spec.replicas() - canary, spec, views),
                side(version.digest(), canary, spec, views),
                null,
                version.missing());
    }

    private Deployments.Side side(String digest, int wanted, OrderedUpdate.Spec spec, List<Kubelet.View> views) {
        List<Kubelet.View> own = views.stream()
                .filter(view ->
                        view.pod().digest().equals(digest) && !view.member().deleting())
                .toList();
        long available = own.stream()
                .filter(view -> view.member().isAvailable(spec.minReadySeconds(), world.now()))
                .count();
        return new Deployments.Side(digest, wanted, (int) available, own);
    }

    private void act(
            OrderedUpdate.Spec spec,
            Version version,
            String before,
            List<String> claims,
            Pods pods,
            StoredObject object)
            throws IOException {
        OrderedUpdate.Decision decision = OrderedUpdate.decide(spec, before, pods.members(), world.now());
        for (OrderedUpdate.Action action : decision.actions()) {
            switch (action) {
                case OrderedUpdate.Action.Stop stop -> pods.stop(stop.name(), stop.reason());
                case OrderedUpdate.Action.Create create -> {
                    String name = object.key().name() + "-" + create.ordinal();
                    Pod like = create.digest().equals(version.digest()) ? null : pods.anyOf(create.digest());
                    if (like == null) {
                        pods.create(version, name, create.ordinal(), claims);
                    } else {
                        pods.createLike(like, name, create.ordinal());
                    }
                }
            }
        }
        if (decision.wakeAt() != null) {
            world.wake().accept(object.key(), decision.wakeAt());
        }
    }

    /** Every directory that the claims of a StatefulSet's ordinals have, whether they run or not. */
    public static List<Path> dataDirectories(Path namespace, StoredObject object) throws IOException {
        List<Path> found = new ArrayList<>();
        if (!Files.isDirectory(namespace)) {
            return found;
        }
        Pattern ordinal = Pattern.compile(Pattern.quote(object.key().name()) + "-\\d+");
        try (DirectoryStream<Path> instances = Files.newDirectoryStream(namespace)) {
            for (Path instance : instances) {
                if (ordinal.matcher(instance.getFileName().toString()).matches()) {
                    for (String claim : claims(object.spec())) {
                        found.add(instance.resolve(claim));
                    }
                }
            }
        }
        return found;
    }

    static List<String> claims(Node.Mapping spec) {
        return Templates.mappings(spec, "volumeClaimTemplates").stream()
                .map(claim -> claim.mapping("metadata").text("name", ""))
                .filter(name -> !name.isEmpty())
                .toList();
    }

    private static OrderedUpdate.Spec spec(Node.Mapping spec, String digest) {
        Node.Mapping strategy = spec.mapping("updateStrategy");
        return new OrderedUpdate.Spec(
                Math.max(0, spec.integer("replicas", 1)),
                Math.max(0, spec.mapping("ordinals").integer("start", 0)),
                digest,
                strategy.mapping("rollingUpdate").integer("partition", 0),
                spec.text("podManagementPolicy", "").equals("Parallel"),
                strategy.text("type", "").equals("OnDelete"),
                Math.max(0, spec.integer("minReadySeconds", 0)));
    }
}
