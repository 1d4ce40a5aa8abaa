package io.homeostat.target.kubernetes.versions;

import static org.assertj.core.api.Assertions.assertThat;

import io.homeostat.converge.Traffic.Split;
import io.homeostat.model.Documents;
import io.homeostat.model.Json;
import io.homeostat.model.Node;
import io.homeostat.target.kubernetes.versions.Standing.Phase;
import io.homeostat.target.kubernetes.versions.Standing.Side;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
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
        String document = text.startsWith("{") ? "{apiVersion: v1, metadata: {name: web}, " + text.substring(1) : text;
        return Documents.parse("route.yaml", document.getBytes(StandardCharsets.UTF_8))
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
        assertThat(shares(new Split(50, 20), Phase.LEAVING))
                .as("behind the Service are those that leave, too")
                .isEqualTo(Map.of(Side.OWN, 100));
        assertThat(Division.of(new Standing("abc", new Split(50, 20), Phase.LEAVING).forgotten()))
                .isEmpty();
    }

    private static Map<Side, Integer> served(Split split, Phase phase, Map<Side, Integer> now, Side... ready) {
        return Division.served(new Standing("abc", split, phase), now, Set.of(ready));
    }

    @Test
    void whoCannotAnswerHasNoShareUntilItCan() {
        Split fifth = new Split(50, 20);
        Map<Side, Integer> stable = Map.of(Side.OWN, 100);
        Map<Side, Integer> both = Map.of(Side.OWN, 80, Side.CANARY, 20);

        assertThat(served(fifth, Phase.SPLIT, stable, Side.OWN)).isEqualTo(stable);
        assertThat(served(fifth, Phase.SPLIT, stable, Side.OWN, Side.CANARY)).isEqualTo(both);
        assertThat(served(fifth, Phase.SPLIT, both, Side.OWN))
                .as("it goes back when the last one is lost")
                .isEqualTo(stable);
        assertThat(served(new Split(50, 100), Phase.SPLIT, Map.of(Side.CANARY, 100), Side.OWN))
                .as("also when all of it was there")
                .isEqualTo(stable);
        assertThat(served(fifth, Phase.SPLIT, both, Side.CANARY))
                .as("the other way round, too")
                .isEqualTo(Map.of(Side.CANARY, 100));
        assertThat(served(new Split(50, 20, true, List.of(), null), Phase.SPLIT, Map.of(), Side.OWN, Side.CANARY))
                .isEqualTo(both);
    }

    @Test
    void beforeAnybodyIsKnownToAnswerTheRouteStaysAsItIs() {
        Split none = new Split(50, 0);

        assertThat(served(none, Phase.SPLIT, Map.of())).isEmpty();
        assertThat(served(none, Phase.SPLIT, Map.of(Side.OWN, 100))).isEqualTo(Map.of(Side.OWN, 100));
        assertThat(served(none, Phase.SPLIT, Map.of(), Side.CANARY))
                .as("a canary without a share inherits nothing")
                .isEmpty();
        assertThat(served(none, Phase.SPLIT, Map.of(Side.OWN, 80, Side.CANARY, 20)))
                .as("what is taken back is taken back at once")
                .isEqualTo(Map.of(Side.OWN, 100));
        assertThat(served(new Split(50, 100), Phase.REPLACING, Map.of(Side.CANARY, 100), Side.OWN))
                .as("the workload's own pods become the new version, whatever the stable side has left")
                .isEmpty();
    }

    /** Whatever is ready: nobody has a share who is not to, none of it is lost, and nobody gets more without being ready. */
    @Test
    void noShareIsLost() {
        List<Side> sides = List.of(Side.values());
        List<Phase> phases = List.of(Phase.values());
        for (long seed = 0; seed < 2000; seed++) {
            Random random = new Random(seed);
            Split split = new Split(50, random.nextInt(101), random.nextBoolean(), List.of(), null);
            Phase phase = phases.get(random.nextInt(phases.size()));
            Map<Side, Integer> now = Division.of(
                    new Standing("abc", new Split(50, random.nextInt(101)), phases.get(random.nextInt(phases.size()))));
            Set<Side> ready = EnumSet.noneOf(Side.class);
            sides.stream().filter(side -> random.nextBoolean()).forEach(ready::add);
            Map<Side, Integer> wanted = shares(split, phase);
            Map<Side, Integer> served = Division.served(new Standing("abc", split, phase), now, ready);

            String as = "seed " + seed;
            assertThat(served.values().stream().mapToInt(Integer::intValue).sum())
                    .as(as)
                    .isIn(0, 100);
            if (!served.equals(now) && !served.equals(wanted)) {
                assertThat(ready).as(as).containsAll(served.keySet());
            }
            assertThat(served.containsKey(Side.CANARY) && !wanted.containsKey(Side.CANARY))
                    .as(as)
                    .isFalse();
        }
    }

    @Test
    void whetherSomebodyAnswersIsReadFromEitherKindOfEndpoints() {
        assertThat(Division.isAnyReady(List.of(yaml("{kind: Endpoints, subsets: [{addresses: [{ip: 10.0.0.1}]}]}"))))
                .isTrue();
        assertThat(Division.isAnyReady(
                        List.of(yaml("{kind: Endpoints, subsets: [{notReadyAddresses: [{ip: 10.0.0.1}]}]}"))))
                .isFalse();
        assertThat(Division.isAnyReady(List.of(
                        yaml("{kind: EndpointSlice, endpoints: [{addresses: [10.0.0.1], conditions: {ready: false}}]}"),
                        yaml("{kind: EndpointSlice, endpoints: [{addresses: [10.0.0.2]}]}"))))
                .isTrue();
        assertThat(Division.isAnyReady(List.of(yaml(
                        "{kind: EndpointSlice, endpoints: [{addresses: [10.0.0.1], conditions: {ready: false}}]}"))))
                .isFalse();
        assertThat(Division.isAnyReady(List.of())).isFalse();
    }
}
