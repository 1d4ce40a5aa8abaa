package io.homeostat.model.internal.kube;

import io.homeostat.model.Node;
import io.homeostat.model.Position;
import io.homeostat.model.Problem;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Names of one sort that may be given once only. */
final class Unique {
    private final String what;
    private final List<Problem> problems;
    private final Map<String, Position> first = new HashMap<>();

    Unique(String what, List<Problem> problems) {
        this.what = what;
        this.problems = problems;
    }

    void see(@Nullable Node name) {
        if (!(name instanceof Node.Text text)) {
            return;
        }
        Position before = first.putIfAbsent(text.value(), text.at());
        if (before != null) {
            problems.add(Problem.error(
                    text.at(),
                    "duplicate-name",
                    "the " + what + " '" + text.value() + "' is here twice, first at " + before));
        }
    }

    boolean contains(String name) {
        return first.containsKey(name);
    }

    Map<String, Position> seen() {
        return first;
    }
}
