package io.homeostat.target.local.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.homeostat.converge.Traffic.Split;
import io.homeostat.model.Node;
import io.homeostat.model.Rollout.Match;
import io.homeostat.target.local.control.RollingUpdate.Action;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

/** Two versions side by side: which instances there are, and which of them get traffic. */
class SidesTest {

    private static final Instant NOW = Instant.parse("2026-11-02T10:00:00Z");

    private static RollingUpdate.Spec spec(int replicas, String digest) {
        return RollingUpdate.Spec.rolling(replicas, digest, "25%", "25%", 0, false);
    }

    private static Member member(String digest, int number) {
        return new Member(
                digest + "-" + number, digest, number, NOW.plusSeconds(number), false, Member.Phase.RUNNING, NOW, null);
    }

    @Test
    void theStableVersionStaysWholeAndTheOtherComesBesideIt() {
        Sides sides = new Sides("old", new Split(50, 0));
        List<Member> members = List.of(member("old", 1), member("old", 2), member("old", 3), member("ancient", 1));

        assertThat(sides.decide(spec(3, "new"), members, none -> false, NOW))
                .containsExactly(
                        new Action.Create("new"),
                        new Action.Create("new"),
                        new Action.Stop("ancient-1", "neither the stable nor the declared version"));
    }

    @Test
    void aBaselineIsAsManyAsTheCanaryAndGoesWithIt() {
        Sides sides = new Sides("old", new Split(50, 10, true, List.of(), null));
        Predicate<Member> isBaseline = member -> member.name().startsWith("like");
        List<Member> members = new ArrayList<>(List.of(member("old", 1), member("old", 2), member("new", 1)));

        assertThat(sides.decide(spec(2, "new"), members, isBaseline, NOW))
                .containsExactly(new Action.Create("old", true));
        members.add(new Member("like-1", "old", 1, NOW, false, Member.Phase.RUNNING, NOW, null));
        assertThat(sides.decide(spec(2, "new"), members, isBaseline, NOW)).isEmpty();
        assertThat(sides.with(new Split(50, 0)).decide(spec(2, "new"), members, isBaseline, NOW))
                .containsExactly(new Action.Stop("like-1", "scaled down to 0"));

        assertThat(sides.share("new", "new", false)).hasValue(10);
        assertThat(sides.share("old", "new", true)).hasValue(10);
        assertThat(sides.share("old", "new", false)).hasValue(80);
        assertThat(new Sides("old", new Split(70, 70, true, List.of(), null)).share("old", "new", true))
                .as("there is no more")
                .hasValue(30);
    }

    @Test
    void aSplitIsReadAsItWasWritten() {
        Split split =
                new Split(50, 0, true, List.of(new Match(false, "x-beta", "yes")), new Match(true, "session", ""));

        assertThat(Sides.from(new Sides("old", split).into(Node.Mapping.EMPTY)).split())
                .isEqualTo(split);
        assertThat(new Sides("old", split).carries("new", "new"))
                .as("some requests match")
                .isTrue();
    }

    @Test
    void copiesAreNoTrafficButSomebodyHasToTakeThem() {
        Sides sides = new Sides("old", new Split(50, 0, false, List.of(), null, 20));

        assertThat(sides.carries("new", "new")).isTrue();
        assertThat(sides.share("new", "new", false)).hasValue(0);
        assertThat(sides.share("old", "new", false)).hasValue(100);
        assertThat(Sides.from(sides.into(Node.Mapping.EMPTY))).isEqualTo(sides);
    }

    @Test
    void whereEachInstanceIsThereOnceAllOfThemTakeWhatTheGateGivesThem() {
        Sides sides = new Sides("old", new Split(50, 0), true);

        assertThat(sides.carries("new", "new")).as("there may be no other").isTrue();
        assertThat(sides.share("new", "new", false)).hasValue(0);
        assertThat(sides.share("old", "new", false)).hasValue(100);
        assertThat(sides.with(new Split(50, 20)).share("new", "new", false)).hasValue(20);
        assertThat(sides.share("new", "old", false))
                .as("what is left of it when the old one is declared again")
                .hasValue(0);
        assertThat(sides.with(null).share("new", "new", false)).isEmpty();
        assertThat(Sides.from(sides.into(Node.Mapping.EMPTY))).isEqualTo(sides);
    }

    @Test
    void theStableVersionKeepsAnInstanceAsLongAsItHasTraffic() {
        assertThat(new Sides("old", new Split(90, 50), true).wanted(3)).isEqualTo(2);
        assertThat(new Sides("old", new Split(100, 99), true).wanted(3)).isEqualTo(2);
        assertThat(new Sides("old", new Split(100, 100), true).wanted(3)).isEqualTo(3);
        assertThat(new Sides("old", new Split(90, 50)).wanted(3))
                .as("beside those of the stable version")
                .isEqualTo(3);
        assertThat(new Sides("old", new Split(5, 5), true).wanted(1))
                .as("there is no other one to keep")
                .isEqualTo(1);
        for (int replicas = 2; replicas <= 12; replicas++) {
            int last = 0;
            for (int instances = 1; instances <= 100; instances++) {
                for (int weight = 0; weight <= 100; weight++) {
                    String as = instances + " % of " + replicas + " with " + weight + " % of the traffic";
                    int canary = new Sides("old", new Split(instances, weight), true).wanted(replicas);
                    assertThat(canary).as(as).isBetween(1, weight < 100 ? replicas - 1 : replicas);
                    assertThat(canary * 100)
                            .as(as + ": as many as it says, if one may stay")
                            .isGreaterThanOrEqualTo(Math.min(instances * replicas, (replicas - 1) * 100));
                }
                int canary = new Sides("old", new Split(instances, 0), true).wanted(replicas);
                assertThat(canary).as("more are never fewer").isGreaterThanOrEqualTo(last);
                last = canary;
            }
        }
    }

    @Test
    void aStableInstanceThatIsLostComesBack() {
        Sides sides = new Sides("old", new Split(100, 100));
        List<Member> members = List.of(member("old", 1), member("new", 1), member("new", 2));

        assertThat(sides.decide(spec(2, "new"), members, none -> false, NOW)).containsExactly(new Action.Create("old"));
    }

    @Test
    void whenTheStableVersionIsDeclaredAgainTheOtherGoesWithoutTraffic() {
        Sides sides = new Sides("old", new Split(100, 0));
        List<Member> members = List.of(member("old", 1), member("new", 1));

        assertThat(sides.decide(spec(1, "old"), members, none -> false, NOW))
                .containsExactly(new Action.Stop("new-1", "neither the stable nor the declared version"));
        assertThat(sides.carries("old", "old")).isTrue();
        assertThat(sides.carries("new", "old")).isFalse();
    }

    @Test
    void trafficFollowsTheWeight() {
        assertThat(new Sides("old", new Split(100, 0)).carries("old", "new")).isTrue();
        assertThat(new Sides("old", new Split(100, 0)).carries("new", "new")).isFalse();
        assertThat(new Sides("old", new Split(100, 100)).carries("old", "new")).isFalse();
        assertThat(new Sides("old", new Split(100, 100)).carries("new", "new")).isTrue();
        assertThat(new Sides("old", null).carries("new", "new")).isTrue();
        assertThat(new Sides("", new Split(100, 0)).carries("new", "new")).isTrue();
    }

    @Test
    void itIsRememberedBesideWhatElseIs() {
        Node.Mapping memo = Node.Mapping.EMPTY.with("digest", "new");
        Sides sides = new Sides("old", new Split(10, 5));

        assertThat(Sides.from(sides.into(memo))).isEqualTo(sides);
        assertThat(Sides.from(sides.with(null).into(sides.into(memo)))).isEqualTo(new Sides("old", null));
        assertThat(Sides.from(memo)).isEqualTo(new Sides("", null));
    }

    /** Whatever was there before: acting on the decisions comes to rest with exactly what the split says. */
    @Test
    void decisionsComeToRest() {
        for (long seed = 0; seed < 300; seed++) {
            Random random = new Random(seed);
            int replicas = 1 + random.nextInt(6);
            Sides sides = new Sides("old", new Split(random.nextInt(101), 0));
            List<Member> members = new ArrayList<>();
            members.add(member("old", 0));
            for (int i = 1; i < random.nextInt(10); i++) {
                members.add(member(List.of("old", "new", "ancient").get(random.nextInt(3)), i));
            }
            int number = 100;
            for (int round = 0; round < 3; round++) {
                for (Action action : sides.decide(spec(replicas, "new"), members, none -> false, NOW)) {
                    switch (action) {
                        case Action.Create create -> members.add(member(create.digest(), number++));
                        case Action.Stop stop ->
                            members.removeIf(member -> member.name().equals(stop.name()));
                    }
                }
            }
            assertThat(members.stream().filter(member -> member.digest().equals("old")))
                    .as("seed " + seed)
                    .hasSize(replicas);
            assertThat(members.stream().filter(member -> member.digest().equals("new")))
                    .as("seed " + seed)
                    .hasSize(sides.wanted(replicas));
            assertThat(members).as("seed " + seed).hasSize(replicas + sides.wanted(replicas));
            assertThat(sides.decide(spec(replicas, "new"), members, none -> false, NOW))
                    .isEmpty();
        }
    }
}
