package io.homeostat.deliver.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import io.homeostat.converge.History;
import io.homeostat.converge.Traffic.Arm;
import io.homeostat.converge.Traffic.Arms;
import io.homeostat.converge.Traffic.Split;
import io.homeostat.deliver.rollout.Book.Page;
import io.homeostat.deliver.rollout.Surroundings.Looked;
import io.homeostat.journal.FileJournal;
import io.homeostat.model.Node;
import io.homeostat.model.ObjectKey;
import io.homeostat.model.Position;
import io.homeostat.model.Rollout;
import io.homeostat.model.Rollout.Check;
import io.homeostat.model.Rollout.Stage;
import io.homeostat.model.chaos.Hypothesis;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Checks are looked at again and again, whatever happens to a look and whoever edits them. */
class WatchesTest {

    private static final Instant NOW = Instant.parse("2026-11-06T10:00:00Z");
    private static final ObjectKey WEB = new ObjectKey("apps", "Deployment", "default", "web");
    private static final Arms ARMS = new Arms(
            new Arm("old", 2, 2, 0, null, List.of()),
            new Arm("new", 1, 1, 0, null, List.of()),
            null,
            new Split(5, 5),
            true);

    @TempDir
    Path directory;

    private FileJournal journal;
    private Book book;

    @BeforeEach
    void open() throws IOException {
        journal = FileJournal.open(directory, () -> NOW);
        book = new Book(History.open(journal));
        Rollout rollout = with(check("smoke", Duration.ofMinutes(1)));
        book.record(RolloutFacts.started("shop", rollout, "abc", "d"));
        Progress begun = Objects.requireNonNull(book.of(WEB)).progress();
        book.record(RolloutFacts.stage(begun, 0, rollout.stages().getFirst()));
    }

    @AfterEach
    void close() throws IOException {
        journal.close();
    }

    private static Check check(String name, Duration every) {
        return new Check(name, new Rollout.Look.Probe(new Hypothesis.Cel(name, "true")), every, 0);
    }

    private static Rollout with(Check... checks) {
        Stage stage = new Stage("5 %", 5, 5, Duration.ZERO, false);
        return new Rollout(
                "web", List.of(WEB), null, List.of(stage), false, null, null, List.of(checks), 0, null, Position.NONE);
    }

    /** A house where only looking matters. */
    private interface House extends Surroundings {
        @Override
        default String objective(String name) {
            return "";
        }

        @Override
        default Node.Mapping signals() {
            return Node.Mapping.EMPTY;
        }

        @Override
        default Tested experiment(String name, Instant since, String rollout) {
            return new Tested.Held();
        }

        @Override
        default boolean isRunning(String experiment) {
            return false;
        }
    }

    private Watches.Heard hear(Watches watches, Rollout rollout) {
        Page page = Objects.requireNonNull(book.of(WEB));
        return watches.hear(rollout, page, ARMS, false);
    }

    private void awaitUnmet(Watches watches, Rollout rollout, @Nullable String expected) {
        long deadline = System.nanoTime() + Duration.ofSeconds(10).toNanos();
        while (!Objects.equals(hear(watches, rollout).unmet(), expected) && System.nanoTime() < deadline) {
            LockSupport.parkNanos(1_000_000);
        }
        assertThat(hear(watches, rollout)).isEqualTo(new Watches.Heard(null, expected));
    }

    @Test
    void aLookThatGoesWrongIsNotTheLast() {
        AtomicInteger looks = new AtomicInteger();
        House house = (look, stable, canary) -> {
            if (looks.incrementAndGet() < 3) {
                throw new IllegalStateException("no");
            }
            return new Looked(Looked.State.HOLDS, "");
        };
        try (Watches watches = new Watches(house, book)) {
            awaitUnmet(watches, with(check("smoke", Duration.ofMillis(10))), null);
        }
        assertThat(looks).hasValueGreaterThanOrEqualTo(3);
    }

    @Test
    void checksThatAreEditedOnTheWayAreTaken() {
        House house = (look, stable, canary) -> {
            String name = ((Rollout.Look.Probe) look).check().name();
            return new Looked(name.equals("smoke") ? Looked.State.HOLDS : Looked.State.UNKNOWN, "no data");
        };
        Duration minute = Duration.ofMinutes(1);
        try (Watches watches = new Watches(house, book)) {
            awaitUnmet(watches, with(check("smoke", minute)), null);
            awaitUnmet(watches, with(check("payments", minute)), "check payments: no data");
            awaitUnmet(watches, with(check("smoke", minute)), null);
            assertThat(watches.standing(Objects.requireNonNull(book.of(WEB))))
                    .extracting(Rollouts.Watched::name)
                    .containsExactly("smoke");
        }
    }
}
