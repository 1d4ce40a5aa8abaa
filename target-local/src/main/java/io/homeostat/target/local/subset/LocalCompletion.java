package io.homeostat.target.local.subset;

import io.homeostat.converge.Completion;
import io.homeostat.model.Document;
import io.homeostat.model.Environment;
import io.homeostat.model.Environment.ImageSource;
import io.homeostat.model.Node;
import io.homeostat.model.Position;
import io.homeostat.model.Problem;
import io.homeostat.source.Snapshot;
import io.homeostat.target.local.service.Asked;
import io.homeostat.target.local.subset.ImageNames.Resolved;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What the local target accepts, and what it makes of a document. */
public final class LocalCompletion implements Completion {

    private static final Set<String> FIELDS = Set.of(
            "metadata.name", "metadata.namespace", "metadata.uid", "spec.nodeName", "status.podIP", "status.hostIP");

    @Override
    public List<Problem> check(Document document, Environment environment) {
        if (environment.target().equals("kubernetes")) {
            return List.of(Problem.error(
                            document.at(),
                            "other-target",
                            "environment '" + environment.name()
                                    + "' is for a cluster, and this agent converges its machine")
                    .suggesting("start it again, with --target kubernetes"));
        }
        List<Problem> problems = new ArrayList<>(SubsetCheck.of(document));
        if (document.key().kind().equals("Service")) {
            service(document, problems);
        }
        Node.Mapping template = Templates.of(document.key(), document.content());
        if (template != null) {
            for (Node.Mapping container : Templates.containers(template)) {
                image(container, environment, problems);
                fields(container, problems);
                mounts(container, problems);
            }
        }
        return problems;
    }

    private static void service(Document document, List<Problem> problems) {
        problems.addAll(Asked.of(document.content()).problems());
        if (document.spec().text("type", "").equals("ExternalName")) {
            outside(document, problems);
        } else if (document.spec().mapping("selector").isEmpty()) {
            problems.add(Problem.error(
                            document.spec().at(),
                            "unsupported-field",
                            "the local target does not support a Service without a selector")
                    .suggesting("select instances by the labels of their pod template in 'spec.selector'"));
        }
    }

    private static void outside(Document document, List<Problem> problems) {
        if (Templates.mappings(document.spec(), "ports").isEmpty()) {
            problems.add(Problem.error(
                            document.spec().at(),
                            "missing-key",
                            "the local target cannot serve an ExternalName Service without ports")
                    .expecting("'ports', each with the 'port' of that machine"));
        }
    }

    private static void image(Node.Mapping container, Environment environment, List<Problem> problems) {
        if (!(container.get("image") instanceof Node.Text image)) {
            return; // said by whoever checks what a container must have
        }
        ImageSource source = ImageNames.find(environment.images(), image.value());
        if (source == null) {
            problems.add(Problem.error(
                            image.at(),
                            "unmapped-image",
                            "the local target does not know where the programs of image '" + image.value() + "' are")
                    .suggesting("add to Environment.spec.images: `" + ImageNames.exampleLine(image.value())
                            + "` (or archive:URL#sha256=…, or host)"));
        } else if (source instanceof ImageSource.Host
                && container.sequence("command").isEmpty()) {
            problems.add(Problem.error(
                            container.at(),
                            "missing-key",
                            "container '" + container.text("name", "") + "' has no command, and its image is 'host'")
                    .expecting("a 'command' that is on this machine"));
        }
    }

    private static void fields(Node.Mapping container, List<Problem> problems) {
        for (Node.Mapping env : Templates.mappings(container, "env")) {
            if (env.mapping("valueFrom").mapping("fieldRef").get("fieldPath") instanceof Node.Text path
                    && !FIELDS.contains(path.value())
                    && !path.value().startsWith("metadata.labels['")
                    && !path.value().startsWith("metadata.annotations['")) {
                problems.add(Problem.error(
                                path.at(),
                                "unsupported-value",
                                "the local target does not support the field '" + path.value() + "'")
                        .suggesting("supported here: metadata.name, metadata.namespace, metadata.uid, "
                                + "metadata.labels['…'], metadata.annotations['…'], spec.nodeName, status.podIP, "
                                + "status.hostIP"));
            }
        }
    }

    private static void mounts(Node.Mapping container, List<Problem> problems) {
        for (Node.Mapping mount : Templates.mappings(container, "volumeMounts")) {
            if (mount.get("mountPath") instanceof Node.Text path
                    && (!path.value().startsWith("/") || path.value().equals("/"))) {
                problems.add(Problem.error(
                                path.at(),
                                "unsupported-value",
                                "the local target does not support the mountPath '" + path.value() + "'")
                        .expecting("an absolute path below '/'"));
            }
        }
    }

    @Override
    public Document complete(Document document, Environment environment, Snapshot snapshot) throws IOException {
        Node.Mapping filled = Defaults.fill(document.key(), document.content());
        Node.Mapping template = Templates.of(document.key(), filled);
        if (template == null) {
            return document.withContent(filled);
        }
        Map<String, String> resolved = new LinkedHashMap<>();
        for (Node.Mapping container : Templates.containers(template)) {
            ImageSource source = ImageNames.find(environment.images(), container.text("image", ""));
            if (source != null) {
                resolved.put(
                        ImageNames.annotation(container.text("name", "")),
                        resolve(source, snapshot).toString());
            }
        }
        return document.withContent(Templates.change(document.key(), filled, each -> annotate(each, resolved)));
    }

    private static Resolved resolve(ImageSource source, Snapshot snapshot) throws IOException {
        return switch (source) {
            case ImageSource.Directory directory ->
                new Resolved.Directory(directory.path(), snapshot.contentId(directory.path()));
            case ImageSource.Archive archive -> new Resolved.Archive(archive.url(), archive.sha256());
            case ImageSource.Host _ -> new Resolved.Host();
        };
    }

    private static Node.Mapping annotate(Node.Mapping template, Map<String, String> resolved) {
        Node.Mapping metadata = template.mapping("metadata");
        Map<String, Node.Field> annotations = new LinkedHashMap<>();
        metadata.mapping("annotations").fields().forEach((name, field) -> {
            if (!name.startsWith(ImageNames.ANNOTATION)) {
                annotations.put(name, field);
            }
        });
        resolved.forEach((name, value) -> annotations.put(name, new Node.Field(Position.NONE, Node.Text.of(value))));
        return template.with("metadata", metadata.with("annotations", new Node.Mapping(annotations, Position.NONE)));
    }
}
