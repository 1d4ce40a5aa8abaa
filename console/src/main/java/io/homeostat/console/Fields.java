package io.homeostat.console;

import io.homeostat.model.Node;
import java.util.ArrayList;
import java.util.List;

/** What the API answers, taken apart. */
final class Fields {

    private Fields() {}

    /** The objects of a list; what is none is left out. */
    static List<Node.Mapping> objects(Node.Mapping from, String key) {
        List<Node.Mapping> found = new ArrayList<>();
        for (Node each : from.sequence(key)) {
            if (each instanceof Node.Mapping mapping) {
                found.add(mapping);
            }
        }
        return found;
    }

    /** @throws Refused when there is none */
    static Node.Mapping first(Node.Mapping from, String key) throws Refused {
        List<Node.Mapping> found = objects(from, key);
        if (found.isEmpty()) {
            throw new Refused(404, "There is nothing of that name.", "It may have left Git; the timeline knows.");
        }
        return found.getFirst();
    }

    static List<String> texts(Node.Mapping from, String key) {
        List<String> found = new ArrayList<>();
        for (Node each : from.sequence(key)) {
            found.add(each instanceof Node.Text text ? text.value() : each.toString());
        }
        return found;
    }

    static String text(Node.Mapping from, String key) {
        return from.text(key, "");
    }

    /** {@code 3f2a91c0}: as much of a revision as people read. */
    static String brief(String revision) {
        String bare = revision.startsWith("sha256:") ? revision.substring(7) : revision;
        return bare.length() > 8 ? bare.substring(0, 8) : bare;
    }
}
