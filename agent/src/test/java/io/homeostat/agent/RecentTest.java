package io.homeostat.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.homeostat.model.Node;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class RecentTest {

    private final AtomicInteger asked = new AtomicInteger();

    private Node.Mapping ask() {
        return Node.Mapping.EMPTY.with("answer", asked.incrementAndGet());
    }

    @Test
    void whoOpensAPageIsToldWhatIsSoAfterTheNewestEvent() throws Exception {
        Recent recent = new Recent();
        for (int head = 1; head <= 100; head++) {
            assertThat(recent.answer("q", head, false, this::ask).integer("answer", 0))
                    .isEqualTo(head);
        }
    }

    @Test
    void pagesThatRefreshWhileMuchHappensAreToldTheSameForLessThanTheNewsTakes() throws Exception {
        Recent recent = new Recent();
        long start = System.nanoTime();
        long head = 0;
        long longest = 0;
        long said = start;
        int before = 0;
        while (System.nanoTime() - start < 1_000_000_000L) {
            int answer = recent.answer("q", ++head, true, this::ask).integer("answer", 0);
            if (answer != before) {
                before = answer;
                said = System.nanoTime();
            }
            longest = Math.max(longest, System.nanoTime() - said);
        }

        assertThat(asked.get()).as("of %d questions", head).isBetween(2, 20);
        assertThat(longest).as("the same answer, in ns").isLessThan(900_000_000L);
    }

    @Test
    void anAnswerIsOfItsOwnQuestion() throws Exception {
        Recent recent = new Recent();

        assertThat(recent.answer("one", 1, true, this::ask).integer("answer", 0))
                .isEqualTo(1);
        assertThat(recent.answer("other", 1, true, this::ask).integer("answer", 0))
                .isEqualTo(2);
    }
}
