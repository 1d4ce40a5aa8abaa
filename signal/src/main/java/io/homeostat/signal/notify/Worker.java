package io.homeostat.signal.notify;

import io.homeostat.converge.History;
import io.homeostat.journal.Event;
import io.homeostat.model.slo.Notifier;
import io.homeostat.signal.SignalFacts;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * One notifier: reads the journal from where it got to and tells what is wanted, one after the other. Where it got to is in a
 * file, written after each; so an event may be told twice after a crash, and is never lost.
 */
final class Worker implements AutoCloseable {

    /** What is older than this when its turn comes is no news any more. */
    private static final Duration OLDEST = Duration.ofHours(1);

    private static final int TRIES = 8;
    private static final Duration LONGEST_WAIT = Duration.ofMinutes(1);
    private static final int BATCH = 100;
    private static final Duration LOOK = Duration.ofSeconds(10);

    private final Notifier notifier;
    private final Path cursor;
    private final History history;
    private final Channels channels;
    private final Supplier<String> environment;
    private final InstantSource clock;
    private final Duration firstWait;
    private final Pace pace;
    private final Semaphore news = new Semaphore(0);
    private final Thread thread;
    private volatile boolean closed;
    private int more;

    Worker(
            Notifier notifier,
            Path cursor,
            History history,
            Channels channels,
            Supplier<String> environment,
            InstantSource clock,
            Duration firstWait) {
        this.notifier = notifier;
        this.cursor = cursor;
        this.history = history;
        this.channels = channels;
        this.environment = environment;
        this.clock = clock;
        this.firstWait = firstWait;
        this.pace = new Pace(notifier.repeatAfter(), notifier.perMinute());
        this.thread = Thread.ofVirtual().name("notify-" + notifier.name()).unstarted(this::run);
    }

    Notifier notifier() {
        return notifier;
    }

    void start() {
        thread.start();
    }

    void wake() {
        news.release();
    }

    private void run() {
        try {
            long reached = reached();
            while (!closed) {
                reached = tellAfter(reached);
                news.drainPermits();
                if (reached >= history.journal().head()) {
                    var ignored = news.tryAcquire(LOOK.toMillis(), TimeUnit.MILLISECONDS);
                }
            }
        } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
        } catch (IOException | RuntimeException failed) {
            // Without its place in the journal it would tell everything twice, or nothing; the next agent tries again.
            if (!closed) {
                history.record(
                        SignalFacts.notificationFailed(notifier.name(), "all", String.valueOf(failed.getMessage())));
            }
        }
    }

    private long tellAfter(long sequence) throws IOException, InterruptedException {
        List<Event> events = new ArrayList<>();
        history.journal().read(sequence, event -> {
            events.add(event);
            return events.size() < BATCH;
        });
        long reached = sequence;
        for (Event event : events) {
            boolean isNews = Duration.between(event.time(), clock.instant()).compareTo(OLDEST) < 0;
            if (isNews && Telling.isWanted(notifier, event)) {
                tell(event);
                save(event.sequence());
            }
            reached = event.sequence();
        }
        if (reached > sequence) {
            save(reached);
        }
        return reached;
    }

    private void tell(Event event) throws InterruptedException {
        switch (pace.ask(Telling.key(event), clock.instant())) {
            case TELL -> {
                if (send(event)) {
                    more = 0;
                }
            }
            case TOO_MANY -> more++;
            case REPEATED -> {}
        }
    }

    private boolean send(Event event) throws InterruptedException {
        Duration wait = firstWait;
        for (int attempt = 1; true; attempt++) {
            try {
                channels.send(notifier.channel(), event, environment.get(), more);
                return true;
            } catch (Channels.Refused refused) {
                return giveUp(event, String.valueOf(refused.getMessage()));
            } catch (IOException | RuntimeException failed) {
                Instant oldest = clock.instant().minus(OLDEST);
                if (attempt == TRIES || event.time().isBefore(oldest)) {
                    return giveUp(event, failed.getMessage() + ", " + attempt + " times");
                }
            }
            if (closed) {
                throw new InterruptedException();
            }
            Thread.sleep(wait);
            wait = wait.multipliedBy(2).compareTo(LONGEST_WAIT) < 0 ? wait.multipliedBy(2) : LONGEST_WAIT;
        }
    }

    private boolean giveUp(Event event, String reason) {
        history.record(SignalFacts.notificationFailed(notifier.name(), event.message(), reason));
        return false;
    }

    /** A new notifier begins with what happens from now on. */
    private long reached() throws IOException {
        if (Files.isRegularFile(cursor)) {
            String text = Files.readString(cursor).strip();
            if (text.matches("[0-9]{1,18}")) {
                return Math.min(Long.parseLong(text), history.journal().head());
            }
        }
        long head = history.journal().head();
        save(head);
        return head;
    }

    private void save(long sequence) throws IOException {
        Files.createDirectories(cursor.toAbsolutePath().getParent());
        Path fresh = cursor.resolveSibling(cursor.getFileName() + ".new");
        Files.write(fresh, (sequence + "\n").getBytes(StandardCharsets.US_ASCII));
        Files.move(fresh, cursor, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    @Override
    public void close() {
        closed = true;
        thread.interrupt();
        try {
            thread.join();
        } catch (InterruptedException hurried) {
            Thread.currentThread().interrupt();
        }
    }
}
