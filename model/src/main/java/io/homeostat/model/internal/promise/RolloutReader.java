package io.homeostat.model.internal.promise;

import io.homeostat.model.Document;
import io.homeostat.model.Durations;
import io.homeostat.model.Node;
import io.homeostat.model.ObjectKey;
import io.homeostat.model.Problem;
import io.homeostat.model.Rollout;
import io.homeostat.model.Rollout.Stage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@code kind: Rollout}. */
final class RolloutReader {

    private static final Duration KEEP = Duration.ofMinutes(5);

    static List<Rollout> readAll(Library library, List<Document> documents, List<Problem> problems) {
        List<Rollout> rollouts = new ArrayList<>();
        Map<ObjectKey, Document> byWorkload = new HashMap<>();
        for (Document document : documents) {
            if (!document.key().kind().equals("Rollout")) {
                continue;
            }
            Problem error = library.errorOf(document);
            ObjectKey workload = workload(document);
            Document other = workload == null ? null : byWorkload.putIfAbsent(workload, document);
            if (error == null && other != null) {
                error = Problem.error(
                        document.at(), "duplicate-rollout", workload + " has a Rollout already, at " + other.at());
                problems.add(error);
            }
            rollouts.add(read(document, workload, error));
        }
        return List.copyOf(rollouts);
    }

    private RolloutReader() {}

    private static @Nullable ObjectKey workload(Document document) {
        Node.Mapping workload = document.spec().mapping("workload");
        String name = workload.text("name");
        return name == null
                ? null
                : new ObjectKey("apps", "Deployment", workload.text("namespace", ObjectKey.DEFAULT_NAMESPACE), name);
    }

    private static Rollout read(Document document, @Nullable ObjectKey workload, @Nullable Problem error) {
        return new Rollout(
                document.key().name(),
                workload,
                error == null ? blueGreen(document.spec().mapping("blueGreen")) : List.of(),
                error == null ? null : error.toString(),
                document.at());
    }

    private static List<Stage> blueGreen(Node.Mapping spec) {
        return List.of(
                new Stage("preview", 100, 0, duration(spec, "preview", Duration.ZERO), spec.flag("approval", false)),
                new Stage("switched", 100, 100, duration(spec, "keep", KEEP), false));
    }

    private static Duration duration(Node.Mapping in, String key, Duration otherwise) {
        Duration read = Durations.parse(in.text(key, ""));
        return read == null ? otherwise : read;
    }
}
