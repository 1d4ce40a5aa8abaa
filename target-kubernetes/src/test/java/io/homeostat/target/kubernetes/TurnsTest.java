package io.homeostat.target.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.homeostat.converge.Faults.NotUndone;
import io.homeostat.converge.Faults.State;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Whoever is slow keeps nobody else from being asked in time. */
class TurnsTest {

    private static final Duration SHORT = Duration.ofMillis(50);
    private static final Duration LONG = Duration.ofMinutes(1);

    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Turns<String> turns = new Turns<>(threads);
    private final CountDownLatch answer = new CountDownLatch(1);
    private final AtomicInteger slowCalls = new AtomicInteger();
    private final AtomicInteger promptCalls = new AtomicInteger();

    private final Callable<List<State>> slow = () -> {
        slowCalls.incrementAndGet();
        answer.await();
        return List.of(state("slow"));
    };

    private final Callable<List<State>> prompt = () -> {
        promptCalls.incrementAndGet();
        return List.of(state("prompt"));
    };

    @AfterEach
    void close() {
        threads.shutdownNow();
    }

    private static State state(String id) {
        return new State(id, true, false, "");
    }

    @Test
    void theOthersAreAskedAgainWhileOneTakesItsTime() throws Exception {
        Map<String, Callable<List<State>>> both = Map.of("slow", slow, "prompt", prompt);
        for (int i = 1; i <= 3; i++) {
            assertThat(turns.ask(both, SHORT)).extracting(State::id).doesNotContain("slow");
        }
        assertThat(promptCalls).as("renewed each time, or still on its way").hasValueGreaterThan(0);
        int before = promptCalls.get();
        assertThat(turns.ask(Map.of("prompt", prompt), LONG))
                .extracting(State::id)
                .containsExactly("prompt");
        assertThat(turns.ask(Map.of("prompt", prompt), LONG)).hasSize(1);
        assertThat(promptCalls).hasValueGreaterThan(before);
        assertThat(slowCalls).as("nobody is asked twice at a time").hasValue(1);
        answer.countDown();
        assertThat(turns.ask(both, LONG)).extracting(State::id).containsExactlyInAnyOrder("slow", "prompt");
        assertThat(slowCalls).hasValue(1);
        turns.ask(both, LONG);
        assertThat(slowCalls).hasValue(2);
    }

    @Test
    void whatWasSaidLastCountsUntilTheNextWord() throws Exception {
        answer.countDown();
        assertThat(turns.ask(Map.of("one", slow), LONG)).hasSize(1);
        CountDownLatch never = new CountDownLatch(1);
        Callable<List<State>> silent = () -> {
            never.await();
            return List.of();
        };
        assertThat(turns.ask(Map.of("one", silent), SHORT))
                .extracting(State::id)
                .containsExactly("slow");
    }

    @Test
    void theEndIsSaidToAllAndWaitedForEvenWhereOneFails() throws Exception {
        assertThat(turns.ask(Map.of("slow", slow), SHORT)).isEmpty();
        AtomicInteger ended = new AtomicInteger();
        Callable<List<State>> ends = () -> {
            // The one who was asked before may answer only now: the others did not wait for it.
            answer.countDown();
            ended.incrementAndGet();
            return List.of();
        };
        Callable<List<State>> away = () -> {
            throw new IOException("nobody answers");
        };
        Callable<List<State>> stuck = () -> {
            throw new NotUndone("it is still there");
        };
        assertThatThrownBy(() -> turns.end(Map.of("slow", ends, "other", ends, "away", away, "stuck", stuck)))
                .isInstanceOf(NotUndone.class);
        assertThat(ended).hasValue(2);
        turns.end(Map.of("slow", ends, "other", ends));
        assertThat(ended).hasValue(4);
    }
}
