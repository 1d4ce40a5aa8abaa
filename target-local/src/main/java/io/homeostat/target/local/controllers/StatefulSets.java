package io.homeostat.target.local.controllers;

import io.homeostat.model.Node;
import io.homeostat.target.local.control.Member;
import io.homeostat.target.local.control.OrderedUpdate;
import io.homeostat.target.local.control.StatefulSetStatus;
import io.homeostat.target.local.objects.StoredObject;
import io.homeostat.target.local.pod.Pod;
import io.homeostat.target.local.pod.Version;
import io.homeostat.target.local.subset.Templates;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** StatefulSets. What happens is decided in {@link OrderedUpdate}. */
public final class StatefulSets implements Controller {

    private final World world;

    public StatefulSets(World world) {
        this.world = world;
    }

    @Override
    public Node.Mapping reconcile(StoredObject object, boolean act) throws IOException {
        Node.Mapping template = Templates.of(object.key(), object.content());
        List<String> claims = claims(object.spec());
        Version version = Version.of(
                object.key().namespace(),
                template == null ? Node.Mapping.EMPTY : template,
                claims,
                world.configs(),
                world.salt());
        OrderedUpdate.Spec spec = spec(object.spec(), version.digest());
        Pods pods = new Pods(world, object);
        String before = world.memo().get(object.key()).text("before", version.digest());
        if (act) {
            pods.endStrangers();
            if (version.missing().isEmpty()) {
                act(spec, version, before, claims, pods, object);
            }
        }
        List<Member> members = pods.members();
        if (StatefulSetStatus.isComplete(spec, members, world.now())) {
            before = version.digest();
        }
        world.memo().put(object.key(), Node.Mapping.EMPTY.with("before", before));
        Node.Mapping status = StatefulSetStatus.of(object.key().name(), spec, before, members, world.now());
        return version.missing().isEmpty() ? status : status.with("message", String.join(", ", version.missing()));
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
