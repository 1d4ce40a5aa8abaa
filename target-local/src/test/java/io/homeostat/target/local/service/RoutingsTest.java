package io.homeostat.target.local.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.homeostat.gate.control.Routing;
import io.homeostat.model.Node;
import io.homeostat.model.ObjectKey;
import io.homeostat.model.Rollout.Match;
import io.homeostat.target.local.service.Routes.Endpoint;
import io.homeostat.target.local.service.Routes.Service;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

/** How the gate is told to divide the requests while two versions of a workload stand side by side. */
class RoutingsTest {

    private static final Service WEB = new Service(
            new ObjectKey("", "Service", "default", "web"),
            Node.Mapping.EMPTY.with("selector", Node.Mapping.EMPTY.with("app", "web")),
            "127.1.0.1",
            Map.of(),
            Map.of());

    private static Endpoint endpoint(String workload, String version, OptionalInt share) {
        return new Endpoint(
                "default",
                workload + "-" + version,
                Map.of("app", "web"),
                true,
                false,
                version,
                new ObjectKey("apps", "Deployment", "default", workload),
                share,
                Routes.Steering.NONE,
                port -> 20_000);
    }

    @Test
    void withoutASplitNothingIsSaid() {
        assertThat(Routes.routings(List.of(WEB), List.of(endpoint("web", "a", OptionalInt.empty()))))
                .isEmpty();
    }

    @Test
    void eachVersionGetsItsShareHoweverManyInstancesItHas() {
        List<Endpoint> endpoints = List.of(
                endpoint("web", "old", OptionalInt.of(95)),
                endpoint("web", "old", OptionalInt.of(95)),
                endpoint("web", "new", OptionalInt.of(5)));

        assertThat(Routes.routings(List.of(WEB), endpoints))
                .containsExactly(Map.entry("Service/web", Routing.weighted(Map.of("old", 95, "new", 5))));
    }

    @Test
    void someRequestsAreSentByWhatTheySay() {
        Routes.Steering steering =
                new Routes.Steering("new", List.of(new Match(false, "x-beta", "yes")), new Match(true, "session", ""));
        Endpoint old = endpoint("web", "old", OptionalInt.of(100));
        Endpoint fresh = new Endpoint(
                "default",
                "web-new",
                old.labels(),
                true,
                false,
                "new",
                old.owner(),
                OptionalInt.of(0),
                steering,
                old.port());

        assertThat(Routes.routings(List.of(WEB), List.of(old, fresh)).get("Service/web"))
                .isEqualTo(new Routing(
                        Map.of("old", 100, "new", 0),
                        List.of(new Routing.Rule(Routing.Part.HEADER, "x-beta", "yes", "new")),
                        new Routing.Affinity(Routing.Part.COOKIE, "session")));
    }

    @Test
    void workloadsBehindOneServiceShareByTheirInstances() {
        List<Endpoint> endpoints = List.of(
                endpoint("web", "old", OptionalInt.of(90)),
                endpoint("web", "old", OptionalInt.of(90)),
                endpoint("web", "new", OptionalInt.of(10)),
                endpoint("other", "same", OptionalInt.empty()));

        assertThat(Routes.routings(List.of(WEB), endpoints).get("Service/web"))
                .isEqualTo(Routing.weighted(Map.of("old", 180, "new", 20, "same", 100)));
    }
}
