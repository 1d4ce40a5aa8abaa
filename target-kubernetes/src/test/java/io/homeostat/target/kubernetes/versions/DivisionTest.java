package io.homeostat.target.kubernetes.versions;

import static org.assertj.core.api.Assertions.assertThat;

import io.homeostat.converge.Traffic.Split;
import io.homeostat.model.Documents;
import io.homeostat.model.Json;
import io.homeostat.model.Node;
import io.homeostat.target.kubernetes.versions.Standing.Phase;
import io.homeostat.target.kubernetes.versions.Standing.Side;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DivisionTest {

    private static final Node.Mapping ROUTE = yaml("""
            apiVersion: gateway.networking.k8s.io/v1
            kind: HTTPRoute
            metadata: {name: shop, annotations: {owner: ann}}
            spec:
              parentRefs: [{name: front}]
              rules:
                - matches: [{path: {value: /}}]
                  backendRefs: [{name: web, port: 80, weight: 3}, {name: old, port: 80, weight: 1}]
                - backendRefs: [{name: web, port: 80, weight: 1}, {name: web, port: 81, weight: 1}]
                - backendRefs: [{name: other, port: 80, weight: 1}]
                - filters: [{type: RequestRedirect}]
            """);

    private static Node.Mapping yaml(String text) {
        return Documents.parse("route.yaml", text.getBytes(StandardCharsets.UTF_8))
                .documents()
                .getFirst()
                .content();
    }

    private static Map<Side, Integer> shares(Split split, Phase phase) {
        return Division.of(new Standing("abc", split, phase));
    }

    private static String refs(Node.Mapping route, int rule) {
        return Json.write(
                        ((Node.Mapping) route.mapping("spec").sequence("rules").get(rule)).mapping("x"))
                + ((Node.Mapping) route.mapping("spec").sequence("rules").get(rule))
                        .sequence("backendRefs").stream()
                                .map(ref -> ((Node.Mapping) ref).text("name", "") + ":"
                                        + ((Node.Mapping) ref).integer("port", 0) + "="
                                        + ((Node.Mapping) ref).integer("weight", -1))
                                .toList();
    }

    @Test
    void eachSideHasItsShareOfWhatTheServiceHad() {
        Node.Mapping divided = Division.divided(ROUTE, Map.of("web", shares(new Split(50, 20), Phase.SPLIT)));
        assertThat(refs(divided, 0)).isEqualTo("{}[web-stable:80=240, web-canary:80=60, old:80=100]");
        assertThat(refs(divided, 1))
                .isEqualTo("{}[web-stable:80=80, web-canary:80=20, web-stable:81=80, web-canary:81=20]");
        assertThat(refs(divided, 2)).isEqualTo("{}[other:80=1]");
        assertThat(Division.of(divided)).isEqualTo(Map.of("web", Map.of(Side.OWN, 80, Side.CANARY, 20)));
    }

    @Test
    void whatIsDeclaredCanBeMadeFromWhatIsThere() {
        for (Split split : List.of(
                new Split(50, 0), new Split(50, 100), new Split(10, 7), new Split(50, 20, true, List.of(), null))) {
            Node.Mapping divided = Division.divided(
                    ROUTE, Map.of("web", shares(split, Phase.SPLIT), "other", shares(new Split(1, 1), Phase.SPLIT)));
            assertThat(divided).isNotEqualTo(ROUTE);
            assertThat(Json.write(Division.undivided(divided)))
                    .as(split.toString())
                    .isEqualTo(Json.write(ROUTE));
        }
        assertThat(Division.undivided(ROUTE)).isSameAs(ROUTE);
        assertThat(Division.divided(ROUTE, Map.of())).isSameAs(ROUTE);
    }

    @Test
    void nothingGoesToTheCanaryBeforeItIsToAndNothingBackWhenItHasEverything() {
        assertThat(shares(new Split(50, 0), Phase.SPLIT)).isEqualTo(Map.of(Side.OWN, 100));
        assertThat(shares(new Split(50, 100), Phase.SPLIT)).isEqualTo(Map.of(Side.CANARY, 100));
        assertThat(shares(new Split(50, 20, true, List.of(), null), Phase.SPLIT))
                .isEqualTo(Map.of(Side.OWN, 60, Side.CANARY, 20, Side.BASELINE, 20));
        assertThat(shares(new Split(50, 100), Phase.REPLACING)).isEqualTo(Map.of(Side.CANARY, 100));
        assertThat(shares(new Split(50, 20), Phase.REPLACING)).isEmpty();
        assertThat(shares(new Split(50, 20), Phase.LEAVING)).isEmpty();
    }
}
