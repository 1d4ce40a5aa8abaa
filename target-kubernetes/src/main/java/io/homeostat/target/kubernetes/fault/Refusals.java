package io.homeostat.target.kubernetes.fault;

import io.homeostat.model.Node;
import io.homeostat.model.ObjectKey;
import io.homeostat.model.chaos.Effect;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What is refused of the pods of a workload for good, as it is declared. Pure. */
public final class Refusals {

    private Refusals() {}

    /**
     * @param spec of the workload
     * @param container null for all of them
     * @return why not, with what would help; null when it may be tried
     */
    public static @Nullable String of(
            ObjectKey workload, Node.Mapping spec, Effect effect, @Nullable String container) {
        if (effect instanceof Effect.Disk disk) {
            return ofDisk(workload, spec, disk, container);
        }
        boolean ends = effect instanceof Effect.Kill
                || effect instanceof Effect.Terminate
                || effect instanceof Effect.CrashLoop;
        return ends && container != null
                ? ofEnd(effect, spec.mapping("template"), container, workload.toString())
                : null;
    }

    /**
     * Why the first process of a container is not told to end from inside of it; null when it is.
     *
     * @param pod or the template of one
     * @param where the container is, for people
     */
    static @Nullable String ofEnd(Effect effect, Node.Mapping pod, String container, String where) {
        if (effect instanceof Effect.Kill) {
            return "nothing sends SIGKILL to the first process of a container from inside of it; use terminate with"
                    + " `container`, or kill without it, which deletes the pod";
        }
        for (String shared : List.of("hostPID", "shareProcessNamespace")) {
            if (pod.mapping("spec").flag(shared, false)) {
                return "with " + shared + " the first process that the container " + container + " of " + where
                        + " sees is not its own; use " + effect.faultClass().word()
                        + " without `container`, which deletes the pod";
            }
        }
        return null;
    }

    private static @Nullable String ofDisk(
            ObjectKey workload, Node.Mapping spec, Effect.Disk disk, @Nullable String container) {
        Node.Mapping template = spec.mapping("template");
        String which = "the volume " + disk.volume() + " of " + workload;
        Node.Mapping volume = Stress.volume(template, disk.volume());
        List<String> names = new ArrayList<>();
        for (Node each : template.mapping("spec").sequence("containers")) {
            if (each instanceof Node.Mapping one) {
                names.add(one.text("name", ""));
            }
        }
        for (String name : container == null ? names : List.of(container)) {
            if (Stress.mount(template, name, disk.volume()) != null) {
                // How large a claim is shows only once there is one.
                return volume == null || Stress.claim(volume, "") != null
                        ? null
                        : ofMemory(volume, which, template, name);
            }
        }
        return "no container of those that are meant may write to " + which;
    }

    private static @Nullable String ofMemory(
            Node.Mapping volume, String which, Node.Mapping template, String container) {
        try {
            var _ = Stress.limit(volume, which, Stress.memoryLimit(template, container));
            return null;
        } catch (IOException refused) {
            return refused.getMessage();
        }
    }
}
