package io.homeostat.target.kubernetes;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.homeostat.converge.Step;
import io.homeostat.converge.Step.Cause;
import io.homeostat.model.Document;
import io.homeostat.model.Json;
import io.homeostat.model.Node;
import io.homeostat.model.ObjectKey;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReplacementsTest {

    private static Step.Replace step(String group, String kind, String annotations) throws IOException {
        Node.Mapping content = (Node.Mapping)
                Json.read("{\"kind\": \"%s\", \"metadata\": {\"name\": \"settings\", \"annotations\": {%s}}}"
                        .formatted(kind, annotations));
        Document document = new Document(new ObjectKey(group, kind, "shop", "settings"), "v1", content);
        return new Step.Replace(
                new Step.Declared(document, "shop", "r2", "a.yaml", "digest", 0),
                List.of(),
                "it is marked immutable",
                Cause.CHANGE);
    }

    @Test
    void whatCannotBeChangedIsNotDeletedUnaskedAndConfigurationIsToGetAnotherName() {
        assertThatThrownBy(() -> Applying.mayReplace(step("", "ConfigMap", "")))
                .hasMessageContaining("it is marked immutable; give what it is to be another name")
                .hasMessageContaining("homeostat.io/replace: allowed");
        assertThatThrownBy(() -> Applying.mayReplace(step("apps", "Deployment", "")))
                .hasMessageContaining("it is marked immutable; to have it deleted and made anew");
        assertThatCode(() -> Applying.mayReplace(step("", "Secret", "\"homeostat.io/replace\": \"allowed\"")))
                .doesNotThrowAnyException();
        assertThatCode(() -> Applying.mayReplace(step("batch", "Job", ""))).doesNotThrowAnyException();
    }
}
