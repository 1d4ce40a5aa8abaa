package io.homeostat.target.local.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.homeostat.model.Document;
import io.homeostat.model.Documents;
import io.homeostat.model.ObjectKey;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class CallsTest {

    private static final ObjectKey API = new ObjectKey("", "Service", "default", "api-v2");
    private static final ObjectKey AWAY = new ObjectKey("", "Service", "other", "api-v2");

    private static boolean calls(ObjectKey service, String annotation, String inner, String env, String args) {
        String yaml = """
            apiVersion: apps/v1
            kind: Deployment
            metadata: {name: web, annotations: {%s}}
            spec:
              template:
                metadata: {annotations: {%s}}
                spec:
                  containers:
                  - {name: main, env: [%s], args: [%s]}
            """.formatted(annotation, inner, env, args);
        Document document = Documents.parse("test.yaml", yaml.getBytes(StandardCharsets.UTF_8))
                .documents()
                .getFirst();
        return Calls.of(document.key(), document.content()).calls(service, document.key());
    }

    @Test
    void usingTheAddressOfAServiceDeclaresTheCall() {
        assertThat(calls(API, "", "", "{name: URL, value: 'http://$(API_V2_SERVICE_HOST):80'}", ""))
                .isTrue();
        assertThat(calls(API, "", "", "", "'--port=$(API_V2_SERVICE_PORT_HTTP)'"))
                .isTrue();
        assertThat(calls(API, "", "", "{name: URL, value: 'http://$(API_SERVICE_HOST):80'}", ""))
                .isFalse();
        assertThat(calls(AWAY, "", "", "{name: URL, value: 'http://$(API_V2_SERVICE_HOST):80'}", ""))
                .isFalse();
    }

    @Test
    void theAnnotationDeclaresItOnTheObjectAndOnItsTemplate() {
        assertThat(calls(API, "homeostat.io/calls: 'db, api-v2'", "", "", "")).isTrue();
        assertThat(calls(API, "", "homeostat.io/calls: api-v2", "", "")).isTrue();
        assertThat(calls(AWAY, "homeostat.io/calls: api-v2", "", "", "")).isFalse();
        assertThat(calls(AWAY, "homeostat.io/calls: api-v2.other", "", "", "")).isTrue();
        assertThat(calls(API, "", "", "", "")).isFalse();
    }
}
