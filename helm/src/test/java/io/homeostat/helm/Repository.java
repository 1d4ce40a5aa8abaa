package io.homeostat.helm;

import com.marcnuri.helm.Helm;
import io.homeostat.converge.Completion;
import io.homeostat.converge.Renderer;
import io.homeostat.converge.Rendering;
import io.homeostat.source.Snapshots;
import io.homeostat.source.SourceException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/** A directory with charts, and what the agent's renderer makes of it. */
final class Repository {

    private static final String WEB = """
            apiVersion: v1
            kind: ConfigMap
            metadata:
              name: {{ .Release.Name }}-web
            data:
              greeting: {{ .Values.greeting | quote }}
              replicas: {{ .Values.replicas | quote }}
            """;

    private final Path root;

    Repository(Path root) {
        this.root = root;
    }

    Repository file(String path, String content) throws IOException {
        Path file = root.resolve(path);
        Files.createDirectories(Objects.requireNonNull(file.getParent()));
        Files.writeString(file, content);
        return this;
    }

    /** A chart whose one document says its values. */
    Repository chart(String directory, String name, String version) throws IOException {
        return file(directory + "/Chart.yaml", "apiVersion: v2\nname: " + name + "\nversion: " + version + "\n")
                .file(directory + "/values.yaml", "greeting: hello\nreplicas: 1\n")
                .file(directory + "/templates/web.yaml", WEB);
    }

    Repository application(String helm) throws IOException {
        return file("apps/shop/application.yaml", """
                apiVersion: homeostat.io/v1
                kind: Application
                metadata: {name: shop}
                spec:
                  helm: %s
                """.formatted(helm));
    }

    Rendering render() throws IOException, SourceException {
        return new Renderer(Completion.NONE).render(Snapshots.ofDirectory(root), null);
    }

    List<String> problems() throws IOException, SourceException {
        return render().problems().stream().map(Object::toString).toList();
    }

    /** The chart of a directory, packed as a chart repository holds it. */
    Path pack(String directory, Path into) throws IOException {
        Files.createDirectories(into);
        new Helm(root.resolve(directory)).packageIt().withDestination(into).call();
        try (Stream<Path> files = Files.list(into)) {
            return files.filter(file -> file.toString().endsWith(".tgz"))
                    .findFirst()
                    .orElseThrow();
        }
    }
}
