package io.homeostat.chaos;

import io.homeostat.journal.Event;
import io.homeostat.model.Node;
import io.homeostat.model.ObjectKey;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What runs found out that nobody could know beforehand: a container without a shell refuses stress for good. It holds until the
 * workload is declared otherwise. A fold over the journal, safe for use by many threads.
 */
final class Learned {

    private record Where(String workload, String faultClass, String container) {}

    private record Found(String digest, String reason) {}

    private final Map<Where, Found> found = new HashMap<>();

    synchronized void take(Event event) {
        if (!event.type().equals(ChaosFacts.ENDED)) {
            return;
        }
        for (Node each : event.data().sequence("refused")) {
            if (each instanceof Node.Mapping refused) {
                found.put(
                        new Where(refused.text("target", ""), refused.text("class", ""), refused.text("container", "")),
                        new Found(refused.text("digest", ""), refused.text("reason", "")));
            }
        }
    }

    /** A target that is known to refuse this, too. */
    Applicability.Target over(Applicability.Target target, Map<String, Surroundings.Component> components) {
        return (workload, spec, effect, container) -> {
            String known = reason(workload, effect.faultClass().word(), container, components);
            return known == null ? target.objection(workload, spec, effect, container) : known;
        };
    }

    /** All containers are refused where one of them is. */
    private synchronized @Nullable String reason(
            ObjectKey workload,
            String faultClass,
            @Nullable String container,
            Map<String, Surroundings.Component> components) {
        String digest = Surface.digest(workload.toString(), components);
        for (Map.Entry<Where, Found> each : found.entrySet()) {
            Where where = each.getKey();
            if (where.workload().equals(workload.toString())
                    && where.faultClass().equals(faultClass)
                    && (container == null || where.container().equals(container))
                    && each.getValue().digest().equals(digest)) {
                return each.getValue().reason();
            }
        }
        return null;
    }
}
