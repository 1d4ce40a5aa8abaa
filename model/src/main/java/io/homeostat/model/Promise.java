package io.homeostat.model;

import java.util.Set;

/**
 * Documents that promise something about what runs and run nothing themselves: OpenSLO's kinds, {@code Policy}, {@code
 * Notifier}, {@code Rollout}, {@code Experiment}, {@code Calendar},
 * {@code Exclusion} and {@code Extension}. A mistake in one of them stops no workload: it is reported,
 * and what was last good stays in force.
 */
public final class Promise {

    /** The group of OpenSLO's kinds. */
    public static final String OPEN_SLO = "openslo";

    /** A directory at the root of a repository that holds promises; it need not be included by an environment. */
    public static final String DIRECTORY = "reliability";

    private static final Set<String> OURS =
            Set.of("Policy", "Notifier", "Rollout", "Experiment", "Calendar", "Exclusion", "Extension");

    private Promise() {}

    public static boolean isOne(Document document) {
        return isOne(document.content());
    }

    /** The same of what may not even say which object it is. */
    public static boolean isOne(Node.Mapping content) {
        String apiVersion = content.text("apiVersion", "");
        return apiVersion.startsWith(OPEN_SLO + "/")
                || (apiVersion.startsWith(Environments.GROUP + "/") && OURS.contains(content.text("kind", "")));
    }
}
