package io.homeostat.model;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.InputFormat;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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

    /** A standard validator and our own check say the same of each line put into a valid document. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Environment | {} | true",
                "Environment | {include: [apps], protected: true} | true",
                "Environment | {target: {local: {}}} | true",
                "Environment | {target: {}} | false",
                "Environment | {target: {local: {}, kubernetes: {}}} | false",
                "Environment | {include: apps} | false",
                "Environment | {includes: [apps]} | false",
                "Environment | {images: {a: host, 'b:1': 'dir:b'}} | true",
                "Environment | {images: {a: 1}} | false",
                "Environment | {sync: {interval: 1h30m, drift: detect, prune: {maxDeletedPercent: 100}}} | true",
                "Environment | {sync: {interval: 30}} | false",
                "Environment | {sync: {interval: half an hour}} | false",
                "Environment | {sync: {drift: ignore}} | false",
                "Environment | {sync: {prune: {maxDeletedPercent: 101}}} | false",
                "Environment | {protected: 'yes'} | false",
                "Application | {path: ../other, dependsOn: [{application: a}]} | true",
                "Application | {dependsOn: [{when: application.ready}]} | false",
                "Application | {dependsOn: [{application: A_b}]} | false",
                "Application | {sync: {interval: 5s}} | false",
                "Application | {sync: {onFailure: keep, writeBack: note}} | true",
            })
    void theSchemaAndTheCheckAgree(String kind, String spec, boolean valid) {
        Documents.Parsed parsed = DocumentsTest.parse(
                "apiVersion: homeostat.io/v1\nkind: " + kind + "\nmetadata: {name: a}\nspec: " + spec + "\n");
        String schema = requireNonNull(Schemas.jsonSchemas().get(kind.toLowerCase(Locale.ROOT) + ".schema.json"));
        var errors = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                .getSchema(schema)
                .validate(Json.write(parsed.documents().getFirst().content()), InputFormat.JSON);
        assertThat(parsed.problems().isEmpty()).as(parsed.problems().toString()).isEqualTo(valid);
        assertThat(errors.isEmpty()).as(errors.toString()).isEqualTo(valid);
    }
}
