package io.homeostat.source.git;

import io.homeostat.source.Limits;
import io.homeostat.source.Snapshot;
import io.homeostat.source.internal.Blobs;
import io.homeostat.source.internal.Entry;
import io.homeostat.source.internal.Tree;
import io.homeostat.source.internal.TreeSnapshot;
import java.io.IOException;
import java.time.Instant;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectReader;
import org.eclipse.jgit.lib.PersonIdent;
import org.eclipse.jgit.revwalk.RevCommit;
import org.eclipse.jgit.revwalk.RevTree;
import org.eclipse.jgit.treewalk.TreeWalk;
import org.jspecify.annotations.Nullable;

/** From a commit to a snapshot of one of its directories. */
final class CommitTree {
    private CommitTree() {}

    static TreeSnapshot snapshot(
            ObjectReader reader,
            RevCommit commit,
            String path,
            Limits limits,
            @Nullable TreeSnapshot earlier,
            Blobs blobs)
            throws IOException {
        ObjectId top = below(commit.getTree(), path, reader, commit);
        Entry.Directory before = earlier == null ? null : earlier.tree().root();
        Tree tree = new Tree(new TreeBuilder(reader, limits.depth()).build(top, before));
        return new TreeSnapshot(commit.name(), origin(commit), tree, blobs, limits);
    }

    private static ObjectId below(RevTree root, String path, ObjectReader reader, RevCommit commit) throws IOException {
        if (path.equals(".")) {
            return root;
        }
        try (TreeWalk walk = TreeWalk.forPath(reader, path, root)) {
            if (walk == null || !walk.isSubtree()) {
                throw new Refusal(
                        "there is no directory '" + path + "' at revision "
                                + commit.abbreviate(10).name(),
                        "commit one, or set the source's path to the directory that you mean");
            }
            return walk.getObjectId(0);
        }
    }

    private static Snapshot.Origin origin(RevCommit commit) {
        PersonIdent author = commit.getAuthorIdent();
        return author == null
                ? new Snapshot.Origin(
                        "unknown", Instant.ofEpochSecond(commit.getCommitTime()), commit.getShortMessage())
                : new Snapshot.Origin(
                        author.getName(), author.getWhenAsInstant(), commit.getShortMessage(), commit.getFullMessage());
    }
}
