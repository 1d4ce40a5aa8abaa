package io.homeostat.model;

import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;

/** Files made to exhaust whoever reads them, each within the size limit. Run by {@link LimitsTest} in a small heap. */
final class WorstFiles {
    private static final int BYTES = 8_300_000;
    private static final String CONFIG_MAP = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata:\n";
    private static final String DEPLOYMENT = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a}\n";

    private WorstFiles() {}

    /** Prints one line per file; any that neither reads nor refuses it ends the program with a stack trace. */
    public static void main(String[] arguments) {
        files().forEach((name, text) -> {
            byte[] content = text.get().getBytes(StandardCharsets.UTF_8);
            Documents.Parsed parsed = Documents.parse(name, content);
            if (parsed.problems().size() > 200) {
                throw new AssertionError(name + ": " + parsed.problems().size() + " problems");
            }
            parsed.problems().forEach(problem -> {
                if (problem.at().line() < 1 || problem.at().column() < 1) {
                    throw new AssertionError(name + ": " + problem);
                }
            });
            System.out.println("survived " + name);
        });
    }

    static Map<String, Supplier<String>> files() {
        Map<String, Supplier<String>> files = new LinkedHashMap<>();
        files.put("one-line.yaml", () -> CONFIG_MAP + "  a: " + "x".repeat(BYTES));
        files.put("one-quoted-line.yaml", () -> CONFIG_MAP + "  a: \"" + "x".repeat(BYTES) + "\"");
        files.put("one-key.yaml", () -> "k".repeat(BYTES) + ": x");
        files.put("one-block.yaml", () -> CONFIG_MAP + "  a: |\n" + "    xxxxxxxxx\n".repeat(BYTES / 14));
        files.put("one-folded-text.yaml", () -> CONFIG_MAP + "  a: x\n" + "    x\n".repeat(BYTES / 6));
        files.put("escapes.yaml", () -> CONFIG_MAP + "  a: \"" + "\\x41\n     ".repeat(BYTES / 10) + "\"");
        files.put("list.yaml", () -> CONFIG_MAP + "  a: [" + "x,\n".repeat(BYTES / 4) + "]");
        files.put("keys.yaml", () -> CONFIG_MAP + numbered("  key%d: value %d\n", 190_000));
        files.put("unknown-keys.yaml", () -> DEPLOYMENT + "spec:\n" + numbered("  replicaz%d: 1\n", 90_000));
        files.put(
                "labels.yaml",
                () -> DEPLOYMENT.replace("{name: a}", "\n  labels:\n") + numbered("    -%d: _\n", 90_000));
        files.put("duplicates.yaml", () -> "a: 1\n".repeat(90_000));
        files.put("numbers.yaml", () -> "a:\n" + ("- " + "9".repeat(100_000) + "\n").repeat(80));
        files.put("anchors.yaml", () -> "a: [" + "&a a, *a,\n".repeat(BYTES / 12) + "]");
        files.put("bomb.yaml", WorstFiles::bomb);
        files.put("newlines.yaml", () -> "a:" + "\n".repeat(BYTES) + "b");
        files.put("directives.yaml", () -> "%a b\n".repeat(BYTES / 5));
        files.put("documents.yaml", () -> "---\n".repeat(BYTES / 4));
        files.put("broken-documents.yaml", () -> "--- @\n".repeat(BYTES / 6));
        files.put("comments.yaml", () -> "# x\n".repeat(BYTES / 4));
        files.put("depth.yaml", () -> numbered("a:\n", 10).replace("a", "[".repeat(1000)));
        files.put("list.json", () -> "[" + "1,".repeat(BYTES / 2 - 2) + "1]");
        files.put("depth.json", () -> "{\"a\":".repeat(BYTES / 5));
        files.put("text.json", () -> "{\"a\":\"" + "\\u00e9".repeat(BYTES / 6 - 2) + "\"}");
        files.put("too-large.yaml", () -> "a: b\n".repeat(20_000_000 / 5));
        return files;
    }

    private static String numbered(String line, int count) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < count; i++) {
            text.append(line.replace("%d", Integer.toString(i)));
        }
        return text.toString();
    }

    private static String bomb() {
        StringBuilder bomb = new StringBuilder("a0: &a0 [x, x]\n");
        for (int i = 1; i < 60; i++) {
            bomb.append("a%d: &a%d [%s]\n".formatted(i, i, String.join(", ", Collections.nCopies(9, "*a" + (i - 1)))));
        }
        return bomb.toString();
    }
}
