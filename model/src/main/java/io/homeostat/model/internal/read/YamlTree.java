package io.homeostat.model.internal.read;

import io.homeostat.model.Node;
import io.homeostat.model.Position;
import io.homeostat.model.Problem;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.snakeyaml.engine.v2.common.Anchor;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.MappingStartEvent;
import org.snakeyaml.engine.v2.events.NodeEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.events.SequenceStartEvent;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.parser.Parser;

/**
 * Builds our tree straight from the parser's events. An alias shares the node it names (nodes are immutable), but costs its
 * full size: what a reader of the tree would walk is what is counted.
 */
final class YamlTree {
    private final Parser events;
    private final String file;
    private final int lineOffset;
    private final Budget budget;
    private final List<Problem> problems;
    private final Map<Anchor, Anchored> anchors = new HashMap<>();
    private int deepest;

    /**
     * @param size how many nodes it holds, itself included
     * @param height how many levels it goes down below itself
     */
    private record Anchored(Node node, int size, int height) {}

    YamlTree(Parser events, String file, int lineOffset, Budget budget, List<Problem> problems) {
        this.events = events;
        this.file = file;
        this.lineOffset = lineOffset;
        this.budget = budget;
        this.problems = problems;
    }

    /** The document whose start was just read. */
    Node document() {
        anchors.clear();
        deepest = 0;
        Node root = node(events.next(), 1);
        events.next();
        return root;
    }

    private Node node(Event event, int depth) {
        if (event instanceof AliasEvent alias) {
            return alias(alias, depth);
        }
        Position at = place(event);
        budget.descend(depth, at);
        budget.spend(1, at);
        Optional<Anchor> anchor = ((NodeEvent) event).getAnchor();
        if (anchor.isEmpty()) {
            deepest = Math.max(deepest, depth);
            return content(event, at, depth);
        }
        int before = budget.nodes();
        int outer = deepest;
        deepest = depth;
        anchors.remove(anchor.get());
        Node node = content(event, at, depth);
        anchors.put(anchor.get(), new Anchored(node, budget.nodes() - before + 1, deepest - depth));
        deepest = Math.max(outer, deepest);
        return node;
    }

    private Node content(Event event, Position at, int depth) {
        return switch (event) {
            case ScalarEvent scalar -> scalar(scalar, at);
            case SequenceStartEvent start -> sequence(start, at, depth);
            case MappingStartEvent start -> mapping(start, at, depth);
            default -> throw new IllegalStateException("no node starts with " + event.getEventId());
        };
    }

    private Node alias(AliasEvent alias, int depth) {
        Position at = place(alias);
        Anchored anchored = anchors.get(alias.getAlias());
        if (anchored == null) {
            problems.add(Problem.error(
                            at, "unknown-alias", "the alias '*" + alias.getAlias() + "' names nothing written above it")
                    .expecting("an anchor '&" + alias.getAlias() + "' earlier in this document"));
            budget.spend(1, at);
            return new Node.Null(at);
        }
        budget.spend(anchored.size, at);
        budget.descend(depth + anchored.height, at);
        deepest = Math.max(deepest, depth + anchored.height);
        return anchored.node;
    }

    private Node scalar(ScalarEvent scalar, Position at) {
        String value = scalar.getValue();
        String tag = scalar.getTag().orElse(scalar.isPlain() ? "" : Tags.TEXT);
        Node node = Tags.scalar(tag, value, at);
        if (node != null) {
            return node;
        }
        problems.add(
                tag.isEmpty()
                        ? Problem.error(at, "wrong-type", "'" + value + "' is no number that JSON can hold")
                                .suggesting("quote it if it is text")
                        : Tags.refused(tag, at));
        return new Node.Null(at);
    }

    private Node sequence(SequenceStartEvent start, Position at, int depth) {
        checkTag(start, Tags.SEQUENCE, at);
        List<Node> elements = new ArrayList<>();
        for (Event next = events.next(); next.getEventId() != Event.ID.SequenceEnd; next = events.next()) {
            elements.add(node(next, depth + 1));
        }
        return new Node.Sequence(elements, at);
    }

    private Node mapping(MappingStartEvent start, Position at, int depth) {
        checkTag(start, Tags.MAPPING, at);
        Map<String, Node.Field> fields = new LinkedHashMap<>();
        List<Node.Field> merges = new ArrayList<>();
        for (Event next = events.next(); next.getEventId() != Event.ID.MappingEnd; next = events.next()) {
            Position keyAt = place(next);
            boolean merge = next instanceof ScalarEvent key
                    && key.isPlain()
                    && key.getValue().equals("<<")
                    && key.getTag().isEmpty();
            Node key = node(next, depth + 1);
            Node value = node(events.next(), depth + 1);
            if (merge) {
                Merge.checkOrder(fields, value, keyAt, problems);
                merges.add(new Node.Field(keyAt, value));
            } else {
                put(fields, key, keyAt, value);
            }
        }
        for (Node.Field merged : merges) {
            Merge.into(fields, merged, problems);
        }
        return new Node.Mapping(fields, at);
    }

    private void put(Map<String, Node.Field> fields, Node key, Position at, Node value) {
        String name;
        switch (key) {
            case Node.Text text -> name = Keys.canonical(text.value());
            case Node.Numeric number -> name = number.toString();
            case Node.Bool bool -> {
                name = bool.toString();
                problems.add(Problem.warning(at, "boolean-key", "this key is read as the boolean " + name)
                        .suggesting("quote the key if it is meant as a word"));
            }
            default -> {
                problems.add(
                        Problem.error(at, "wrong-type", "a key must be text").expecting("'key: value'"));
                return;
            }
        }
        Node.Field first = fields.putIfAbsent(name, new Node.Field(at, value));
        if (first != null) {
            problems.add(duplicateKey(name, at, first.keyAt()));
        }
    }

    static Problem duplicateKey(String name, Position at, Position first) {
        return Problem.error(at, "duplicate-key", "the key '" + name + "' is here twice, first at " + first)
                .suggesting("remove one of them");
    }

    private void checkTag(CollectionStartEvent start, String usual, Position at) {
        String tag = start.getTag().orElse("");
        if (!tag.isEmpty() && !tag.equals("!") && !tag.equals(usual)) {
            problems.add(Tags.refused(tag, at));
        }
    }

    private Position place(Event event) {
        Mark mark = event.getStartMark().orElse(null);
        return mark == null
                ? new Position(file, lineOffset + 1, 1)
                : new Position(file, lineOffset + mark.getLine() + 1, mark.getColumn() + 1);
    }
}
