package io.homeostat.deliver.rollout;

import io.homeostat.converge.Target;
import io.homeostat.converge.Traffic.Arm;
import io.homeostat.converge.Traffic.Arms;
import io.homeostat.converge.Traffic.Split;
import io.homeostat.model.ObjectKey;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.SortedMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The workloads of one rollout of which there are two versions now. They move together: what is asked of one is asked of all, and
 * whether it is there is asked of all of them at once.
 *
 * @param arms never empty
 */
record Members(SortedMap<ObjectKey, Arms> arms) {

    /** All of them as if they were one. What was counted is not added up: {@link Trial} keeps it apart. */
    Arms together() {
        List<Arms> all = List.copyOf(arms.values());
        if (all.size() == 1) {
            return all.getFirst();
        }
        List<@Nullable Split> splits = arms.values().stream().map(Arms::split).collect(Collectors.toList());
        boolean alike = splits.stream().distinct().count() == 1;
        // An agent that died while it told one after the other left them apart: the one that is least far counts.
        @Nullable
        Split least = splits.stream().anyMatch(Objects::isNull)
                ? null
                : splits.stream()
                        .filter(Objects::nonNull)
                        .min(Comparator.comparingInt(Split::weight).thenComparingInt(Split::instances))
                        .orElse(null);
        return new Arms(
                sum(all, Arms::stable),
                sum(all, Arms::canary),
                null,
                least,
                alike && all.stream().allMatch(Arms::inEffect));
    }

    /** One that has no instance left that could answer; null when each has. */
    @Nullable
    ObjectKey down() {
        return arms.entrySet().stream()
                .filter(each -> each.getValue().canary().available() == 0)
                .map(each -> each.getKey())
                .findFirst()
                .orElse(null);
    }

    private static Arm sum(List<Arms> all, Function<Arms, Arm> which) {
        List<Arm> parts = all.stream().map(which).toList();
        List<Target.Evidence> symptoms =
                parts.stream().flatMap(arm -> arm.symptoms().stream()).toList();
        return new Arm(
                parts.stream().map(Arm::version).collect(Collectors.joining("|")),
                parts.stream().mapToInt(Arm::wanted).sum(),
                parts.stream()
                        .mapToInt(arm -> Math.min(arm.available(), arm.wanted()))
                        .sum(),
                parts.stream().mapToLong(Arm::crashes).sum(),
                null,
                symptoms);
    }
}
