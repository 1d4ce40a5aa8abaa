package io.homeostat.converge;

import io.homeostat.converge.Rendering.Rendered;
import io.homeostat.model.Application;
import io.homeostat.model.Checks;
import io.homeostat.model.Document;
import io.homeostat.model.Environment;
import io.homeostat.model.ObjectKey;
import io.homeostat.model.Position;
import io.homeostat.model.Problem;
import io.homeostat.model.slo.Promises;
import io.homeostat.source.Snapshot;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * From a snapshot to what an environment should be: find the files, read them, give each document to its application, check
 * everything, complete it for the target. Reports every problem at once.
 *
 * <p>Files that did not change between revisions are not read again. Not safe for use by many threads.
 */
public final class Renderer {

    /** Annotation with an object's wave, an integer; lower ones first, 0 by default. */
    public static final String WAVE = "homeostat.io/wave";

    private static final Comparator<Problem> IN_READING_ORDER = Comparator.comparing(
                    (Problem problem) -> problem.at().file())
            .thenComparingInt(problem -> problem.at().line())
            .thenComparingInt(problem -> problem.at().column());

    private final Completion target;
    private @Nullable ParsedFiles last;

    public Renderer(Completion target) {
        this.target = target;
    }

    /** Only the environment that {@link #render} would find, whatever else is wrong. */
    public Environment environment(Snapshot snapshot, @Nullable String environmentName) throws IOException {
        return new SnapshotDocuments(files(snapshot), environmentName).environment();
    }

    /**
     * @param environmentName which Environment of the repository; null when there is at most one
     * @throws IOException when the snapshot cannot be read
     */
    public Rendering render(Snapshot snapshot, @Nullable String environmentName) throws IOException {
        return render(snapshot, environmentName, List.of());
    }

    /** @param overlays changes of documents that do not stand in the snapshot */
    Rendering render(Snapshot snapshot, @Nullable String environmentName, Collection<Overlay> overlays)
            throws IOException {
        ParsedFiles files = files(snapshot);
        SnapshotDocuments found = new SnapshotDocuments(files, environmentName);
        Environment environment = found.environment();
        found.read(environment);
        last = files;

        List<Application> declared = found.applications();
        SortedMap<String, Application> applications = new TreeMap<>();
        declared.forEach(application -> applications.putIfAbsent(application.name(), application));
        Map<String, List<Document>> grouped = new TreeMap<>();
        List<Document> objects = Overlay.over(found.objects(), overlays);
        for (Document object : objects) {
            String name = Layout.application(object.at().file(), declared, environment.include());
            grouped.computeIfAbsent(name, ignored -> new ArrayList<>()).add(object);
        }
        // An application that is only implied by its directory can be depended on like any other.
        grouped.keySet().forEach(name -> applications.computeIfAbsent(name, it -> implied(it, environment)));

        List<Problem> problems = new ArrayList<>(found.problems());
        problems.addAll(refused(objects, environment, problems));
        problems.addAll(Checks.across(objects, List.copyOf(applications.values())));
        problems.sort(IN_READING_ORDER);
        Map<String, List<Problem>> wrong = new HashMap<>();
        for (Problem problem : problems) {
            String name = Layout.application(problem.at().file(), declared, environment.include());
            wrong.computeIfAbsent(name, ignored -> new ArrayList<>()).add(problem);
        }
        // What cannot be read declares nothing, but its application must not look as if it had left.
        wrong.keySet().forEach(name -> applications.computeIfAbsent(name, it -> implied(it, environment)));

        grouped.replaceAll((name, documents) -> documents.stream()
                .flatMap(document -> target.expand(document, environment).stream())
                .toList());
        Assembly assembly = new Assembly(target, environment, snapshot);
        SortedMap<String, Rendered> rendered = new TreeMap<>();
        applications.forEach((name, application) -> rendered.put(
                name,
                assembly.of(application, grouped.getOrDefault(name, List.of()), wrong.getOrDefault(name, List.of()))));
        Map<ObjectKey, String> owners = new HashMap<>();
        grouped.forEach((name, documents) -> documents.forEach(document -> owners.put(document.key(), name)));
        Promises promised = found.promised();
        List<Problem> all = new ArrayList<>(found.broken());
        rendered.values().forEach(application -> all.addAll(application.problems()));
        all.addAll(promised.problems());
        all.addAll(Mentions.undeclared(promised, rendered.values()));
        return new Rendering(
                snapshot.revision(), environment, rendered, owners, promised, List.copyOf(all), found.broken());
    }

    private ParsedFiles files(Snapshot snapshot) {
        ParsedFiles before = last;
        return before == null ? ParsedFiles.first(snapshot) : before.next(snapshot);
    }

    /** What the target does not take. A key that nobody knows needs no second word that this target does not know it either. */
    private List<Problem> refused(List<Document> objects, Environment environment, List<Problem> said) {
        Set<Position> known = new HashSet<>();
        said.forEach(problem -> known.add(problem.at()));
        List<Problem> refused = new ArrayList<>();
        for (Document object : objects) {
            for (Problem problem : target.check(object, environment)) {
                if (known.add(problem.at())) {
                    refused.add(problem);
                }
            }
        }
        return refused;
    }

    private static Application implied(String name, Environment environment) {
        return new Application(name, ".", List.of(), environment.sync(), Position.NONE);
    }
}
