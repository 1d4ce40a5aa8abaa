package io.homeostat.converge;

import static org.assertj.core.api.Assertions.assertThat;

import io.homeostat.converge.Step.Cause;
import io.homeostat.journal.FileJournal;
import io.homeostat.journal.Journal;
import io.homeostat.model.Node;
import io.homeostat.model.ObjectKey;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GuardsTest {

    private static final Instant NOW = Instant.parse("2026-11-21T10:00:00Z");

    @TempDir
    Path directory;

    private Journal journal;
    private History history;

    @BeforeEach
    void open() throws IOException {
        journal = FileJournal.open(directory, () -> NOW);
        history = History.open(journal);
    }

    @AfterEach
    void close() throws IOException {
        journal.close();
    }

    @Test
    void aFreezeHoldsEveryCauseUntilItEndsByItself() {
        history.record(Facts.frozen("shop", "ann", "release day", NOW.plus(Duration.ofHours(2))));
        Freezes freezes = new Freezes(history);
        for (Cause cause : Cause.values()) {
            assertThat(freezes.ask(plan(1, 0), cause, NOW.plusSeconds(7199)))
                    .isInstanceOfSatisfying(Guard.Answer.No.class, no -> {
                        assertThat(no.reason()).contains("ann", "release day", "homeostat unfreeze shop");
                        assertThat(no.until()).isEqualTo(NOW.plus(Duration.ofHours(2)));
                    });
            assertThat(freezes.ask(plan(1, 0), cause, NOW.plusSeconds(7200))).isInstanceOf(Guard.Answer.Yes.class);
        }
    }

    @Test
    void aSmallShareMayBeDeletedALargeOneMustBeConfirmed() {
        PruneLimit limit = new PruneLimit(history, application -> 30);
        assertThat(limit.ask(plan(7, 3), Cause.CHANGE, NOW)).isInstanceOf(Guard.Answer.Yes.class);
        assertThat(limit.ask(plan(6, 4), Cause.CHANGE, NOW))
                .isInstanceOfSatisfying(
                        Guard.Answer.No.class,
                        no -> assertThat(no.reason()).contains("4 of 10 objects", "homeostat confirm shop"));
    }

    @Test
    void everythingMustBeConfirmedEvenWhenTheLimitIsAHundred() {
        PruneLimit limit = new PruneLimit(history, application -> 100);
        assertThat(limit.ask(plan(1, 9), Cause.CHANGE, NOW)).isInstanceOf(Guard.Answer.Yes.class);
        assertThat(limit.ask(plan(0, 10), Cause.PRUNE, NOW)).isInstanceOf(Guard.Answer.No.class);
    }

    @Test
    void aConfirmationIsForExactlyTheDeletionsThatWereShown() {
        PruneLimit limit = new PruneLimit(history, application -> 30);
        history.record(Facts.held("shop", "too many", PruneLimit.deletions(plan(0, 4)), "r2"));
        ApplicationState.Hold hold =
                Objects.requireNonNull(history.application("shop").hold());
        assertThat(Facts.confirmation(hold)).startsWith("r2 comes before its turn; ConfigMap/goes-0, ");
        history.record(Facts.confirmed("shop", hold));
        assertThat(history.application("shop").hold()).isEqualTo(hold.letThrough());
        assertThat(limit.ask(plan(0, 4), Cause.PRUNE, NOW)).isInstanceOf(Guard.Answer.Yes.class);
        assertThat(limit.ask(plan(0, 5), Cause.PRUNE, NOW)).isInstanceOf(Guard.Answer.No.class);
        assertThat(limit.ask(plan(0, 2), Cause.PRUNE, NOW))
                .as("what a crash left of it")
                .isInstanceOf(Guard.Answer.Yes.class);
    }

    @Test
    void aRollbackIsNotHeldForWhatTheBadRevisionBrought() {
        assertThat(new PruneLimit(history, application -> 30).ask(plan(1, 1), Cause.ROLLBACK, NOW))
                .isInstanceOf(Guard.Answer.Yes.class);
    }

    private static Plan plan(int unchanged, int deleted) {
        List<Step> steps = new ArrayList<>();
        for (int i = 0; i < unchanged; i++) {
            steps.add(new Step.Unchanged(
                    World.declared("shop", "ConfigMap", "stays-" + i, "c.yaml", Node.Mapping.EMPTY)));
        }
        for (int i = 0; i < deleted; i++) {
            steps.add(new Step.Delete(new ObjectKey("", "ConfigMap", "default", "goes-" + i), "shop"));
        }
        if (unchanged > 0) {
            Step.Declared first = ((Step.Unchanged) steps.removeFirst()).desired();
            steps.add(new Step.Update(first, List.of(), Cause.CHANGE));
        }
        return new Plan("shop", "r", steps);
    }
}
