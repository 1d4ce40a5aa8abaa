package io.homeostat.journal;

import io.homeostat.model.Node;
import io.homeostat.model.Position;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Entries and journals for the tests. */
final class Sample {

    static final Instant NOW = Instant.parse("2026-11-21T04:00:00.123456Z");
    static final String BOOT = "827afb08-8674-4807-9020-00c22f2800d7";
    static final String NEXT_BOOT = "11111111-8674-4807-9020-00c22f2800d7";

    private Sample() {}

    static Entry entry(String message) {
        return new Entry("test.event", "shop", "Deployment/web", message, Node.Mapping.EMPTY.with("n", 1));
    }

    static Entry random(Random random) {
        return new Entry(
                "test." + random.nextInt(5),
                random.nextBoolean() ? "" : "shop",
                "",
                text(random, random.nextInt(60)),
                mapping(random, 3));
    }

    private static Node.Mapping mapping(Random random, int depth) {
        Map<String, Node.Field> fields = new LinkedHashMap<>();
        for (int i = random.nextInt(4); i > 0; i--) {
            fields.put(text(random, 1 + random.nextInt(5)), new Node.Field(Position.NONE, node(random, depth - 1)));
        }
        return new Node.Mapping(fields, Position.NONE);
    }

    private static Node node(Random random, int depth) {
        return switch (random.nextInt(depth > 0 ? 6 : 4)) {
            case 0 -> Node.Text.of(text(random, random.nextInt(20)));
            case 1 -> Node.Numeric.of(random.nextLong());
            case 2 -> Node.Bool.of(random.nextBoolean());
            case 3 -> new Node.Null(Position.NONE);
            case 4 -> mapping(random, depth);
            default -> {
                List<Node> elements = new ArrayList<>();
                for (int i = random.nextInt(4); i > 0; i--) {
                    elements.add(node(random, depth - 1));
                }
                yield new Node.Sequence(elements, Position.NONE);
            }
        };
    }

    private static String text(Random random, int length) {
        String alphabet = "abc \"\\\n\r\t\u0000{}[],:‹ü€\uD83D\uDE00";
        int[] points = alphabet.codePoints().toArray();
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < length; i++) {
            text.appendCodePoint(points[random.nextInt(points.length)]);
        }
        return text.toString();
    }

    /** Small segments, so that a few dozen events fill several. */
    static FileJournal open(Path directory) throws IOException {
        return open(directory, BOOT);
    }

    static FileJournal open(Path directory, String boot) throws IOException {
        return FileJournal.open(directory, () -> NOW, 2000, boot);
    }

    static List<Event> all(Journal journal) throws IOException {
        List<Event> events = new ArrayList<>();
        journal.read(0, events::add);
        return events;
    }
}
