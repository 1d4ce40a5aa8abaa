package io.homeostat.converge;

import io.homeostat.converge.Step.Declared;
import io.homeostat.converge.Target.Live;
import io.homeostat.model.Document;
import io.homeostat.model.Node;
import io.homeostat.model.ObjectKey;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.random.RandomGenerator;

/**
 * The meaning of a plan's steps, as a model: what a target holds after each. The planner is proved against this; that the real
 * targets behave like it is proved by their own tests.
 */
final class World {

    final Map<ObjectKey, Live> objects = new TreeMap<>();

    void apply(Plan plan) {
        plan.steps().forEach(this::apply);
    }

    void apply(Step step) {
        switch (step) {
            case Step.Declaring declaring when !(step instanceof Step.Unchanged) -> put(declaring.desired());
            case Step.Delete delete -> objects.remove(delete.key());
            default -> {}
        }
    }

    private void put(Declared desired) {
        objects.put(
                desired.document().key(),
                new Live(
                        desired.document().key(),
                        desired.application(),
                        desired.revision(),
                        desired.origin(),
                        desired.digest(),
                        desired.document().content(),
                        Node.Mapping.EMPTY,
                        List.of()));
    }

    /** Somebody changes, deletes or taints an object behind our back. */
    void disturb(RandomGenerator random) {
        if (objects.isEmpty()) {
            return;
        }
        List<ObjectKey> keys = new ArrayList<>(objects.keySet());
        ObjectKey key = keys.get(random.nextInt(keys.size()));
        Live live = Objects.requireNonNull(objects.get(key));
        switch (random.nextInt(3)) {
            case 0 -> objects.remove(key);
            case 1 -> objects.put(key, with(live, live.content().with("edited", random.nextInt(100)), live.drift()));
            default ->
                objects.put(key, with(live, live.content(), List.of(new Target.Drift(key + ": file", "edited"))));
        }
    }

    private static Live with(Live live, Node.Mapping content, List<Target.Drift> drift) {
        return new Live(
                live.key(),
                live.application(),
                live.revision(),
                live.origin(),
                live.appliedDigest(),
                content,
                live.status(),
                drift);
    }

    static Declared declared(String application, String kind, String name, String origin, Node.Mapping spec) {
        ObjectKey key = new ObjectKey(kind.equals("Deployment") ? "apps" : "", kind, "default", name);
        Node.Mapping content = Node.Mapping.EMPTY.with("kind", kind).with("spec", spec);
        return new Declared(new Document(key, "v1", content), application, "r", origin, Digests.of(content), 0);
    }

    /** A random set of declarations; each object belongs to exactly one of the applications. */
    static Map<String, List<Declared>> desired(RandomGenerator random, List<String> applications) {
        Map<String, List<Declared>> desired = new HashMap<>();
        applications.forEach(application -> desired.put(application, new ArrayList<>()));
        for (int i = 0; i < 8; i++) {
            for (String kind : List.of("Deployment", "ConfigMap", "Service")) {
                if (random.nextInt(3) > 0) {
                    String application = applications.get(random.nextInt(applications.size()));
                    Node.Mapping spec = Node.Mapping.EMPTY
                            .with("value", random.nextInt(4))
                            .with("selector", Node.Mapping.EMPTY.with("app", "a" + random.nextInt(2)));
                    String origin = "f" + random.nextInt(3) + ".yaml";
                    desired.getOrDefault(application, new ArrayList<>())
                            .add(declared(application, kind, "o" + i, origin, spec));
                }
            }
        }
        return desired;
    }
}
