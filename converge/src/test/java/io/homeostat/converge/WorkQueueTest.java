package io.homeostat.converge;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class WorkQueueTest {

    private final AtomicLong nanos = new AtomicLong();
    private final WorkQueue queue = new WorkQueue(nanos::get);

    @Test
    void aNameAskedForTwiceIsLookedAtOnce() throws InterruptedException {
        queue.add("a");
        queue.add("a");
        queue.add("b");
        assertThat(queue.take()).isEqualTo("a");
        assertThat(queue.take()).isEqualTo("b");
    }

    @Test
    void whatIsAskedForDuringALookGetsAnotherAfterwards() throws InterruptedException {
        queue.add("a");
        assertThat(queue.take()).isEqualTo("a");
        queue.add("a");
        queue.add("b");
        assertThat(queue.take()).as("a is under way").isEqualTo("b");
        queue.done("a");
        assertThat(queue.take()).isEqualTo("a");
    }

    @Test
    void ofTwoTimesTheEarlierCounts() throws InterruptedException {
        queue.add("a", Duration.ofHours(1));
        queue.add("a", Duration.ZERO);
        assertThat(queue.take()).isEqualTo("a");
        queue.done("a");
        queue.add("b");
        assertThat(queue.take()).as("the later time of a is forgotten").isEqualTo("b");
    }

    @Test
    void whatIsNotDueYetLetsOthersPass() throws InterruptedException {
        queue.add("later", Duration.ofMinutes(1));
        queue.add("now");
        assertThat(queue.take()).isEqualTo("now");
        nanos.set(Duration.ofMinutes(2).toNanos());
        assertThat(queue.take()).isEqualTo("later");
    }

    @Test
    void closingEndsTheWait() throws Exception {
        CompletableFuture<@Nullable String> taken = new CompletableFuture<>();
        Thread.startVirtualThread(() -> {
            try {
                taken.complete(queue.take());
            } catch (InterruptedException interrupted) {
                taken.completeExceptionally(interrupted);
            }
        });
        queue.close();
        assertThat(taken.get(10, TimeUnit.SECONDS)).isNull();
    }
}
