package io.homeostat.model;

import static io.homeostat.model.DocumentsTest.head;
import static io.homeostat.model.DocumentsTest.parse;
import static org.assertj.core.api.Assertions.assertThat;

import io.homeostat.model.Documents.Parsed;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** Whatever a file holds, it ends in a problem with a place, not in memory exhaustion. */
class LimitsTest {

    @Test
    void aHugeFileIsRefusedByItsSize() {
        byte[] huge = new byte[100 * 1024 * 1024];
        Arrays.fill(huge, (byte) 'a');
        Parsed parsed = Documents.parse("f.yaml", huge);
        assertThat(parsed.documents()).isEmpty();
        assertThat(parsed.problems())
                .singleElement()
                .asString()
                .startsWith("f.yaml:1:1: the file has 104857600 bytes, more than the limit of 8388608 (8 MiB)");
    }

    @Test
    void aliasesCountAtTheirFullSize() {
        StringBuilder bomb = new StringBuilder(head("web")).append("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
        for (int i = 1; i < 10; i++) {
            String before = "*a" + (i - 1);
            bomb.append(
                    "a%d: &a%d [%s]\n".formatted(i, i, String.join(", ", java.util.Collections.nCopies(10, before))));
        }
        assertThat(parse(bomb.toString()).problems()).singleElement().satisfies(problem -> {
            assertThat(problem.code()).isEqualTo("too-large");
            assertThat(problem.at().line()).isEqualTo(10);
        });
    }

    @Test
    void mergedMappingsCountAtTheirFullSize() {
        StringBuilder bomb = new StringBuilder(head("web")).append("a0: &a0 {");
        for (int i = 0; i < 1000; i++) {
            bomb.append("k").append(i).append(": 1, ");
        }
        bomb.append("}\n");
        for (int i = 1; i < 1000; i++) {
            bomb.append("a%d: {<<: *a0}\n".formatted(i));
        }
        assertThat(parse(bomb.toString()).problems())
                .singleElement()
                .satisfies(problem -> assertThat(problem.code()).isEqualTo("too-large"));
    }

    @Test
    void anAliasOfItselfNamesNothing() {
        assertThat(parse(head("web") + "a: &a [*a]\n").problems())
                .singleElement()
                .satisfies(problem -> assertThat(problem.code()).isEqualTo("unknown-alias"));
    }

    @Test
    void aliasesAddTheirDepth() {
        StringBuilder deep = new StringBuilder(head("web")).append("a0: &a0 [x]\n");
        for (int i = 1; i < 100; i++) {
            deep.append("a%d: &a%d [*a%d]\n".formatted(i, i, i - 1));
        }
        assertThat(parse(deep.toString()).problems())
                .singleElement()
                .satisfies(problem -> assertThat(problem.code()).isEqualTo("too-deep"));
    }

    @Test
    void deepNestingIsRefusedInEveryStyle() {
        for (String nested : new String[] {"[", "{a: ", "- ", "? "}) {
            Parsed parsed = parse(head("web") + "a:\n  " + nested.repeat(1_000_000));
            assertThat(parsed.problems()).as(nested).isNotEmpty().allSatisfy(problem -> {
                assertThat(problem.code()).isIn("too-deep", "syntax");
                assertThat(problem.at().line()).isEqualTo(6);
            });
        }
        Parsed json =
                Documents.parse("f.json", "[".repeat(1_000_000).getBytes(java.nio.charset.StandardCharsets.UTF_8));
        assertThat(json.problems())
                .singleElement()
                .satisfies(problem -> assertThat(problem.code()).isEqualTo("too-deep"));
    }

    @Test
    void aHugeNumberCostsNothing() {
        assertThat(parse(head("web") + "a: " + "9".repeat(1_000_000) + "\nb: 1e999999999\nc: 1e-999999999\n")
                        .problems())
                .isEmpty();
    }

    @Test
    void manyBrokenDocumentsAreReadInOneGo() {
        Parsed parsed = parse("---\n@\n".repeat(200_000));
        assertThat(parsed.problems()).hasSize(200);
    }

    @Test
    void whatIsNotTextIsRefusedAtItsPlace() {
        assertThat(Documents.parse("f.yaml", new byte[] {'a', '\n', 'b', (byte) 0xC3, '('})
                        .problems())
                .singleElement()
                .asString()
                .startsWith("f.yaml:2:2: this is not UTF-8 text");
        assertThat(Documents.parse("f.yaml", new byte[] {'a', '\n', 'b', 0}).problems())
                .singleElement()
                .asString()
                .startsWith("f.yaml:2:2: the control character U+0000");
    }
}
