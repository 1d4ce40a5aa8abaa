package io.homeostat.model.chaos;

import java.time.Instant;
import java.util.Set;

/**
 * {@code kind: Exclusion}: what nobody is to exercise, on somebody's word and for a while. It stays part of the surface.
 *
 * @param target a workload, or an edge such as {@code Deployment/web → Service/api}; with {@code *} in the place of the caller all
 *     edges to it
 * @param classes words of fault classes; empty: all of them
 * @param until when it ends by itself
 */
public record Exclusion(String name, String target, Set<String> classes, String owner, String reason, Instant until) {

    public boolean concerns(String other, String faultClass) {
        boolean same = target.equals(other) || (target.startsWith("* → ") && other.endsWith(target.substring(1)));
        return same && (classes.isEmpty() || classes.contains(faultClass));
    }
}
