package io.homeostat.source.git;

import io.homeostat.source.Source;
import java.io.IOException;
import java.time.InstantSource;
import java.time.ZoneOffset;
import org.eclipse.jgit.lib.CommitBuilder;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectInserter;
import org.eclipse.jgit.lib.PersonIdent;
import org.jspecify.annotations.Nullable;

/**
 * Writes back why a revision was taken back. Each attempt reads what is there and builds on it, so that a push by somebody else
 * in between costs another attempt and never their commit; and when what we have to say is there already, nothing is done.
 */
final class WriteBacks {
    static final String NOTES = "refs/notes/homeostat";
    private static final int ATTEMPTS = 5;

    private final Publisher to;
    private final InstantSource clock;

    WriteBacks(Publisher to, InstantSource clock) {
        this.to = to;
        this.clock = clock;
    }

    /** Builds the next commit; null when there is nothing (more) to say. */
    private interface Next {
        @Nullable
        ObjectId after(@Nullable ObjectId tip) throws IOException;
    }

    void note(ObjectId commit, String text) throws IOException {
        Notes notes = new Notes(to.objects(), this);
        advance(NOTES, tip -> notes.next(tip, commit, text));
    }

    /** @param branch its full name */
    void revert(String branch, ObjectId commit, String text) throws IOException {
        Reverts reverts = new Reverts(to.objects(), this);
        advance(branch, tip -> {
            if (tip == null) {
                throw new Refusal(
                        "branch '" + Choice.shorten(branch) + "' no longer exists", "there is nothing to revert");
            }
            return reverts.next(tip, commit, text);
        });
    }

    private void advance(String name, Next next) throws IOException {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            ObjectId tip = to.tip(name);
            ObjectId commit = next.after(tip);
            if (commit == null || to.advance(name, tip, commit)) {
                return;
            }
        }
        throw new Refusal(
                Choice.shorten(name) + " moved " + ATTEMPTS + " times while we wanted to write to it",
                "it is tried again by itself");
    }

    ObjectId commit(ObjectInserter into, ObjectId tree, @Nullable ObjectId parent, String message) throws IOException {
        PersonIdent homeostat = new PersonIdent("homeostat", "homeostat@localhost", clock.instant(), ZoneOffset.UTC);
        CommitBuilder commit = new CommitBuilder();
        commit.setTreeId(tree);
        if (parent != null) {
            commit.setParentId(parent);
        }
        commit.setAuthor(homeostat);
        commit.setCommitter(homeostat);
        commit.setMessage(message);
        ObjectId id = into.insert(commit);
        into.flush();
        return id;
    }

    static void write(Source.WriteBack message, Publisher to, @Nullable String branch, InstantSource clock)
            throws IOException {
        WriteBacks backs = new WriteBacks(to, clock);
        switch (message) {
            case Source.WriteBack.Note(String revision, String text) -> backs.note(ObjectId.fromString(revision), text);
            case Source.WriteBack.Revert(String revision, String text) -> {
                if (branch == null) {
                    throw new Refusal(
                            "no branch is followed, so that there is nowhere to revert on", "write notes instead");
                }
                backs.revert(branch, ObjectId.fromString(revision), text);
            }
        }
    }
}
