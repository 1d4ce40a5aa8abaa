package io.homeostat.target.kubernetes.fault;

import io.homeostat.model.Node;
import io.homeostat.model.Suggestions;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The containers of a pod, as it was declared and as it stands. Pure. */
final class Containers {

    private Containers() {}

    /**
     * What is meant by a name.
     *
     * @param name null for all of its containers
     * @throws IOException when it has no such container, or one that is meant does not run now
     */
    static List<String> named(Node.Mapping pod, @Nullable String name) throws IOException {
        List<String> all = new ArrayList<>();
        for (Node each : pod.mapping("spec").sequence("containers")) {
            if (each instanceof Node.Mapping container) {
                all.add(container.text("name", ""));
            }
        }
        if (name != null && !all.contains(name)) {
            String guess = Suggestions.didYouMean(name, all);
            throw new IOException(PodFaults.name(pod) + " has no container '" + name + "', but "
                    + String.join(", ", all) + (guess == null ? "" : "; " + guess));
        }
        List<String> meant = name == null ? all : List.of(name);
        for (String each : meant) {
            if (status(pod, each).mapping("state").get("running") == null) {
                throw new IOException("the container " + each + " of " + PodFaults.name(pod)
                        + " does not run now, so nothing can be done to it");
            }
        }
        return List.copyOf(meant);
    }

    /** As it was declared; empty when it is not there. */
    static Node.Mapping declared(Node.Mapping pod, String name) {
        return of(pod.mapping("spec").sequence("containers"), name);
    }

    /** How it stands; empty when that is not known yet. */
    static Node.Mapping status(Node.Mapping pod, String name) {
        return of(pod.mapping("status").sequence("containerStatuses"), name);
    }

    private static Node.Mapping of(List<Node> all, String name) {
        for (Node each : all) {
            if (each instanceof Node.Mapping one && one.text("name", "").equals(name)) {
                return one;
            }
        }
        return Node.Mapping.EMPTY;
    }
}
