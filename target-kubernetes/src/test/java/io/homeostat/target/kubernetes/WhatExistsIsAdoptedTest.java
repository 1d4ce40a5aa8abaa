package io.homeostat.target.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import io.homeostat.converge.Step;
import io.homeostat.converge.Target.Foreign;
import io.homeostat.model.Node;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What somebody made by hand comes under Git: seen before it is done, and wholly ours after. */
@Tag("cluster")
class WhatExistsIsAdoptedTest {

    private static final String SETTINGS = """
            apiVersion: v1
            kind: ConfigMap
            metadata: {name: settings, namespace: NS}
            data: {greeting: %s, colour: red}
            """;

    @Test
    void itIsTakenOverWhenAskedAndItsFieldsLeaveWithGit(@TempDir Path directory) throws Exception {
        try (Lab lab = new Lab(directory, "adopt")) {
            String path = lab.path("configmaps", "settings");
            Cluster.apply(path, "kubectl", SETTINGS.formatted("bye").replace("NS", lab.namespace));
            lab.write("shop.yaml", SETTINGS.formatted("hello"));
            lab.start();
            lab.look();
            lab.await(
                    "the refusal",
                    () -> lab.messages("step.failed").stream().anyMatch(message -> message.contains("'kubectl'")));

            List<Foreign> foreign = lab.target().foreign(declared(lab));
            assertThat(foreign).singleElement().satisfies(one -> {
                assertThat(one.managers()).containsExactly("kubectl");
                assertThat(one.owner()).isEmpty();
                assertThat(one.changes()).singleElement().satisfies(change -> {
                    assertThat(change.path()).isEqualTo("data.greeting");
                    assertThat(String.valueOf(change.before())).isEqualTo("bye");
                });
            });
            assertThat(Cluster.get(path).mapping("data").text("greeting")).isEqualTo("bye");

            lab.target().adopt(List.of(foreign.getFirst().key()));
            lab.converge("default");
            assertThat(Cluster.get(path).mapping("data").text("greeting")).isEqualTo("hello");
            assertThat(lab.target().foreign(declared(lab))).isEmpty();
            assertThat(Cluster.get(path).mapping("metadata").sequence("managedFields"))
                    .extracting(entry -> ((Node.Mapping) entry).text("manager"))
                    .containsExactly("homeostat");

            lab.write("shop.yaml", SETTINGS.formatted("hello").replace(", colour: red", ""));
            lab.converge("default");
            assertThat(Cluster.get(path).mapping("data").get("colour")).isNull();
        }
    }

    private static List<Step.Declared> declared(Lab lab) {
        var head = Objects.requireNonNull(lab.converger().revisions().head());
        return Objects.requireNonNull(head.rendering().application("default")).declared();
    }
}
