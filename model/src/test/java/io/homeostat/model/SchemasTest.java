package io.homeostat.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SchemasTest {

    @Test
    void theShippedJsonSchemasAreThoseOfTheCode() throws IOException {
        for (Map.Entry<String, String> schema : Schemas.jsonSchemas().entrySet()) {
            GeneratedFile.isUpToDate("../schemas/" + schema.getKey(), schema.getValue());
        }
    }

    @Test
    void theReferenceIsThatOfTheCode() throws IOException {
        for (Map.Entry<String, String> page : Schemas.reference().entrySet()) {
            GeneratedFile.isUpToDate("../docs/reference/" + page.getKey(), page.getValue());
        }
    }

    @Test
    void everyFieldOfOurKindsIsExplained() {
        Schemas.reference().forEach((file, page) -> {
            if (!file.equals("kubernetes.md")) {
                assertThat(page).as(file).doesNotContain("|  |\n");
            }
        });
    }

    /** The example of each reference page is one that passes. */
    @Test
    void theExamplesOfTheReferencePass() throws IOException {
        String page = Files.readString(Path.of("../docs/reference/README.md"));
        int examples = 0;
        for (String rest = page; rest.contains("```yaml\n"); ) {
            rest = rest.substring(rest.indexOf("```yaml\n") + 8);
            String example = rest.substring(0, rest.indexOf("```"));
            assertThat(DocumentsTest.parse(example).problems()).as(example).isEmpty();
            examples++;
        }
        assertThat(examples).isGreaterThanOrEqualTo(2);
    }
}
