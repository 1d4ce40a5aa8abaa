package io.homeostat.source.git;

import java.io.IOException;
import org.eclipse.jgit.errors.CorruptObjectException;
import org.eclipse.jgit.errors.LargeObjectException;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.FileMode;
import org.eclipse.jgit.lib.ObjectDatabase;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectInserter;
import org.eclipse.jgit.lib.ObjectLoader;
import org.eclipse.jgit.lib.ObjectReader;
import org.eclipse.jgit.lib.ObjectStream;
import org.eclipse.jgit.treewalk.CanonicalTreeParser;

/**
 * Copies one commit with its files, and not its history, from an object database to another on this machine. After a small
 * commit that is a handful of objects and a millisecond or two, where Git's own transfer would negotiate and pack.
 *
 * <p>What is inside is written before what names it. So whatever is there is there with all that it holds, wherever the copy was
 * interrupted, and the next one goes on from there.
 */
final class TreeCopy {
    private static final int AT_ONCE = 1 << 20;
    private static final int DEEPEST = 1000;

    private final ObjectReader from;
    private final ObjectDatabase held;
    private final ObjectInserter into;

    TreeCopy(ObjectReader from, ObjectDatabase held, ObjectInserter into) {
        this.from = from;
        this.held = held;
        this.into = into;
    }

    void commit(ObjectId commit, ObjectId tree) throws IOException {
        tree(tree, 0);
        object(commit, Constants.OBJ_COMMIT);
        into.flush();
    }

    private void tree(ObjectId tree, int depth) throws IOException {
        if (held.has(tree)) {
            return;
        }
        if (depth > DEEPEST) {
            throw new CorruptObjectException(tree, "directories nest deeper than " + DEEPEST);
        }
        for (CanonicalTreeParser each = new CanonicalTreeParser(null, from, tree); !each.eof(); each.next()) {
            int mode = each.getEntryRawMode();
            if (FileMode.TREE.equals(mode)) {
                tree(each.getEntryObjectId(), depth + 1);
            } else if (!FileMode.GITLINK.equals(mode)) {
                object(each.getEntryObjectId(), Constants.OBJ_BLOB);
            }
        }
        object(tree, Constants.OBJ_TREE);
    }

    private void object(ObjectId id, int type) throws IOException {
        if (held.has(id)) {
            return;
        }
        ObjectLoader object = from.open(id, type);
        ObjectId written = object.isLarge() || object.getSize() > AT_ONCE ? stream(object, type) : whole(object, type);
        if (!written.equals(id)) {
            throw new CorruptObjectException(id, "its content is another object's, " + written.name());
        }
    }

    private ObjectId whole(ObjectLoader object, int type) throws IOException {
        try {
            return into.insert(type, object.getCachedBytes(AT_ONCE));
        } catch (LargeObjectException tooLarge) {
            return stream(object, type);
        }
    }

    private ObjectId stream(ObjectLoader object, int type) throws IOException {
        try (ObjectStream bytes = object.openStream()) {
            return into.insert(type, bytes.getSize(), bytes);
        }
    }
}
