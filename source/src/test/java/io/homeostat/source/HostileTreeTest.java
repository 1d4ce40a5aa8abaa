package io.homeostat.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.eclipse.jgit.api.Git;
import org.eclipse.jgit.lib.CommitBuilder;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.FileMode;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectInserter;
import org.eclipse.jgit.lib.PersonIdent;
import org.eclipse.jgit.lib.RefUpdate;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.lib.TreeFormatter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What Git's own tools never write, but a repository may hold. */
final class HostileTreeTest {
    @TempDir
    Path temp;

    private void commit(String name, FileMode mode, byte[] content) throws Exception {
        try (Git git = Git.init()
                .setDirectory(temp.resolve("repo").toFile())
                .setInitialBranch("main")
                .call()) {
            Repository repository = git.getRepository();
            try (ObjectInserter inserter = repository.newObjectInserter()) {
                byte[] raw = name.getBytes(StandardCharsets.UTF_8);
                TreeFormatter tree = new TreeFormatter();
                ObjectId id = FileMode.GITLINK.equals(mode.getBits())
                        ? ObjectId.fromString("0123456789abcdef0123456789abcdef01234567")
                        : inserter.insert(Constants.OBJ_BLOB, content);
                tree.append(raw, 0, raw.length, mode, id, true);
                CommitBuilder commit = new CommitBuilder();
                commit.setTreeId(inserter.insert(tree));
                commit.setAuthor(new PersonIdent("Eve", "eve@example.org"));
                commit.setCommitter(commit.getAuthor());
                commit.setMessage("hostile");
                ObjectId head = inserter.insert(commit);
                inserter.flush();
                RefUpdate update = repository.updateRef("refs/heads/main");
                update.setNewObjectId(head);
                assertThat(update.forceUpdate()).isIn(RefUpdate.Result.NEW, RefUpdate.Result.FORCED);
            }
        }
    }

    private Source open() throws SourceException {
        return Sources.open(SourceSpec.of(temp.resolve("repo").toString()), temp.resolve("mirrors"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"..", ".", ".git", ".GIT", "a/b", "/etc"})
    void aNameThatLeadsElsewhereIsRefused(String name) throws Exception {
        commit(name, FileMode.REGULAR_FILE, "x".getBytes(StandardCharsets.UTF_8));
        try (Source source = open()) {
            assertThatThrownBy(source::fetch)
                    .isInstanceOf(SourceException.class)
                    .hasMessageContaining("is refused: " + name + ": no file may have this name");
        }
    }

    @Test
    void aSubmoduleIsRefusedByNameAndTheOldSnapshotStays() throws Exception {
        commit("web.yaml", FileMode.REGULAR_FILE, "good".getBytes(StandardCharsets.UTF_8));
        try (Source source = open()) {
            Snapshot good = source.fetch();
            commit("vendored", FileMode.GITLINK, new byte[0]);
            for (int attempt = 0; attempt < 2; attempt++) {
                assertThatThrownBy(source::fetch)
                        .hasMessageContaining("vendored: submodule 'vendored' is not followed")
                        .hasMessageContaining(
                                "the running system stays at " + good.revision().substring(0, 10));
            }
            assertThat(good.read("web.yaml")).asString().isEqualTo("good");
            commit("web.yaml", FileMode.REGULAR_FILE, "better".getBytes(StandardCharsets.UTF_8));
            assertThat(source.fetch().read("web.yaml")).asString().isEqualTo("better");
        }
    }

    @Test
    void aLinkTargetOfAMegabyteIsRefused() throws Exception {
        commit("link", FileMode.SYMLINK, new byte[1 << 20]);
        try (Source source = open()) {
            assertThatThrownBy(source::fetch).hasMessageContaining("link: the link's target is longer than 4096 bytes");
        }
    }
}
