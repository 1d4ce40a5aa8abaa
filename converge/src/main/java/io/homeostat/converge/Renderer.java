package io.homeostat.converge;

import io.homeostat.converge.Rendering.Rendered;
import io.homeostat.converge.Step.Declared;
import io.homeostat.model.Application;
import io.homeostat.model.Applications;
import io.homeostat.model.Chart;
import io.homeostat.model.Checks;
import io.homeostat.model.Document;
import io.homeostat.model.Documents;
import io.homeostat.model.Environment;
import io.homeostat.model.Environments;
import io.homeostat.model.Node;
import io.homeostat.model.ObjectKey;
import io.homeostat.model.Position;
import io.homeostat.model.Problem;
import io.homeostat.model.Promise;
import io.homeostat.model.Suggestions;
import io.homeostat.model.slo.Promises;
import io.homeostat.source.Snapshot;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
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

    static final int MAX_FILES = 20_000;
    private static final String OURS = "homeostat.io";
    private static final int MAX_FILE = 8 << 20;

    private record FileKey(String path, String contentId) {}

    private final Completion target;
    private final ChartRendering charts = new ChartRendering();
    private Map<FileKey, Documents.Parsed> parsed = new HashMap<>();

    public Renderer(Completion target) {
        this.target = target;
    }

    /**
     * @param environmentName which Environment of the repository; null when there is at most one
     * @throws IOException when the snapshot cannot be read
     */
    public Rendering render(Snapshot snapshot, @Nullable String environmentName) throws IOException {
        return new Pass(snapshot, environmentName).render();
    }

    /** Only the environment that {@link #render} would find, whatever else is wrong. */
    public Environment environment(Snapshot snapshot, @Nullable String environmentName) throws IOException {
        return new Pass(snapshot, environmentName).environment();
    }

    /** The state of rendering one snapshot. */
    private final class Pass {
        private final Snapshot snapshot;
        private final @Nullable String environmentName;
        private final List<Problem> problems = new ArrayList<>();
        private final List<Problem> broken = new ArrayList<>();
        private final Map<FileKey, Documents.Parsed> read = new HashMap<>();
        private final List<Document> promises = new ArrayList<>();
        private final List<Problem> promiseProblems = new ArrayList<>();

        Pass(Snapshot snapshot, @Nullable String environmentName) {
            this.snapshot = snapshot;
            this.environmentName = environmentName;
        }

        Rendering render() throws IOException {
            Environment environment = environment();
            List<Document> documents;
            List<Application> applications;
            try (Checkout checkout = new Checkout(snapshot)) {
                documents = documents(environment, checkout);
                applications = applications(documents, environment);
                for (Application application : applications) {
                    if (application.chart() != null) {
                        take(rendered(application, application.chart(), checkout), documents);
                    }
                }
            }
            List<Document> objects = documents.stream()
                    .filter(document -> !document.key().group().equals(OURS))
                    .filter(document -> !Hook.isOnlyForDeletion(document))
                    .map(Hook::complete)
                    .toList();
            Map<String, Application> byName = new TreeMap<>();
            applications.forEach(application -> byName.putIfAbsent(application.name(), application));
            Map<String, List<Document>> grouped = new TreeMap<>();
            Set<Position> known = new HashSet<>();
            problems.forEach(problem -> known.add(problem.at()));
            for (Document object : objects) {
                String name = Layout.application(object.at().file(), applications, environment.include());
                grouped.computeIfAbsent(name, ignored -> new ArrayList<>()).add(object);
                for (Problem problem : target.check(object, environment)) {
                    // A key that nobody knows needs no second word that this target does not know it either.
                    if (known.add(problem.at())) {
                        problems.add(problem);
                    }
                }
            }
            byName.keySet().forEach(name -> grouped.putIfAbsent(name, List.of()));
            // An application that is only implied by its directory can be depended on like any other.
            grouped.keySet().forEach(name -> byName.computeIfAbsent(name, implied -> implicit(implied, environment)));
            problems.addAll(Checks.across(objects, List.copyOf(byName.values())));
            parsed = read;
            Promises promised = Promises.read(promises, promiseProblems);
            problems.sort(Comparator.comparing((Problem problem) -> problem.at().file())
                    .thenComparingInt(problem -> problem.at().line())
                    .thenComparingInt(problem -> problem.at().column()));
            return rendering(environment, applications, byName, grouped, promised);
        }

        private Rendering rendering(
                Environment environment,
                List<Application> applications,
                Map<String, Application> byName,
                Map<String, List<Document>> grouped,
                Promises promised) {
            Map<String, List<Problem>> problemsByName = new HashMap<>();
            for (Problem problem : problems) {
                String name = Layout.application(problem.at().file(), applications, environment.include());
                problemsByName
                        .computeIfAbsent(name, ignored -> new ArrayList<>())
                        .add(problem);
            }
            // What cannot be read declares nothing, but its application must not look as if it had left.
            problemsByName.keySet().forEach(name -> grouped.putIfAbsent(name, List.of()));
            SortedMap<String, Rendered> rendered = new TreeMap<>();
            Map<ObjectKey, String> owners = new HashMap<>();
            for (Map.Entry<String, List<Document>> group : grouped.entrySet()) {
                String name = group.getKey();
                Application application = byName.computeIfAbsent(name, implied -> implicit(implied, environment));
                List<Problem> own = problemsByName.getOrDefault(name, List.of());
                rendered.put(name, complete(application, group.getValue(), environment, own, owners));
            }
            List<Problem> all = new ArrayList<>(broken);
            rendered.values().forEach(application -> all.addAll(application.problems()));
            all.addAll(promised.problems());
            return new Rendering(
                    snapshot.revision(),
                    environment,
                    rendered,
                    owners,
                    promised,
                    List.copyOf(all),
                    List.copyOf(broken));
        }

        private Rendered complete(
                Application application,
                List<Document> documents,
                Environment environment,
                List<Problem> own,
                Map<ObjectKey, String> owners) {
            boolean valid = own.stream().noneMatch(Problem::isError);
            List<Declared> declared = new ArrayList<>();
            List<Problem> more = new ArrayList<>(own);
            for (Document document : documents) {
                owners.put(document.key(), application.name());
                if (!application.tenant().mayTouch(document.key().namespace())) {
                    more.add(outside(application, document));
                }
                if (!valid) {
                    continue;
                }
                try {
                    Document completed = target.complete(document, environment, snapshot);
                    declared.add(new Declared(
                            completed,
                            application.name(),
                            snapshot.revision(),
                            document.at().file(),
                            Digests.of(completed.content()),
                            wave(document, more)));
                } catch (IOException refused) {
                    more.add(Problem.error(document.at(), "incomplete", String.valueOf(refused.getMessage())));
                }
            }
            String digest = digest(declared);
            declared.replaceAll(object -> stamped(object, digest));
            return new Rendered(application, List.copyOf(declared), digest, List.copyOf(more));
        }

        private static Problem outside(Application application, Document document) {
            return Problem.error(
                            document.at(),
                            "outside-namespaces",
                            "application '" + application.name() + "' may have nothing in namespace '"
                                    + document.key().namespace() + "'")
                    .expecting("a namespace among: "
                            + String.join(", ", application.tenant().namespaces()))
                    .suggesting("add it to the Application's spec.namespaces");
        }

        private Environment environment() throws IOException {
            List<Document> found = new ArrayList<>();
            List<Snapshot.File> candidates = new ArrayList<>(snapshot.files(Layout.ENVIRONMENTS));
            for (Snapshot.File file : snapshot.files(".")) {
                if (file.path().indexOf('/') < 0 && Layout.name(file.path()).startsWith("environment.")) {
                    candidates.add(file);
                }
            }
            for (Snapshot.File file : candidates) {
                if (Layout.isManifest(file.path())) {
                    Documents.Parsed content = parse(file);
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
                    return Environments.read(document, broken);
                }
            }
            if (environmentName == null && found.size() > 1) {
                broken.add(Problem.error(
                                found.getFirst().at(),
                                "several-environments",
                                "the repository has several environments")
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

        private List<Document> documents(Environment environment, Checkout checkout) throws IOException {
            Map<String, Snapshot.File> files = new TreeMap<>();
            for (String directory : environment.include()) {
                for (Snapshot.File file : snapshot.files(directory)) {
                    if (!Layout.isWithin(file.path(), Layout.ENVIRONMENTS)
                            && !Layout.isWithin(file.path(), Promise.DIRECTORY)
                            && !(file.path().indexOf('/') < 0 && file.path().startsWith("environment."))) {
                        files.put(file.path(), file);
                    }
                }
            }
            if (files.size() > MAX_FILES) {
                broken.add(Problem.error(
                                environment.at(),
                                "too-many-files",
                                "the environment includes " + files.size() + " files")
                        .expecting("at most " + MAX_FILES)
                        .suggesting("narrow spec.include"));
                return List.of();
            }
            TreeSet<String> kustomizations = new TreeSet<>();
            files.keySet().stream()
                    .filter(Layout::isKustomization)
                    .forEach(path -> kustomizations.add(Layout.directory(path)));
            Set<String> charts = ChartFiles.charts(files.keySet());
            files.keySet()
                    .removeIf(path -> !Layout.isManifest(path)
                            || Layout.outermost(path, kustomizations) != null
                            || ChartFiles.isPart(path, charts));
            files.keySet().removeAll(ChartFiles.values(applicationsIn(files.values(), environment)));
            List<Document> documents = new ArrayList<>();
            for (Snapshot.File file : files.values()) {
                take(parse(file), documents);
            }
            Kustomize kustomize = new Kustomize(checkout);
            for (String directory : kustomizations) {
                if (directory.equals(Layout.outermost(directory, kustomizations))) {
                    take(build(kustomize, directory), documents);
                }
            }
            promises();
            return documents;
        }

        /** Read ahead, without a word about what is wrong, to know which files hold their values. */
        private List<Application> applicationsIn(Collection<Snapshot.File> files, Environment environment)
                throws IOException {
            List<Application> found = new ArrayList<>();
            for (Snapshot.File file : files) {
                for (Document document : parse(file).documents()) {
                    if (is(document, "Application")) {
                        found.add(Applications.read(document, environment.sync(), new ArrayList<>()));
                    }
                }
            }
            return found;
        }

        private void take(Documents.Parsed content, List<Document> documents) {
            content.documents().forEach(document -> (Promise.isOne(document) ? promises : documents).add(document));
            content.problems()
                    .forEach(problem -> (content.aside().contains(problem) ? promiseProblems : problems).add(problem));
        }

        /** What stands in the directory of promises concerns nothing that runs, whatever is wrong with it. */
        private void promises() throws IOException {
            for (Snapshot.File file : snapshot.files(Promise.DIRECTORY)) {
                if (!Layout.isManifest(file.path())) {
                    continue;
                }
                Documents.Parsed content = parse(file);
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

        private Documents.Parsed parse(Snapshot.File file) throws IOException {
            FileKey key = new FileKey(file.path(), file.contentId());
            Documents.Parsed known = read.getOrDefault(key, parsed.get(key));
            if (known == null) {
                known = file.size() > MAX_FILE
                        ? new Documents.Parsed(List.of(), List.of(tooLarge(file)), Set.of())
                        : Documents.parse(file.path(), snapshot.read(file.path()));
            }
            read.put(key, known);
            return known;
        }

        private Problem tooLarge(Snapshot.File file) {
            return Problem.error(
                            new Position(file.path(), 1, 1),
                            "too-large",
                            "the file has " + (file.size() >> 20) + " MiB")
                    .expecting("at most " + (MAX_FILE >> 20) + " MiB of documents in one file")
                    .suggesting("split it, or keep it outside spec.include");
        }

        /** A built directory depends on files anywhere, so it is keyed by the whole revision. */
        private Documents.Parsed build(Kustomize kustomize, String directory) throws IOException {
            String path = directory.equals(".") ? "kustomization.yaml" : directory + "/kustomization.yaml";
            FileKey key = new FileKey(path, snapshot.revision());
            Documents.Parsed known = parsed.get(key);
            if (known == null) {
                try {
                    known = Documents.parse(path, kustomize.build(directory));
                } catch (IOException refused) {
                    known = new Documents.Parsed(
                            List.of(),
                            List.of(Problem.error(
                                    new Position(path, 1, 1), "kustomize", String.valueOf(refused.getMessage()))),
                            Set.of());
                }
            }
            read.put(key, known);
            return known;
        }

        /** A chart may read any file, so what it says is keyed by the whole revision. */
        private Documents.Parsed rendered(Application application, Chart chart, Checkout checkout) {
            FileKey key =
                    new FileKey(application.at().file(), "chart of " + application.name() + "@" + snapshot.revision());
            Documents.Parsed known = parsed.get(key);
            if (known == null) {
                known = charts.render(application, chart, snapshot, checkout);
            }
            if (known.problems().stream().noneMatch(problem -> problem.code().equals(Rendering.AWAY))) {
                read.put(key, known);
            }
            return known;
        }

        private List<Application> applications(List<Document> documents, Environment environment) {
            List<Application> applications = new ArrayList<>();
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
            return applications;
        }

        private static boolean is(Document document, String kind) {
            return document.key().group().equals(OURS) && document.key().kind().equals(kind);
        }
    }

    private static Application implicit(String name, Environment environment) {
        return new Application(name, ".", List.of(), environment.sync(), Position.NONE);
    }

    /** A hook runs for this content of the application and no other. */
    private static Declared stamped(Declared object, String digest) {
        if (Hook.of(object.document()) == null) {
            return object;
        }
        Document stamped = Hook.stamped(object.document(), digest);
        return new Declared(
                stamped,
                object.application(),
                object.revision(),
                object.origin(),
                Digests.of(stamped.content()),
                object.wave());
    }

    private static int wave(Document document, List<Problem> problems) {
        Integer ofHook = Hook.wave(document);
        if (ofHook != null) {
            return ofHook;
        }
        String text = document.annotation(WAVE);
        if (text == null) {
            return 0;
        }
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException wrong) {
            Node at = document.metadata().mapping("annotations").get(WAVE);
            problems.add(Problem.error(at == null ? document.at() : at.at(), "wrong-type", WAVE + " is '" + text + "'")
                    .expecting("a whole number in quotes, such as \"1\""));
            return 0;
        }
    }

    private static String digest(List<Declared> declared) {
        MessageDigest digest = Digests.sha256();
        declared.stream()
                .sorted(Comparator.comparing(object -> object.document().key()))
                .forEach(object -> digest.update(
                        (object.document().key() + "=" + object.digest() + "\n").getBytes(StandardCharsets.UTF_8)));
        return HexFormat.of().formatHex(digest.digest());
    }
}
