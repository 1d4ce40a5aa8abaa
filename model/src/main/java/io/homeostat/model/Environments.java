package io.homeostat.model;

import io.homeostat.model.Environment.ImageSource;
import io.homeostat.model.internal.view.ImageSources;
import io.homeostat.model.internal.view.RepositoryPath;
import io.homeostat.model.internal.view.SuccessionReader;
import io.homeostat.model.internal.view.SyncReader;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads {@code kind: Environment}. */
public final class Environments {
    /** The group of homeostat's own kinds. */
    public static final String GROUP = "homeostat.io";

    private Environments() {}

    public static boolean isOne(Document document) {
        return document.key().kind().equals("Environment")
                && document.key().group().equals(GROUP);
    }

    /**
     * What a document declares, and after which others it goes.
     *
     * @param all every Environment of the repository
     */
    public static Environment read(Document document, Collection<Document> all, List<Problem> problems) {
        return read(document, problems).after(SuccessionReader.read(document, all, problems));
    }

    /**
     * What a document declares. Types, unknown keys and the like were checked when it was parsed; here come the problems of
     * meaning: paths that leave the repository, images that cannot be found.
     */
    public static Environment read(Document document, List<Problem> problems) {
        Node.Mapping spec = document.spec();
        Node.Mapping sync = spec.mapping("sync");
        return new Environment(
                document.key().name(),
                spec.mapping("target").get("kubernetes") != null ? "kubernetes" : "local",
                include(spec, problems),
                images(spec.mapping("images"), problems),
                SyncReader.read(sync, SyncPolicy.DEFAULT),
                SyncReader.duration(sync, "interval", Environment.DEFAULT_INTERVAL),
                spec.flag("protected", false),
                cluster(spec.mapping("target").mapping("kubernetes"), problems),
                Succession.NONE,
                document.at());
    }

    private static Environment.Cluster cluster(Node.Mapping spec, List<Problem> problems) {
        List<Environment.Ignored> ignored = new ArrayList<>();
        for (Node each : spec.sequence("ignoreDifferences")) {
            if (each instanceof Node.Mapping rule) {
                ignored.add(new Environment.Ignored(
                        rule.text("group", ""),
                        rule.text("kind", ""),
                        rule.text("namespace", ""),
                        rule.text("name", ""),
                        texts(rule.sequence("pointers")),
                        texts(rule.sequence("managers")),
                        conditions(rule.sequence("where"), problems)));
            }
        }
        List<Environment.HealthRule> health = new ArrayList<>();
        for (Node each : spec.sequence("health")) {
            if (each instanceof Node.Mapping rule) {
                health.add(new Environment.HealthRule(
                        rule.text("group", ""),
                        rule.text("kind", ""),
                        condition(Expressions.Over.OBJECT, rule.get("healthy"), problems),
                        condition(Expressions.Over.OBJECT, rule.get("degraded"), problems)));
            }
        }
        Environment.Cluster usual = Environment.Cluster.DEFAULT;
        return new Environment.Cluster(
                spec.text("kubeconfig"),
                spec.text("context"),
                spec.text("namespace", usual.namespace()),
                spec.integer("requestsPerSecond", usual.requestsPerSecond()),
                spec.integer("concurrency", usual.concurrency()),
                List.copyOf(ignored),
                List.copyOf(health),
                new Environment.Gates(
                        spec.mapping("gate").text("image"),
                        spec.mapping("gate").integer("replicas", usual.gates().replicas())));
    }

    private static List<String> conditions(List<Node> nodes, List<Problem> problems) {
        List<String> conditions = new ArrayList<>();
        for (Node node : nodes) {
            String condition = condition(Expressions.Over.DIFFERENCE, node, problems);
            if (condition != null) {
                conditions.add(condition);
            }
        }
        return List.copyOf(conditions);
    }

    /** On one line, however many it was written on. */
    private static @Nullable String condition(Expressions.Over over, @Nullable Node node, List<Problem> problems) {
        if (!(node instanceof Node.Text text)) {
            return null;
        }
        Expressions.check(over, text, problems);
        return String.join(" ", text.value().lines().map(String::strip).toList())
                .strip();
    }

    private static List<String> texts(List<Node> nodes) {
        return nodes.stream().map(Node::toString).toList();
    }

    private static List<String> include(Node.Mapping spec, List<Problem> problems) {
        List<String> directories = new ArrayList<>();
        for (Node element : spec.sequence("include")) {
            if (!(element instanceof Node.Text text)) {
                continue;
            }
            String path = RepositoryPath.resolve(RepositoryPath.ROOT, text.value());
            if (path == null) {
                problems.add(Problem.error(element.at(), "path-outside", "'" + text.value() + "' leaves the repository")
                        .expecting("a directory relative to the repository's root"));
            } else {
                directories.add(path);
            }
        }
        return spec.get("include") == null ? List.of(RepositoryPath.ROOT) : List.copyOf(directories);
    }

    private static Map<String, ImageSource> images(Node.Mapping images, List<Problem> problems) {
        Map<String, ImageSource> sources = new LinkedHashMap<>();
        images.fields().forEach((name, field) -> {
            if (field.value() instanceof Node.Text text) {
                ImageSource source = ImageSources.read(text.value(), text.at(), problems);
                if (source != null) {
                    sources.put(name, source);
                }
            }
        });
        return Map.copyOf(sources);
    }
}
