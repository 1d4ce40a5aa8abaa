package io.homeostat.converge;

import io.homeostat.model.Application;
import io.homeostat.model.Chart;
import io.homeostat.model.Documents;
import io.homeostat.model.Position;
import io.homeostat.model.Problem;
import io.homeostat.source.Snapshot;
import java.io.IOException;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The files of one snapshot, parsed. What did not change since the snapshot rendered before is not read again. For one pass and
 * one thread.
 */
final class ParsedFiles {

    private static final int MAX_FILE = 8 << 20;
    /** Bytes that are read before they are parsed. */
    private static final int BATCH = 1 << 20;

    private record Key(String path, String contentId) {}

    private final Snapshot snapshot;
    private final ChartRendering charts;
    private final Map<Key, Documents.Parsed> before;
    private final Map<Key, Documents.Parsed> now = new HashMap<>();

    private ParsedFiles(Snapshot snapshot, ChartRendering charts, Map<Key, Documents.Parsed> before) {
        this.snapshot = snapshot;
        this.charts = charts;
        this.before = before;
    }

    static ParsedFiles first(Snapshot snapshot) {
        return new ParsedFiles(snapshot, new ChartRendering(), Map.of());
    }

    /** Those of another snapshot, as far as they were read by now taken over from this one. */
    ParsedFiles next(Snapshot later) {
        return new ParsedFiles(later, charts, now);
    }

    Snapshot snapshot() {
        return snapshot;
    }

    Documents.Parsed file(Snapshot.File file) throws IOException {
        Key key = new Key(file.path(), file.contentId());
        Documents.Parsed known = now.getOrDefault(key, before.get(key));
        if (known == null) {
            known = file.size() > MAX_FILE
                    ? new Documents.Parsed(List.of(), List.of(tooLarge(file)), Set.of())
                    : Documents.parse(file.path(), snapshot.read(file.path()));
        }
        now.put(key, known);
        return known;
    }

    /** Parses these on all processors, a batch at a time, so that {@link #file} finds them. */
    void ahead(Collection<Snapshot.File> files) throws IOException {
        Map<Key, byte[]> batch = new HashMap<>();
        long held = 0;
        for (Snapshot.File file : files) {
            Key key = new Key(file.path(), file.contentId());
            if (file.size() <= MAX_FILE && !now.containsKey(key) && !before.containsKey(key)) {
                batch.put(key, snapshot.read(file.path()));
                held += file.size();
            }
            if (held > BATCH) {
                parse(batch);
                batch.clear();
                held = 0;
            }
        }
        parse(batch);
    }

    private void parse(Map<Key, byte[]> batch) {
        now.putAll(batch.entrySet().parallelStream()
                .collect(Collectors.toMap(
                        Map.Entry::getKey, each -> Documents.parse(each.getKey().path(), each.getValue()))));
    }

    private static Problem tooLarge(Snapshot.File file) {
        return Problem.error(
                        new Position(file.path(), 1, 1), "too-large", "the file has " + (file.size() >> 20) + " MiB")
                .expecting("at most " + (MAX_FILE >> 20) + " MiB of documents in one file")
                .suggesting("split it, or keep it outside spec.include");
    }

    /** A built directory depends on files anywhere, so it is keyed by the whole revision. */
    Documents.Parsed kustomization(Kustomize kustomize, String directory) throws IOException {
        String path = directory.equals(".") ? "kustomization.yaml" : directory + "/kustomization.yaml";
        Key key = new Key(path, snapshot.revision());
        Documents.Parsed known = before.get(key);
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
        now.put(key, known);
        return known;
    }

    /** A chart may read any file, so what it says is keyed by the whole revision. */
    Documents.Parsed chart(Application application, Chart chart, Checkout checkout) {
        Key key = new Key(application.at().file(), "chart of " + application.name() + "@" + snapshot.revision());
        Documents.Parsed known = before.get(key);
        if (known == null) {
            known = charts.render(application, chart, snapshot, checkout);
        }
        if (known.problems().stream().noneMatch(problem -> problem.code().equals(Rendering.AWAY))) {
            now.put(key, known);
        }
        return known;
    }
}
