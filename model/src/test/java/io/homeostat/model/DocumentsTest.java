package io.homeostat.model;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.homeostat.model.Documents.Parsed;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DocumentsTest {

    @Test
    void everyNodeKnowsWhereItWasWritten() {
        Parsed parsed = parse("""
                # a comment
                apiVersion: example.org/v1
                kind: Thing
                metadata:
                  name: web
                spec:
                  parts:
                    - size: 3
                """);

        assertThat(parsed.problems()).isEmpty();
        Document document = parsed.documents().getFirst();
        assertThat(document.key()).isEqualTo(new ObjectKey("example.org", "Thing", "default", "web"));
        assertThat(document.at()).hasToString("f.yaml:2:1");
        Node.Mapping part = (Node.Mapping) document.spec().sequence("parts").getFirst();
        Node.Field size = requireNonNull(part.fields().get("size"));
        assertThat(size.keyAt()).hasToString("f.yaml:8:7");
        assertThat(size.value().at()).hasToString("f.yaml:8:13");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            ignoreLeadingAndTrailingWhitespace = true,
            value = {
                "yes | true",
                "Off | false",
                "y | true",
                "'''yes''' | \"yes\"",
                "012 | 10",
                "0o17 | 15",
                "0x1F | 31",
                "0b101 | 5",
                "-0b11 | -3",
                "-012 | -10",
                "08 | 8",
                "-0.5 | -0.5",
                "0e2 | 0",
                "1_000 | 1000",
                "+7 | 7",
                "1.50 | 1.5",
                ".5 | 0.5",
                "5. | 5",
                "1e3 | 1000",
                "1e400 | \"1e400\"",
                "12345678901234567890123 | 12345678901234567890123",
                "1:30 | \"1:30\"",
                "2026-11-21 | \"2026-11-21\"",
                "~ | null",
                "Null | null",
                "- | [null]",
                "nO | \"nO\"",
                "1.2.3 | \"1.2.3\"",
                "0xZZ | \"0xZZ\"",
                "_1 | \"_1\"",
                "'!!str 5' | \"5\"",
                "'!!int 5' | 5",
            })
    void scalarsMeanWhatTheyMeanToKubectl(String written, String json) {
        Parsed parsed = parse(head("web") + "value: " + (written.equals("-") ? "\n  -" : written) + "\n");
        assertThat(parsed.problems()).isEmpty();
        Node value = requireNonNull(parsed.documents().getFirst().content().get("value"));
        assertThat(Json.write(value)).isEqualTo(json);
    }

    @Test
    void aNumberThatJsonCannotHoldIsRefused() {
        assertThat(texts(parse(head("web") + "value: .inf\n")))
                .containsExactly("f.yaml:5:8: '.inf' is no number that JSON can hold; quote it if it is text");
    }

    @Test
    void aBooleanAsKeyIsReadAsKubectlReadsItAndPointedOut() {
        Parsed parsed = parse(head("web") + "on: 1\n");
        assertThat(parsed.documents().getFirst().content().get("true")).isEqualTo(Node.Numeric.of(1));
        assertThat(parsed.hasErrors()).isFalse();
        assertThat(texts(parsed)).singleElement().asString().contains("f.yaml:5:1: warning: ");
    }

    @Test
    void whatCouldNotBeReadIsKnownByItsKind() {
        Parsed parsed = parse(head("web") + """
                ---
                kind: Rollout
                metadata: {name: api
                spec: {}
                ---
                {"kind": "Calendar", "metadata": {"name": "year"}}
                """);
        assertThat(parsed.unread()).containsOnlyKeys("Calendar", "Rollout");
        assertThat(parse(head("web")).unread()).isEmpty();
        assertThat(parse(head("web") + "a: 1\na: 2\n").unread())
                .as("it has a mistake, and is known nevertheless")
                .isEmpty();
    }

    @Test
    void duplicateKeysAreReportedWithBothPlaces() {
        assertThat(texts(parse(head("web") + "spec:\n  a: 1\n  b: 2\n  a: 3\n")))
                .containsExactly("f.yaml:8:3: the key 'a' is here twice, first at f.yaml:6:3; remove one of them");
    }

    @Test
    void mergeKeysFillInWhatIsNotThere() {
        Parsed parsed = parse(head("web") + """
                base: &base {a: 1, b: 2}
                more: &more {b: 9, c: 3}
                one: {<<: *base, a: 7}
                two: {<<: [*base, *more]}
                """);
        assertThat(parsed.problems()).isEmpty();
        Node.Mapping content = parsed.documents().getFirst().content();
        assertThat(content.mapping("one").integer("a", 0)).isEqualTo(7);
        assertThat(content.mapping("one").integer("b", 0)).isEqualTo(2);
        assertThat(content.mapping("two").integer("b", 0)).isEqualTo(2);
        assertThat(content.mapping("two").integer("c", 0)).isEqualTo(3);
    }

    @Test
    void aMergeWhoseMeaningDependsOnTheReaderIsRefused() {
        assertThat(parse(head("web") + "base: &base {a: 1}\none: {a: 7, <<: *base}\n")
                        .problems())
                .singleElement()
                .satisfies(problem -> assertThat(problem.code()).isEqualTo("ambiguous-merge"));
    }

    @Test
    void aBrokenDocumentDoesNotHideTheOthers() {
        Parsed parsed = parse("""
                apiVersion: a.b/v1
                kind: Thing
                metadata: {name: one}
                ---
                apiVersion: a.b/v1
                kind: "Thing
                metadata: {name: two}
                ---
                apiVersion: a.b/v1
                kind: Thing
                metadata: {name: three}
                ---
                apiVersion: a.b/v1
                  kind: Thing
                ---
                apiVersion: a.b/v1
                kind: Thing
                metadata: {name: FOUR}
                """);

        assertThat(parsed.documents().stream().map(document -> document.key().name()))
                .containsExactly("one", "three");
        assertThat(parsed.problems().stream()
                        .map(problem -> problem.code() + " " + problem.at().line()))
                .containsExactly("syntax 8", "syntax 14", "bad-name 18");
    }

    @Test
    void everyDocumentMustSayWhichObjectItIs() {
        assertThat(texts(parse("kind: 7\nmetadata:\n  labels: {}\n---\n- 1\n")))
                .containsExactly(
                        "f.yaml:1:1: 'apiVersion' is missing, expected text such as 'apps/v1'",
                        "f.yaml:1:7: 'kind' must be text, expected text such as 'Deployment'; quote it",
                        "f.yaml:3:3: 'name' is missing, expected text such as 'web'",
                        "f.yaml:5:1: a document must be a mapping, expected 'apiVersion', 'kind', 'metadata' …");
    }

    @Test
    void listsAreFlattened() {
        Parsed parsed = parse("""
                apiVersion: v1
                kind: List
                items:
                  - {apiVersion: example.org/v1, kind: Thing, metadata: {name: a}}
                  - {apiVersion: example.org/v1, kind: Thing, metadata: {name: b, namespace: other}}
                """);
        assertThat(parsed.documents().stream().map(document -> document.key().toString()))
                .containsExactly("Thing/a", "other/Thing/b");
    }

    @Test
    void jsonIsReadWithItsPlaces() {
        Parsed parsed = Documents.parse("f.json", """
                {"apiVersion": "a.b/v1", "kind": "Thing", "metadata": {"name": "a"}, "n": 012}
                """.getBytes(StandardCharsets.UTF_8));
        assertThat(parsed.problems()).singleElement().satisfies(problem -> {
            assertThat(problem.code()).isEqualTo("syntax");
            assertThat(problem.at().line()).isEqualTo(1);
        });

        Parsed good = Documents.parse(
                "f.json",
                "{\"apiVersion\": \"a.b/v1\", \"kind\": \"Thing\",\n \"metadata\": {\"name\": \"a\", \"x\": 1, \"x\": 2}}"
                        .getBytes(StandardCharsets.UTF_8));
        assertThat(texts(good))
                .containsExactly("f.json:2:36: the key 'x' is here twice, first at f.json:2:28; remove one of them");
    }

    @Test
    void flowStyleYamlThatIsNotJsonIsYaml() {
        assertThat(parse("{apiVersion: example.org/v1, kind: Thing, metadata: {name: a}}\n")
                        .documents())
                .hasSize(1);
    }

    @Test
    void whatASecretHoldsIsHiddenButKept() {
        Parsed parsed = parse("""
                apiVersion: v1
                kind: Secret
                metadata: {name: s}
                data: {user: YWRtaW4=, broken: hunter2!}
                stringData: {pin: 1234, word: hunter2}
                """);
        Node.Mapping content = parsed.documents().getFirst().content();
        assertThat(content.mapping("data").get("user"))
                .isInstanceOfSatisfying(
                        Node.Hidden.class, hidden -> assertThat(hidden.reveal()).isEqualTo("YWRtaW4="));
        assertThat(parsed.problems().stream().map(Problem::code)).containsExactly("bad-base64", "wrong-type");
        assertThat(content + Json.write(content) + Yaml.write(content) + texts(parsed))
                .doesNotContain("hunter2")
                .doesNotContain("YWRtaW4=")
                .doesNotContain("1234");
    }

    @Test
    void aSyntaxErrorInASecretDoesNotQuoteIt() {
        assertThat(texts(parse("kind: Secret\nstringData: {word: \"hunter2\\q\"}\n"))
                        .toString())
                .contains("f.yaml:2:")
                .doesNotContain("hunter2");
        assertThat(texts(Documents.parse(
                                "s.json", "{\"kind\": \"Secret\", \"x\": hunter2}".getBytes(StandardCharsets.UTF_8)))
                        .toString())
                .contains("s.json:1:")
                .doesNotContain("hunter2");
    }

    @Test
    void aStoredSecretComesBackHidden() throws Exception {
        Document secret = parse("""
                        apiVersion: v1
                        kind: Secret
                        metadata: {name: s}
                        stringData: {word: hunter2}
                        """).documents().getFirst();
        Node stored = Json.read(Json.writeRevealing(secret.content()));
        assertThat(Documents.restore((Node.Mapping) stored)).isEqualTo(secret);
        assertThatThrownBy(() -> Documents.restore(Node.Mapping.EMPTY)).isInstanceOf(IllegalArgumentException.class);
    }

    static Parsed parse(String yaml) {
        return Documents.parse("f.yaml", yaml.getBytes(StandardCharsets.UTF_8));
    }

    static List<String> texts(Parsed parsed) {
        return parsed.problems().stream().map(Problem::toString).toList();
    }

    static String head(String name) {
        return "apiVersion: example.org/v1\nkind: Thing\nmetadata:\n  name: " + name + "\n";
    }
}
