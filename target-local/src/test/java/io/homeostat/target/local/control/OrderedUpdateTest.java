package io.homeostat.target.local.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.homeostat.target.local.control.Member.Phase;
import io.homeostat.target.local.control.OrderedUpdate.Action;
import io.homeostat.target.local.control.OrderedUpdate.Spec;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class OrderedUpdateTest {

    private static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");

    private static Member ready(int ordinal, String digest) {
        return new Member("s-" + ordinal, digest, ordinal, NOW, false, Phase.RUNNING, NOW, null);
    }

    private static Member broken(int ordinal, String digest) {
        return new Member("s-" + ordinal, digest, ordinal, NOW, false, Phase.RUNNING, null, null);
    }

    private static Member leaving(int ordinal, String digest) {
        return new Member("s-" + ordinal, digest, ordinal, NOW, true, Phase.RUNNING, NOW, null);
    }

    private static Spec spec(int replicas) {
        return new Spec(replicas, 0, "new", 0, false, false, 0);
    }

    private static List<String> act(Spec spec, Member... members) {
        List<String> actions = new ArrayList<>();
        for (Action action :
                OrderedUpdate.decide(spec, "old", List.of(members), NOW).actions()) {
            actions.add(
                    switch (action) {
                        case Action.Create create -> "+" + create.ordinal() + create.digest();
                        case Action.Stop stop -> "-" + stop.name();
                    });
        }
        return actions;
    }

    @Test
    void ordinalsComeOneAfterTheOther() {
        assertThat(act(spec(3))).containsExactly("+0new");
        assertThat(act(spec(3), broken(0, "new"))).isEmpty();
        assertThat(act(spec(3), ready(0, "new"))).containsExactly("+1new");
    }

    @Test
    void inParallelAllComeAtOnce() {
        Spec parallel = new Spec(3, 0, "new", 0, true, false, 0);
        assertThat(act(parallel, broken(1, "new"))).containsExactly("+0new", "+2new");
    }

    @Test
    void scalingDownGoesFromTheTopOneAtATime() {
        assertThat(act(spec(1), ready(0, "new"), ready(1, "new"), ready(2, "new")))
                .containsExactly("-s-2");
        assertThat(act(spec(1), ready(0, "new"), ready(1, "new"), leaving(2, "new")))
                .isEmpty();
    }

    @Test
    void anUpdateGoesFromTheTopOneAtATime() {
        assertThat(act(spec(2), ready(0, "old"), ready(1, "old"))).containsExactly("-s-1");
        assertThat(act(spec(2), ready(0, "old"), leaving(1, "old"))).isEmpty();
        assertThat(act(spec(2), ready(0, "old"))).containsExactly("+1new");
        assertThat(act(spec(2), ready(0, "old"), broken(1, "new"))).isEmpty();
        assertThat(act(spec(2), ready(0, "old"), ready(1, "new"))).containsExactly("-s-0");
    }

    @Test
    void aBrokenVersionDoesNotBlockTheWayBack() {
        assertThat(act(spec(2), ready(0, "new"), broken(1, "bad"))).containsExactly("-s-1");
        assertThat(act(spec(2), broken(0, "bad"))).containsExactly("-s-0");
    }

    @Test
    void belowThePartitionNothingChanges() {
        Spec partition = new Spec(3, 0, "new", 2, false, false, 0);
        assertThat(act(partition, ready(0, "old"), ready(1, "old"), ready(2, "new")))
                .isEmpty();
        assertThat(act(partition, ready(0, "old"), ready(2, "new"))).containsExactly("+1old");
    }

    @Test
    void onDeleteNothingIsReplaced() {
        assertThat(act(new Spec(1, 0, "new", 0, false, true, 0), ready(0, "old")))
                .isEmpty();
    }

    @Test
    void fromAnyStateItEndsWhereItShouldWithAtMostOneGoodInstanceAway() {
        long seed = Long.getLong("homeostat.seed", new Random().nextLong());
        for (int i = 0; i < 500; i++) {
            Random random = new Random(seed + i);
            Spec spec = new Spec(random.nextInt(5), 0, "new", 0, random.nextBoolean(), false, 0);
            Map<Integer, Member> world = new TreeMap<>();
            for (int ordinal = 0; ordinal < 6; ordinal++) {
                if (random.nextBoolean()) {
                    String digest = random.nextBoolean() ? "new" : "old";
                    world.put(ordinal, random.nextBoolean() ? ready(ordinal, digest) : broken(ordinal, digest));
                }
            }
            for (int step = 0; step < 60; step++) {
                List<Member> members = List.copyOf(world.values());
                List<Action> actions =
                        OrderedUpdate.decide(spec, "new", members, NOW).actions();
                long goodOnesStopped = actions.stream()
                        .filter(action -> action instanceof Action.Stop stop
                                && members.stream()
                                        .anyMatch(member -> member.name().equals(stop.name())
                                                && member.isReady()
                                                && spec.has(member.ordinal())))
                        .count();
                assertThat(goodOnesStopped).as("-Dhomeostat.seed=%d", seed + i).isLessThanOrEqualTo(1);
                world.values().removeIf(Member::deleting);
                for (Action action : actions) {
                    switch (action) {
                        case Action.Create create ->
                            world.put(create.ordinal(), broken(create.ordinal(), create.digest()));
                        case Action.Stop stop ->
                            world.replaceAll((ordinal, member) ->
                                    member.name().equals(stop.name()) ? leaving(ordinal, member.digest()) : member);
                    }
                }
                world.replaceAll(
                        (ordinal, member) -> member.digest().equals("new") && !member.deleting() && random.nextBoolean()
                                ? ready(ordinal, "new")
                                : member);
            }
            assertThat(world.values())
                    .as("-Dhomeostat.seed=%d", seed + i)
                    .hasSize(spec.replicas())
                    .allMatch(
                            member -> member.digest().equals("new") && member.isReady() && spec.has(member.ordinal()));
        }
    }
}
