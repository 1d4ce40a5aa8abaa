package io.homeostat.deliver.rollout;

import io.homeostat.converge.Step.Declared;
import io.homeostat.converge.Target.Evidence;
import io.homeostat.converge.Traffic.Arms;
import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** From what the target and the judge say to what {@link Engine} asks for. Pure. */
final class Sight {

    private static final Duration DEFAULT_PATIENCE = Duration.ofMinutes(10);

    /** What no waiting mends. */
    private static final Set<String> SYMPTOMS = Set.of(
            "CrashLoopBackOff",
            "OOMKilled",
            "StartError",
            "ErrImagePull",
            "ImagePullBackOff",
            "InvalidImageName",
            "CreateContainerConfigError");

    private Sight() {}

    /**
     * @param worse why it must go; null when nothing that was shown says so
     * @param disturbed somebody disturbs it on purpose right now: that it suffers is no symptom
     */
    static Engine.Seen of(
            Declared declared,
            Arms arms,
            @Nullable String worse,
            Engine.Shown shown,
            @Nullable String held,
            @Nullable String unmet,
            boolean disturbed) {
        for (Evidence evidence : arms.canary().symptoms()) {
            if (worse == null && !disturbed && SYMPTOMS.contains(evidence.reason())) {
                worse = evidence.message();
            }
        }
        int seconds = declared.document().spec().integer("progressDeadlineSeconds", -1);
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
                seconds < 0 ? DEFAULT_PATIENCE : Duration.ofSeconds(seconds));
    }
}
