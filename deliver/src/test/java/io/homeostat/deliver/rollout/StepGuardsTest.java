package io.homeostat.deliver.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import io.homeostat.converge.Traffic.Split;
import io.homeostat.deliver.rollout.Engine.Decision;
import io.homeostat.deliver.rollout.Engine.Move;
import io.homeostat.deliver.rollout.Engine.Seen;
import io.homeostat.deliver.rollout.Engine.Shown;
import io.homeostat.model.ObjectKey;
import io.homeostat.model.Position;
import io.homeostat.model.Rollout;
import io.homeostat.model.Rollout.Stage;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a person may do to a step, whatever it is that the step waits for. */
class StepGuardsTest {

    private static final Instant BEGIN = Instant.parse("2026-11-02T10:00:00Z");
    private static final Instant OVER = BEGIN.plusSeconds(3600);
    private static final Split NOW = new Split(20, 20);
    private static final ObjectKey WEB = new ObjectKey("apps", "Deployment", "default", "web");

    /** What a step may wait for, and as which of the engine's questions it comes. */
    enum Wait {
        APPROVAL("waits for approval"),
        WINDOW("outside of its hours, 09:00 to 16:00 Europe/Berlin"),
        OBJECTIVE("objective checkout is burning"),
        BUDGET("objective checkout is spent"),
        CONDITION("not slo['checkout'].remaining > 0.2"),
        EXPERIMENT("experiment one-less is running"),
        WEBHOOK("https://gate.example/go answers with 503"),
        FREEZE("frozen");

        private final String words;

        Wait(String words) {
            this.words = words;
        }

        private Rollout rollout() {
            return new Rollout(
                    "web",
                    List.of(WEB),
                    null,
                    List.of(
                            new Stage("20 %", 20, 20, Duration.ofMinutes(1), this == APPROVAL),
                            new Stage("all", 100, 100, Duration.ZERO, false)),
                    false,
                    null,
                    null,
                    List.of(),
                    0,
                    null,
                    Position.NONE);
        }

        private Decision decide(Progress progress, @Nullable String worse, boolean isOver, Instant time) {
            boolean isGuard = this != APPROVAL && this != FREEZE && !isOver;
            Seen seen = new Seen(
                    1,
                    1,
                    true,
                    worse,
                    this == FREEZE && !isOver ? words : null,
                    isGuard ? words : null,
                    Shown.NOTHING_ASKED,
                    Duration.ofMinutes(1));
            return Engine.decide(rollout(), progress, NOW, seen, time);
        }

        private Decision decide(Progress progress) {
            return decide(progress, null, false, OVER);
        }
    }

    private static Progress reached() {
        return Progress.begun("web", "shop", WEB, "r", "d", BEGIN).reached(0, 20, BEGIN);
    }

    private static void waits(Decision decision, String words) {
        assertThat(decision.move()).isNull();
        assertThat(decision.split()).isEqualTo(NOW);
        assertThat(decision.message()).contains(words);
    }

    private static void goesOn(Decision decision) {
        assertThat(decision.move()).isInstanceOf(Move.Prepare.class);
        assertThat(decision.split()).isEqualTo(new Split(100, 20));
    }

    @ParameterizedTest
    @EnumSource
    void itWaitsHoweverLongItTakesAndSaysForWhat(Wait wait) {
        waits(wait.decide(reached()), wait.words);
        waits(wait.decide(reached(), null, false, OVER.plus(Duration.ofDays(30))), wait.words);
    }

    @ParameterizedTest
    @EnumSource
    void pausedItStaysWhereItIsAlsoWhenNothingElseIsInTheWay(Wait wait) {
        Progress paused = reached().paused(BEGIN.plusSeconds(30));
        waits(wait.decide(paused), "paused");
        waits(wait.decide(paused, null, true, OVER), "paused");
        Progress resumed = paused.resumed(OVER);
        assertThat(wait.decide(resumed, null, true, OVER.plusSeconds(29)).move())
                .isNull();
        Decision then = wait.decide(resumed, null, true, OVER.plusSeconds(31));
        if (wait == Wait.APPROVAL) {
            waits(then, wait.words);
        } else {
            goesOn(then);
        }
    }

    @ParameterizedTest
    @EnumSource
    void promotedItGoesOnWhateverIsInTheWayButNotThroughAFreeze(Wait wait) {
        Progress promoted = reached().letGo(0, BEGIN.plusSeconds(10));
        if (wait == Wait.FREEZE) {
            waits(wait.decide(promoted), wait.words);
            goesOn(wait.decide(promoted, null, true, OVER));
        } else {
            goesOn(wait.decide(promoted));
        }
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "FREEZE")
    void promotedWhileItIsPausedItGoesOnToo(Wait wait) {
        Progress paused = reached().paused(BEGIN.plusSeconds(5));
        goesOn(wait.decide(paused.letGo(0, BEGIN.plusSeconds(10))));
        goesOn(wait.decide(paused.letGo(0, BEGIN.plusSeconds(10)).resumed(OVER.minusSeconds(1))));
        waits(wait.decide(reached().letGo(0, BEGIN.plusSeconds(10)).paused(OVER.minusSeconds(1))), "paused");
    }

    @ParameterizedTest
    @EnumSource
    void abortedOrWorseItsTrafficGoesAtOnceAlsoWhenItIsPaused(Wait wait) {
        for (Progress progress :
                List.of(reached(), reached().paused(BEGIN), reached().letGo(0, BEGIN))) {
            Decision worse = wait.decide(progress, "it crashes", false, OVER);
            assertThat(worse.move()).isEqualTo(new Move.Fail("it crashes"));
            assertThat(worse.split()).isEqualTo(new Split(20, 0));
            Decision aborted = wait.decide(progress.ended(Progress.Phase.ABORTED, "by ann"));
            assertThat(aborted.move()).isNull();
            assertThat(aborted.split()).isEqualTo(new Split(20, 0));
        }
    }

    @ParameterizedTest
    @EnumSource
    void triedAgainItWaitsAgainAsNobodysWordIsLeftOfTheFirstTime(Wait wait) {
        Progress again = Progress.begun("web", "shop", WEB, "r", "d", OVER).reached(0, 20, OVER);
        waits(wait.decide(again, null, false, OVER.plusSeconds(120)), wait.words);
    }
}
