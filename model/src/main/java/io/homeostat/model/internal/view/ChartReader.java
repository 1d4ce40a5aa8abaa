package io.homeostat.model.internal.view;

import io.homeostat.model.Chart;
import io.homeostat.model.Chart.Origin;
import io.homeostat.model.Document;
import io.homeostat.model.Node;
import io.homeostat.model.Position;
import io.homeostat.model.Problem;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads {@code helm} of an Application. */
public final class ChartReader {

    private static final String OCI = "oci://";
    private static final Pattern EXACT = Pattern.compile("v?[0-9]+\\.[0-9]+\\.[0-9]+([-+][0-9A-Za-z.+-]+)?");

    private ChartReader() {}

    /** The chart that a document asks for; null when it asks for none, or for one that cannot be meant. */
    public static @Nullable Chart read(Document document, List<Problem> problems) {
        if (!(document.spec().get("helm") instanceof Node.Mapping helm)
                || !(helm.get("chart") instanceof Node.Text chart)) {
            return null;
        }
        String directory = RepositoryPath.directoryOf(document.at().file());
        Origin origin = origin(chart, helm, directory, problems);
        List<String> valuesFiles = valuesFiles(helm, directory, problems);
        return origin == null
                ? null
                : new Chart(
                        origin,
                        helm.text("release", document.key().name()),
                        helm.text("namespace", "default"),
                        valuesFiles,
                        helm.mapping("values"),
                        helm.text("kubeVersion", Chart.DEFAULT_KUBE_VERSION),
                        helm.at());
    }

    private static @Nullable Origin origin(
            Node.Text chart, Node.Mapping helm, String directory, List<Problem> problems) {
        String name = chart.value();
        Node repository = helm.get("repository");
        if (name.startsWith(OCI)) {
            if (repository != null) {
                problems.add(Problem.error(repository.at(), "chart-origin", "an OCI chart is in no chart repository")
                        .expecting("either oci:// or a repository"));
                return null;
            }
            String version = version(chart.at(), helm, problems);
            return version == null ? null : oci(name.substring(OCI.length()), version, chart.at(), problems);
        }
        if (repository instanceof Node.Text url) {
            String version = version(chart.at(), helm, problems);
            return version == null || !isWeb(url, problems) ? null : new Origin.Repository(url.value(), name, version);
        }
        Node version = helm.get("version");
        if (version != null) {
            problems.add(Problem.error(version.at(), "chart-version", "a chart of this repository has no version")
                    .expecting("none: the commit is its version")
                    .suggesting("for a chart of a chart repository, say `repository: https://…`"));
            return null;
        }
        String path = RepositoryPath.resolve(directory, name);
        if (path == null) {
            problems.add(Problem.error(chart.at(), "path-outside", "'" + name + "' leaves the repository")
                    .expecting("a directory relative to this file's, or oci://…, or a name with `repository`"));
            return null;
        }
        return new Origin.Directory(path);
    }

    private static @Nullable Origin oci(String reference, String version, Position at, List<Problem> problems) {
        int slash = reference.indexOf('/');
        int colon = reference.indexOf(':', Math.max(slash, 0));
        if (slash <= 0 || colon >= 0 || reference.contains("@") || reference.endsWith("/")) {
            problems.add(Problem.error(at, "chart-origin", "'" + OCI + reference + "' is no chart of a registry")
                    .expecting("oci://REGISTRY/PATH/NAME, with its version in `version`"));
            return null;
        }
        return new Origin.Oci(reference, version);
    }

    private static boolean isWeb(Node.Text url, List<Problem> problems) {
        URI uri = null;
        try {
            uri = URI.create(url.value());
        } catch (IllegalArgumentException wrong) {
            // Said below, like every other text that is no address.
        }
        boolean isWeb = uri != null
                && uri.getHost() != null
                && ("https".equals(uri.getScheme()) || "http".equals(uri.getScheme()));
        if (!isWeb) {
            problems.add(Problem.error(url.at(), "chart-origin", "'" + url.value() + "' is no chart repository")
                    .expecting("https://HOST/PATH, where an index.yaml is"));
        } else if (uri != null && uri.getUserInfo() != null) {
            problems.add(Problem.error(url.at(), "secret-in-git", "the address of the repository holds a password")
                    .suggesting("keep it in ~/.docker/config.json or $DOCKER_CONFIG, by host name"));
            return false;
        }
        return isWeb;
    }

    private static @Nullable String version(Position chart, Node.Mapping helm, List<Problem> problems) {
        Node version = helm.get("version");
        if (version instanceof Node.Text text && EXACT.matcher(text.value()).matches()) {
            return text.value();
        }
        if (version == null) {
            problems.add(Problem.error(chart, "chart-version", "the chart's version is missing")
                    .expecting("an exact one, such as 1.2.3: a commit means the same thing tomorrow")
                    .suggesting("add `version: 1.2.3`"));
        } else if (version instanceof Node.Text range) {
            problems.add(Problem.error(range.at(), "chart-version", "'" + range.value() + "' is no exact version")
                    .expecting("one such as 1.2.3: a commit means the same thing tomorrow"));
        }
        return null;
    }

    private static List<String> valuesFiles(Node.Mapping helm, String directory, List<Problem> problems) {
        List<String> files = new ArrayList<>();
        for (Node element : helm.sequence("valuesFiles")) {
            if (element instanceof Node.Text text) {
                String path = RepositoryPath.resolve(directory, text.value());
                if (path == null) {
                    problems.add(
                            Problem.error(text.at(), "path-outside", "'" + text.value() + "' leaves the repository")
                                    .expecting("a file relative to this one's directory"));
                } else {
                    files.add(path);
                }
            }
        }
        return List.copyOf(files);
    }
}
