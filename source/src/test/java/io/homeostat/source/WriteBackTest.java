package io.homeostat.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Notes and reverts, into a bare repository on this machine and across HTTP, beside people who push too. */
final class WriteBackTest {
    private static final InstantSource CLOCK = InstantSource.fixed(Instant.parse("2026-01-02T03:04:05Z"));

    @TempDir
    Path temp;

    private Shell bare;
    private Shell work;

    @BeforeEach
    void repository() {
        bare = Shell.initBare(temp.resolve("served/shop.git"));
        bare.git("config", "http.receivepack", "true");
        work = Shell.init(temp.resolve("work"));
        work.git("remote", "add", "origin", bare.directory().toString());
        push("good", "web.yaml", "one");
    }

    private String push(String message, String path, String text) {
        String id = work.write(path, text).commit(message);
        work.git("push", "-q", "origin", "main");
        return id;
    }

    private interface Use {
        void of(Source source) throws Exception;
    }

    private void with(String how, Use use) throws Exception {
        try (GitHttp server = new GitHttp(temp.resolve("served"))) {
            String location = how.equals("http") ? server.url("shop.git") : "file://" + bare.directory();
            try (Source source = Sources.open(SourceSpec.of(location), temp.resolve("mirrors"), CLOCK)) {
                source.fetch();
                use.of(source);
            }
        }
    }

    private String served(String... arguments) {
        return bare.git(arguments);
    }

    @ParameterizedTest
    @ValueSource(strings = {"file", "http"})
    void aNoteStandsOnTheBadCommitOnceHoweverOftenItIsWritten(String how) throws Exception {
        String bad = push("bad", "web.yaml", "two");
        with(how, source -> {
            source.writeBack(new Source.WriteBack.Note(bad, "web crashed: exit code 1"));
            source.writeBack(new Source.WriteBack.Note(bad, "web crashed: exit code 1"));
            source.writeBack(new Source.WriteBack.Note(bad, "and again"));
        });
        assertThat(served("notes", "--ref=homeostat", "show", bad)).isEqualTo("web crashed: exit code 1\n\nand again");
        assertThat(served("rev-list", "--count", "refs/notes/homeostat")).isEqualTo("2");
        assertThat(served("log", "-1", "--format=%an %at", "refs/notes/homeostat"))
                .isEqualTo("homeostat 1767323045");
        assertThat(served("rev-parse", "main")).isEqualTo(bad);
    }

    @ParameterizedTest
    @ValueSource(strings = {"file", "http"})
    void aNoteIsAddedToWhatOthersWrote(String how) throws Exception {
        String bad = push("bad", "web.yaml", "two");
        served("-c", "user.name=x", "notes", "--ref=homeostat", "add", "-m", "by hand", bad);
        with(how, source -> source.writeBack(new Source.WriteBack.Note(bad, "crashed")));
        assertThat(served("notes", "--ref=homeostat", "show", bad)).isEqualTo("by hand\n\ncrashed");
    }

    @ParameterizedTest
    @ValueSource(strings = {"file", "http"})
    void aRevertRestoresWhatWasBeforeAndIsOneHoweverOftenItIsWritten(String how) throws Exception {
        String bad = push("bad", "web.yaml", "two");
        push("unrelated", "api.yaml", "new");
        with(how, source -> {
            source.writeBack(new Source.WriteBack.Revert(bad, "web crashed"));
            source.writeBack(new Source.WriteBack.Revert(bad, "web crashed"));
            assertThat(source.fetch().origin().subject()).isEqualTo("Revert \"bad\"");
        });
        assertThat(served("show", "main:web.yaml")).isEqualTo("one");
        assertThat(served("show", "main:api.yaml")).isEqualTo("new");
        assertThat(served("rev-list", "--count", "main")).isEqualTo("4");
        assertThat(served("log", "-1", "--format=%an|%B", "main"))
                .isEqualTo("homeostat|Revert \"bad\"\n\nThis reverts commit " + bad + ".\n\nweb crashed");
        served("fsck", "--strict");
    }

    @ParameterizedTest
    @ValueSource(strings = {"file", "http"})
    void aRevertIsRefusedWhenNewerCommitsTouchTheSamePaths(String how) throws Exception {
        String bad = push("bad", "web.yaml", "two");
        String newer = push("newer", "web.yaml", "three");
        with(
                how,
                source -> assertThatThrownBy(() -> source.writeBack(new Source.WriteBack.Revert(bad, "crashed")))
                        .isInstanceOf(SourceException.class)
                        .hasMessageContaining(
                                "newer commits touch what " + bad.substring(0, 10) + " changed (web.yaml)")
                        .hasMessageContaining("git revert " + bad));
        assertThat(served("rev-parse", "main")).isEqualTo(newer);
    }

    @ParameterizedTest
    @ValueSource(strings = {"file", "http"})
    void aCommitThatAForcePushTookAwayNeedsNoRevert(String how) throws Exception {
        String bad = push("bad", "web.yaml", "two");
        with(how, source -> {
            work.git("reset", "-q", "--hard", "HEAD~");
            work.git("push", "-q", "-f", "origin", "main");
            source.writeBack(new Source.WriteBack.Revert(bad, "crashed"));
        });
        assertThat(served("rev-list", "--count", "main")).isEqualTo("1");
    }

    @Test
    void aPushInBetweenCostsAnotherAttemptAndNobodysCommit() throws Exception {
        String bad = push("bad", "web.yaml", "two");
        // The server's hook lets somebody else win the race exactly once.
        Path hook = bare.directory().resolve("hooks/pre-receive");
        work.write("api.yaml", "theirs").commit("theirs");
        java.nio.file.Files.writeString(
                hook,
                "#!/bin/sh\nrm \"$0\"\nunset GIT_QUARANTINE_PATH GIT_OBJECT_DIRECTORY GIT_ALTERNATE_OBJECT_DIRECTORIES\n"
                        + "cd " + work.directory() + " && unset GIT_DIR && exec git push -q origin main >&2\n");
        assertThat(hook.toFile().setExecutable(true)).isTrue();
        with("http", source -> source.writeBack(new Source.WriteBack.Revert(bad, "crashed")));
        assertThat(hook).doesNotExist();
        assertThat(served("log", "--format=%s", "main")).isEqualTo("Revert \"bad\"\ntheirs\nbad\ngood");
        assertThat(served("show", "main:api.yaml")).isEqualTo("theirs");
    }

    @Test
    void whatAServerRefusesIsSaidInItsOwnWords() throws Exception {
        String bad = push("bad", "web.yaml", "two");
        bare.git("config", "receive.denyNonFastForwards", "true");
        Path hook = bare.directory().resolve("hooks/update");
        java.nio.file.Files.writeString(hook, "#!/bin/sh\nexit 1\n");
        assertThat(hook.toFile().setExecutable(true)).isTrue();
        with(
                "http",
                source -> assertThatThrownBy(() -> source.writeBack(new Source.WriteBack.Revert(bad, "crashed")))
                        .hasMessageContaining("did not take main (hook declined)"));
    }

    @Test
    void aBranchThatIsCheckedOutIsLeftAlone() throws Exception {
        String bad = push("bad", "web.yaml", "two");
        try (Source source = Sources.open(SourceSpec.of(work.directory().toString()), temp.resolve("mirrors"))) {
            source.fetch();
            assertThatThrownBy(() -> source.writeBack(new Source.WriteBack.Revert(bad, "crashed")))
                    .hasMessageContaining("branch 'main' is checked out");
            source.writeBack(new Source.WriteBack.Note(bad, "crashed"));
            assertThat(work.git("status", "--porcelain")).isEmpty();
            assertThat(work.git("notes", "--ref=homeostat", "show", bad)).isEqualTo("crashed");
        }
    }

    @Test
    void theFirstCommitAndATagCannotBeReverted() throws Exception {
        String first = bare.git("rev-parse", "main");
        with(
                "file",
                source -> assertThatThrownBy(() -> source.writeBack(new Source.WriteBack.Revert(first, "crashed")))
                        .hasMessageContaining("is the first commit"));
        bare.git("tag", "v1.0.0", "main");
        SourceSpec tag = SourceSpec.of(bare.directory().toString()).following(new Reference.Tag("v1.0.0"));
        try (Source source = Sources.open(tag, temp.resolve("mirrors"))) {
            assertThatThrownBy(() -> source.writeBack(new Source.WriteBack.Revert(first, "crashed")))
                    .hasMessageContaining("no branch is followed");
        }
    }
}
