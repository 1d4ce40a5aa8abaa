package io.homeostat.target.local.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.homeostat.target.local.control.Member.Phase;
import io.homeostat.target.local.control.RollingUpdate.Action;
import io.homeostat.target.local.control.RollingUpdate.Spec;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * A simulated machine on which instances become ready, die, come back, and end when told, at random; and people change their
 * mind. Whatever happens: availability is kept, there are never too many, and once the world is quiet it ends where it should.
 */
class RollingUpdatePropertyTest {

    private static final int WORLDS = 400;
    private static final int STEPS = 60;
    private static final String BAD = "bad";

    private final long seed = Long.getLong("homeostat.seed", new Random().nextLong());

    /** An instance whose time goes by. */
    private static final class Instance {
        final String name;
        final String digest;
        final Instant createdAt;
        boolean deleting;

        @Nullable
        Instant readySince;

        @Nullable
        Instant doubtedUntil;

        Instance(String name, String digest, Instant createdAt) {
            this.name = name;
            this.digest = digest;
            this.createdAt = createdAt;
        }

        Member member(Instant now) {
            Instant doubt = doubtedUntil != null && doubtedUntil.isAfter(now) ? doubtedUntil : null;
            return new Member(name, digest, 1, createdAt, deleting, Phase.RUNNING, readySince, doubt);
        }
    }

    private static final class World {
        final Random random;
        final List<Instance> instances = new ArrayList<>();
        Instant now = Instant.parse("2026-11-21T12:00:00Z");
        Spec spec;
        int named;

        World(Random random) {
            this.random = random;
            this.spec = spec(random, "v0");
        }

        List<Member> members() {
            return instances.stream().map(instance -> instance.member(now)).toList();
        }

        long available(String... but) {
            List<String> without = List.of(but);
            return members().stream()
                    .filter(member -> !without.contains(member.name()))
                    .filter(member -> member.isAvailable(spec.minReadySeconds(), now))
                    .count();
        }

        void decide() {
            List<Member> members = members();
            List<Action> actions = RollingUpdate.decide(spec, members, now).actions();
            long before = available();
            List<String> stopped = new ArrayList<>();
            for (Action action : actions) {
                switch (action) {
                    case Action.Stop stop -> stopped.add(stop.name());
                    case Action.Create create -> instances.add(new Instance("i" + named++, create.digest(), now));
                }
            }
            long after = available(stopped.toArray(String[]::new));
            if (!spec.recreate()) {
                long least = Math.min(before, spec.replicas() - spec.maxUnavailable());
                assertThat(after).as("available after %s", actions).isGreaterThanOrEqualTo(least);
            }
            instances.stream()
                    .filter(instance -> stopped.contains(instance.name))
                    .forEach(instance -> instance.deleting = true);
            long alive =
                    instances.stream().filter(instance -> !instance.deleting).count();
            long most = Math.max(
                    members.stream().filter(member -> !member.deleting()).count(),
                    spec.replicas() + (long) spec.maxSurge());
            assertThat(alive).as("alive after %s", actions).isLessThanOrEqualTo(most);
        }

        void chance() {
            now = now.plusMillis(200 + random.nextInt(3_000));
            instances.removeIf(instance -> instance.deleting && random.nextInt(3) == 0);
            for (Instance instance : instances) {
                if (instance.digest.startsWith(BAD) || random.nextInt(12) == 0) {
                    boolean flicker = random.nextBoolean();
                    instance.readySince = flicker ? now : null;
                    instance.doubtedUntil = now.plusSeconds(10);
                } else if (instance.readySince == null && random.nextInt(3) > 0) {
                    instance.readySince = now;
                }
            }
        }

        /** From now on everything that is good becomes and stays ready, and what is told to end ends. */
        void quiet() {
            now = now.plusSeconds(30);
            instances.removeIf(instance -> instance.deleting);
            for (Instance instance : instances) {
                boolean bad = instance.digest.startsWith(BAD);
                instance.doubtedUntil = bad ? now.plusSeconds(60) : null;
                instance.readySince = bad || instance.readySince != null ? instance.readySince : now;
            }
        }
    }

    private static Spec spec(Random random, String digest) {
        int replicas = random.nextInt(8);
        if (random.nextInt(6) == 0) {
            return new Spec(replicas, digest, 0, replicas, random.nextInt(5), true, false);
        }
        String surge = random.nextBoolean() ? random.nextInt(4) + "" : random.nextInt(101) + "%";
        String unavailable = random.nextBoolean() ? random.nextInt(4) + "" : random.nextInt(101) + "%";
        return Spec.rolling(replicas, digest, surge, unavailable, random.nextInt(5), false);
    }

    @Test
    void availabilityIsKeptAndTheEndIsWhatWasDeclared() {
        for (int i = 0; i < WORLDS; i++) {
            long each = seed + i;
            World world = new World(new Random(each));
            try {
                for (int step = 0; step < STEPS; step++) {
                    if (world.random.nextInt(10) == 0) {
                        String version = (world.random.nextInt(4) == 0 ? BAD : "v") + world.random.nextInt(3);
                        world.spec = spec(world.random, version);
                    }
                    world.decide();
                    world.chance();
                }
                world.spec = spec(world.random, "v9");
                for (int step = 0; step < 4 * world.spec.replicas() + 20; step++) {
                    world.quiet();
                    world.decide();
                }
                assertThat(world.instances)
                        .hasSize(world.spec.replicas())
                        .allMatch(instance -> instance.digest.equals("v9") && !instance.deleting);
            } catch (AssertionError failed) {
                throw new AssertionError("-Dhomeostat.seed=" + each + ": " + failed.getMessage(), failed);
            }
        }
    }

    @Test
    void aBadVersionNeverTakesTheLastGoodInstancesAway() {
        for (int i = 0; i < WORLDS; i++) {
            long each = seed + i;
            Random random = new Random(each);
            World world = new World(random);
            world.spec = Spec.rolling(1 + random.nextInt(6), "v1", "25%", "25%", 0, false);
            for (int step = 0; step < 40; step++) {
                world.quiet();
                world.decide();
            }
            Spec good = world.spec;
            world.spec = Spec.rolling(good.replicas(), "bad1", "25%", "25%", 0, false);
            for (int step = 0; step < 60; step++) {
                world.decide();
                world.now = world.now.plusMillis(500);
                for (Instance instance : world.instances) {
                    if (instance.digest.equals("bad1")) {
                        instance.readySince = random.nextBoolean() ? world.now : null;
                        instance.doubtedUntil = world.now.plusSeconds(10);
                    }
                }
                world.instances.removeIf(instance -> instance.deleting);
            }
            long left = world.instances.stream()
                    .filter(instance -> instance.digest.equals("v1"))
                    .count();
            assertThat(left).as("-Dhomeostat.seed=%d", each).isEqualTo(good.replicas() - good.maxUnavailable());
        }
    }
}
