package io.homeostat.target.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import io.homeostat.model.Documents;
import io.homeostat.model.Node;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class CopiesTest {

    private static Node.Mapping yaml(String text) {
        return Documents.parse("settings.yaml", text.getBytes(StandardCharsets.UTF_8))
                .documents()
                .getFirst()
                .content();
    }

    private static Node.Mapping settings(String data) {
        return yaml("{apiVersion: v1, kind: ConfigMap, metadata: {name: settings}, data: " + data + "}");
    }

    private static Node.Mapping live(String data, String ours) {
        return yaml("{apiVersion: v1, kind: ConfigMap, metadata: {name: settings, managedFields: [{manager: homeostat,"
                + " fieldsV1: {'f:data': " + ours
                + "}}, {manager: injector, fieldsV1: {'f:data': {'f:ca': {}}}}]}, data: "
                + data + "}");
    }

    @Test
    void keysOfOthersAreNoDifferenceAndKeysThatWereOursAre() {
        Node.Mapping wanted = settings("{a: '1'}");
        assertThat(Copies.isThere(wanted, live("{a: '1', ca: x}", "{'f:a': {}}")))
                .isTrue();
        assertThat(Copies.isThere(wanted, live("{a: '2', ca: x}", "{'f:a': {}}")))
                .isFalse();
        assertThat(Copies.isThere(wanted, live("{a: '1', b: '2'}", "{'f:a': {}, 'f:b': {}}")))
                .as("b was declared, and is to go")
                .isFalse();
        assertThat(Copies.isThere(wanted, settings("{a: '1', b: '2'}")))
                .as("nobody says whose b is")
                .isFalse();
        assertThat(Copies.isThere(null, null)).isTrue();
        assertThat(Copies.isThere(wanted, null)).isFalse();
        assertThat(Copies.isThere(null, wanted)).isFalse();
    }

    @Test
    void base64InSeveralLinesIsWhatAClusterKeepsInOne() {
        String secret = "apiVersion: v1\nkind: Secret\nmetadata: {name: s}\ndata:\n  key: %s\n";
        assertThat(Copies.isThere(yaml(secret.formatted("|\n    YWJj\n    ZGVm")), yaml(secret.formatted("YWJjZGVm"))))
                .isTrue();
    }
}
