package io.homeostat.converge;

import io.homeostat.model.Node;
import org.jspecify.annotations.Nullable;

/**
 * One field that differs.
 *
 * @param path as people write it: {@code spec.template.spec.containers[web].image}
 * @param before null when the field is new
 * @param after null when the field goes away
 */
public record Change(
        String path, @Nullable Node before, @Nullable Node after) {}
