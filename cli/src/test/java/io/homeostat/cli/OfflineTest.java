package io.homeostat.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.homeostat.model.Json;
import io.homeostat.model.Node;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code validate} and {@code plan --offline}, which need no agent. */
class OfflineTest {

    private static final String SHOP = Checkout.root().resolve("examples/shop").toString();

    @TempDir
    Path directory;

    @Test
    void theExamplesAreValid() {
        assertThat(Typed.piped("validate", SHOP)).isEqualTo(new Typed(0, "✓ 1 application, 9 objects: no error\n", ""));
        assertThat(Typed.piped(
                        "validate", Checkout.root().resolve("examples/hello").toString()))
                .isEqualTo(new Typed(0, "✓ 1 application, 1 object: no error\n", ""));
    }

    @Test
    void everyMistakeHasItsPlace() throws Exception {
        Files.writeString(directory.resolve("web.yaml"), """
                apiVersion: apps/v1
                kind: Deployment
                metadata: {name: web}
                spec:
                  replcas: 2
                  selector: {matchLabels: {app: web}}
                  template:
                    metadata: {labels: {app: web}}
                    spec:
                      containers:
                        - {name: web, image: web, command: [web], envFrom: [{configMapRef: {name: missing}}]}
                """);

        Typed text = Typed.piped("validate", directory.toString());
        assertThat(text.exit()).isEqualTo(1);
        assertThat(text.out())
                .contains("web.yaml:5:3: ", "did you mean 'replicas'?")
                .contains("web.yaml:11:", "missing");

        Node.Mapping json = (Node.Mapping) Json.read(
                Typed.piped("validate", directory.toString(), "-o", "json").out());
        assertThat(json.flag("valid", true)).isFalse();
        assertThat(json.integer("errors", 0))
                .isEqualTo(json.sequence("problems").size());
        assertThat(json.sequence("problems").getFirst()).isInstanceOfSatisfying(Node.Mapping.class, problem -> {
            assertThat(problem.text("file")).isEqualTo("web.yaml");
            assertThat(problem.integer("line", 0)).isEqualTo(5);
            assertThat(problem.integer("column", 0)).isEqualTo(3);
        });

        Node.Mapping sarif = (Node.Mapping) Json.read(
                Typed.piped("validate", directory.toString(), "-o", "sarif").out());
        assertThat(sarif.text("version")).isEqualTo("2.1.0");
    }

    /** It would be refused when somebody runs it: too late to learn of a wrong letter. */
    @Test
    void whatAnExperimentSpeaksOfAndNobodyDeclaresIsWarnedOf() throws Exception {
        Files.writeString(directory.resolve("web.yaml"), """
                apiVersion: apps/v1
                kind: Deployment
                metadata: {name: web}
                spec:
                  selector: {matchLabels: {app: web}}
                  template:
                    metadata: {labels: {app: web}}
                    spec: {containers: [{name: web, image: web, command: [web]}]}
                """);
        Files.writeString(directory.resolve("experiment.yaml"), """
                apiVersion: homeostat.io/v1
                kind: Experiment
                metadata: {name: one-less}
                spec:
                  owner: ann
                  hypothesis: {slos: [web-answers]}
                  faults: [{kill: {workload: wbe}}, {pause: {workload: web}}]
                """);

        Typed typed = Typed.piped("validate", directory.toString());

        assertThat(typed.exit()).as(typed.out()).isZero();
        assertThat(typed.out())
                .contains("the experiment one-less asks for the SLO web-answers, which nobody declares here")
                .contains("the experiment one-less disturbs Deployment/wbe, which nobody declares here")
                .contains("did you mean 'Deployment/web'?")
                .doesNotContain("disturbs Deployment/web,");
    }

    @Test
    void aFirstSyncIsPlannedWithoutAnAgentAndShowsNoSecret() throws Exception {
        Typed text = Typed.piped("plan", SHOP, "--offline");

        assertThat(text.exit()).isEqualTo(2);
        assertThat(text.out()).contains("  + Deployment/web", "  + Secret/store-token", "9 to create, 0 unchanged");
        Typed json = Typed.piped("plan", SHOP, "--offline", "-o", "json", "--application", "shop");
        assertThat(json.exit()).isEqualTo(2);
        assertThat(((Node.Mapping) Json.read(json.out())).sequence("applications"))
                .hasSize(1);
        assertThat(json.out()).doesNotContain("only-api-and-store-know-this");
    }

    @Test
    void whatIsNotThereIsSaid() {
        Typed typed = Typed.piped("validate", directory.resolve("nowhere").toString());

        assertThat(typed.exit()).isEqualTo(1);
        assertThat(typed.err()).contains("nowhere does not exist");
        assertThat(Typed.piped("plan", "--offline").exit()).isEqualTo(64);
        assertThat(Typed.piped("plan", SHOP, "--revision", "HEAD").exit()).isEqualTo(64);
    }

    @Test
    void aDemoDoesNotTouchADirectoryThatIsInUse() throws Exception {
        Path precious = Files.writeString(directory.resolve("precious"), "mine");

        Typed typed = Typed.piped("demo", "--headless", "--state", directory.toString());

        assertThat(typed.exit()).isEqualTo(1);
        assertThat(typed.err()).contains("is not empty; nothing was done");
        assertThat(precious).hasContent("mine");
    }
}
