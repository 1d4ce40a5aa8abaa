package io.homeostat.target.kubernetes.objects;

import io.homeostat.model.Expressions;
import io.homeostat.model.Node;
import io.homeostat.model.Position;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Where differences are no drift.
 *
 * @param pointers JSON pointers (RFC 6901); {@code *} stands for any one step
 * @param managers field managers whose fields are theirs
 * @param where conditions in CEL over one difference
 */
public record Exceptions(List<String> pointers, Set<String> managers, List<String> where) {

    /**
     * The cluster's own controllers: they change what a person declared only where another object told them to, as an autoscaler
     * does with replicas.
     */
    private static final Set<String> CLUSTER = Set.of("kube-controller-manager", "kube-scheduler", "kubelet");

    /** What a document says for itself. */
    public static Exceptions of(Node.Mapping document) {
        Node.Mapping annotations = document.mapping("metadata").mapping("annotations");
        return new Exceptions(
                lines(annotations.text(Annotations.IGNORE, "")),
                Set.copyOf(lines(annotations.text(Annotations.IGNORE_MANAGERS, ""))),
                lines(annotations.text(Annotations.IGNORE_WHERE, "")));
    }

    /** These, and more pointers. */
    Exceptions with(List<String> more) {
        if (more.isEmpty()) {
            return this;
        }
        List<String> all = new ArrayList<>(pointers);
        all.addAll(more);
        return new Exceptions(all, managers, where);
    }

    /** A document that says these exceptions for itself, beside those that it has; so they are known wherever it is. */
    public static Node.Mapping add(
            Node.Mapping document, List<String> pointers, List<String> managers, List<String> where) {
        Node.Mapping changed = add(document, Annotations.IGNORE, pointers);
        changed = add(changed, Annotations.IGNORE_MANAGERS, managers);
        return add(changed, Annotations.IGNORE_WHERE, where);
    }

    private static Node.Mapping add(Node.Mapping document, String annotation, List<String> more) {
        if (more.isEmpty()) {
            return document;
        }
        Node.Mapping metadata = document.mapping("metadata");
        Node.Mapping annotations = metadata.mapping("annotations");
        TreeSet<String> all = new TreeSet<>(lines(annotations.text(annotation, "")));
        all.addAll(more);
        return document.with(
                "metadata", metadata.with("annotations", annotations.with(annotation, String.join("\n", all))));
    }

    static List<String> lines(String text) {
        return text.lines()
                .map(String::strip)
                .filter(line -> !line.isEmpty())
                .distinct()
                .toList();
    }

    boolean ignores(String pointer, Owners owners) {
        if (pointers.stream().anyMatch(each -> matches(each, pointer))) {
            return true;
        }
        List<String> names = owners.managers();
        return !names.isEmpty() && names.stream().allMatch(this::isTheirs);
    }

    /** Whether one of the conditions holds for a difference; one that cannot be told does not. */
    boolean allows(String pointer, @Nullable Node declared, @Nullable Node found, Node.Mapping live) {
        if (where.isEmpty()) {
            return false;
        }
        Node.Mapping variables = Node.Mapping.EMPTY
                .with("path", pointer)
                .with("declared", declared == null ? new Node.Null(Position.NONE) : declared)
                .with("found", found == null ? new Node.Null(Position.NONE) : found)
                .with("object", live);
        return where.stream()
                .anyMatch(condition -> Expressions.evaluate(Expressions.Over.DIFFERENCE, condition, variables)
                        instanceof Expressions.Outcome.Holds);
    }

    /** Whether what this manager owns is left to it. */
    public boolean isTheirs(String manager) {
        return CLUSTER.contains(manager) || managers.contains(manager);
    }

    static boolean matches(String pattern, String pointer) {
        if (pattern.equals(pointer)) {
            return true;
        }
        if (pattern.indexOf('*') < 0) {
            return false;
        }
        String[] wanted = pattern.split("/", -1);
        String[] found = pointer.split("/", -1);
        if (wanted.length != found.length) {
            return false;
        }
        for (int i = 0; i < wanted.length; i++) {
            if (!wanted[i].equals("*") && !wanted[i].equals(found[i])) {
                return false;
            }
        }
        return true;
    }
}
