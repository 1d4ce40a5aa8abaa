package io.homeostat.source.git;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.eclipse.jgit.errors.MissingObjectException;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectInserter;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.merge.MergeStrategy;
import org.eclipse.jgit.merge.ThreeWayMerger;
import org.eclipse.jgit.revwalk.RevCommit;
import org.eclipse.jgit.revwalk.RevWalk;
import org.eclipse.jgit.treewalk.TreeWalk;
import org.jspecify.annotations.Nullable;

/**
 * Takes one commit back on top of a branch: every path that it changed gets the content from before it. Where a newer commit
 * touched one of these paths as well, only a person can know what is meant, and it is refused.
 */
record Reverts(Repository objects, WriteBacks backs) {
    private static final int MOST_PATHS = 5;

    /** Null when the branch does not hold the commit (any more), or it is reverted already. */
    @Nullable
    ObjectId next(ObjectId tip, ObjectId bad, String text) throws IOException {
        try (RevWalk walk = new RevWalk(objects)) {
            RevCommit head = walk.parseCommit(tip);
            RevCommit commit = parse(walk, bad);
            if (commit == null || !walk.isMergedInto(commit, head) || isReverted(head, commit)) {
                return null;
            }
            if (commit.getParentCount() == 0) {
                throw new Refusal(
                        shown(commit) + " is the first commit, before which there is nothing to go back to",
                        "correct it in Git");
            }
            RevCommit before = parse(walk, commit.getParent(0));
            if (before == null) {
                throw new Refusal("the history before " + shown(commit) + " is not here", "revert it by hand");
            }
            return commit(head, commit, before, text);
        }
    }

    private static @Nullable RevCommit parse(RevWalk walk, ObjectId id) throws IOException {
        try {
            return walk.parseCommit(id);
        } catch (MissingObjectException notHeld) {
            return null;
        }
    }

    private boolean isReverted(RevCommit head, RevCommit commit) throws IOException {
        try (RevWalk walk = new RevWalk(objects)) {
            walk.markStart(walk.parseCommit(head));
            walk.markUninteresting(walk.parseCommit(commit));
            for (RevCommit newer : walk) {
                if (newer.getFullMessage().contains(trailer(commit))) {
                    return true;
                }
            }
            return false;
        }
    }

    private static String trailer(RevCommit commit) {
        return "This reverts commit " + commit.name() + ".";
    }

    private @Nullable ObjectId commit(RevCommit head, RevCommit commit, RevCommit before, String text)
            throws IOException {
        ThreeWayMerger merger = MergeStrategy.SIMPLE_TWO_WAY_IN_CORE.newMerger(objects, true);
        merger.setBase(commit.getTree());
        if (!merger.merge(head, before)) {
            throw new Refusal(
                    "newer commits touch what " + shown(commit) + " changed (" + conflicts(head, commit, before) + ")",
                    "revert it by hand: git revert " + commit.name());
        }
        ObjectId tree = merger.getResultTreeId();
        if (tree.equals(head.getTree())) {
            return null;
        }
        String message =
                "Revert \"" + commit.getShortMessage() + "\"\n\n" + trailer(commit) + "\n\n" + text.strip() + "\n";
        try (ObjectInserter inserter = objects.newObjectInserter()) {
            return backs.commit(inserter, tree, head, message);
        }
    }

    /** Paths that differ between all three. */
    private String conflicts(RevCommit head, RevCommit commit, RevCommit before) throws IOException {
        List<String> paths = new ArrayList<>();
        try (TreeWalk walk = new TreeWalk(objects)) {
            walk.setRecursive(true);
            walk.addTree(head.getTree());
            walk.addTree(commit.getTree());
            walk.addTree(before.getTree());
            while (walk.next() && paths.size() < MOST_PATHS) {
                if (differ(walk, 0, 1) && differ(walk, 1, 2) && differ(walk, 0, 2)) {
                    paths.add(walk.getPathString());
                }
            }
        }
        return String.join(", ", paths);
    }

    private static boolean differ(TreeWalk walk, int a, int b) {
        return walk.getRawMode(a) != walk.getRawMode(b) || !walk.idEqual(a, b);
    }

    private static String shown(RevCommit commit) {
        return commit.abbreviate(10).name();
    }
}
