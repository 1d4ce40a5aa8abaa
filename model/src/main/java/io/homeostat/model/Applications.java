package io.homeostat.model;

import io.homeostat.model.Application.Dependency;
import io.homeostat.model.internal.view.ChartReader;
import io.homeostat.model.internal.view.RepositoryPath;
import io.homeostat.model.internal.view.SyncReader;
import java.util.ArrayList;
import java.util.List;

/** Reads {@code kind: Application}. */
public final class Applications {

    private Applications() {}

    public static boolean isOne(Document document) {
        return document.key().kind().equals("Application")
                && document.key().group().equals(Environments.GROUP);
    }

    /**
     * What a document declares. Types, unknown keys and the like were checked when it was parsed; here come the problems of
     * meaning.
     *
     * @param defaults the environment's policy, used where the application has none of its own
     */
    public static Application read(Document document, SyncPolicy defaults, List<Problem> problems) {
        Node.Mapping spec = document.spec();
        return new Application(
                document.key().name(),
                path(document, problems),
                dependencies(document, problems),
                SyncReader.read(spec.mapping("sync"), defaults),
                ChartReader.read(document, problems),
                tenant(spec),
                document.at());
    }

    /** Whoever names an account has, unless more is said, only that account's namespace. */
    private static Application.Tenant tenant(Node.Mapping spec) {
        String account = spec.text("serviceAccount");
        List<String> namespaces =
                spec.sequence("namespaces").stream().map(Node::toString).toList();
        return new Application.Tenant(
                account,
                namespaces.isEmpty() && account != null
                        ? List.of(account.substring(0, Math.max(0, account.indexOf('/'))))
                        : namespaces);
    }

    private static String path(Document document, List<Problem> problems) {
        String directory = RepositoryPath.directoryOf(document.at().file());
        if (!(document.spec().get("path") instanceof Node.Text text)) {
            return directory;
        }
        String path = RepositoryPath.resolve(directory, text.value());
        if (path == null) {
            problems.add(Problem.error(text.at(), "path-outside", "'" + text.value() + "' leaves the repository")
                    .expecting("a directory relative to this file's"));
            return directory;
        }
        return path;
    }

    private static List<Dependency> dependencies(Document document, List<Problem> problems) {
        List<Dependency> dependencies = new ArrayList<>();
        for (Node element : document.spec().sequence("dependsOn")) {
            if (!(element instanceof Node.Mapping mapping)
                    || !(mapping.get("application") instanceof Node.Text application)) {
                continue;
            }
            if (mapping.get("when") instanceof Node.Text when) {
                Expressions.check(when, problems);
            }
            dependencies.add(new Dependency(application.value(), mapping.text("when"), application.at()));
        }
        return List.copyOf(dependencies);
    }
}
