package io.homeostat.deliver.rollout;

import io.homeostat.converge.Step.Declared;
import io.homeostat.converge.Target.Evidence;
import io.homeostat.converge.Traffic.Arms;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** From what the target and the judge say to what {@link Engine} asks for. Pure. */
final class Sight {

    private static final Duration DEFAULT_PATIENCE = Duration.ofMinutes(10);

    /** What speaks against a version at once, beside what no waiting mends. */
    private static final Set<String> SYMPTOMS = Set.of("OOMKilled", "StartError", "ErrImagePull");

    private Sight() {}

    /**
     * @param worse why it must go; null when nothing that was shown says so
     * @param disturbed somebody disturbs it on purpose right now: that it suffers is no symptom
     */
    static Engine.Seen of(
            Arms arms,
            @Nullable String worse,
            Engine.Shown shown,
            @Nullable String held,
            @Nullable String unmet,
            boolean disturbed,
            Duration patience) {
        for (Evidence evidence : arms.canary().symptoms()) {
            boolean isSymptom = evidence.isStuck() || SYMPTOMS.contains(evidence.reason());
            if (worse == null && !disturbed && isSymptom) {
                worse = evidence.message();
            }
        }
        return new Engine.Seen(
                arms.canary().wanted(),
                disturbed
                        ? Math.max(1, arms.canary().available())
                        : arms.canary().available(),
                arms.inEffect(),
                worse,
                held,
                unmet,
                shown,
                patience);
    }

    /** The longest of those that move together: as long as one of them may still become ready, all may. */
    static Duration patience(List<Declared> workloads) {
        Duration longest = Duration.ZERO;
        for (Declared declared : workloads) {
            int seconds = declared.document().spec().integer("progressDeadlineSeconds", -1);
            Duration its = seconds < 0 ? DEFAULT_PATIENCE : Duration.ofSeconds(seconds);
            longest = its.compareTo(longest) > 0 ? its : longest;
        }
        return longest;
    }
}
