package io.homeostat.model;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@code kind: Application}: the unit of sync, health, rollback and ownership.
 *
 * @param path directory of its documents, relative to the root of the repository
 * @param dependsOn applications that must be there first
 * @param sync the environment's policy with this application's overrides
 * @param tenant what it may touch, and as whom
 * @param chart the Helm chart that more of its documents are rendered from; null when there is none
 */
public record Application(
        String name,
        String path,
        List<Dependency> dependsOn,
        SyncPolicy sync,
        @Nullable Chart chart,
        Tenant tenant,
        Position at) {

    /** One that may touch everything. */
    public Application(
            String name, String path, List<Dependency> dependsOn, SyncPolicy sync, @Nullable Chart chart, Position at) {
        this(name, path, dependsOn, sync, chart, Tenant.ANY, at);
    }

    /** One without a chart. */
    public Application(String name, String path, List<Dependency> dependsOn, SyncPolicy sync, Position at) {
        this(name, path, dependsOn, sync, null, at);
    }

    /**
     * @param when a CEL condition over {@code application} that must hold; null means: it is healthy at the revision that Git
     *     declares
     */
    public record Dependency(String application, @Nullable String when, Position at) {}

    /**
     * @param serviceAccount {@code namespace/name} of the account as which a cluster is written to; null: the agent's own
     * @param namespaces those of which it may have objects; empty: all
     */
    public record Tenant(@Nullable String serviceAccount, List<String> namespaces) {

        public static final Tenant ANY = new Tenant(null, List.of());

        /** Objects that belong to no namespace count as of {@value ObjectKey#DEFAULT_NAMESPACE}. */
        public boolean mayTouch(String namespace) {
            return namespaces.isEmpty() || namespaces.contains(namespace) || namespaces.contains("*");
        }
    }
}
