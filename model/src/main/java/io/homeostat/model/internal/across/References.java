package io.homeostat.model.internal.across;

import io.homeostat.model.Document;
import io.homeostat.model.Node;
import io.homeostat.model.ObjectKey;
import io.homeostat.model.Problem;
import io.homeostat.model.Suggestions;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** ConfigMaps and Secrets that a pod needs, and the keys in them. */
final class References {
    /** Made by the cluster itself in every namespace. */
    private static final Set<String> ALWAYS_THERE = Set.of("kube-root-ca.crt");

    private final Index index;
    private final String namespace;
    private final List<Problem> problems;

    References(Index index, String namespace, List<Problem> problems) {
        this.index = index;
        this.namespace = namespace;
        this.problems = problems;
    }

    void check(Node.Mapping pod) {
        for (String containers : List.of("initContainers", "containers")) {
            for (Node container : pod.sequence(containers)) {
                if (container instanceof Node.Mapping mapping) {
                    environment(mapping);
                }
            }
        }
        for (Node volume : pod.sequence("volumes")) {
            if (volume instanceof Node.Mapping mapping) {
                volume(mapping);
                for (Node source : mapping.mapping("projected").sequence("sources")) {
                    if (source instanceof Node.Mapping projected) {
                        files("ConfigMap", projected.mapping("configMap"), "name");
                        files("Secret", projected.mapping("secret"), "name");
                    }
                }
            }
        }
    }

    private void environment(Node.Mapping container) {
        for (Node element : container.sequence("env")) {
            if (element instanceof Node.Mapping variable) {
                Node.Mapping from = variable.mapping("valueFrom");
                key("ConfigMap", from.mapping("configMapKeyRef"));
                key("Secret", from.mapping("secretKeyRef"));
            }
        }
        for (Node element : container.sequence("envFrom")) {
            if (element instanceof Node.Mapping from) {
                object("ConfigMap", from.mapping("configMapRef"), "name");
                object("Secret", from.mapping("secretRef"), "name");
            }
        }
    }

    private void volume(Node.Mapping volume) {
        files("ConfigMap", volume.mapping("configMap"), "name");
        files("Secret", volume.mapping("secret"), "secretName");
    }

    private void key(String kind, Node.Mapping reference) {
        Document found = object(kind, reference, "name");
        if (found != null && reference.get("key") instanceof Node.Text key) {
            hasKey(found, key);
        }
    }

    private void files(String kind, Node.Mapping reference, String nameKey) {
        Document found = object(kind, reference, nameKey);
        if (found == null) {
            return;
        }
        for (Node item : reference.sequence("items")) {
            if (item instanceof Node.Mapping mapping && mapping.get("key") instanceof Node.Text key) {
                hasKey(found, key);
            }
        }
    }

    /** The object referred to; null when nothing is, when it may be missing, or when it is and that was reported. */
    private @Nullable Document object(String kind, Node.Mapping reference, String nameKey) {
        if (reference.flag("optional", false) || !(reference.get(nameKey) instanceof Node.Text name)) {
            return null;
        }
        Document found = index.find(kind, namespace, name.value());
        if (found == null && !ALWAYS_THERE.contains(name.value())) {
            String nearest = Suggestions.didYouMean(name.value(), index.names(kind, namespace));
            problems.add(Problem.error(
                            name.at(),
                            "dangling-reference",
                            "there is no " + kind + " '" + name.value() + "'" + where())
                    .suggesting(nearest != null ? nearest : "declare it, or say 'optional: true'"));
        }
        return found;
    }

    private void hasKey(Document object, Node.Text key) {
        List<String> keys = new ArrayList<>();
        for (String part : List.of("data", "binaryData", "stringData")) {
            keys.addAll(object.content().mapping(part).fields().keySet());
        }
        if (!keys.contains(key.value())) {
            problems.add(Problem.error(
                            key.at(),
                            "dangling-reference",
                            object.key().kind() + " '" + object.key().name() + "' (" + object.at() + ") has no key '"
                                    + key.value() + "'")
                    .suggesting(Suggestions.didYouMean(key.value(), keys)));
        }
    }

    private String where() {
        return namespace.equals(ObjectKey.DEFAULT_NAMESPACE) ? "" : " in namespace '" + namespace + "'";
    }
}
