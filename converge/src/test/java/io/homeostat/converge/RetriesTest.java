package io.homeostat.converge;

import static org.assertj.core.api.Assertions.assertThat;

import io.homeostat.converge.Step.Cause;
import io.homeostat.model.Node;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class RetriesTest {

    private static final Instant NOW = Instant.parse("2026-11-21T10:00:00Z");

    private final Retries retries = new Retries(new SplittableRandom(1));
    private final Step.Declared web = World.declared("shop", "Deployment", "web", "web.yaml", Node.Mapping.EMPTY);
    private final Step change = new Step.Create(web, Cause.CHANGE);
    private final Step repair = new Step.Create(web, Cause.REPAIR);

    @Test
    void aFailedStepWaitsLongerEachTimeAndOthersDoNot() {
        Duration last = Duration.ZERO;
        for (int i = 0; i < 6; i++) {
            retries.failed(change, NOW);
            Duration wait = Objects.requireNonNull(retries.next("shop", NOW));
            assertThat(wait).isGreaterThan(last);
            last = wait;
        }
        Step other =
                new Step.Create(World.declared("shop", "Service", "web", "web.yaml", Node.Mapping.EMPTY), Cause.CHANGE);
        assertThat(retries.isDue(change, NOW)).isFalse();
        assertThat(retries.isDue(other, NOW)).isTrue();
        assertThat(retries.isDue(change, NOW.plus(last))).isTrue();
    }

    @Test
    void aWaitIsForExactlyWhatFailed() {
        retries.failed(change, NOW);
        Step mended = new Step.Create(
                World.declared("shop", "Deployment", "web", "web.yaml", Node.Mapping.EMPTY.with("fixed", 1)),
                Cause.CHANGE);
        assertThat(retries.isDue(mended, NOW)).isTrue();
        retries.keepOnly(new Plan("shop", "r", List.of(new Step.Unchanged(web))));
        assertThat(retries.isDue(change, NOW))
                .as("forgotten with the plan that needed it")
                .isTrue();
    }

    @Test
    void noWaitIsLongerThanTheLimitAndItsJitter() {
        for (int failures = 1; failures < 60; failures++) {
            assertThat(Backoff.STEPS.after(failures, new SplittableRandom(failures)))
                    .isBetween(Duration.ofMillis(400), Duration.ofSeconds(144));
        }
    }

    @Test
    void theFirstRepairsAreFreeAndThenWhoeverUndoesThemHasToWait() {
        for (int i = 0; i < Retries.FREE_REPAIRS; i++) {
            retries.done(repair, NOW);
            assertThat(retries.next("shop", NOW)).as("repair %d", i).isNull();
        }
        retries.done(repair, NOW);
        assertThat(retries.next("shop", NOW)).isNotNull();
        assertThat(retries.story(web.document().key(), List.of(), NOW)).contains("undone by somebody");
        assertThat(retries.story(web.document().key(), List.of("kubectl-edit"), NOW))
                .contains("undone by 'kubectl-edit'");
    }

    @Test
    void afterAPeacefulTimeRepairsAreFreeAgain() {
        for (int i = 0; i < 8; i++) {
            retries.done(repair, NOW);
        }
        Instant later = NOW.plus(Retries.PEACE).plusSeconds(1);
        retries.done(repair, later);
        assertThat(retries.next("shop", later)).isNull();
    }
}
