package io.homeostat.converge;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Everything that decides about one application at this moment, for people who ask why.
 *
 * @param plan what would have to be done; null when there is nothing to go to
 * @param answers of every guard, by its name
 * @param retries by object: what waits for another try
 */
public record Insight(
        Aim.Head head,
        Aim aim,
        @Nullable Plan plan,
        Map<String, Guard.Answer> answers,
        Map<String, String> retries,
        List<ObjectHealth> objects) {

    public record ObjectHealth(String object, Health health) {}
}
