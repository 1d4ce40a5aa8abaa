package io.homeostat.source.directory;

import io.homeostat.source.internal.Entry;
import io.homeostat.source.internal.Tree;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collections;
import java.util.HexFormat;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** From paths to a tree whose directories are named by what they hold. A directory without a file in it is nothing, as in Git. */
final class Trees {
    private Trees() {}

    static Tree of(SortedMap<String, Entry> files) {
        SortedMap<String, Object> root = new TreeMap<>();
        files.forEach((path, entry) -> {
            SortedMap<String, Object> at = root;
            int from = 0;
            for (int slash = path.indexOf('/'); slash >= 0; slash = path.indexOf('/', from)) {
                at = below(at, path.substring(from, slash));
                from = slash + 1;
            }
            at.put(path.substring(from), entry);
        });
        return new Tree(directory(root));
    }

    @SuppressWarnings("unchecked") // a map in here is always one that this method made
    private static SortedMap<String, Object> below(SortedMap<String, Object> at, String name) {
        return (SortedMap<String, Object>) at.computeIfAbsent(name, _ -> new TreeMap<String, Object>());
    }

    @SuppressWarnings("unchecked") // as above
    private static Entry.Directory directory(SortedMap<String, Object> names) {
        SortedMap<String, Entry> children = new TreeMap<>();
        names.forEach((name, what) ->
                children.put(name, what instanceof Entry entry ? entry : directory((SortedMap<String, Object>) what)));
        MessageDigest digest = sha256();
        for (Map.Entry<String, Entry> child : children.entrySet()) {
            String line = kind(child.getValue()) + child.getKey() + "\0"
                    + child.getValue().id() + "\n";
            digest.update(line.getBytes(StandardCharsets.UTF_8));
        }
        return new Entry.Directory(id(digest), Collections.unmodifiableSortedMap(children));
    }

    private static char kind(Entry entry) {
        return switch (entry) {
            case Entry.Directory _ -> 'd';
            case Entry.File file -> file.executable() ? 'x' : 'f';
            case Entry.Link _ -> 'l';
            case Entry.Refused _ -> '?';
        };
    }

    static Entry.Link link(String target) {
        MessageDigest digest = sha256();
        digest.update(target.getBytes(StandardCharsets.UTF_8));
        return new Entry.Link(id(digest), target);
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every JDK has SHA-256", impossible);
        }
    }

    static String id(MessageDigest digest) {
        return "sha256:" + HexFormat.of().formatHex(digest.digest());
    }
}
