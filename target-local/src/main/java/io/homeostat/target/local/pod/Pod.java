package io.homeostat.target.local.pod;

import io.homeostat.model.Node;
import io.homeostat.model.ObjectKey;
import io.homeostat.target.local.subset.Templates;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One instance of an object, as it was made. It never changes: another version is another instance.
 *
 * @param uid another one for each time an instance of this name is made
 * @param owner the Deployment, StatefulSet or Job that made it
 * @param ownerUid which life of the owner
 * @param digest of its {@link Version}
 * @param ordinal its number within its owner
 * @param template completed pod template
 * @param images by container, the id in the image store; none where the container runs what is on the machine
 * @param claims names of the data directories that stay when it goes
 */
public record Pod(
        String namespace,
        String name,
        String uid,
        ObjectKey owner,
        String ownerUid,
        String application,
        String digest,
        int ordinal,
        Instant createdAt,
        Node.Mapping template,
        Map<String, Variables> variables,
        Map<String, String> images,
        List<String> claims) {

    /** What is left of an id's length for people to read. */
    private static final int LONGEST_TITLE = 150;

    /** One of its containers. */
    public record Container(String name, boolean init, Node.Mapping spec) {}

    public Node.Mapping spec() {
        return template.mapping("spec");
    }

    /** Those that run to their end first, in front. */
    public List<Container> containers() {
        List<Container> containers = new ArrayList<>();
        for (Node.Mapping init : Templates.initContainers(template)) {
            containers.add(new Container(init.text("name", ""), true, init));
        }
        for (Node.Mapping main : Templates.mappings(spec(), "containers")) {
            containers.add(new Container(main.text("name", ""), false, main));
        }
        return containers;
    }

    public Map<String, String> labels() {
        Map<String, String> labels = new LinkedHashMap<>();
        template.mapping("metadata")
                .mapping("labels")
                .fields()
                .forEach((name, field) -> labels.put(name, field.value().toString()));
        return labels;
    }

    public RestartPolicy restartPolicy() {
        return switch (spec().text("restartPolicy", "Always")) {
            case "OnFailure" -> RestartPolicy.ON_FAILURE;
            case "Never" -> RestartPolicy.NEVER;
            default -> RestartPolicy.ALWAYS;
        };
    }

    public int gracePeriodSeconds() {
        return Math.max(0, spec().integer("terminationGracePeriodSeconds", 30));
    }

    /** {@code web-7d9f-1}, or with its container where it has several. */
    public String title(String container) {
        return containers().size() == 1 ? name : name + "/" + container;
    }

    /** Unique over all that ever ran: names one run of one container. */
    public String runId(String container, int run) {
        String title = namespace + "." + name + "." + container;
        String bounded = title.length() <= LONGEST_TITLE
                ? title
                : title.substring(0, LONGEST_TITLE) + "-" + Integer.toHexString(title.hashCode());
        return bounded + "." + uid + "." + run;
    }

    public enum RestartPolicy {
        ALWAYS,
        ON_FAILURE,
        NEVER
    }

    Node.Mapping asNode() {
        Node.Mapping taken = Node.Mapping.EMPTY;
        for (Map.Entry<String, Variables> container : variables.entrySet()) {
            taken = taken.with(container.getKey(), container.getValue().asNode());
        }
        Node.Mapping imageIds = Node.Mapping.EMPTY;
        for (Map.Entry<String, String> image : images.entrySet()) {
            imageIds = imageIds.with(image.getKey(), image.getValue());
        }
        return Node.Mapping.EMPTY
                .with("namespace", namespace)
                .with("name", name)
                .with("uid", uid)
                .with(
                        "owner",
                        Node.Mapping.EMPTY
                                .with("group", owner.group())
                                .with("kind", owner.kind())
                                .with("name", owner.name())
                                .with("uid", ownerUid))
                .with("application", application)
                .with("digest", digest)
                .with("ordinal", ordinal)
                .with("createdAt", createdAt.toString())
                .with("images", imageIds)
                .with("claims", String.join("/", claims))
                .with("variables", taken)
                .with("template", template);
    }

    /** @throws RuntimeException when it is not what {@link #asNode} wrote */
    static Pod from(Node.Mapping node) {
        Map<String, Variables> variables = new LinkedHashMap<>();
        Node.Mapping taken = node.mapping("variables");
        taken.fields().keySet().forEach(name -> variables.put(name, Variables.from(taken.sequence(name))));
        Map<String, String> images = new LinkedHashMap<>();
        node.mapping("images")
                .fields()
                .forEach((name, field) -> images.put(name, field.value().toString()));
        Node.Mapping owner = node.mapping("owner");
        String namespace = required(node, "namespace");
        String claims = node.text("claims", "");
        return new Pod(
                namespace,
                required(node, "name"),
                required(node, "uid"),
                new ObjectKey(owner.text("group", ""), required(owner, "kind"), namespace, required(owner, "name")),
                required(owner, "uid"),
                required(node, "application"),
                required(node, "digest"),
                node.integer("ordinal", 0),
                Instant.parse(required(node, "createdAt")),
                node.mapping("template"),
                variables,
                images,
                claims.isEmpty() ? List.of() : List.of(claims.split("/")));
    }

    private static String required(Node.Mapping node, String key) {
        String value = node.text(key);
        if (value == null) {
            throw new IllegalArgumentException("'" + key + "' is missing");
        }
        return value;
    }
}
