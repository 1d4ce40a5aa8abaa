package io.homeostat.target.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import io.homeostat.target.kubernetes.EventQuota.Answer;
import io.homeostat.target.kubernetes.EventQuota.News;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A cluster is told enough, and no more. */
class EventQuotaTest {

    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final News DRIFT = new News("uid-1", true, "Drifted", "replicas differ");

    private final EventQuota quota = new EventQuota(START);

    private static News ordinary(int number) {
        return new News("uid-" + number, false, "Applied", "create");
    }

    @Test
    void theSameNewsAgainRaisesTheCountOfTheFirstAndNotTooOften() {
        assertThat(quota.ask(DRIFT, "web", START))
                .isInstanceOfSatisfying(
                        Answer.Write.class, write -> assertThat(write.name()).startsWith("web."));
        assertThat(quota.ask(DRIFT, "web", START.plusSeconds(1))).isInstanceOf(Answer.Drop.class);
        assertThat(quota.ask(DRIFT, "web", START.plus(EventQuota.RAISE)))
                .isInstanceOfSatisfying(
                        Answer.Raise.class, raise -> assertThat(raise.count()).isEqualTo(3));
        assertThat(quota.ask(DRIFT, "web", START.plus(EventQuota.SAME))).isInstanceOf(Answer.Write.class);
    }

    @Test
    void theSameWordsAboutAnotherObjectAreOtherNews() {
        quota.ask(DRIFT, "web", START);
        News other = new News("uid-2", true, "Drifted", "replicas differ");
        assertThat(quota.ask(other, "web", START)).isInstanceOf(Answer.Write.class);
    }

    @Test
    void aWaveOfNewsIsCutAndDoesNotDrownWarnings() {
        List<Answer> answers = new ArrayList<>();
        for (int i = 0; i < 4000; i++) {
            answers.add(quota.ask(ordinary(i), "o" + i, START.plusMillis(5L * i)));
        }
        double seconds = 20;
        long most = (long) (EventQuota.BURST + seconds * EventQuota.PER_SECOND);
        assertThat(answers.stream().filter(Answer.Write.class::isInstance).count())
                .isBetween(most - 2, most);
        assertThat(quota.ask(DRIFT, "web", START.plus(Duration.ofSeconds(20)))).isInstanceOf(Answer.Write.class);
    }

    @Test
    void namesAreNeverUsedTwice() {
        List<String> names = new ArrayList<>();
        for (int i = 0; i < EventQuota.BURST; i++) {
            if (quota.ask(ordinary(i), "web", START) instanceof Answer.Write write) {
                names.add(write.name());
            }
        }
        assertThat(names).hasSize(EventQuota.BURST).doesNotHaveDuplicates();
    }
}
