package io.homeostat.target.local;

import io.homeostat.model.Node;
import io.homeostat.model.ObjectKey;
import io.homeostat.target.local.objects.StoredObject;
import io.homeostat.target.local.pod.Configs;
import io.homeostat.target.local.pod.Version;
import io.homeostat.target.local.service.Asked;
import io.homeostat.target.local.subset.Templates;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Who takes variables or files from which ConfigMap or Secret. What an object reads is worked out once for each of its versions. */
final class Followers {

    private record Reads(String digest, Set<ObjectKey> configs) {}

    private final Map<ObjectKey, Reads> known = new HashMap<>();

    /** Those of {@code objects} that read {@code config}. */
    List<ObjectKey> of(ObjectKey config, Collection<StoredObject> objects) {
        return objects.stream()
                .filter(object -> reads(object).contains(config))
                .map(StoredObject::key)
                .toList();
    }

    void forget(ObjectKey reader) {
        known.remove(reader);
    }

    private Set<ObjectKey> reads(StoredObject object) {
        Reads reads = known.get(object.key());
        if (reads == null || !reads.digest().equals(object.appliedDigest())) {
            reads = new Reads(object.appliedDigest(), configs(object));
            known.put(object.key(), reads);
        }
        return reads.configs();
    }

    private static Set<ObjectKey> configs(StoredObject object) {
        Node.Mapping template = Templates.of(object.key(), object.content());
        String namespace = object.key().namespace();
        if (template == null) {
            String secret = object.key().kind().equals("Service")
                    ? Asked.of(object.content()).secured().secret()
                    : "";
            return secret.isEmpty() ? Set.of() : Set.of(Configs.secret(namespace, secret));
        }
        TreeSet<ObjectKey> configs = Version.environment(namespace, template);
        configs.addAll(Version.volumes(namespace, template, false));
        return configs;
    }
}
