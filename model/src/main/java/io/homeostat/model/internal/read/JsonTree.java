package io.homeostat.model.internal.read;

import io.homeostat.model.Node;
import io.homeostat.model.Position;
import io.homeostat.model.Problem;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.exc.UnexpectedEndOfInputException;
import tools.jackson.core.json.JsonFactory;

/** Builds our tree from JSON: one value or several after each other. */
public final class JsonTree {
    private static final JsonFactory FACTORY = new JsonFactory();

    private final JsonParser parser;
    private final @Nullable String file;
    private final Budget budget;
    private final List<Problem> problems;

    private JsonTree(JsonParser parser, @Nullable String file, Budget budget, List<Problem> problems) {
        this.parser = parser;
        this.file = file;
        this.budget = budget;
        this.problems = problems;
    }

    static void documents(SourceText source, Budget budget, List<Problem> problems, Consumer<Node> documents) {
        try (JsonParser parser = FACTORY.createParser(ObjectReadContext.empty(), source.text())) {
            var tree = new JsonTree(parser, source.file(), budget, problems);
            try {
                while (parser.nextToken() != null) {
                    Node root = tree.value(1);
                    if (!(root instanceof Node.Null)) {
                        budget.document(root.at());
                        documents.accept(root);
                    }
                }
            } catch (JacksonException broken) {
                problems.add(tree.syntax(broken));
            }
        }
    }

    /** One value, without positions, from JSON that a machine wrote. */
    public static Node only(byte[] json) {
        try (JsonParser parser = FACTORY.createParser(ObjectReadContext.empty(), json)) {
            return only(parser);
        }
    }

    /** One value, without positions, from JSON that a machine wrote. */
    public static Node only(String json) {
        try (JsonParser parser = FACTORY.createParser(ObjectReadContext.empty(), json)) {
            return only(parser);
        }
    }

    private static Node only(JsonParser parser) {
        List<Problem> problems = new ArrayList<>();
        var tree = new JsonTree(parser, null, Budget.ofMachine(), problems);
        try {
            if (parser.nextToken() == null) {
                throw new IllegalArgumentException("there is no JSON here");
            }
            Node value = tree.value(1);
            if (parser.nextToken() != null) {
                throw new IllegalArgumentException("there is more than one JSON value");
            }
            if (!problems.isEmpty()) {
                throw new IllegalArgumentException(problems.getFirst().message());
            }
            return value;
        } catch (JacksonException broken) {
            Problem problem = tree.syntax(broken);
            throw new IllegalArgumentException(problem.message() + " (" + problem.at() + ")", broken);
        } catch (Budget.Halt halt) {
            throw new IllegalArgumentException(halt.problem().message(), halt);
        }
    }

    private Node value(int depth) {
        Position at = place();
        budget.descend(depth, at);
        budget.spend(1, at);
        return switch (parser.currentToken()) {
            case START_OBJECT -> mapping(at, depth);
            case START_ARRAY -> sequence(at, depth);
            case VALUE_STRING -> new Node.Text(parser.getString(), at);
            case VALUE_TRUE -> new Node.Bool(true, at);
            case VALUE_FALSE -> new Node.Bool(false, at);
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> number(at);
            default -> new Node.Null(at);
        };
    }

    private Node mapping(Position at, int depth) {
        Map<String, Node.Field> fields = new LinkedHashMap<>();
        for (String key = parser.nextName(); key != null; key = parser.nextName()) {
            Position keyAt = place();
            parser.nextToken();
            Node value = value(depth + 1);
            Node.Field first = fields.putIfAbsent(Keys.canonical(key), new Node.Field(keyAt, value));
            if (first != null) {
                problems.add(YamlTree.duplicateKey(key, keyAt, first.keyAt()));
            }
        }
        return new Node.Mapping(fields, at);
    }

    private Node sequence(Position at, int depth) {
        List<Node> elements = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            elements.add(value(depth + 1));
        }
        return new Node.Sequence(elements, at);
    }

    private Node number(Position at) {
        String text = parser.getString();
        BigDecimal value = text.length() <= 15 && parser.currentToken() == JsonToken.VALUE_NUMBER_INT
                ? BigDecimal.valueOf(Long.parseLong(text))
                : Scalars.decimal(text);
        if (value == null) {
            problems.add(Problem.error(at, "wrong-type", "the number is too large"));
            return new Node.Null(at);
        }
        return new Node.Numeric(value, at);
    }

    private Position place() {
        if (file == null) {
            return Position.NONE;
        }
        TokenStreamLocation location = parser.currentTokenLocation();
        return new Position(file, location.getLineNr(), location.getColumnNr());
    }

    /** Says where and roughly what; the text itself is not quoted, it may be a Secret's. */
    private Problem syntax(JacksonException broken) {
        TokenStreamLocation location = broken.getLocation();
        Position at = location == null || location.getLineNr() < 1
                ? new Position(file == null ? "" : file, 1, 1)
                : new Position(file == null ? "" : file, location.getLineNr(), Math.max(1, location.getColumnNr()));
        return broken instanceof UnexpectedEndOfInputException
                ? Problem.error(at, "syntax", "this is not JSON: the text ends in the middle of a value")
                        .suggesting("is a quote or a bracket left open above?")
                : Problem.error(at, "syntax", "this is not JSON: unexpected text here")
                        .suggesting("look for a missing comma, quote or bracket");
    }
}
