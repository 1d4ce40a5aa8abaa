package io.homeostat.source.internal;

import io.homeostat.source.Snapshot;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;

/** A snapshot's tree and the one way to follow a path in it. Links are followed as if what they name stood in their place. */
public record Tree(Entry.Directory root) {
    private static final int MOST_LINKS = 40;

    /** Where a path leads. */
    public sealed interface Resolved {
        /** @param path without any link in it; {@code "."} is the root */
        record Found(String path, Entry entry) implements Resolved {}

        record Missing() implements Resolved {}

        /** The path, or a link on it, leads out of the tree. */
        record Leaves(String link) implements Resolved {}

        record Loops() implements Resolved {}
    }

    private record Place(String name, Entry.Directory directory) {}

    /** Follows a path from the root. */
    public Resolved resolve(String path) {
        Deque<String> ahead = new ArrayDeque<>();
        push(ahead, path);
        if (path.startsWith("/")) {
            return new Resolved.Leaves(path);
        }
        Deque<Place> behind = new ArrayDeque<>();
        behind.push(new Place("", root));
        String via = path;
        int links = 0;
        while (!ahead.isEmpty()) {
            String name = ahead.pop();
            if (name.equals("..")) {
                behind.pop();
                if (behind.isEmpty()) {
                    return new Resolved.Leaves(via);
                }
                continue;
            }
            Entry child = behind.element().directory().children().get(name);
            switch (child) {
                case null -> {
                    return new Resolved.Missing();
                }
                case Entry.Directory directory -> behind.push(new Place(name, directory));
                case Entry.Link link -> {
                    if (link.target().startsWith("/")) {
                        return new Resolved.Leaves(link.target());
                    }
                    if (++links > MOST_LINKS) {
                        return new Resolved.Loops();
                    }
                    via = link.target();
                    push(ahead, link.target());
                }
                case Entry.File _, Entry.Refused _ -> {
                    return ahead.isEmpty()
                            ? new Resolved.Found(join(path(behind), name), child)
                            : new Resolved.Missing();
                }
            }
        }
        return new Resolved.Found(path(behind), behind.element().directory());
    }

    private static void push(Deque<String> ahead, String path) {
        String[] names = path.split("/");
        for (int i = names.length - 1; i >= 0; i--) {
            if (!names[i].isEmpty() && !names[i].equals(".")) {
                ahead.push(names[i]);
            }
        }
    }

    private static String path(Deque<Place> behind) {
        StringBuilder path = new StringBuilder();
        behind.descendingIterator()
                .forEachRemaining(p -> path.append(path.isEmpty() ? "" : "/").append(p.name()));
        return path.isEmpty() ? "." : path.toString();
    }

    /** Every regular file below a directory, through links too, under the name by which one gets there. */
    public List<Snapshot.File> files(String directory) {
        List<Snapshot.File> files = new ArrayList<>();
        if (resolve(directory) instanceof Resolved.Found(String real, Entry.Directory found)) {
            collect(tidy(directory), real, found, files);
        }
        files.sort(Comparator.comparing(Snapshot.File::path));
        return files;
    }

    private void collect(String shown, String real, Entry.Directory directory, List<Snapshot.File> files) {
        directory.children().forEach((name, child) -> {
            String path = join(shown, name);
            if (child instanceof Entry.File file) {
                files.add(new Snapshot.File(path, file.id(), file.size()));
            } else if (child instanceof Entry.Directory below) {
                collect(path, join(real, name), below, files);
            } else if (child instanceof Entry.Link
                    && resolve(join(real, name)) instanceof Resolved.Found(String target, Entry entry)) {
                if (entry instanceof Entry.File file) {
                    files.add(new Snapshot.File(path, file.id(), file.size()));
                } else if (entry instanceof Entry.Directory below) {
                    collect(path, target, below, files);
                }
            }
        });
    }

    /** Without {@code .}, {@code ..}, empty names and a slash at either end, as far as the text alone tells. */
    static String tidy(String path) {
        Deque<String> names = new ArrayDeque<>();
        for (String name : path.split("/")) {
            if (name.equals("..") && !names.isEmpty()) {
                names.removeLast();
            } else if (!name.isEmpty() && !name.equals(".")) {
                names.addLast(name);
            }
        }
        return names.isEmpty() ? "." : String.join("/", names);
    }

    static String join(String directory, String name) {
        return directory.equals(".") ? name : directory + "/" + name;
    }

    static boolean isBelow(String path, String directory) {
        return directory.equals(".") || path.equals(directory) || path.startsWith(directory + "/");
    }
}
