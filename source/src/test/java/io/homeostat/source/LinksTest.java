package io.homeostat.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Links, submodules and limits mean the same in Git and in a directory. */
final class LinksTest {
    enum Kind {
        GIT,
        DIRECTORY
    }

    @TempDir
    Path temp;

    private Path root() {
        return temp.resolve("tree");
    }

    private Shell tree() {
        return Shell.init(root());
    }

    private void link(String path, String target) throws IOException {
        Path link = root().resolve(path);
        Files.createDirectories(link.getParent());
        Files.createSymbolicLink(link, Path.of(target));
    }

    private Snapshot snapshot(Kind kind, Limits limits) throws SourceException {
        if (kind == Kind.DIRECTORY) {
            return Snapshots.ofDirectory(root(), limits);
        }
        new Shell(root()).commit("All");
        try (Source source = Sources.open(SourceSpec.of(root().toString()).with(limits), temp.resolve("mirrors"))) {
            return source.fetch();
        }
    }

    private Snapshot snapshot(Kind kind) throws SourceException {
        return snapshot(kind, Limits.DEFAULT);
    }

    private static String text(Snapshot snapshot, String path) throws IOException {
        return new String(snapshot.read(path), StandardCharsets.UTF_8);
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void whatALinkNamesStandsInItsPlace(Kind kind) throws Exception {
        tree().write("shared/lib/a.txt", "A").write("shared/b.txt", "B").write("app/own.txt", "O");
        link("app/lib", "../shared/lib");
        link("app/b.txt", "../shared/./b.txt");
        link("app/dangling", "nowhere");
        link("alias", "app");
        Snapshot snapshot = snapshot(kind);
        assertThat(snapshot.files("app"))
                .extracting(Snapshot.File::path)
                .containsExactly("app/b.txt", "app/lib/a.txt", "app/own.txt");
        assertThat(snapshot.files("alias/lib")).extracting(Snapshot.File::path).containsExactly("alias/lib/a.txt");
        assertThat(snapshot.files(".")).hasSize(8);
        assertThat(text(snapshot, "alias/lib/a.txt")).isEqualTo("A");
        assertThat(text(snapshot, "app/lib/../b.txt"))
                .as("up from where the link leads")
                .isEqualTo("B");
        assertThatThrownBy(() -> snapshot.read("app/dangling")).isInstanceOf(NoSuchFileException.class);
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void theContentIdOfADirectoryCountsWhatItsLinksNameOutsideOfIt(Kind kind) throws Exception {
        Shell shell =
                tree().write("shared/a.txt", "A").write("app/own.txt", "O").write("readme", "R");
        link("app/a.txt", "../shared/a.txt");
        link("app/inside", "own.txt");
        String before = snapshot(kind).contentId("app");
        shell.write("readme", "other");
        assertThat(snapshot(kind).contentId("app")).isEqualTo(before);
        shell.write("shared/a.txt", "other");
        assertThat(snapshot(kind).contentId("app")).isNotEqualTo(before);
        shell.write("shared/a.txt", "A");
        assertThat(snapshot(kind).contentId("app")).isEqualTo(before);
        assertThat(root().resolve("app/own.txt").toFile().setExecutable(true)).isTrue();
        assertThat(snapshot(kind).contentId("app")).isNotEqualTo(before);
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void anExportNeedsNothingFromOutside(Kind kind) throws Exception {
        Shell shell = tree().write("shared/lib/a.txt", "A").write("app/bin/run", "#!/bin/sh\necho ran\n");
        assertThat(root().resolve("app/bin/run").toFile().setExecutable(true)).isTrue();
        shell.write("app/conf/x", "X");
        link("app/lib", "../shared/lib");
        link("app/current", "bin/run");
        link("app/bin/conf", "../conf");
        link("shared/lib/self", "a.txt");
        Path into = temp.resolve("export");
        snapshot(kind).export("app", into);
        assertThat(Shell.run(into, List.of("./current"))).isEqualTo("ran");
        assertThat(Files.readSymbolicLink(into.resolve("current"))).isEqualTo(Path.of("bin/run"));
        assertThat(Files.readSymbolicLink(into.resolve("bin/conf"))).isEqualTo(Path.of("../conf"));
        assertThat(Files.isSymbolicLink(into.resolve("lib"))).isFalse();
        assertThat(into.resolve("lib/a.txt")).hasContent("A");
        assertThat(into.resolve("lib/self")).hasContent("A");
        assertThat(into.resolve("bin/conf/x")).hasContent("X");
        assertThat(Files.isExecutable(into.resolve("conf/x"))).isFalse();
        assertThatThrownBy(() -> snapshot(kind).export("app", into)).isInstanceOf(DirectoryNotEmptyException.class);
    }

    @ParameterizedTest
    @CsvSource({
        "GIT, /etc/passwd, leads to '/etc/passwd'",
        "DIRECTORY, /etc/passwd, leads to '/etc/passwd'",
        "GIT, ../../outside, leads to '../../outside'",
        "DIRECTORY, ../../outside, leads to '../../outside'",
        "GIT, ../a/../../outside, out of the source",
        "DIRECTORY, ../a/../../outside, out of the source",
        "GIT, link, comes back to itself",
        "DIRECTORY, link, comes back to itself",
        "GIT, ., leads back to sub",
        "DIRECTORY, ., leads back to sub",
        "GIT, .., leads back to .",
        "DIRECTORY, .., leads back to .",
    })
    void aLinkOutOrInACircleIsRefusedByName(Kind kind, String target, String expected) throws Exception {
        tree().write("a/file", "x");
        link("sub/link", target);
        assertThatThrownBy(() -> snapshot(kind))
                .isInstanceOf(SourceException.class)
                .hasMessageContaining("sub/link: ")
                .hasMessageContaining(expected);
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void linksThatMultiplyEndInAnError(Kind kind) throws Exception {
        tree().write("l0/file", "x");
        for (int i = 1; i <= 40; i++) {
            link("l" + i + "/a", "../l" + (i - 1));
            link("l" + i + "/b", "../l" + (i - 1));
        }
        assertThatThrownBy(() -> snapshot(kind)).hasMessageContaining("it holds more than 200000 files");
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void whatIsTooBigIsRefusedByName(Kind kind) throws Exception {
        tree().write("big", "x".repeat(2000)).write("small", "x".repeat(500));
        assertThatThrownBy(() -> snapshot(kind, new Limits(1000, 10_000, 10, 100, 10)))
                .hasMessageContaining("big: the file is 2000 bytes; at most 1000 bytes are allowed")
                .hasMessageNotContaining("small");
        assertThatThrownBy(() -> snapshot(kind, new Limits(10_000, 2400, 10, 100, 10)))
                .hasMessageContaining("its files are 2500 bytes together; at most 2400 bytes are allowed");
        assertThatThrownBy(() -> snapshot(kind, new Limits(10_000, 10_000, 1, 100, 10)))
                .hasMessageContaining("it holds more than 1 files");
        Snapshot snapshot = snapshot(kind, new Limits(10_000, 10_000, 10, 1000, 10));
        assertThat(snapshot.read("small")).hasSize(500);
        assertThatThrownBy(() -> snapshot.read("big")).hasMessageContaining("at most 1000 are read into memory");
        new Shell(root()).write("a/b/c/d/e", "x");
        assertThatThrownBy(() -> snapshot(kind, new Limits(10_000, 10_000, 10, 1000, 3)))
                .hasMessageContaining("directories nest deeper than 3");
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void aTreeOfTheSameContentHasTheSameIds(Kind kind) throws Exception {
        tree().write("a/b/c", "x").write("d", "y");
        Snapshot one = snapshot(kind);
        new Shell(root()).write("a/b/c", "z");
        Snapshot two = snapshot(kind);
        new Shell(root()).write("a/b/c", "x");
        Snapshot three = snapshot(kind);
        assertThat(one.contentId("a")).isEqualTo(three.contentId("a")).isNotEqualTo(two.contentId("a"));
        assertThat(one.files(".")).isEqualTo(three.files(".")).isNotEqualTo(two.files("."));
        assertThat(one.contentId("d")).isEqualTo(two.contentId("d"));
    }
}
