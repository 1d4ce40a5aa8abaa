package io.homeostat.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.homeostat.model.Node;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A service behind the gate whose promise breaks at a latency that is known: the search finds it, and sees it shrink. */
@Tag("e2e")
class PerimeterIsFoundTest {

    @TempDir
    Path directory;

    private Shop shop;

    @BeforeEach
    void open() throws Exception {
        shop = new Shop(directory.resolve("stage"));
        shop.web("one", 1, Map.of());
        shop.stage.write("reliability/slow.yaml", """
            apiVersion: homeostat.io/v1
            kind: Experiment
            metadata: {name: slow}
            spec:
              owner: ann
              hypothesis:
                probes: [{name: fast enough, http: {url: "http://web:80/", within: 300ms}}]
                every: 50ms
                steady: 300ms
              faults: [{latency: {to: web, mean: 220ms}}]
              search: {axis: latency, from: 50, to: 2000}
              duration: 700ms
            """);
        shop.begin();
        // A fault on calls that nobody makes shows nothing, and is refused.
        shop.awaitCalled();
    }

    @AfterEach
    void close() throws Exception {
        shop.close();
    }

    @Test
    void theThresholdIsFoundThroughTheGateAndSmallerOnceTheServiceIsSlower() throws Exception {
        Node.Mapping found = search(1);
        assertThat(found.text("status", "")).as("%s", found).isEqualTo("found");
        assertThat(number(found, "holds")).as("%s", found).isLessThan(300);
        assertThat(number(found, "breaks")).as("%s", found).isBetween(200.0, 400.0);
        assertThat(Math.sqrt(number(found, "holds") * number(found, "breaks")))
                .as("within 25%% of 300 ms: %s", found)
                .isBetween(225.0, 375.0);
        assertThat(found.text("broke", "")).isEqualTo("fast enough");
        assertThat(found.flag("shrunk", true)).isFalse();
        assertThat(verdict()).isEqualTo("held");
        assertThat(cell().flag("passed", false)).isTrue();

        shop.web("two", 1, Map.of("SLOW", "100"));
        shop.stage.awaitSynced("shop", shop.stage.commit("slower by 100 ms"));
        Node.Mapping shrunk = search(2);
        assertThat(number(shrunk, "breaks")).as("%s", shrunk).isLessThan(number(found, "holds"));
        assertThat(shrunk.flag("shrunk", false)).as("%s", shrunk).isTrue();
        assertThat(shrunk.sequence("history")).hasSize(2);
        assertThat(shrunk.text("revision")).isNotEqualTo(found.text("revision"));
        assertThat(verdict()).isEqualTo("broken");
        assertThat(cell().flag("passed", true)).isFalse();
    }

    private Node.Mapping search(int count) throws IOException {
        Node.Mapping begun = shop.stage.post("/api/v1/experiment", "{\"name\": \"slow\", \"action\": \"run\"}");
        assertThat(begun.text("run")).as("%s", begun).isNotNull();
        shop.stage.await(
                "perimeter " + count,
                status -> perimeters().stream()
                        .anyMatch(each -> each.sequence("history").size() == count));
        return perimeters().getFirst();
    }

    private List<Node.Mapping> perimeters() {
        try {
            return shop.stage.get("/api/v1/perimeters").sequence("perimeters").stream()
                    .map(Node.Mapping.class::cast)
                    .toList();
        } catch (IOException notNow) {
            return List.of();
        }
    }

    private String verdict() throws IOException {
        return shop.stage
                .get("/api/v1/experiments?name=slow")
                .mapping("experiment")
                .mapping("last")
                .text("verdict", "");
    }

    private Node.Mapping cell() throws IOException {
        return shop.stage.get("/api/v1/coverage").sequence("cells").stream()
                .map(Node.Mapping.class::cast)
                .filter(cell -> cell.text("class", "").equals("latency"))
                .findFirst()
                .orElseThrow();
    }

    private static double number(Node.Mapping of, String key) {
        return of.get(key) instanceof Node.Numeric number ? number.value().doubleValue() : Double.NaN;
    }
}
