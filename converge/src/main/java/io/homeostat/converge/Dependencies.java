package io.homeostat.converge;

import io.homeostat.converge.ApplicationState.Attempt;
import io.homeostat.model.Application;
import io.homeostat.model.Application.Dependency;
import io.homeostat.model.Expressions;
import io.homeostat.model.Node;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What an application waits for before it is changed: others that have to be there first. */
final class Dependencies {

    private final Revisions revisions;
    private final History history;
    private final HealthBook healths;
    private volatile @Nullable Waiting waiting;

    Dependencies(Revisions revisions, History history, HealthBook healths) {
        this.revisions = revisions;
        this.history = history;
        this.healths = healths;
    }

    /** The first dependency that is not met, in words; null when all are. */
    @Nullable
    String unmet(Application application) {
        for (Dependency dependency : application.dependsOn()) {
            String reason = reason(dependency);
            if (reason != null) {
                return "waits for application '" + dependency.application() + "': " + reason;
            }
        }
        return null;
    }

    private @Nullable String reason(Dependency dependency) {
        String name = dependency.application();
        Health health = healths.of(name);
        boolean ready = isReady(name, health);
        String when = dependency.when();
        if (when == null) {
            return ready ? null : describe(health);
        }
        Attempt attempt = history.application(name).attempt();
        Node.Mapping variable = Node.Mapping.EMPTY
                .with("name", name)
                .with("health", Facts.word(health))
                .with("revision", attempt == null ? "" : attempt.revision())
                .with("ready", Node.Bool.of(ready));
        return Expressions.isTrue(when, Node.Mapping.EMPTY.with("application", variable))
                ? null
                : "the condition `" + when + "` does not hold (" + describe(health) + ")";
    }

    /** Healthy at what Git declares now. */
    private boolean isReady(String name, Health health) {
        Attempt attempt = history.application(name).attempt();
        return health.status() == Health.Status.HEALTHY
                && attempt != null
                && attempt.phase() == Attempt.Phase.SUCCEEDED
                && revisions.headOf(name) instanceof Aim.Head.Declared head
                && head.digest().equals(attempt.digest());
    }

    private static String describe(Health health) {
        return "it is " + Facts.word(health) + (health.message().isEmpty() ? "" : ", " + health.message());
    }

    /** Who waits for an application, in the newest revision. */
    @SuppressWarnings("ReferenceEquality") // each rendering is made once and is large to compare
    List<String> dependents(String name) {
        Revisions.Revision head = revisions.head();
        if (head == null) {
            return List.of();
        }
        Waiting known = waiting;
        if (known == null || known.in() != head.rendering()) {
            known = Waiting.of(head.rendering());
            waiting = known;
        }
        return known.dependents().getOrDefault(name, List.of());
    }

    /** Who waits for whom in one rendering; every reconciliation asks, so it is found out once. */
    private record Waiting(Rendering in, Map<String, List<String>> dependents) {

        static Waiting of(Rendering rendering) {
            Map<String, List<String>> dependents = new HashMap<>();
            for (Rendering.Rendered rendered : rendering.applications().values()) {
                Application application = rendered.application();
                for (Dependency dependency : application.dependsOn()) {
                    dependents
                            .computeIfAbsent(dependency.application(), _ -> new ArrayList<>())
                            .add(application.name());
                }
            }
            return new Waiting(rendering, dependents);
        }
    }
}
