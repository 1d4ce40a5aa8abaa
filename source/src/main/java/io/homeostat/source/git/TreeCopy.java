package io.homeostat.source.git;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.eclipse.jgit.errors.CorruptObjectException;
import org.eclipse.jgit.errors.LargeObjectException;
import org.eclipse.jgit.internal.storage.file.ObjectDirectory;
import org.eclipse.jgit.internal.storage.file.PackInserter;
import org.eclipse.jgit.lib.AnyObjectId;
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

    /** From here on one pack is quicker to write than so many files. */
    private static final int MANY = 64;

    private final ObjectReader from;
    private final ObjectDatabase held;

    /** In the order in which they are to be written, with their types. */
    private final Map<ObjectId, Integer> missing = new LinkedHashMap<>();

    private TreeCopy(ObjectReader from, ObjectDatabase held) {
        this.from = from;
        this.held = held;
    }

    static void commit(ObjectReader from, ObjectDatabase into, AnyObjectId commit, ObjectId tree) throws IOException {
        TreeCopy copy = new TreeCopy(from, into);
        copy.tree(tree, 0);
        copy.want(commit.copy(), Constants.OBJ_COMMIT);
        try (ObjectInserter inserter = copy.inserter()) {
            for (Map.Entry<ObjectId, Integer> each : copy.missing.entrySet()) {
                copy.object(each.getKey(), each.getValue(), inserter);
            }
            inserter.flush();
        }
    }

    private ObjectInserter inserter() {
        if (missing.size() > MANY && held instanceof ObjectDirectory files) {
            PackInserter pack = files.newPackInserter();
            pack.checkExisting(false);
            pack.setCompressionLevel(1);
            return pack;
        }
        return held.newInserter();
    }

    private void tree(ObjectId tree, int depth) throws IOException {
        if (missing.containsKey(tree) || held.has(tree)) {
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
                want(each.getEntryObjectId(), Constants.OBJ_BLOB);
            }
        }
        missing.put(tree, Constants.OBJ_TREE);
    }

    private void want(ObjectId id, int type) throws IOException {
        if (!missing.containsKey(id) && !held.has(id)) {
            missing.put(id, type);
        }
    }

    private void object(ObjectId id, int type, ObjectInserter into) throws IOException {
        ObjectLoader object = from.open(id, type);
        ObjectId written =
                object.isLarge() || object.getSize() > AT_ONCE ? stream(object, type, into) : whole(object, type, into);
        if (!written.equals(id)) {
            throw new CorruptObjectException(id, "its content is another object's, " + written.name());
        }
    }

    private static ObjectId whole(ObjectLoader object, int type, ObjectInserter into) throws IOException {
        try {
            return into.insert(type, object.getCachedBytes(AT_ONCE));
        } catch (LargeObjectException tooLarge) {
            return stream(object, type, into);
        }
    }

    private static ObjectId stream(ObjectLoader object, int type, ObjectInserter into) throws IOException {
        try (ObjectStream bytes = object.openStream()) {
            return into.insert(type, bytes.getSize(), bytes);
        }
    }
}
