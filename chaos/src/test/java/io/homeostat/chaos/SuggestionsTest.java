package io.homeostat.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.homeostat.chaos.coverage.Coverage;
import io.homeostat.converge.Faults;
import io.homeostat.model.Documents;
import io.homeostat.model.Node;
import io.homeostat.model.ObjectKey;
import io.homeostat.model.chaos.Exclusion;
import io.homeostat.model.chaos.Experiment;
import io.homeostat.model.chaos.FaultClass;
import io.homeostat.model.slo.Promises;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is suggested first, what never, and that it can be read and begun. */
class SuggestionsTest {

    private static final Node.Mapping SPEC = Node.Mapping.EMPTY.with("replicas", 2);

    private static Coverage.Cell cell(
            String target, String faultClass, double weight, double worth, @Nullable Exclusion excluded) {
        return new Coverage.Cell(target, faultClass, weight, worth, true, null, "", excluded);
    }

    private static Coverage.Report report(List<Coverage.Cell> cells) {
        return new Coverage.Report(0, 0, 0, 0, cells, List.of(), Map.of(), List.of());
    }

    private static Surroundings.Component component(String kind, String name, boolean optedOut) {
        return new Surroundings.Component(
                new ObjectKey("apps", kind, "default", name),
                "d",
                "shop",
                optedOut,
                1,
                Set.of(),
                null,
                null,
                null,
                SPEC,
                Set.of());
    }

    private static final Map<String, Surroundings.Component> COMPONENTS = Map.of(
            "Deployment/web",
            component("Deployment", "web", false),
            "Deployment/api",
            component("Deployment", "api", false),
            "Deployment/db",
            component("Deployment", "db", true));

    @Test
    void whatWeighsMostAndIsWorthLeastComesFirst() throws IOException {
        Exclusion excluded =
                new Exclusion("x", "Deployment/api", Set.of(), "ann", "moves", Instant.parse("2030-01-01T00:00:00Z"));
        List<Suggestions.Suggestion> suggestions = Suggestions.of(
                report(List.of(
                        cell("Deployment/web", "kill", 4, 1, null),
                        cell("Deployment/web", "pause", 4, 0.5, null),
                        cell("Deployment/web", "cpu", 3, 0, null),
                        cell("Deployment/api", "kill", 9, 0, excluded),
                        cell("Deployment/db", "kill", 9, 0, null),
                        cell("Deployment/web → Service/db", "reset", 1, 0, null))),
                COMPONENTS,
                workload -> 3,
                10);
        assertThat(suggestions)
                .extracting(each -> each.target() + " " + each.faultClass())
                .containsExactly("Deployment/web cpu", "Deployment/web pause", "Deployment/web → Service/db reset");
        assertThat(suggestions.getFirst().raises()).isEqualTo(0.1);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void everySuggestionMayBeginAsItIs(int instances) throws IOException {
        List<Coverage.Cell> cells = new ArrayList<>();
        for (FaultClass each : FaultClass.values()) {
            if (!each.isOnSurface()) {
                continue;
            }
            cells.add(
                    cell(each.isOnEdge() ? "Deployment/web → Service/api" : "Deployment/web", each.word(), 1, 0, null));
            if (each.isOnEdge()) {
                cells.add(cell("undeclared → Service/web", each.word(), 1, 0, null));
            }
        }
        Map<String, Surroundings.Component> components = new HashMap<>(COMPONENTS);
        components.put("Service/api", component("Service", "api", false));
        components.put("Service/web", component("Service", "web", false));
        List<Suggestions.Suggestion> suggestions =
                Suggestions.of(report(cells), components, workload -> instances, 100);
        Set<String> missing =
                new TreeSet<>(cells.stream().map(Coverage.Cell::faultClass).toList());
        suggestions.forEach(each -> missing.remove(each.faultClass()));
        assertThat(missing)
                .as("what nobody else can fill in, or what shows nothing")
                .isEqualTo(
                        instances == 1
                                ? Set.of("configuration", "disk", "ioChaos", "scale")
                                : Set.of("configuration", "disk", "ioChaos"));
        StringBuilder all = new StringBuilder();
        suggestions.forEach(each -> all.append("---\n").append(each.document()));
        Documents.Parsed parsed =
                Documents.parse("suggested.yaml", all.toString().getBytes(StandardCharsets.UTF_8));
        Promises promises = Promises.read(parsed.documents(), parsed.problems());
        assertThat(promises.problems()).isEmpty();
        assertThat(promises.experiments()).hasSize(suggestions.size());
        for (Experiment experiment : promises.experiments()) {
            Preflight.Plan plan = Preflight.plan(experiment, situation(components, instances));
            assertThat(plan.refusals()).as(experiment.name()).isEmpty();
            FaultClass.On on =
                    experiment.faults().getFirst().effect().faultClass().on();
            if (on == FaultClass.On.PIPELINE || on == FaultClass.On.EDGE) {
                assertThat(experiment.duration()).as(experiment.name()).isGreaterThan(Duration.ofMinutes(1));
            }
        }
    }

    private static Preflight.Situation situation(Map<String, Surroundings.Component> components, int instances) {
        List<Faults.Victim> victims = IntStream.range(0, instances)
                .mapToObj(i -> new Faults.Victim("web-" + i, true))
                .toList();
        return new Preflight.Situation(
                EnumSet.allOf(FaultClass.class),
                Map.of(),
                Map.of(new ObjectKey("apps", "Deployment", "default", "web"), victims),
                List.of(
                        new Faults.Call("Deployment/web", "Service/api", true, 10),
                        new Faults.Call("", "Service/web", false, 10)),
                components,
                Applicability.Target.ANYTHING,
                Map.of(),
                List.of(),
                7);
    }

    @Test
    void whereNoInstanceIsThereNothingIsSuggestedForThem() throws IOException {
        assertThat(Suggestions.of(
                        report(List.of(
                                cell("Deployment/web", "kill", 1, 0, null),
                                cell("Deployment/web", "version", 1, 0, null),
                                cell("Deployment/web → Service/api", "reset", 1, 0, null))),
                        COMPONENTS,
                        workload -> 0,
                        10))
                .extracting(Suggestions.Suggestion::faultClass)
                .containsExactly("reset");
    }

    @Test
    void whatIsInANamespaceIsSaidWithIt() throws IOException {
        ObjectKey web = new ObjectKey("apps", "Deployment", "shop", "web");
        Surroundings.Component component =
                new Surroundings.Component(web, "d", "shop", false, 1, Set.of(), null, null, null, SPEC, Set.of());
        List<Suggestions.Suggestion> suggestions = Suggestions.of(
                report(List.of(
                        cell("shop/Deployment/web", "kill", 3, 0, null),
                        cell("shop/Deployment/web → shop/Service/api", "reset", 2, 0, null),
                        cell("shop/Deployment/web → other/Service/api", "reset", 1, 0, null))),
                Map.of(web.toString(), component),
                workload -> 3,
                10);
        StringBuilder all = new StringBuilder();
        suggestions.forEach(each -> all.append("---\n").append(each.document()));
        Documents.Parsed parsed =
                Documents.parse("suggested.yaml", all.toString().getBytes(StandardCharsets.UTF_8));
        Promises promises = Promises.read(parsed.documents(), parsed.problems());
        assertThat(promises.problems()).isEmpty();
        assertThat(promises.experiments())
                .extracting(each -> each.faults().getFirst().aim().toString())
                .as("an experiment cannot say that who calls is in another namespace")
                .containsExactlyInAnyOrder("1 of shop/Deployment/web", "2% of shop/Deployment/web → shop/Service/api");
    }
}
