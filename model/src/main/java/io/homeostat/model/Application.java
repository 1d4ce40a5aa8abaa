package io.homeostat.model;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@code kind: Application}: the unit of sync, health, rollback and ownership.
 *
 * @param path directory of its documents, relative to the root of the repository
 * @param dependsOn applications that must be there first
 * @param sync the environment's policy with this application's overrides
 * @param chart the Helm chart that more of its documents are rendered from; null when there is none
 */
public record Application(
        String name,
        String path,
        List<Dependency> dependsOn,
        SyncPolicy sync,
        @Nullable Chart chart,
        Position at) {

    /** One without a chart. */
    public Application(String name, String path, List<Dependency> dependsOn, SyncPolicy sync, Position at) {
        this(name, path, dependsOn, sync, null, at);
    }

    /**
     * @param when a CEL condition over {@code application} that must hold; null means: it is healthy at the revision that Git
     *     declares
     */
    public record Dependency(String application, @Nullable String when, Position at) {}
}
