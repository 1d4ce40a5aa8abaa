package io.homeostat.converge;

import static org.assertj.core.api.Assertions.assertThat;

import io.homeostat.journal.FileJournal;
import io.homeostat.journal.Journal;
import io.homeostat.model.Document;
import io.homeostat.model.Environment;
import io.homeostat.model.ObjectKey;
import io.homeostat.model.Problem;
import io.homeostat.source.Snapshot;
import io.homeostat.source.Source;
import io.homeostat.source.SourceSpec;
import io.homeostat.source.Sources;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The loop, with an empty target that only writes down what it is told to do. */
class ReconcilerTest {

    @TempDir
    Path directory;

    @Test
    void whatIsOnItsWayIsWatchedThoughANewCommitCannotBePrepared() throws Exception {
        Path repository = Files.createDirectories(directory.resolve("repository/apps/shop"));
        Files.writeString(repository.resolve("settings.yaml"), """
                apiVersion: v1
                kind: ConfigMap
                metadata: {name: settings}
                data: {a: b}
                """);
        CompletableFuture<Strategy.Look> looked = new CompletableFuture<>();
        Strategy broken = new Strategy() {
            @Override
            public String prepare(Look look) throws IOException {
                throw new IOException("nobody can divide its traffic");
            }

            @Override
            public Answer look(Look look) {
                looked.complete(look);
                return new Answer.Free();
            }

            @Override
            public void gone(String application) {}
        };
        Paper target = new Paper();
        InstantSource clock = InstantSource.system();
        try (Journal journal = FileJournal.open(directory.resolve("journal"), clock);
                Source source = Sources.open(
                        SourceSpec.of(directory.resolve("repository").toString()), directory.resolve("mirror"));
                Converger _ = new Converger(
                        source,
                        target,
                        History.open(journal),
                        null,
                        List.of(),
                        broken,
                        clock,
                        new SplittableRandom(1))) {
            Strategy.Look look = looked.get(60, TimeUnit.SECONDS);
            assertThat(look.mayAct()).isFalse();
            assertThat(target.applied).isEmpty();
        }
    }

    private static final class Paper implements Target {
        private final List<Step> applied = Collections.synchronizedList(new ArrayList<>());

        @Override
        public Map<ObjectKey, Live> observe() {
            return Map.of();
        }

        @Override
        public void apply(Step step, Snapshot snapshot) {
            applied.add(step);
        }

        @Override
        public Watch watch(Consumer<String> changed) {
            return () -> {};
        }

        @Override
        public List<Evidence> evidence(ObjectKey object) {
            return List.of();
        }

        @Override
        public void logs(ObjectKey object, LogOptions options, LogSink sink) {}

        @Override
        public List<Problem> check(Document document, Environment environment) {
            return List.of();
        }

        @Override
        public Document complete(Document document, Environment environment, Snapshot snapshot) {
            return document;
        }

        @Override
        public void close() {}
    }
}
