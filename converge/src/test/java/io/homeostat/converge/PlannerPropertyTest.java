package io.homeostat.converge;

import static org.assertj.core.api.Assertions.assertThat;

import io.homeostat.converge.Step.Cause;
import io.homeostat.converge.Step.Declared;
import io.homeostat.model.ObjectKey;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Whatever is observed: applying the plans gives what is desired, and the next plans are empty. */
class PlannerPropertyTest {

    private static final List<String> APPLICATIONS = List.of("a", "b", "c");
    private static final long SEED = Long.getLong("seed", 20261121L);

    @Test
    void applyingAPlanGivesTheDesiredStateAndTheNextPlanIsEmpty() {
        for (int round = 0; round < 500; round++) {
            SplittableRandom random = new SplittableRandom(SEED + round);
            World world = new World();
            for (int commit = 0; commit < 4; commit++) {
                Map<String, List<Declared>> desired = World.desired(random, APPLICATIONS);
                for (int i = random.nextInt(4); i > 0; i--) {
                    world.disturb(random);
                }
                converge(world, desired, random);
                assertSame(world, desired, round);
                for (String application : APPLICATIONS) {
                    assertThat(plan(application, world, desired).hasChanges())
                            .as("next plan of %s, seed %d round %d", application, SEED, round)
                            .isFalse();
                }
            }
        }
    }

    @Test
    void anObjectThatMovesIsNeverDeleted() {
        for (int round = 0; round < 500; round++) {
            SplittableRandom random = new SplittableRandom(SEED + round);
            World world = new World();
            converge(world, World.desired(random, APPLICATIONS), random);
            Map<String, List<Declared>> next = World.desired(random, APPLICATIONS);
            Set<ObjectKey> stays = new HashSet<>();
            next.values()
                    .forEach(all ->
                            all.forEach(object -> stays.add(object.document().key())));
            for (String application : APPLICATIONS) {
                for (Step step : plan(application, world, next).steps()) {
                    if (step instanceof Step.Delete) {
                        assertThat(stays)
                                .as("deleted although declared, seed %d round %d", SEED, round)
                                .doesNotContain(step.key());
                    }
                }
            }
        }
    }

    @Test
    void interruptedAnywhereTheNextPlansFinishTheWork() {
        for (int round = 0; round < 500; round++) {
            SplittableRandom random = new SplittableRandom(SEED + round);
            World world = new World();
            converge(world, World.desired(random, APPLICATIONS), random);
            Map<String, List<Declared>> next = World.desired(random, APPLICATIONS);
            for (String application : APPLICATIONS) {
                List<Step> steps = plan(application, world, next).steps();
                steps.subList(0, random.nextInt(steps.size() + 1)).forEach(world::apply);
            }
            converge(world, next, random);
            assertSame(world, next, round);
        }
    }

    /** The applications are looked at in any order, twice, as one may wait for what another gives up. */
    private static void converge(World world, Map<String, List<Declared>> desired, SplittableRandom random) {
        for (int pass = 0; pass < 2; pass++) {
            List<String> order = new ArrayList<>(APPLICATIONS);
            Collections.shuffle(order, new Random(random.nextLong()));
            order.forEach(application -> world.apply(plan(application, world, desired)));
        }
    }

    private static Plan plan(String application, World world, Map<String, List<Declared>> desired) {
        Map<ObjectKey, String> owners = new HashMap<>();
        desired.forEach((name, all) ->
                all.forEach(object -> owners.put(object.document().key(), name)));
        return Planner.plan(
                new Planner.Question(
                        application, "r", desired.getOrDefault(application, List.of()), Cause.CHANGE, false, true),
                world.objects,
                Planner.Claims.of(owners::get));
    }

    private static void assertSame(World world, Map<String, List<Declared>> desired, int round) {
        Map<ObjectKey, String> expected = new HashMap<>();
        desired.forEach((name, all) -> all.forEach(object ->
                expected.put(object.document().key(), name + object.document().content())));
        Map<ObjectKey, String> found = new HashMap<>();
        world.objects.forEach((key, live) -> found.put(key, live.application() + live.content()));
        assertThat(found).as("seed %d round %d", SEED, round).isEqualTo(expected);
    }
}
