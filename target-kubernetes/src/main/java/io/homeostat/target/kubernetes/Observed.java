package io.homeostat.target.kubernetes;

import io.homeostat.converge.Target.Drift;
import io.homeostat.converge.Target.Live;
import io.homeostat.model.Node;
import io.homeostat.model.ObjectKey;
import io.homeostat.target.kubernetes.api.Resource;
import io.homeostat.target.kubernetes.objects.Annotations;
import io.homeostat.target.kubernetes.objects.Applied;
import io.homeostat.target.kubernetes.objects.Comparison;
import io.homeostat.target.kubernetes.objects.Presented;
import io.homeostat.target.kubernetes.objects.Projection;
import io.homeostat.target.kubernetes.versions.Division;
import io.homeostat.target.kubernetes.versions.Ordinals;
import io.homeostat.target.kubernetes.versions.Standing;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Every object of ours as the cluster last showed it, from watches and from the answers to our own requests, whichever is newer.
 * Safe for use by many threads.
 */
final class Observed {

    /**
     * One object, as much of it as is needed.
     *
     * @param raw {@code metadata} (generation, deletion), {@code spec} (replicas, clusterIP) and {@code status} as they came
     * @param left places where what others wrote stays
     * @param writers who wrote what differs from what was applied
     * @param ruled what its own health rules say; empty where it has none
     */
    record Seen(
            Live live,
            Resource resource,
            String uid,
            String resourceVersion,
            Node.Mapping raw,
            List<String> left,
            List<String> writers,
            List<Node.Mapping> ruled,
            @Nullable String stalled) {

        boolean isLeaving() {
            return raw.mapping("metadata").text("deletionTimestamp") != null;
        }

        Seen with(@Nullable String changed) {
            Node.Mapping status =
                    Presented.status(live.key().group(), live.key().kind(), raw, ruled, changed);
            Live shown = new Live(
                    live.key(),
                    live.application(),
                    live.revision(),
                    live.origin(),
                    live.appliedDigest(),
                    live.content(),
                    status,
                    live.drift());
            return new Seen(shown, resource, uid, resourceVersion, raw, left, writers, ruled, changed);
        }
    }

    private static final int GRAVES = 10_000;

    private final Inventories inventories;
    private final Consumer<String> changed;
    private final Map<ObjectKey, Seen> seen = new ConcurrentHashMap<>();
    private final Map<ObjectKey, Live> lives = new ConcurrentHashMap<>();
    private final Map<String, Map<ObjectKey, Live>> applications = new ConcurrentHashMap<>();
    /** Uids of what is gone: an answer that was on its way meanwhile does not bring it back. The last few are enough. */
    private final Set<String> graves = Collections.newSetFromMap(Collections.synchronizedMap(new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Boolean> eldest) {
            return size() > GRAVES;
        }
    }));

    /** Workloads whose number of instances somebody holds for now. */
    private final Set<ObjectKey> replicasHeld = ConcurrentHashMap.newKeySet();

    private final Map<ObjectKey, Live> view = Collections.unmodifiableMap(lives);

    /** @param changed called with the name of the application whose object changed */
    Observed(Inventories inventories, Consumer<String> changed) {
        this.inventories = inventories;
        this.changed = changed;
    }

    /** Those of one application. */
    Collection<Live> owned(String application) {
        Map<ObjectKey, Live> owned = applications.get(application);
        return owned == null ? List.of() : List.copyOf(owned.values());
    }

    /** Always up to date; iterating over it while it changes is safe. */
    Map<ObjectKey, Live> lives() {
        return view;
    }

    @Nullable
    Seen find(ObjectKey key) {
        return seen.get(key);
    }

    Iterable<Seen> all() {
        return seen.values();
    }

    static ObjectKey keyOf(Resource resource, Node.Mapping live) {
        Node.Mapping metadata = live.mapping("metadata");
        int slash = resource.apiVersion().indexOf('/');
        return new ObjectKey(
                slash < 0 ? "" : resource.apiVersion().substring(0, slash),
                resource.kind(),
                metadata.text("namespace", ObjectKey.DEFAULT_NAMESPACE),
                metadata.text("name", ""));
    }

    /** Takes in a version of an object, unless a newer one is known. */
    void take(Resource resource, Node.Mapping live) {
        take(resource, live, true);
    }

    /** The same of a version that a watch tells of: most are the echo of what we did ourselves, and known already. */
    void hear(Resource resource, Node.Mapping live) {
        take(resource, live, false);
    }

    private void take(Resource resource, Node.Mapping live, boolean again) {
        ObjectKey key = keyOf(resource, live);
        String application = live.mapping("metadata").mapping("labels").text(Annotations.APPLICATION, "");
        if (application.isEmpty()) {
            return;
        }
        Live before = lives.get(key);
        Seen now = seen.compute(key, (ignored, known) -> {
            if (known != null && !isNewer(live, known, again)) {
                return known;
            }
            if (graves.contains(uid(live))) {
                return known;
            }
            Seen read = read(resource, key, application, live, known);
            show(read.live());
            return read;
        });
        if (now != null && !now.live().equals(before)) {
            changed.accept(application);
        }
    }

    private void show(Live now) {
        Live before = lives.put(now.key(), now);
        if (before != null && !before.application().equals(now.application())) {
            hide(before);
        }
        applications.compute(now.application(), (name, owned) -> {
            Map<ObjectKey, Live> with = owned == null ? new ConcurrentHashMap<>() : owned;
            with.put(now.key(), now);
            return with;
        });
    }

    private void hide(Live gone) {
        applications.computeIfPresent(gone.application(), (name, owned) -> {
            owned.remove(gone.key());
            return owned.isEmpty() ? null : owned;
        });
    }

    /** An object is gone, as of this version of it. */
    void gone(Resource resource, Node.Mapping last) {
        graves.add(uid(last));
        forget(keyOf(resource, last), known -> known.uid().equals(uid(last)) || isNewer(last, known, true));
    }

    /** As long as it is held, no drift is found in a workload's number of instances, and it is not written. */
    void holdReplicas(ObjectKey workload, boolean isHeld) {
        if (isHeld) {
            replicasHeld.add(workload);
        } else {
            replicasHeld.remove(workload);
        }
    }

    private static String uid(Node.Mapping live) {
        return live.mapping("metadata").text("uid", "");
    }

    /** An object is known to be gone. */
    void forget(ObjectKey key) {
        forget(key, known -> true);
    }

    private void forget(ObjectKey key, Predicate<Seen> isIt) {
        Live before = lives.get(key);
        Seen left = seen.computeIfPresent(key, (ignored, known) -> {
            if (!isIt.test(known)) {
                return known;
            }
            lives.remove(key);
            hide(known.live());
            return null;
        });
        if (left == null && before != null) {
            inventories.gone(before.application(), key);
            changed.accept(before.application());
        }
    }

    /** A list showed these and no others of a kind: what is missing from it and was there before it is gone. */
    void only(Resource resource, @Nullable String namespace, Set<ObjectKey> listed, Set<ObjectKey> knownBefore) {
        for (ObjectKey key : knownBefore) {
            Seen here = seen.get(key);
            if (here != null
                    && here.resource().equals(resource)
                    && (namespace == null || key.namespace().equals(namespace))
                    && !listed.contains(key)) {
                forget(key);
            }
        }
    }

    Set<ObjectKey> keys() {
        return Set.copyOf(seen.keySet());
    }

    /** @param why null when its pods may run */
    void stalled(ObjectKey key, @Nullable String why) {
        Live before = lives.get(key);
        Seen now = seen.computeIfPresent(key, (ignored, known) -> {
            if (Objects.equals(known.stalled(), why)) {
                return known;
            }
            Seen told = known.with(why);
            show(told.live());
            return told;
        });
        if (now != null && !now.live().equals(before)) {
            changed.accept(now.live().application());
        }
    }

    private Seen read(Resource resource, ObjectKey key, String application, Node.Mapping as, @Nullable Seen before) {
        // A route is compared as if it divided no traffic: that is how it is declared.
        Node.Mapping live = Division.undivided(as);
        Node.Mapping metadata = live.mapping("metadata");
        String digest = metadata.mapping("annotations").text(Annotations.DIGEST, "");
        Applied applied = inventories.applied(application, key, digest);
        Node.Mapping content;
        List<String> left = List.of();
        List<String> writers = List.of();
        List<Drift> drift = List.of();
        if (applied == null) {
            content = identity(live);
        } else if (applied.digest().equals(digest)) {
            List<String> held = new ArrayList<>();
            if (replicasHeld.contains(key)) {
                held.add("/spec/replicas");
            }
            if (Ordinals.has(key) && Standing.of(live) != null) {
                held.add("/spec/updateStrategy/rollingUpdate");
            }
            Comparison.Seen compared = Comparison.of(applied.unsealedBy(live), live, held);
            content = compared.content();
            left = compared.left();
            writers = compared.writers().values().stream()
                    .flatMap(List::stream)
                    .filter(name -> !name.equals(Applying.MANAGER))
                    .distinct()
                    .sorted()
                    .toList();
        } else {
            content = Projection.of(applied.content(), live);
            drift = List.of(
                    new Drift(key + " " + Annotations.DIGEST, "it is " + (digest.isEmpty() ? "absent" : digest)));
        }
        Node.Mapping raw = raw(resource.kind(), as);
        List<Node.Mapping> ruled = Presented.ruled(live);
        String stalled = before == null ? null : before.stalled();
        return new Seen(
                new Live(
                        key,
                        application,
                        applied == null ? "" : applied.revision(),
                        applied == null ? "" : applied.origin(),
                        digest,
                        content,
                        Presented.status(key.group(), key.kind(), raw, ruled, stalled),
                        drift),
                resource,
                metadata.text("uid", ""),
                metadata.text("resourceVersion", ""),
                raw,
                left,
                writers,
                ruled,
                stalled);
    }

    /** Of an object that carries our label and is in no inventory: enough to take it away, or to take it up. */
    private static Node.Mapping identity(Node.Mapping live) {
        Node.Mapping metadata =
                Node.Mapping.EMPTY.with("name", live.mapping("metadata").text("name", ""));
        Node.Mapping annotations = live.mapping("metadata").mapping("annotations");
        return Node.Mapping.EMPTY
                .with("apiVersion", live.text("apiVersion", ""))
                .with("kind", live.text("kind", ""))
                .with("metadata", annotations.isEmpty() ? metadata : metadata.with("annotations", annotations));
    }

    private static Node.Mapping raw(String kind, Node.Mapping live) {
        Node.Mapping metadata = Node.Mapping.EMPTY;
        for (String field : List.of("generation", "deletionTimestamp", "finalizers", "annotations")) {
            Node value = live.mapping("metadata").get(field);
            if (value != null
                    && (!field.equals("annotations")
                            || kind.equals("Deployment")
                            || kind.equals("HTTPRoute")
                            || live.mapping("status").get("replicas") != null)) {
                metadata = metadata.with(field, value);
            }
        }
        Node.Mapping raw = Node.Mapping.EMPTY.with("metadata", metadata).with("status", live.mapping("status"));
        Node.Mapping spec = live.mapping("spec");
        List<String> kept = new ArrayList<>(List.of("replicas", "selector", "updateStrategy", "clusterIP"));
        kept.removeIf(field -> spec.get(field) == null);
        for (String field : kept) {
            raw = raw.with("spec", raw.mapping("spec").with(field, Objects.requireNonNull(spec.get(field))));
        }
        return raw;
    }

    /** Versions are numbers in every API server there is; where they are not, what comes later counts. */
    private static boolean isNewer(Node.Mapping live, Seen before, boolean orSame) {
        String version = live.mapping("metadata").text("resourceVersion", "");
        if (version.equals(before.resourceVersion())) {
            return orSame;
        }
        try {
            return new BigInteger(version).compareTo(new BigInteger(before.resourceVersion())) > 0;
        } catch (NumberFormatException opaque) {
            return true;
        }
    }
}
