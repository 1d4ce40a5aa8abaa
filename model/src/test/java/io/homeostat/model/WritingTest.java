package io.homeostat.model;

import static io.homeostat.model.DocumentsTest.head;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class WritingTest {
    private static final String[] AWKWARD = {
        "",
        " ",
        "yes",
        "012",
        "1e3",
        "~",
        "- a",
        "a: b",
        "a #b",
        "a\n",
        "a\nb",
        "a\n\nb\n",
        " a\nb",
        "a\n\n",
        "a \nb",
        "tab\there",
        "'",
        "\"",
        "é ü 😀",
        "2026-11-21",
        "1:30",
        "!tag",
        "&a",
        "*a",
        "{",
        "[",
        "%",
        "@",
        "`",
        "a:",
        "#",
        "null",
        "\u0085",
        "\u2028",
        "\r",
        "a\r\nb",
        "<<",
        "=",
        ".5",
        "0x1",
        "---",
        "a\n---\nb",
        "? x",
        "|",
        ">",
        "\\"
    };

    @Test
    void whatIsWrittenIsReadBackEqual() throws Exception {
        for (long seed = 1; seed <= 500; seed++) {
            Node.Mapping tree = new Node.Mapping(new LinkedHashMap<>(), Position.NONE)
                    .with("apiVersion", "example.org/v1")
                    .with("kind", "Thing")
                    .with("metadata", Node.Mapping.EMPTY.with("name", "web"))
                    .with("tree", tree(new Random(seed), 0));

            assertThat(Json.read(Json.write(tree))).as("JSON, seed %d", seed).isEqualTo(tree);
            assertThat(Json.read(Json.pretty(tree)))
                    .as("indented JSON, seed %d", seed)
                    .isEqualTo(tree);
            var parsed = DocumentsTest.parse(Yaml.write(tree));
            assertThat(parsed.problems()).as("YAML, seed %d", seed).isEmpty();
            assertThat(parsed.documents().getFirst().content())
                    .as("YAML, seed %d", seed)
                    .isEqualTo(tree);
        }
    }

    @Test
    void yamlReadsAsAPersonWouldWriteIt() {
        var content =
                DocumentsTest.parse(head("web") + """
                        spec: {replicas: 2, on: {}, args: [a, "yes", [1, 2], {b: 1, c: "x\\ny\\n"}], none: []}
                        """).documents().getFirst().content();
        assertThat(Yaml.write(content)).isEqualTo("""
                        apiVersion: example.org/v1
                        kind: Thing
                        metadata:
                          name: web
                        spec:
                          replicas: 2
                          "true": {}
                          args:
                            - a
                            - "yes"
                            - - 1
                              - 2
                            - b: 1
                              c: |
                                x
                                y
                          none: []
                        """);
    }

    @Test
    void malformedJsonSaysWhere() {
        for (String malformed : List.of("", "{", "{} {}", "{\"a\":1,\"a\":2}", "[1,]", "nul")) {
            assertThatThrownBy(() -> Json.read(malformed)).as(malformed).isInstanceOf(Json.MalformedException.class);
        }
    }

    private static Node tree(Random random, int depth) {
        int choice = random.nextInt(depth > 4 ? 4 : 7);
        return switch (choice) {
            case 0 -> new Node.Null(Position.NONE);
            case 1 -> Node.Bool.of(random.nextBoolean());
            case 2 ->
                new Node.Numeric(new BigDecimal(random.nextInt()).movePointLeft(random.nextInt(12)), Position.NONE);
            case 3 -> Node.Text.of(AWKWARD[random.nextInt(AWKWARD.length)]);
            case 4 -> {
                List<Node> elements = new ArrayList<>();
                for (int i = random.nextInt(4); i > 0; i--) {
                    elements.add(tree(random, depth + 1));
                }
                yield new Node.Sequence(elements, Position.NONE);
            }
            default -> {
                Map<String, Node.Field> fields = new LinkedHashMap<>();
                for (int i = random.nextInt(4); i > 0; i--) {
                    fields.put(
                            AWKWARD[random.nextInt(AWKWARD.length)],
                            new Node.Field(Position.NONE, tree(random, depth + 1)));
                }
                yield new Node.Mapping(fields, Position.NONE);
            }
        };
    }
}
