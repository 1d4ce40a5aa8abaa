package io.homeostat.source.internal;

import io.homeostat.source.Limits;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What a snapshot may not hold: submodules and special files, links that leave it or run in circles, files above the limit, more
 * files than the limit. Checked once, when the snapshot is taken; whoever reads it later need not look again.
 */
public final class Check {
    private static final int MOST_REPORTED = 10;
    private static final long OPEN = -1;

    private final Tree tree;
    private final Limits limits;
    private final List<String> problems = new ArrayList<>();
    private final Map<String, Long> filesBelow = new HashMap<>();
    private boolean linkedDirectories;
    private long files;
    private long bytes;

    private Check(Tree tree, Limits limits) {
        this.tree = tree;
        this.limits = limits;
    }

    /** What is wrong, in words, each with its path; at most ten. */
    public static List<String> problems(Tree tree, Limits limits) {
        Check check = new Check(tree, limits);
        check.each(".", tree.root());
        if (check.problems.isEmpty() && check.linkedDirectories) {
            check.files = check.count(".", tree.root());
        }
        if (check.files > limits.files()) {
            check.problems.add("it holds more than " + limits.files() + " files");
        }
        if (check.bytes > limits.totalBytes()) {
            check.problems.add("its files are " + bytes(check.bytes) + " together; at most "
                    + bytes(limits.totalBytes()) + " are allowed");
        }
        return check.problems;
    }

    private void each(String path, Entry.Directory directory) {
        directory.children().forEach((name, child) -> {
            if (problems.size() < MOST_REPORTED) {
                one(Tree.join(path, name), child);
            }
        });
    }

    private void one(String path, Entry entry) {
        switch (entry) {
            case Entry.Directory directory -> each(path, directory);
            case Entry.Refused refused -> problems.add(path + ": " + refused.why());
            case Entry.Link link -> link(path, link);
            case Entry.File file -> {
                files++;
                bytes += file.size();
                if (file.size() > limits.fileBytes()) {
                    problems.add(path + ": the file is " + bytes(file.size()) + "; at most " + bytes(limits.fileBytes())
                            + " are allowed");
                }
            }
        }
    }

    private void link(String path, Entry.Link link) {
        switch (tree.resolve(path)) {
            case Tree.Resolved.Leaves(String target) ->
                problems.add(
                        path + ": the link leads to '" + target + "', out of the source; copy what it names into it");
            case Tree.Resolved.Loops() ->
                problems.add(path + ": the link to '" + link.target() + "' comes back to itself; remove it");
            case Tree.Resolved.Found(var _, Entry found) -> linkedDirectories |= found instanceof Entry.Directory;
            // A link to nothing harms nobody until it is read.
            case Tree.Resolved.Missing() -> {}
        }
    }

    /** Files below, counting a linked directory once per link; each real directory is looked at once. */
    private long count(String real, Entry.Directory directory) {
        Long known = filesBelow.putIfAbsent(real, OPEN);
        if (known != null) {
            return known;
        }
        long sum = 0;
        for (Map.Entry<String, Entry> child : directory.children().entrySet()) {
            String path = Tree.join(real, child.getKey());
            sum += switch (tree.resolve(path)) {
                case Tree.Resolved.Found(String target, Entry.Directory below) -> inside(path, target, below);
                case Tree.Resolved.Found(var _, Entry.File _) -> 1;
                default -> 0;
            };
            sum = Math.min(sum, Integer.MAX_VALUE);
        }
        filesBelow.put(real, sum);
        return sum;
    }

    private long inside(String path, String target, Entry.Directory below) {
        long count = count(target, below);
        if (count == OPEN) {
            if (problems.size() < MOST_REPORTED) {
                problems.add(path + ": the link leads back to " + target + ", which holds it; remove it");
            }
            return 0;
        }
        return count;
    }

    private static String bytes(long n) {
        return n < 10 << 10 ? n + " bytes" : n < 10 << 20 ? (n >> 10) + " KiB" : (n >> 20) + " MiB";
    }
}
