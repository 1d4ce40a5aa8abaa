package io.homeostat.converge;

import io.homeostat.model.Application;
import io.homeostat.model.Applications;
import io.homeostat.model.Document;
import io.homeostat.model.Documents;
import io.homeostat.model.Environment;
import io.homeostat.model.Environments;
import io.homeostat.model.Problem;
import io.homeostat.model.Promise;
import io.homeostat.model.Suggestions;
import io.homeostat.model.slo.Promises;
import io.homeostat.source.Snapshot;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** What one snapshot says, document by document: found in its files, built and rendered where it has to be. For one pass. */
final class SnapshotDocuments {

    private static final int MAX_FILES = 20_000;
    private static final String OURS = "homeostat.io";

    private final ParsedFiles files;
    private final @Nullable String environmentName;
    private final List<Document> documents = new ArrayList<>();
    private final List<Application> applications = new ArrayList<>();
    private final List<Document> promises = new ArrayList<>();
    private final List<Problem> problems = new ArrayList<>();
    private final List<Problem> broken = new ArrayList<>();
    private final List<Problem> promiseProblems = new ArrayList<>();
    private final List<Promises.Unread> unread = new ArrayList<>();

    /** @param environmentName which Environment of the repository; null when there is at most one */
    SnapshotDocuments(ParsedFiles files, @Nullable String environmentName) {
        this.files = files;
        this.environmentName = environmentName;
    }

    /** Reads all that {@code environment} includes. */
    void read(Environment environment) throws IOException {
        try (Checkout checkout = new Checkout(files.snapshot())) {
            readDocuments(environment, checkout);
            readApplications(environment);
            for (Application application : applications) {
                if (application.chart() != null) {
                    take(files.chart(application, application.chart(), checkout));
                }
            }
        }
    }

    /** What is to be applied: everything but our own kinds and what a chart does only when it is deleted. */
    List<Document> objects() {
        return documents.stream()
                .filter(document -> !document.key().group().equals(OURS))
                .filter(document -> !Hook.isOnlyForDeletion(document))
                .map(Hook::complete)
                .toList();
    }

    List<Application> applications() {
        return List.copyOf(applications);
    }

    Promises promised() {
        return Promises.read(promises, promiseProblems, unread);
    }

    /** What is wrong with documents that are to be applied. */
    List<Problem> problems() {
        return List.copyOf(problems);
    }

    /** What is wrong with the environment itself, so that nothing can be applied. */
    List<Problem> broken() {
        return List.copyOf(broken);
    }

    /** The chosen environment, or an implicit one, whatever else is wrong. */
    Environment environment() throws IOException {
        List<Document> found = new ArrayList<>();
        List<Snapshot.File> candidates = new ArrayList<>(files.snapshot().files(Layout.ENVIRONMENTS));
        for (Snapshot.File file : files.snapshot().files(".")) {
            if (file.path().indexOf('/') < 0 && Layout.name(file.path()).startsWith("environment.")) {
                candidates.add(file);
            }
        }
        for (Snapshot.File file : candidates) {
            if (Layout.isManifest(file.path())) {
                Documents.Parsed content = files.file(file);
                broken.addAll(
                        content.problems().stream().filter(Problem::isError).toList());
                content.documents().stream()
                        .filter(document -> is(document, "Environment"))
                        .forEach(found::add);
            }
        }
        return choose(found);
    }

    private Environment choose(List<Document> found) {
        TreeSet<String> names = new TreeSet<>();
        found.forEach(document -> names.add(document.key().name()));
        for (Document document : found) {
            if (environmentName == null
                    ? found.size() == 1
                    : document.key().name().equals(environmentName)) {
                return Environments.read(document, found, broken);
            }
        }
        if (environmentName == null && found.size() > 1) {
            broken.add(Problem.error(
                            found.getFirst().at(), "several-environments", "the repository has several environments")
                    .expecting("one of them to be chosen")
                    .suggesting("say --environment with one of: " + String.join(", ", names)));
        } else if (environmentName != null && !found.isEmpty()) {
            broken.add(Problem.error(
                            found.getFirst().at(),
                            "unknown-environment",
                            "the repository has no environment '" + environmentName + "'")
                    .expecting("one of: " + String.join(", ", names))
                    .suggesting(Suggestions.didYouMean(environmentName, names)));
        }
        return Environment.implicit(environmentName == null ? Layout.DEFAULT_APPLICATION : environmentName);
    }

    private void readDocuments(Environment environment, Checkout checkout) throws IOException {
        Map<String, Snapshot.File> found = new TreeMap<>();
        for (String directory : environment.include()) {
            for (Snapshot.File file : files.snapshot().files(directory)) {
                if (!Layout.isWithin(file.path(), Layout.ENVIRONMENTS)
                        && !Layout.isWithin(file.path(), Promise.DIRECTORY)
                        && !(file.path().indexOf('/') < 0 && file.path().startsWith("environment."))) {
                    found.put(file.path(), file);
                }
            }
        }
        if (found.size() > MAX_FILES) {
            broken.add(Problem.error(
                            environment.at(), "too-many-files", "the environment includes " + found.size() + " files")
                    .expecting("at most " + MAX_FILES)
                    .suggesting("narrow spec.include"));
            return;
        }
        TreeSet<String> kustomizations = new TreeSet<>();
        found.keySet().stream()
                .filter(Layout::isKustomization)
                .forEach(path -> kustomizations.add(Layout.directory(path)));
        Set<String> charts = ChartFiles.charts(found.keySet());
        found.keySet()
                .removeIf(path -> !Layout.isManifest(path)
                        || Layout.outermost(path, kustomizations) != null
                        || ChartFiles.isPart(path, charts));
        files.ahead(found.values());
        found.keySet().removeAll(ChartFiles.values(applicationsIn(found.values(), environment)));
        for (Snapshot.File file : found.values()) {
            take(files.file(file));
        }
        Kustomize kustomize = new Kustomize(checkout);
        for (String directory : kustomizations) {
            if (directory.equals(Layout.outermost(directory, kustomizations))) {
                take(files.kustomization(kustomize, directory));
            }
        }
        readPromises();
    }

    /** Read ahead, without a word about what is wrong, to know which files hold their values. */
    private List<Application> applicationsIn(Collection<Snapshot.File> candidates, Environment environment)
            throws IOException {
        List<Application> found = new ArrayList<>();
        for (Snapshot.File file : candidates) {
            for (Document document : files.file(file).documents()) {
                if (is(document, "Application")) {
                    found.add(Applications.read(document, environment.sync(), new ArrayList<>()));
                }
            }
        }
        return found;
    }

    private void take(Documents.Parsed content) {
        note(content);
        content.documents().forEach(document -> (Promise.isOne(document) ? promises : documents).add(document));
        content.problems()
                .forEach(problem -> (content.aside().contains(problem) ? promiseProblems : problems).add(problem));
    }

    private void note(Documents.Parsed content) {
        content.unread().forEach((kind, why) -> unread.add(new Promises.Unread(kind, why)));
    }

    /** What stands in the directory of promises concerns nothing that runs, whatever is wrong with it. */
    private void readPromises() throws IOException {
        for (Snapshot.File file : files.snapshot().files(Promise.DIRECTORY)) {
            if (!Layout.isManifest(file.path())) {
                continue;
            }
            Documents.Parsed content = files.file(file);
            note(content);
            promiseProblems.addAll(content.problems());
            for (Document document : content.documents()) {
                if (Promise.isOne(document)) {
                    promises.add(document);
                } else {
                    promiseProblems.add(Problem.error(
                                    document.at(),
                                    "misplaced",
                                    document.key() + " in " + Promise.DIRECTORY + "/ is not run")
                            .expecting("only objectives, policies and notifiers there"));
                }
            }
        }
    }

    private void readApplications(Environment environment) {
        Map<String, Application> names = new HashMap<>();
        Map<String, Application> paths = new HashMap<>();
        for (Document document : documents) {
            if (!is(document, "Application")) {
                continue;
            }
            Application application = Applications.read(document, environment.sync(), problems);
            Application sameName = names.putIfAbsent(application.name(), application);
            Application samePath = paths.putIfAbsent(application.path(), application);
            Application other = sameName != null ? sameName : samePath;
            if (other != null) {
                problems.add(Problem.error(
                                document.at(),
                                "duplicate-application",
                                "application '" + application.name() + "' has the same "
                                        + (sameName != null ? "name" : "directory") + " as the one at "
                                        + other.at())
                        .expecting("one Application for each name and directory"));
            } else {
                applications.add(application);
            }
        }
    }

    private static boolean is(Document document, String kind) {
        return document.key().group().equals(OURS) && document.key().kind().equals(kind);
    }
}
