package io.homeostat.target.kubernetes.versions;

import io.homeostat.model.Node;
import io.homeostat.model.ObjectKey;
import io.homeostat.model.Position;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;

/** The ConfigMaps and Secrets that the containers of a pod template read: their environment and their files. Pure. */
public final class References {

    private static final String CONFIG_MAP = "ConfigMap";
    private static final String SECRET = "Secret";

    private References() {}

    /** Whether a kind can be what a pod is configured by. */
    public static boolean isConfiguration(ObjectKey key) {
        return key.group().isEmpty()
                && (key.kind().equals(CONFIG_MAP) || key.kind().equals(SECRET));
    }

    /** {@code ConfigMap/flags}, as {@link #of} and {@link #renamed} call it. */
    public static String name(ObjectKey key) {
        return key.kind() + "/" + key.name();
    }

    /** {@code ConfigMap/flags}, {@code Secret/database} … */
    public static Set<String> of(Node.Mapping template) {
        Set<String> found = new TreeSet<>();
        renamed(template, name -> {
            found.add(name);
            return name.substring(name.indexOf('/') + 1);
        });
        return found;
    }

    /** Those of them without which its containers cannot start. */
    public static Set<String> required(Node.Mapping template) {
        Set<String> found = new TreeSet<>();
        renamed(template, (name, optional) -> {
            if (!optional) {
                found.add(name);
            }
            return name.substring(name.indexOf('/') + 1);
        });
        return found;
    }

    /**
     * The same template, reading others.
     *
     * @param names from {@code ConfigMap/flags} to the name that stands there from now on, without the kind
     */
    public static Node.Mapping renamed(Node.Mapping template, UnaryOperator<String> names) {
        return renamed(template, (name, optional) -> names.apply(name));
    }

    private interface Names {
        String of(String name, boolean optional);
    }

    private static Node.Mapping renamed(Node.Mapping template, Names names) {
        Node.Mapping spec = template.mapping("spec");
        for (String containers : List.of("initContainers", "containers")) {
            spec = each(spec, containers, container -> {
                Node.Mapping from = each(container, "envFrom", one -> {
                    Node.Mapping map = name(one, "configMapRef", CONFIG_MAP, "name", names);
                    return name(map, "secretRef", SECRET, "name", names);
                });
                return each(
                        from,
                        "env",
                        variable -> within(variable, "valueFrom", one -> {
                            Node.Mapping map = name(one, "configMapKeyRef", CONFIG_MAP, "name", names);
                            return name(map, "secretKeyRef", SECRET, "name", names);
                        }));
            });
        }
        spec = each(spec, "volumes", volume -> {
            Node.Mapping map = name(volume, "configMap", CONFIG_MAP, "name", names);
            Node.Mapping secret = name(map, "secret", SECRET, "secretName", names);
            return within(
                    secret,
                    "projected",
                    projected -> each(projected, "sources", source -> {
                        Node.Mapping part = name(source, "configMap", CONFIG_MAP, "name", names);
                        return name(part, "secret", SECRET, "name", names);
                    }));
        });
        return spec.isEmpty() ? template : template.with("spec", spec);
    }

    private static Node.Mapping name(Node.Mapping holder, String field, String kind, String key, Names names) {
        return within(holder, field, reference -> {
            String name = reference.text(key);
            return name == null
                    ? reference
                    : reference.with(key, names.of(kind + "/" + name, reference.flag("optional", false)));
        });
    }

    private static Node.Mapping within(Node.Mapping holder, String field, UnaryOperator<Node.Mapping> change) {
        return holder.get(field) instanceof Node.Mapping there ? holder.with(field, change.apply(there)) : holder;
    }

    private static Node.Mapping each(Node.Mapping holder, String field, UnaryOperator<Node.Mapping> change) {
        if (!(holder.get(field) instanceof Node.Sequence there)) {
            return holder;
        }
        List<Node> changed = new ArrayList<>();
        for (Node element : there.elements()) {
            changed.add(element instanceof Node.Mapping one ? change.apply(one) : element);
        }
        return holder.with(field, new Node.Sequence(changed, Position.NONE));
    }
}
