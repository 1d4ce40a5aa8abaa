package io.homeostat.model;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@code kind: Rollout}: how a workload gets from one version to the next.
 *
 * @param workload the Deployment; null when even that cannot be read, and then it stands for every one
 * @param stages what has to be gone through, in order; never empty when there is no error
 * @param error what is wrong with the document, with its place; null when nothing is. A workload whose Rollout is wrong must not
 *     change all at once instead
 */
public record Rollout(
        String name,
        @Nullable ObjectKey workload,
        List<Stage> stages,
        @Nullable String error,
        Position at) {

    /**
     * @param title as people read it: {@code preview}, {@code switched}
     * @param instances of the new version beside the old ones, as percent of the replicas
     * @param weight percent of the traffic that the new version gets
     * @param hold how long the stage lasts once it is reached
     * @param approval it lasts until a person lets it go on
     */
    public record Stage(String title, int instances, int weight, Duration hold, boolean approval) {}

    public boolean isAbout(ObjectKey object) {
        return workload == null || workload.equals(object);
    }
}
