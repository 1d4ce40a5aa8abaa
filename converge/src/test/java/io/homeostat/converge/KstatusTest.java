package io.homeostat.converge;

import static org.assertj.core.api.Assertions.assertThat;

import io.homeostat.converge.Health.Status;
import io.homeostat.converge.Target.Live;
import io.homeostat.model.Document;
import io.homeostat.model.Documents;
import io.homeostat.model.Node;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Health from an object's own status. */
class KstatusTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            apps/v1  | Deployment  | {replicas: 2} | {}                                                              | PROGRESSING
            apps/v1  | Deployment  | {replicas: 2} | {replicas: 2, updatedReplicas: 2, availableReplicas: 2}         | HEALTHY
            apps/v1  | Deployment  | {replicas: 2} | {replicas: 3, updatedReplicas: 2, availableReplicas: 3}         | PROGRESSING
            apps/v1  | Deployment  | {replicas: 2} | {replicas: 2, updatedReplicas: 1, availableReplicas: 2}         | PROGRESSING
            apps/v1  | Deployment  | {replicas: 4} | {heldReplicas: 2, replicas: 2, updatedReplicas: 2, availableReplicas: 2} | HEALTHY
            apps/v1  | Deployment  | {replicas: 4} | {heldReplicas: 2, replicas: 2, updatedReplicas: 1, availableReplicas: 2} | PROGRESSING
            apps/v1  | Deployment  | {replicas: 0} | {}                                                              | HEALTHY
            apps/v1  | Deployment  | {replicas: 1} | {conditions: [{type: Progressing, status: "False", reason: ProgressDeadlineExceeded}]} | DEGRADED
            apps/v1  | StatefulSet | {replicas: 2} | {replicas: 2, readyReplicas: 1, updatedReplicas: 2}             | PROGRESSING
            apps/v1  | StatefulSet | {replicas: 2} | {replicas: 2, readyReplicas: 2, updatedReplicas: 2}             | HEALTHY
            apps/v1  | StatefulSet | {replicas: 1} | {replicas: 2, readyReplicas: 2, updatedReplicas: 2}             | PROGRESSING
            batch/v1 | Job         | {}            | {}                                                              | PROGRESSING
            batch/v1 | Job         | {}            | {startTime: now, active: 1}                                     | HEALTHY
            batch/v1 | Job         | {}            | {conditions: [{type: Complete, status: "True"}]}                | HEALTHY
            batch/v1 | Job         | {}            | {conditions: [{type: Failed, status: "True", message: broke}]}  | DEGRADED
            v1       | ConfigMap   | {}            | {}                                                              | HEALTHY
            x.io/v1  | Thing       | {}            | {conditions: [{type: Ready, status: "False"}]}                  | PROGRESSING
            x.io/v1  | Thing       | {}            | {conditions: [{type: Ready, status: "Unknown"}]}                | UNKNOWN
            x.io/v1  | Thing       | {}            | {conditions: [{type: Stalled, status: "True"}]}                 | DEGRADED
            x.io/v1  | Thing       | {}            | {observedGeneration: 1}                                         | HEALTHY
            """)
    void healthIsWhatTheStatusSays(String apiVersion, String kind, String spec, String status, Status expected) {
        Node.Mapping content = content(apiVersion, kind, spec);
        Document document = Documents.restore(content);
        Node.Mapping observed = content("v1", "Status", status).mapping("spec");
        Live live = new Live(document.key(), "a", "r", "f", "d", content, observed, List.of());
        assertThat(Kstatus.of(live).status()).isEqualTo(expected);
    }

    private static Node.Mapping content(String apiVersion, String kind, String spec) {
        String yaml = "{apiVersion: %s, kind: %s, metadata: {name: x}, spec: %s}".formatted(apiVersion, kind, spec);
        return Documents.parse("x.yaml", yaml.getBytes(StandardCharsets.UTF_8))
                .documents()
                .getFirst()
                .content();
    }
}
