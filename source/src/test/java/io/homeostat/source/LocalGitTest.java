package io.homeostat.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A repository on this machine, written with the real git. */
final class LocalGitTest {
    @TempDir
    Path temp;

    private Shell shell;

    @BeforeEach
    void repository() {
        shell = Shell.init(temp.resolve("repo"));
    }

    private Source open(String reference) throws SourceException {
        return open(SourceSpec.of(shell.directory().toString()).following(Reference.parse(reference)));
    }

    private Source open(SourceSpec spec) throws SourceException {
        return Sources.open(spec, temp.resolve("mirrors"));
    }

    private static String text(Snapshot snapshot, String path) throws IOException {
        return new String(snapshot.read(path), StandardCharsets.UTF_8);
    }

    @Test
    void aSnapshotSaysWhoWhenWhyAndWhat() throws Exception {
        String first = shell.write("apps/web.yaml", "one").write("run.sh", "x").commit("First\n\nbody");
        shell.write("uncommitted", "does not count");
        try (Source source = open("")) {
            Snapshot a = source.fetch();
            assertThat(a.revision()).isEqualTo(first);
            assertThat(a.origin().subject()).isEqualTo("First");
            assertThat(a.origin().author()).isEqualTo("Ross");
            assertThat(a.origin().time().getEpochSecond())
                    .isEqualTo(Long.parseLong(shell.git("log", "-1", "--format=%at")));
            assertThat(a.files(".")).extracting(Snapshot.File::path).containsExactly("apps/web.yaml", "run.sh");
            assertThat(a.files("apps/")).extracting(Snapshot.File::size).containsExactly(3L);
            assertThat(a.files("nowhere")).isEmpty();
            assertThat(a.contentId("apps")).isEqualTo("git:" + shell.git("rev-parse", "HEAD:apps"));
            assertThatThrownBy(() -> a.read("nowhere")).isInstanceOf(NoSuchFileException.class);
            assertThatThrownBy(() -> a.read("apps")).hasMessageContaining("is a directory");
            assertThatThrownBy(() -> a.read("../../etc/passwd")).hasMessageContaining("out of the source");
        }
    }

    @Test
    void aRevisionIsFoundByWhatAPersonCallsIt() throws Exception {
        String first = shell.write("a", "one").commit("First");
        shell.git("tag", "-a", "v1", "-m", "one");
        String second = shell.write("a", "two").commit("Second");
        shell.git("checkout", "-q", "-b", "other");
        String third = shell.write("a", "three").commit("Third");
        try (Source source = open("main")) {
            source.fetch();
            assertThat(source.revision(first)).isEqualTo(first);
            assertThat(source.revision(third.substring(0, 7))).isEqualTo(third);
            assertThat(source.revision("v1")).isEqualTo(first);
            assertThat(source.revision("other")).isEqualTo(third);
            assertThat(source.revision("HEAD"))
                    .as("what is followed, not what is checked out")
                    .isEqualTo(second);
            assertThat(source.revision("HEAD~1")).isEqualTo(first);
            assertThat(text(source.at(source.revision("other~2")), "a")).isEqualTo("one");
            for (String nothing : List.of("HEAD~9", "nosuch", "HEAD:a", "@{yesterday", "", "v1^{tree}")) {
                assertThatThrownBy(() -> source.revision(nothing))
                        .as(nothing)
                        .isInstanceOf(SourceException.class)
                        .hasMessageContaining("is not a revision of " + shell.directory())
                        .hasMessageContaining("HEAD~1");
            }
        }
    }

    @Test
    void aDirectorysRevisionIsFoundByTheBeginningOfItsDigest() throws Exception {
        Path plain = Files.createDirectories(temp.resolve("plain"));
        Files.writeString(plain.resolve("a"), "one");
        try (Source source = open(SourceSpec.of(plain.toString()))) {
            String revision = source.fetch().revision();
            assertThat(source.revision(revision.substring("sha256:".length(), 15)))
                    .isEqualTo(revision);
            assertThat(source.revision(revision.substring(0, 15))).isEqualTo(revision);
            assertThatThrownBy(() -> source.revision("zzzz")).hasMessageContaining("is not a revision of " + plain);
        }
    }

    @Test
    void aBareRepositoryALinkedWorkTreeAndAPackedOneAreRead() throws Exception {
        String first = shell.write("a", "one").commit("First");
        shell.git("worktree", "add", "-q", "-b", "other", temp.resolve("linked").toString());
        Shell linked = new Shell(temp.resolve("linked"));
        String second = linked.write("a", "two").commit("Second");
        Shell.run(
                temp, List.of("git"), "clone", "-q", "--bare", shell.directory().toString(), "bare.git");
        shell.git("gc", "-q");
        shell.git("pack-refs", "--all");
        try (Source a = open("");
                Source b = open(SourceSpec.of(linked.directory().toString()));
                Source c = open(SourceSpec.of("file://" + temp.resolve("bare.git")))) {
            assertThat(a.fetch().revision()).isEqualTo(first);
            assertThat(b.fetch().revision()).isEqualTo(second);
            assertThat(c.fetch().revision()).isEqualTo(first);
            assertThat(text(b.fetch(), "a")).isEqualTo("two");
        }
    }

    @Test
    void aShallowCloneIsRead() throws Exception {
        shell.write("a", "one").commit("First");
        String second = shell.write("a", "two").commit("Second");
        Shell.run(temp, List.of("git"), "clone", "-q", "--depth=1", "file://" + shell.directory(), "shallow");
        try (Source source = open(SourceSpec.of(temp.resolve("shallow").toString()))) {
            assertThat(source.fetch().revision()).isEqualTo(second);
            assertThat(text(source.fetch(), "a")).isEqualTo("two");
        }
    }

    @Test
    void branchTagVersionsAndCommitAreFollowed() throws Exception {
        String first = shell.write("a", "one").commit("First");
        shell.git("tag", "-a", "v1.2.0", "-m", "annotated");
        String second = shell.write("a", "two").commit("Second");
        shell.git("tag", "v1.10.0");
        shell.git("tag", "v2.0.0-rc.1");
        shell.git("tag", "nightly");
        shell.git("checkout", "-q", "-b", "release/next");
        String third = shell.write("a", "three").commit("Third");
        shell.git("checkout", "-q", "main");
        assertThat(fetched("branch:release/next")).isEqualTo(third);
        assertThat(fetched("tag:v1.2.0")).isEqualTo(first);
        assertThat(fetched("semver:1.x")).isEqualTo(second);
        assertThat(fetched("semver:~1.2")).isEqualTo(first);
        assertThat(fetched("commit:" + first)).isEqualTo(first);
        assertThat(fetched("")).isEqualTo(second);
        shell.git("checkout", "-q", "--detach", first);
        assertThat(fetched("")).isEqualTo(first);
    }

    private String fetched(String reference) throws SourceException {
        try (Source source = open(reference)) {
            return source.fetch().revision();
        }
    }

    @Test
    void whatCannotBeFoundIsSaidWithWhatIsThere() throws Exception {
        try (Source source = open("")) {
            assertThatThrownBy(source::fetch).hasMessageContaining("holds no commit yet; nothing was changed");
        }
        String first = shell.write("a", "one").commit("First");
        shell.git("branch", "stable");
        shell.git("tag", "v1.0.0");
        try (Source source = open("stable")) {
            source.fetch();
            shell.git("branch", "-D", "stable");
            assertThatThrownBy(source::fetch)
                    .isInstanceOf(SourceException.class)
                    .hasMessageContaining("branch 'stable' no longer exists on " + shell.directory())
                    .hasMessageContaining("branches there: main")
                    .hasMessageContaining("the running system stays at " + first.substring(0, 10));
            assertThat(text(source.at(first), "a")).isEqualTo("one");
            shell.git("branch", "stable");
            assertThat(source.fetch().revision()).isEqualTo(first);
        }
        assertThatThrownBy(() -> fetched("tag:v9")).hasMessageContaining("tags there: v1.0.0");
        assertThatThrownBy(() -> fetched("semver:2.x"))
                .hasMessageContaining("no tag on")
                .hasMessageContaining("v1.0.0");
        assertThatThrownBy(() -> fetched("commit:" + "0".repeat(39) + "1")).hasMessageContaining("there is no commit");
        assertThatThrownBy(() -> fetched("commit:" + shell.git("rev-parse", "HEAD^{tree}")))
                .hasMessageContaining("is no commit");
    }

    @Test
    void aForcePushAndAGcTakeNothingThatIsRetained() throws Exception {
        String bad = shell.write("a", "bad").commit("Bad");
        try (Source source = open("")) {
            source.fetch();
            source.retain(Set.of(bad));
            shell.write("a", "good");
            shell.git("commit", "-q", "--amend", "-a", "-m", "Good");
            shell.git("reflog", "expire", "--expire=now", "--all");
            shell.git("gc", "-q", "--prune=now");
            assertThatThrownBy(() -> shell.git("cat-file", "-e", bad)).isInstanceOf(AssertionError.class);
            assertThat(text(source.fetch(), "a")).isEqualTo("good");
        }
        try (Source source = open("")) {
            assertThat(text(source.at(bad), "a")).isEqualTo("bad");
        }
    }

    @Test
    void manyRevisionsAreTidiedUpButNotTheRetainedOnes() throws Exception {
        String kept = shell.write("a", "kept").commit("Kept");
        try (Source source = open("")) {
            Snapshot first = source.fetch();
            source.retain(Set.of(kept));
            for (int i = 0; i < 42; i++) {
                for (int f = 0; f < 70; f++) {
                    shell.write("files/" + f, i + " " + f);
                }
                shell.commit("Round " + i);
                source.fetch();
            }
            Path mirror = mirror();
            assertThat(objects(mirror)).isGreaterThan(80);
            source.retain(Set.of(kept));
            assertThat(objects(mirror)).isLessThan(10);
            String next = shell.write("a", "next").commit("Next");
            assertThat(source.fetch().revision()).isEqualTo(next);
            assertThat(text(first, "a")).isEqualTo("kept");
            assertThat(text(source.at(kept), "a")).isEqualTo("kept");
            assertThat(text(source.fetch(), "files/17")).isEqualTo("41 17");
        }
    }

    private Path mirror() throws IOException {
        try (var files = Files.list(temp.resolve("mirrors"))) {
            return files.findFirst().orElseThrow();
        }
    }

    private static long objects(Path mirror) throws IOException {
        try (var files = Files.walk(mirror.resolve("objects"))) {
            return files.filter(Files::isRegularFile).count();
        }
    }

    @Test
    void aPathBecomesTheRoot() throws Exception {
        shell.write("deep/er/a", "one").write("other", "x").commit("First");
        Files.createSymbolicLink(shell.directory().resolve("deep/er/out"), Path.of("../../other"));
        SourceSpec within = SourceSpec.of(shell.directory().toString()).within("deep/er");
        try (Source source = open(within)) {
            assertThat(source.fetch().files("."))
                    .extracting(Snapshot.File::path)
                    .containsExactly("a");
            shell.commit("A link out of the path");
            assertThatThrownBy(source::fetch).hasMessageContaining("out: the link leads to '../../other'");
        }
        try (Source source = open(within.within("nowhere"))) {
            assertThatThrownBy(source::fetch).hasMessageContaining("there is no directory 'nowhere'");
        }
    }

    @Test
    void aRepositoryThatGoesAwayLeavesTheSnapshots() throws Exception {
        String first = shell.write("a", "one").commit("First");
        Path away = temp.resolve("away");
        try (Source source = open("")) {
            Snapshot snapshot = source.fetch();
            Files.move(shell.directory(), away);
            assertThatThrownBy(source::fetch)
                    .hasMessageContaining(shell.directory() + " does not exist")
                    .hasMessageContaining("stays at " + first.substring(0, 10));
            assertThat(text(snapshot, "a")).isEqualTo("one");
        }
        try (Source source = open("")) {
            assertThat(text(source.at(first), "a")).isEqualTo("one");
            assertThatThrownBy(source::fetch).hasMessageContaining("stays at " + first.substring(0, 10));
            Files.move(away, shell.directory());
            assertThat(source.fetch().revision()).isEqualTo(first);
        }
        assertThatThrownBy(() -> open(SourceSpec.of(temp.resolve("never").toString())))
                .hasMessageContaining("never does not exist");
    }

    @Test
    void aDamagedRepositoryIsSaidSoAndRecovers() throws Exception {
        shell.write("a", "one").commit("First");
        try (Source source = open("")) {
            Snapshot first = source.fetch();
            String second = shell.write("b", "two").commit("Second");
            String blob = shell.git("rev-parse", "HEAD:b");
            Path object = shell.directory().resolve(".git/objects/" + blob.substring(0, 2) + "/" + blob.substring(2));
            byte[] good = Files.readAllBytes(object);
            assertThat(object.toFile().setWritable(true)).isTrue();
            for (byte[] bad : new byte[][] {{}, {1, 2, 3}, Arrays.copyOf(good, good.length - 3)}) {
                Files.write(object, bad);
                assertThatThrownBy(source::fetch)
                        .isInstanceOf(SourceException.class)
                        .hasMessageContaining("is damaged")
                        .hasMessageContaining("git fsck")
                        .hasMessageContaining("stays at " + first.revision().substring(0, 10));
                assertThat(text(source.at(first.revision()), "a")).isEqualTo("one");
            }
            Files.delete(object);
            assertThatThrownBy(source::fetch).hasMessageContaining("is damaged");
            Files.write(object, good);
            assertThat(source.fetch().revision()).isEqualTo(second);
            assertThat(text(source.fetch(), "b")).isEqualTo("two");
        }
    }
}
