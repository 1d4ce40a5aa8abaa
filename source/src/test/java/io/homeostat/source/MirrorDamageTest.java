package io.homeostat.source;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A mirror that a crash or a loss of power damaged is built again by itself, with what is retained. */
final class MirrorDamageTest {
    @TempDir
    Path temp;

    private static String text(Snapshot snapshot) throws IOException {
        return new String(snapshot.read("a"), StandardCharsets.UTF_8);
    }

    private List<Path> mirrorFiles() throws IOException {
        try (Stream<Path> files = Files.walk(temp.resolve("mirrors"))) {
            return files.filter(Files::isRegularFile).sorted().toList();
        }
    }

    /** A file that is missing, empty or cut off: what a loss of power leaves. */
    private static void damage(Path file, Random random) throws IOException {
        assertThat(file.toFile().setWritable(true)).isTrue();
        byte[] good = Files.readAllBytes(file);
        switch (random.nextInt(3)) {
            case 0 -> Files.delete(file);
            case 1 -> Files.write(file, new byte[0]);
            default -> Files.write(file, Arrays.copyOf(good, good.length / 2));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"file", "http"})
    void whateverFileIsDamagedTheNextFetchMendsIt(String how) throws Exception {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        Shell shell = Shell.init(temp.resolve("served/repo"));
        shell.git("config", "uploadpack.allowAnySHA1InWant", "true");
        String kept = shell.write("a", "kept").commit("Kept");
        try (GitHttp server = new GitHttp(temp.resolve("served"))) {
            String location = how.equals("http")
                    ? server.url("repo/.git")
                    : shell.directory().toString();
            for (int round = 0; round < 60; round++) {
                String now = shell.write("a", "round " + round).commit("Round " + round);
                List<Path> files;
                try (Source source = Sources.open(SourceSpec.of(location), temp.resolve("mirrors"))) {
                    source.fetch();
                    retain(source, kept);
                    files = mirrorFiles();
                    if (random.nextBoolean()) {
                        damage(files.get(random.nextInt(files.size())), random);
                    }
                    String next = random.nextBoolean()
                            ? shell.write("a", "next " + round).commit("Next")
                            : now;
                    assertThat(recovered(source, next))
                            .as("seed %d, round %d", seed, round)
                            .isTrue();
                }
                files = mirrorFiles();
                damage(files.get(random.nextInt(files.size())), random);
                try (Source source = Sources.open(SourceSpec.of(location), temp.resolve("mirrors"))) {
                    assertThat(recovered(source, shell.head()))
                            .as("seed %d, round %d", seed, round)
                            .isTrue();
                }
            }
        }
    }

    /** A damaged copy of a retained revision cannot be conjured up across the network; then the error says so. */
    private static void retain(Source source, String kept) {
        try {
            source.retain(Set.of(kept));
        } catch (SourceException gone) {
            assertThat(gone).hasMessageContaining("is not held here");
        }
    }

    /** The first try may find the damage only when a file is read; the one after it has to be good. */
    private static boolean recovered(Source source, String revision) throws Exception {
        try {
            return isGood(source, revision);
        } catch (IOException foundWhileReading) {
            return isGood(source, revision);
        }
    }

    private static boolean isGood(Source source, String revision) throws Exception {
        Snapshot snapshot = source.fetch();
        return snapshot.revision().equals(revision) && text(snapshot).matches("(round|next) \\d+");
    }

    @Test
    void theRetainedRevisionsSurviveTheRebuilding() throws Exception {
        Shell shell = Shell.init(temp.resolve("repo"));
        String kept = shell.write("a", "kept").commit("Kept");
        try (Source source = Sources.open(SourceSpec.of(shell.directory().toString()), temp.resolve("mirrors"))) {
            source.fetch();
            source.retain(Set.of(kept));
            shell.write("a", "newer");
            shell.git("commit", "-q", "--amend", "-a", "-m", "Newer");
            shell.git("reflog", "expire", "--expire=now", "--all");
            shell.git("gc", "-q", "--prune=now");
            Snapshot newer = source.fetch();
            String blob = shell.git("rev-parse", "HEAD:a");
            Path object = mirrorFiles().stream()
                    .filter(f -> f.toString().endsWith(blob.substring(0, 2) + "/" + blob.substring(2)))
                    .findFirst()
                    .orElseThrow();
            assertThat(object.toFile().setWritable(true)).isTrue();
            Files.write(object, new byte[] {1});
            assertThat(readable(newer)).isFalse();
            assertThat(text(source.fetch())).isEqualTo("newer");
            assertThat(text(newer)).as("the snapshot that was taken before").isEqualTo("newer");
            assertThat(text(source.at(kept))).isEqualTo("kept");
        }
    }

    private static boolean readable(Snapshot snapshot) {
        try {
            return !text(snapshot).isEmpty();
        } catch (IOException damaged) {
            assertThat(damaged).hasMessageContaining("the next fetch builds the mirror again");
            return false;
        }
    }

    @Test
    void leftoversOfACrashAreCleared() throws Exception {
        Shell shell = Shell.init(temp.resolve("repo"));
        shell.write("a", "one").commit("One");
        SourceSpec spec = SourceSpec.of(shell.directory().toString());
        Sources.open(spec, temp.resolve("mirrors")).close();
        try (Source source = Sources.open(spec, temp.resolve("mirrors"))) {
            source.fetch();
        }
        Path mirror;
        try (Stream<Path> mirrors = Files.list(temp.resolve("mirrors"))) {
            mirror = mirrors.findFirst().orElseThrow();
        }
        for (String leftover : List.of(
                "refs/homeostat/followed.lock",
                "shallow.lock",
                "objects/noz123.tmp",
                "objects/insert_1.pack",
                "gc.pid")) {
            Files.writeString(mirror.resolve(leftover), "half");
        }
        String second = shell.write("a", "two").commit("Two");
        try (Source source = Sources.open(spec, temp.resolve("mirrors"))) {
            assertThat(source.fetch().revision()).isEqualTo(second);
        }
        assertThat(mirrorFiles())
                .noneMatch(f -> f.toString().endsWith(".lock") || f.toString().contains("noz"));
    }

    @Test
    void aRebuildingThatWasInterruptedIsFinishedByTheNextOpening() throws Exception {
        Shell shell = Shell.init(temp.resolve("repo"));
        String first = shell.write("a", "one").commit("One");
        SourceSpec spec = SourceSpec.of(shell.directory().toString());
        try (Source source = Sources.open(spec, temp.resolve("mirrors"))) {
            source.fetch();
            source.retain(Set.of(first));
        }
        Path mirror;
        try (Stream<Path> mirrors = Files.list(temp.resolve("mirrors"))) {
            mirror = mirrors.findFirst().orElseThrow();
        }
        Path aside = mirror.resolveSibling(mirror.getFileName() + ".damaged");
        Files.move(mirror, aside);
        Files.move(shell.directory(), temp.resolve("away"));
        try (Source source = Sources.open(
                new SourceSpec(
                        new Location.Local(spec.location().text(), shell.directory()),
                        spec.reference(),
                        spec.credentials(),
                        ".",
                        spec.limits(),
                        spec.timeout()),
                temp.resolve("mirrors"))) {
            assertThat(text(source.at(first))).isEqualTo("one");
        }
        assertThat(aside).doesNotExist();
    }
}
