package io.homeostat.target.local.subset;

import io.homeostat.model.Document;
import io.homeostat.model.Node;
import io.homeostat.model.Position;
import io.homeostat.model.Problem;
import io.homeostat.target.local.subset.LocalSubset.Field;
import io.homeostat.target.local.subset.LocalSubset.Support;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Walks a document along {@link SubsetLists} and reports whatever is not on the list. */
public final class SubsetCheck {

    private static final Map<String, Branch> KINDS = new HashMap<>();

    static {
        LocalSubset.all().forEach((kind, fields) -> {
            Branch root = new Branch();
            fields.forEach(field -> root.grow(field));
            KINDS.put(kind, root);
        });
    }

    private final List<Problem> problems = new ArrayList<>();

    private SubsetCheck() {}

    /** Everything in the document that the local target does not know, each with its place. */
    public static List<Problem> of(Document document) {
        Branch root = KINDS.get(document.key().group() + "/" + document.key().kind());
        if (root == null) {
            String kinds = LocalSubset.all().keySet().stream()
                    .map(kind -> kind.substring(kind.indexOf('/') + 1))
                    .collect(Collectors.joining(", "));
            return List.of(Problem.error(
                            document.at(),
                            "unsupported-kind",
                            "the local target does not support " + document.apiVersion() + " "
                                    + document.key().kind())
                    .suggesting("supported here: " + kinds));
        }
        SubsetCheck check = new SubsetCheck();
        check.walk("", document.content(), document.at(), root);
        return check.problems;
    }

    private void walk(String path, Node value, Position at, Branch branch) {
        if (branch.field != null) {
            if (branch.field.support() == Support.NOT_ENFORCED) {
                problems.add(Problem.warning(
                        at, "not-enforced", path + " is not enforced by the local target: " + branch.field.note()));
            }
            checkValue(path, value, branch.field);
        }
        if (branch.anythingBelow) {
            return;
        }
        switch (value) {
            case Node.Mapping mapping -> mapping.fields().forEach((key, field) -> walkKey(path, key, field, branch));
            case Node.Sequence sequence -> {
                Branch element = branch.below.get("[]");
                if (element != null) {
                    for (Node each : sequence.elements()) {
                        walk(path + "[]", each, each.at(), element);
                    }
                }
            }
            default -> {}
        }
    }

    private void walkKey(String path, String key, Node.Field field, Branch branch) {
        Branch next = branch.below.get(key);
        if (next == null) {
            next = branch.below.get("*");
        }
        if (field.value() instanceof Node.Null) {
            return; // as good as absent
        }
        String here = path.isEmpty() ? key : path + "." + key;
        if (next == null) {
            problems.add(Problem.error(field.keyAt(), "unsupported-field", "the local target does not support " + here)
                    .suggesting(
                            branch.below.isEmpty() ? null : "supported here: " + String.join(", ", branch.names())));
        } else {
            walk(here, field.value(), field.keyAt(), next);
        }
    }

    private void checkValue(String path, Node value, Field field) {
        boolean scalar = value instanceof Node.Text || value instanceof Node.Numeric || value instanceof Node.Bool;
        if (field.values().isEmpty() || !scalar || field.values().contains(value.toString())) {
            return;
        }
        if (field.path().equals("spec.clusterIP") && value.toString().isEmpty()) {
            return;
        }
        problems.add(Problem.error(
                        value.at(), "unsupported-value", "the local target does not support " + path + ": " + value)
                .suggesting("supported here: " + String.join(", ", field.values())));
    }

    /** One step of a path and what may follow it. */
    private static final class Branch {
        private final Map<String, Branch> below = new LinkedHashMap<>();
        private @Nullable Field field;
        private boolean anythingBelow;

        void grow(Field leaf) {
            Branch here = this;
            for (String part : leaf.path().split("\\.")) {
                if (part.equals("**")) {
                    here.anythingBelow = true;
                    break;
                }
                boolean elements = part.endsWith("[]");
                here = here.child(elements ? part.substring(0, part.length() - 2) : part);
                if (elements) {
                    here = here.child("[]");
                }
            }
            here.field = leaf;
        }

        private Branch child(String name) {
            return below.computeIfAbsent(name, absent -> new Branch());
        }

        List<String> names() {
            return below.keySet().stream().filter(name -> !name.equals("[]")).toList();
        }
    }
}
