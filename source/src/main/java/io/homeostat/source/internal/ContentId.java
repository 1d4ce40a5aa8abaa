package io.homeostat.source.internal;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/**
 * Identity of a directory's whole content. The tree's own id is enough unless a link leads out of the directory: then what it
 * names can change while the tree does not, so that it counts too.
 */
final class ContentId {
    private final Tree tree;
    private final List<String> outside = new ArrayList<>();

    private ContentId(Tree tree) {
        this.tree = tree;
    }

    static String of(Tree tree, String real, Entry entry) {
        if (!(entry instanceof Entry.Directory directory)) {
            return entry.id();
        }
        ContentId id = new ContentId(tree);
        id.visit(real, real, directory);
        return id.outside.isEmpty() ? directory.id() : sha256(directory.id() + "\n" + String.join("\n", id.outside));
    }

    private void visit(String top, String real, Entry.Directory directory) {
        directory.children().forEach((name, child) -> {
            String path = Tree.join(real, name);
            if (child instanceof Entry.Directory below) {
                visit(top, path, below);
            } else if (child instanceof Entry.Link
                    && tree.resolve(path) instanceof Tree.Resolved.Found(String target, Entry entry)
                    && !Tree.isBelow(target, top)) {
                outside.add(path + "\0" + kind(entry) + "\0" + of(tree, target, entry));
            }
        });
    }

    private static String kind(Entry entry) {
        return entry instanceof Entry.File file && file.executable() ? "x" : "-";
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every JDK has SHA-256", impossible);
        }
    }

    static String sha256(String text) {
        return sha256(sha256().digest(text.getBytes(StandardCharsets.UTF_8)));
    }

    static String sha256(byte[] digest) {
        return "sha256:" + HexFormat.of().formatHex(digest);
    }
}
