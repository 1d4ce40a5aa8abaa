package io.homeostat.target.kubernetes.gate;

import static org.assertj.core.api.Assertions.assertThat;

import io.homeostat.converge.Traffic.Split;
import io.homeostat.gate.control.Routing;
import io.homeostat.model.ObjectKey;
import io.homeostat.model.Rollout.Match;
import io.homeostat.target.kubernetes.versions.Standing;
import io.homeostat.target.kubernetes.versions.Standing.Phase;
import io.homeostat.target.kubernetes.versions.Standing.Side;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SharesTest {

    private static final ObjectKey API = new ObjectKey("apps", "Deployment", "shop", "api");
    private static final ObjectKey OTHER = new ObjectKey("apps", "Deployment", "shop", "other");

    private static Workloads.Pod pod(ObjectKey owner, Side side, String version) {
        return new Workloads.Pod("shop", owner.name() + version, version, "10.0.0.1", owner, side, version, "");
    }

    private static Standing standing(Split split) {
        return new Standing("old", split, Phase.SPLIT);
    }

    @Test
    void everythingIsEvenWhereOneVersionIsAll() {
        List<Workloads.Pod> pods = List.of(pod(API, Side.OWN, "old"), pod(API, Side.CANARY, "new"));
        assertThat(Shares.of(pods, Map.of())).isEqualTo(Routing.EVEN);
        assertThat(Shares.of(pods, Map.of(API, standing(new Split(50, 0))))).isEqualTo(Routing.EVEN);
    }

    @Test
    void eachVersionHasItsShareAndWhatIsLeftOverHasNone() {
        List<Workloads.Pod> pods = List.of(
                pod(API, Side.OWN, "old"),
                pod(API, Side.OWN, "older"),
                pod(API, Side.CANARY, "new"),
                pod(API, Side.BASELINE, "old-baseline"));
        Routing routing = Shares.of(pods, Map.of(API, standing(new Split(50, 5, true, List.of(), null))));
        assertThat(routing.weights())
                .containsOnly(
                        Map.entry("old", 90), Map.entry("older", 0), Map.entry("new", 5), Map.entry("old-baseline", 5));
    }

    @Test
    void workloadsBehindOneServiceHaveAsMuchAsTheyHaveInstances() {
        List<Workloads.Pod> pods = List.of(
                pod(API, Side.OWN, "old"),
                pod(API, Side.OWN, "old"),
                pod(API, Side.CANARY, "new"),
                pod(OTHER, Side.OWN, "x"));
        Routing routing = Shares.of(pods, Map.of(API, standing(new Split(50, 10))));
        assertThat(routing.weights()).containsOnly(Map.entry("old", 180), Map.entry("new", 20), Map.entry("x", 100));
    }

    @Test
    void whoAsksForTheNewVersionGetsItAndWhoHadOneKeepsIt() {
        Match header = new Match(false, "x-test", "yes");
        Match cookie = new Match(true, "session", "");
        List<Workloads.Pod> pods = List.of(pod(API, Side.OWN, "old"), pod(API, Side.CANARY, "new"));
        Routing routing = Shares.of(pods, Map.of(API, standing(new Split(50, 10, false, List.of(header), cookie))));
        assertThat(routing.rules()).containsExactly(new Routing.Rule(Routing.Part.HEADER, "x-test", "yes", "new"));
        Routing copies = Shares.of(pods, Map.of(API, standing(new Split(50, 0, false, List.of(), null, 30))));
        assertThat(copies.mirror()).isEqualTo(new Routing.Mirror("new", 0.3));
        assertThat(copies.weights()).containsEntry("new", 0);
        assertThat(routing.affinity()).isEqualTo(new Routing.Affinity(Routing.Part.COOKIE, "session"));
    }

    @Test
    void aStatefulSetHasItsPodsOnceSoTheirVersionSaysOnWhichSideTheyAre() {
        ObjectKey db = new ObjectKey("apps", "StatefulSet", "shop", "db");
        Workloads.Pod old = pod(db, Side.OWN, "old");
        Workloads.Pod fresh = pod(db, Side.OWN, "new");
        Map<ObjectKey, Standing> shared = Map.of(db, standing(new Split(30, 20)));
        assertThat(Shares.of(List.of(old, fresh), shared).weights())
                .containsOnly(Map.entry("old", 80), Map.entry("new", 20));
        Map<ObjectKey, Standing> before = Map.of(db, standing(new Split(30, 0)));
        assertThat(Shares.carries(fresh, before)).isFalse();
        assertThat(Shares.carries(old, before)).isTrue();
        assertThat(Shares.followed(before, List.of(old, fresh))).isEqualTo(before);
        assertThat(Shares.followed(before, List.of(fresh)))
                .as("there is no other that could answer")
                .isEmpty();
        Map<ObjectKey, Standing> api = Map.of(API, standing(new Split(30, 0)));
        assertThat(Shares.followed(api, List.of())).isEqualTo(api);
    }
}
