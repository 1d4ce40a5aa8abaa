package io.homeostat.model.internal.shape;

import io.homeostat.model.Node;
import io.homeostat.model.Position;
import io.homeostat.model.Problem;
import io.homeostat.model.Suggestions;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Words for a key that is not known where it stands: mistyped, or known elsewhere below. */
final class Unknown {
    private static final int FEW = 8;
    private static final int DEEPEST = 4;

    private Unknown() {}

    static Problem key(Shape.Fields shape, Node.Mapping mapping, String parent, String key, Position at) {
        Map<String, Shape.Member> members = shape.members();
        String where = parent.equals("the document") ? "" : " in '" + parent + "'";
        Problem problem = Problem.error(at, "unknown-key", "unknown key '" + Describe.shortened(key) + "'" + where);
        String nearest = Suggestions.nearest(key, members.keySet());
        if (nearest != null && mapping.get(nearest) == null) {
            return problem.suggesting("did you mean '" + nearest + "'?");
        }
        String below = below(shape, key);
        if (below != null) {
            return problem.suggesting("it belongs under '" + below + "'");
        }
        if (nearest != null) {
            return problem.suggesting("did you mean '" + nearest + "', which is there already?");
        }
        return members.size() <= FEW && !members.isEmpty()
                ? problem.expecting(Describe.words(members.keySet()))
                : problem;
    }

    /** The nearest place below, through mappings only, that knows the key. */
    private static @Nullable String below(Shape.Fields start, String key) {
        record Place(Shape.Fields shape, String path, int depth) {}
        Deque<Place> open = new ArrayDeque<>();
        Set<String> seen = new HashSet<>();
        open.add(new Place(start, "", 0));
        while (!open.isEmpty()) {
            Place here = open.removeFirst();
            for (Shape.Member member : here.shape.members().values()) {
                if (!(member.shape() instanceof Shape.Fields fields)
                        || member.name().equals("status")
                        || member.name().equals("metadata")
                        || !seen.add(fields.name())) {
                    continue;
                }
                String path = here.path.isEmpty() ? member.name() : here.path + "." + member.name();
                if (fields.members().containsKey(key)) {
                    return path;
                }
                if (here.depth < DEEPEST) {
                    open.add(new Place(fields, path, here.depth + 1));
                }
            }
        }
        return null;
    }
}
