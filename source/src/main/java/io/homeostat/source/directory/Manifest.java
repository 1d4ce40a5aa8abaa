package io.homeostat.source.directory;

import io.homeostat.source.Snapshot;
import io.homeostat.source.internal.Entry;
import io.homeostat.source.internal.Tree;
import java.io.IOException;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * One revision as a text file: who and when on the first line, then one line per file or link. Its directories' digests are
 * computed when it is read, so that a half-written or edited one never passes for the revision that it is named after.
 */
record Manifest(Tree tree, Snapshot.Origin origin) {

    String revision() {
        return tree.root().id();
    }

    String text() {
        StringBuilder text = new StringBuilder();
        text.append(escaped(origin.author())).append(' ').append(origin.time());
        text.append(' ').append(escaped(origin.subject())).append('\n');
        append("", tree.root(), text);
        return text.toString();
    }

    private static void append(String prefix, Entry.Directory directory, StringBuilder text) {
        directory.children().forEach((name, child) -> {
            switch (child) {
                case Entry.Directory below -> append(prefix + name + "/", below, text);
                case Entry.File file ->
                    line(text, file.executable() ? "x" : "f", prefix + name, file.id() + " " + file.size());
                case Entry.Link link -> line(text, "l", prefix + name, escaped(link.target()));
                case Entry.Refused refused -> throw new IllegalStateException(prefix + name + ": " + refused.why());
            }
        });
    }

    private static void line(StringBuilder text, String kind, String path, String rest) {
        text.append(kind)
                .append(' ')
                .append(escaped(path))
                .append(' ')
                .append(rest)
                .append('\n');
    }

    static Manifest parse(String text) throws IOException {
        try {
            String[] lines = text.split("\n", -1);
            String[] who = lines[0].split(" ");
            SortedMap<String, Entry> files = new TreeMap<>();
            for (int i = 1; i < lines.length - 1; i++) {
                String[] words = lines[i].split(" ", -1);
                files.put(plain(words[1]), entry(words));
            }
            return new Manifest(
                    Trees.of(files),
                    new Snapshot.Origin(plain(who[0]), Instant.parse(who[1]), who.length > 2 ? plain(who[2]) : ""));
        } catch (ArrayIndexOutOfBoundsException | IllegalArgumentException | DateTimeParseException damaged) {
            throw new IOException("the manifest is damaged", damaged);
        }
    }

    private static Entry entry(String[] words) {
        return switch (words[0]) {
            case "f", "x" -> new Entry.File(words[2], Long.parseLong(words[3]), words[0].equals("x"));
            case "l" -> Trees.link(plain(words[2]));
            default -> throw new IllegalArgumentException(words[0]);
        };
    }

    private static String escaped(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private static String plain(String text) {
        return URLDecoder.decode(text, StandardCharsets.UTF_8);
    }
}
