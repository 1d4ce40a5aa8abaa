package io.homeostat.target.kubernetes;

import io.homeostat.converge.Faults.NotUndone;
import io.homeostat.converge.Faults.State;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Those who do the faults of one holder, asked side by side. Whoever takes long is heard the next time, and lets nothing lapse that
 * another of them holds: that one is asked again meanwhile. Safe for use by many threads.
 *
 * @param <K> who is asked
 */
final class Turns<K> {

    private final ExecutorService threads;
    private final Map<K, Future<List<State>>> running = new HashMap<>();
    private final Map<K, List<State>> heard = new HashMap<>();

    Turns(ExecutorService threads) {
        this.threads = threads;
    }

    /**
     * Asks all but those who have not answered yet.
     *
     * @param patience with all of them together
     * @return what was said last; nothing of those who never said anything
     * @throws IOException of one who failed; the others were asked all the same
     */
    synchronized List<State> ask(Map<K, Callable<List<State>>> calls, Duration patience) throws IOException {
        calls.forEach((who, call) -> running.computeIfAbsent(who, first -> threads.submit(call)));
        long until = System.nanoTime() + patience.toNanos();
        IOException failed = null;
        for (K who : calls.keySet()) {
            failed = sooner(failed, hear(who, Math.max(0, until - System.nanoTime())));
        }
        if (failed != null) {
            throw failed;
        }
        List<State> states = new ArrayList<>();
        calls.keySet().forEach(who -> states.addAll(heard.getOrDefault(who, List.of())));
        return List.copyOf(states);
    }

    /**
     * Asks each once more as soon as it has answered, and waits for all.
     *
     * @throws IOException of one who failed, of {@link NotUndone} first; the others were asked all the same
     */
    synchronized void end(Map<K, Callable<List<State>>> calls) throws IOException {
        for (Map.Entry<K, Callable<List<State>>> each : calls.entrySet()) {
            Future<List<State>> before = running.get(each.getKey());
            running.put(each.getKey(), threads.submit(() -> {
                await(before);
                return each.getValue().call();
            }));
        }
        IOException failed = null;
        for (K who : calls.keySet()) {
            failed = sooner(failed, hear(who, Long.MAX_VALUE));
        }
        if (failed != null) {
            throw failed;
        }
    }

    private static void await(@Nullable Future<List<State>> before) throws InterruptedException {
        if (before != null) {
            try {
                before.get();
            } catch (ExecutionException | CancellationException over) {
                // What it began is undone all the same.
                return;
            }
        }
    }

    /** @return why it failed; null when it did not, or has not answered yet */
    private @Nullable IOException hear(K who, long nanos) throws InterruptedIOException {
        Future<List<State>> call = running.get(who);
        if (call == null) {
            return null;
        }
        try {
            heard.put(who, call.get(nanos, TimeUnit.NANOSECONDS));
            running.remove(who);
            return null;
        } catch (TimeoutException later) {
            return null;
        } catch (ExecutionException failed) {
            running.remove(who);
            return switch (failed.getCause()) {
                case IOException said -> said;
                case RuntimeException wrong -> throw wrong;
                case null, default -> new IOException(String.valueOf(failed.getCause()), failed.getCause());
            };
        } catch (InterruptedException stopped) {
            running.values().forEach(each -> each.cancel(true));
            running.clear();
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("stopped while faults were held");
        }
    }

    /** What is not undone is what people have to know. */
    private static @Nullable IOException sooner(@Nullable IOException known, @Nullable IOException next) {
        return known == null || (next instanceof NotUndone && !(known instanceof NotUndone)) ? next : known;
    }
}
