package io.homeostat.model.internal.kube;

import io.homeostat.model.Position;
import io.homeostat.model.Problem;
import io.homeostat.model.Suggestions;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which kinds there are. Groups with a point in their name may be anybody's (custom resources): those pass. Groups without one,
 * and the groups of Kubernetes itself, are known in full, so that anything else in them is a mistake.
 */
public final class KnownKinds {
    private static final Map<String, List<String>> KINDS = kinds();

    private KnownKinds() {}

    /** What is wrong with the pair; null when it may exist. */
    public static @Nullable Problem check(String apiVersion, Position versionAt, String kind, Position kindAt) {
        List<String> known = KINDS.get(apiVersion);
        if (known != null) {
            return known.contains(kind) ? null : unknownKind(apiVersion, kind, kindAt, known);
        }
        String group = group(apiVersion);
        boolean ours =
                KINDS.keySet().stream().anyMatch(version -> group(version).equals(group));
        if (group.contains(".") && !ours) {
            return null;
        }
        String home = homeOf(kind);
        return Problem.error(versionAt, "unknown-kind", "there is no apiVersion '" + apiVersion + "'")
                .suggesting(
                        home != null
                                ? "did you mean '" + home + "', where " + kind + " is?"
                                : Suggestions.didYouMean(apiVersion, KINDS.keySet()));
    }

    private static Problem unknownKind(String apiVersion, String kind, Position at, List<String> known) {
        Problem problem = Problem.error(at, "unknown-kind", "there is no kind '" + kind + "' in " + apiVersion);
        String nearest = Suggestions.nearest(kind, known);
        if (nearest != null) {
            return problem.suggesting("did you mean '" + nearest + "'?");
        }
        String home = homeOf(kind);
        if (home != null) {
            return problem.suggesting(kind + " is in '" + home + "'");
        }
        Set<String> all = new HashSet<>();
        KINDS.values().forEach(all::addAll);
        String elsewhere = Suggestions.nearest(kind, all);
        return elsewhere == null
                ? problem
                : problem.suggesting("did you mean '" + elsewhere + "', in '" + homeOf(elsewhere) + "'?");
    }

    private static @Nullable String homeOf(String kind) {
        for (Map.Entry<String, List<String>> entry : KINDS.entrySet()) {
            if (entry.getValue().contains(kind)) {
                return entry.getKey();
            }
        }
        return null;
    }

    private static String group(String apiVersion) {
        int slash = apiVersion.indexOf('/');
        return slash < 0 ? "" : apiVersion.substring(0, slash);
    }

    private static Map<String, List<String>> kinds() {
        Map<String, List<String>> kinds = new LinkedHashMap<>();
        for (String line : Resource.lines("kinds.txt")) {
            List<String> words = List.of(line.split(" "));
            kinds.put(words.getFirst(), words.subList(1, words.size()));
        }
        return kinds;
    }
}
