package io.homeostat.converge;

import java.util.List;

/**
 * What has to be done to bring one application from what is observed to what is desired.
 *
 * @param steps in the order in which they are applied, {@code Unchanged} included
 */
public record Plan(String application, String revision, List<Step> steps) {

    /** True when applying it would do something, or something stands in the way. */
    public boolean hasChanges() {
        return steps.stream().anyMatch(step -> !(step instanceof Step.Unchanged || step instanceof Step.Kept));
    }
}
