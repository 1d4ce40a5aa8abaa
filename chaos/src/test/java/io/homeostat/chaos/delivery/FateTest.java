package io.homeostat.chaos.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import io.homeostat.converge.ApplicationState;
import io.homeostat.converge.ApplicationState.Attempt;
import io.homeostat.converge.ApplicationState.Attempt.Phase;
import io.homeostat.converge.ApplicationState.Hold;
import io.homeostat.converge.ApplicationState.Quarantine;
import io.homeostat.converge.Rendering.Rendered;
import io.homeostat.converge.Step.Cause;
import io.homeostat.model.Application;
import io.homeostat.model.Document;
import io.homeostat.model.Documents;
import io.homeostat.model.Environment;
import io.homeostat.model.Node;
import io.homeostat.model.ObjectKey;
import io.homeostat.model.Position;
import io.homeostat.model.Problem;
import io.homeostat.model.chaos.Effect;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What became of a bad change, and what it looks like. */
class FateTest {

    private static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");
    private static final ObjectKey WEB = new ObjectKey("apps", "Deployment", "default", "web");

    private static Rendered rendered(Problem... problems) {
        Application shop =
                new Application("shop", ".", List.of(), Environment.implicit("").sync(), Position.NONE);
        return new Rendered(shop, List.of(), "bad", List.of(problems));
    }

    private static ApplicationState state(String digest, Phase phase, boolean quarantined, @Nullable Hold hold) {
        return new ApplicationState(
                "shop",
                List.of(),
                quarantined ? Map.of("bad", new Quarantine("r+x", "bad", "it crashes", NOW, false, false)) : Map.of(),
                new Attempt("r+x", digest, Cause.CHANGE, NOW, phase, "it crashes", true, Duration.ZERO),
                null,
                hold,
                Map.of(),
                Map.of());
    }

    @Test
    void whatIsRefusedHeldFoundBadOrTakenBackIsCaught() {
        Problem error = Problem.error(Position.NONE, "unmapped-image", "nobody knows this image");
        assertThat(Fate.of(rendered(error), state("good", Phase.SUCCEEDED, false, null)))
                .isEqualTo(new Fate.Caught("it was refused: nobody knows this image"));
        assertThat(Fate.of(rendered(), state("good", Phase.SUCCEEDED, true, null)))
                .isEqualTo(new Fate.Caught("it was taken back: it crashes"));
        assertThat(Fate.of(rendered(), state("bad", Phase.FAILED, false, null)))
                .isEqualTo(new Fate.Caught("it was found bad: it crashes"));
        Hold hold = new Hold("the budget is spent", List.of(), NOW, false);
        assertThat(Fate.of(rendered(), state("good", Phase.SUCCEEDED, false, hold)))
                .isEqualTo(new Fate.Caught("it was held: the budget is spent"));
    }

    @Test
    void whatIsTakenForGoodGotThroughAndWhatIsUnderWayIsOpen() {
        assertThat(Fate.of(rendered(), state("bad", Phase.SUCCEEDED, false, null)))
                .isInstanceOf(Fate.Through.class);
        assertThat(Fate.of(rendered(), state("bad", Phase.SUCCEEDED, true, null)))
                .as("taken for good, and back again when it fell into a crash loop")
                .isInstanceOf(Fate.Caught.class);
        assertThat(Fate.of(rendered(), state("bad", Phase.APPLIED, false, null)))
                .isEqualTo(new Fate.Open());
        assertThat(Fate.of(rendered(), state("good", Phase.SUCCEEDED, false, null)))
                .isEqualTo(new Fate.Open());
    }

    @Test
    void aBadChangeIsAnotherOneEachTimeAndLeavesTheRestAlone() {
        Document web = Documents.parse("web.yaml", """
                        apiVersion: apps/v1
                        kind: Deployment
                        metadata: {name: web}
                        spec:
                          replicas: 3
                          selector: {matchLabels: {app: web}}
                          template:
                            metadata: {labels: {app: web}}
                            spec: {containers: [{name: main, image: web:1, command: [web], args: [fast]}]}
                        """.getBytes(StandardCharsets.UTF_8))
                .documents()
                .getFirst();
        assertThat(web.key()).isEqualTo(WEB);
        Effect crashes = new Effect.Version(List.of("false"));
        Document changed = BadChange.of(web, crashes, "run-1");
        assertThat(changed).isNotEqualTo(BadChange.of(web, crashes, "run-2"));
        assertThat(changed.content().toString())
                .contains("replicas: 3", "command: [false]", "image: web:1")
                .doesNotContain("fast");
        assertThat(BadChange.of(web, new Effect.Image("none:0"), "run-1")
                        .content()
                        .toString())
                .contains("image: none:0", "args: [fast]");
        Node container = BadChange.of(web, new Effect.Image("none:0"), "run-1")
                .content()
                .find("spec", "template", "spec", "containers");
        assertThat(((Node.Mapping) ((Node.Sequence) Objects.requireNonNull(container))
                                .elements()
                                .getFirst())
                        .get("image"))
                .extracting(Node::at)
                .as("what is wrong with it is said of the file that it stands in")
                .extracting(Position::file)
                .isEqualTo("web.yaml");
        assertThat(BadChange.object(WEB, new Effect.Configuration("settings", "a", "b")))
                .isEqualTo(new ObjectKey("", "ConfigMap", "default", "settings"));
    }
}
