package io.homeostat.source.git;

import io.homeostat.source.internal.Entry;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.Locale;
import java.util.SortedMap;
import java.util.TreeMap;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.FileMode;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectLoader;
import org.eclipse.jgit.lib.ObjectReader;
import org.eclipse.jgit.treewalk.CanonicalTreeParser;
import org.jspecify.annotations.Nullable;

/** Git's tree objects as a tree in memory. What did not change since an earlier tree is taken from there and not read again. */
final class TreeBuilder {
    static final String PREFIX = "git:";
    private static final int LONGEST_LINK = 4096;

    private final ObjectReader objects;
    private final int deepest;

    TreeBuilder(ObjectReader objects, int deepest) {
        this.objects = objects;
        this.deepest = deepest;
    }

    Entry.Directory build(ObjectId tree, Entry.@Nullable Directory earlier) throws IOException {
        return directory(tree, earlier, 0);
    }

    private Entry.Directory directory(ObjectId tree, @Nullable Entry earlier, int depth) throws IOException {
        String id = PREFIX + tree.name();
        Entry.Directory before = earlier instanceof Entry.Directory directory ? directory : null;
        if (before != null && before.id().equals(id)) {
            return before;
        }
        SortedMap<String, Entry> children = new TreeMap<>();
        for (CanonicalTreeParser each = new CanonicalTreeParser(null, objects, tree); !each.eof(); each.next()) {
            String name = each.getEntryPathString();
            Entry old = before == null ? null : before.children().get(name);
            children.put(name, entry(name, each.getEntryRawMode(), each.getEntryObjectId(), old, depth));
        }
        return new Entry.Directory(id, Collections.unmodifiableSortedMap(children));
    }

    private Entry entry(String name, int mode, ObjectId object, @Nullable Entry old, int depth) throws IOException {
        String id = PREFIX + object.name();
        if (!isSafe(name)) {
            return new Entry.Refused(id, "no file may have this name; remove it");
        }
        if (FileMode.TREE.equals(mode)) {
            return depth < deepest
                    ? directory(object, old, depth + 1)
                    : new Entry.Refused(id, "directories nest deeper than " + deepest);
        }
        if (FileMode.GITLINK.equals(mode)) {
            return new Entry.Refused(
                    id,
                    "submodule '" + name + "' is not followed; commit its files here, or make it a source of its own");
        }
        if (FileMode.SYMLINK.equals(mode)) {
            return old instanceof Entry.Link link && link.id().equals(id) ? link : link(id, object);
        }
        boolean executable = FileMode.EXECUTABLE_FILE.equals(mode);
        return old instanceof Entry.File file && file.id().equals(id) && file.executable() == executable
                ? file
                : new Entry.File(id, objects.getObjectSize(object, Constants.OBJ_BLOB), executable);
    }

    private Entry link(String id, ObjectId object) throws IOException {
        ObjectLoader target = objects.open(object, Constants.OBJ_BLOB);
        return target.getSize() > LONGEST_LINK
                ? new Entry.Refused(id, "the link's target is longer than " + LONGEST_LINK + " bytes")
                : new Entry.Link(id, new String(target.getCachedBytes(LONGEST_LINK), StandardCharsets.UTF_8));
    }

    /** A tree object may hold any bytes as a name; Git's own tools never write these. */
    private static boolean isSafe(String name) {
        return !name.isEmpty()
                && !name.equals(".")
                && !name.equals("..")
                && !name.toLowerCase(Locale.ROOT).equals(".git")
                && name.indexOf('/') < 0
                && name.indexOf('\0') < 0;
    }
}
