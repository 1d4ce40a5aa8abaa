package io.homeostat.target.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import io.homeostat.model.Node;
import io.homeostat.model.ObjectKey;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** For people who look at an object and nowhere else. */
@Tag("cluster")
class EventsStandOnObjectsTest {

    @Test
    void whatIsToldOfAnObjectStandsOnItOnce(@TempDir Path directory) throws Exception {
        try (Lab lab = new Lab(directory, "events")) {
            lab.write("apps/shop/settings.yaml", """
                    apiVersion: v1
                    kind: ConfigMap
                    metadata: {name: settings, namespace: NS}
                    data: {greeting: hello}
                    """);
            lab.start();
            lab.converge("default");
            ObjectKey key = lab.target().keysOf("default").getFirst();
            for (int i = 0; i < 5; i++) {
                lab.target().tell(key, true, "Drifted", "greeting is bye, written by 'kubectl-edit'");
            }
            lab.target().tell(key, false, "Repaired", "greeting is as Git says");
            lab.await("both events", () -> events(lab).size() == 2);
            Node.Mapping drifted = events(lab).stream()
                    .filter(event -> event.text("reason", "").equals("Drifted"))
                    .findFirst()
                    .orElseThrow();
            assertThat(drifted.text("type")).isEqualTo("Warning");
            assertThat(drifted.text("message")).contains("kubectl-edit");
            assertThat(drifted.mapping("source").text("component")).isEqualTo("homeostat");
            assertThat(drifted.mapping("involvedObject").text("uid"))
                    .isEqualTo(Cluster.get(lab.path("configmaps", "settings"))
                            .mapping("metadata")
                            .text("uid"));
        }
    }

    private static List<Node.Mapping> events(Lab lab) throws IOException {
        return Cluster.get("/api/v1/namespaces/" + lab.namespace + "/events").sequence("items").stream()
                .map(Node.Mapping.class::cast)
                .toList();
    }
}
