package io.homeostat.source.git;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectInserter;
import org.eclipse.jgit.lib.ObjectReader;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.notes.NoteMap;
import org.eclipse.jgit.revwalk.RevWalk;
import org.jspecify.annotations.Nullable;

/** Adds to the note on a commit; {@code git log --notes=homeostat} shows it. */
record Notes(Repository objects, WriteBacks backs) {
    private static final int LONGEST = 1 << 20;

    /** Null when the note says it already. */
    @Nullable
    ObjectId next(@Nullable ObjectId tip, ObjectId commit, String text) throws IOException {
        try (ObjectReader reader = objects.newObjectReader();
                ObjectInserter inserter = objects.newObjectInserter();
                RevWalk walk = new RevWalk(reader)) {
            NoteMap notes = tip == null ? NoteMap.newEmptyMap() : NoteMap.read(reader, walk.parseCommit(tip));
            ObjectId old = notes.get(commit);
            String said = old == null
                    ? ""
                    : new String(reader.open(old, Constants.OBJ_BLOB).getCachedBytes(LONGEST), StandardCharsets.UTF_8);
            String line = text.strip();
            if (said.contains(line)) {
                return null;
            }
            notes.set(commit, (said.isBlank() ? "" : said.stripTrailing() + "\n\n") + line + "\n", inserter);
            return backs.commit(inserter, notes.writeTree(inserter), tip, "Note on " + commit.name() + "\n");
        }
    }
}
