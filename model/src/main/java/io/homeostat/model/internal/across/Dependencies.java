package io.homeostat.model.internal.across;

import io.homeostat.model.Application;
import io.homeostat.model.Application.Dependency;
import io.homeostat.model.Problem;
import io.homeostat.model.Suggestions;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What applications wait for: it exists, and nothing waits for itself. */
final class Dependencies {
    private final Map<String, Application> byName = new LinkedHashMap<>();
    private final List<Problem> problems;
    private final Set<String> done = new HashSet<>();

    Dependencies(List<Application> applications, List<Problem> problems) {
        this.problems = problems;
        for (Application application : applications) {
            Application first = byName.putIfAbsent(application.name(), application);
            if (first != null) {
                problems.add(Problem.error(
                        application.at(),
                        "duplicate-object",
                        "the application '" + application.name() + "' is declared twice, first at " + first.at()));
            }
        }
    }

    void check() {
        for (Application application : byName.values()) {
            for (Dependency dependency : application.dependsOn()) {
                if (!byName.containsKey(dependency.application())) {
                    problems.add(Problem.error(
                                    dependency.at(),
                                    "dangling-reference",
                                    "there is no application '" + dependency.application() + "'")
                            .suggesting(Suggestions.didYouMean(dependency.application(), byName.keySet())));
                }
            }
        }
        for (Application application : byName.values()) {
            follow(application);
        }
    }

    /** Depth first, with an explicit path: a chain of dependencies may be longer than the stack is deep. */
    private void follow(Application start) {
        record Visit(Application application, int next) {}
        List<Visit> path = new ArrayList<>();
        if (done.add(start.name())) {
            path.add(new Visit(start, 0));
        }
        Set<String> onPath = new HashSet<>(Set.of(start.name()));
        while (!path.isEmpty()) {
            Visit visit = path.removeLast();
            List<Dependency> dependencies = visit.application.dependsOn();
            if (visit.next == dependencies.size()) {
                onPath.remove(visit.application.name());
                continue;
            }
            path.add(new Visit(visit.application, visit.next + 1));
            Dependency dependency = dependencies.get(visit.next);
            Application other = byName.get(dependency.application());
            if (other == null) {
                continue;
            }
            if (onPath.contains(other.name())) {
                List<String> names = path.stream()
                        .map(each -> each.application.name())
                        .dropWhile(name -> !name.equals(other.name()))
                        .toList();
                problems.add(Problem.error(
                                dependency.at(),
                                "dependency-cycle",
                                "these applications wait for each other: " + String.join(" → ", names) + " → "
                                        + other.name())
                        .suggesting("remove one of the dependencies"));
            } else if (done.add(other.name())) {
                onPath.add(other.name());
                path.add(new Visit(other, 0));
            }
        }
    }
}
