package io.homeostat.converge;

import io.homeostat.converge.Rendering.Rendered;
import io.homeostat.converge.Step.Cause;
import io.homeostat.converge.Target.Live;
import io.homeostat.model.ObjectKey;
import io.homeostat.source.Snapshot;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What a snapshot would change, without changing anything. Needs no running agent: an empty {@code observed} shows what a
 * first sync would do.
 */
public record Preview(Rendering rendering, List<Plan> plans) {

    public static Preview of(
            Snapshot snapshot, @Nullable String environment, Completion target, Map<ObjectKey, Live> observed)
            throws IOException {
        return of(new Renderer(target).render(snapshot, environment), observed);
    }

    /** The same of what was rendered already. */
    public static Preview of(Rendering rendering, Map<ObjectKey, Live> observed) {
        TreeSet<String> names = new TreeSet<>(rendering.applications().keySet());
        if (!rendering.isIncomplete()) {
            observed.values().forEach(live -> names.add(live.application()));
        }
        List<Plan> plans = new ArrayList<>();
        for (String name : names) {
            Rendered rendered = rendering.application(name);
            if (!rendering.broken().isEmpty() || (rendered != null && !rendered.isValid())) {
                continue;
            }
            boolean prune = rendered == null
                    ? rendering.environment().sync().prune()
                    : rendered.application().sync().prune();
            plans.add(Planner.plan(
                    new Planner.Question(
                            name,
                            rendering.revision(),
                            rendered == null ? List.of() : rendered.declared(),
                            Cause.CHANGE,
                            false,
                            prune),
                    observed,
                    Planner.Claims.of(rendering.owners()::get)));
        }
        return new Preview(rendering, List.copyOf(plans));
    }
}
