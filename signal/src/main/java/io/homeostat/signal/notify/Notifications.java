package io.homeostat.signal.notify;

import io.homeostat.converge.History;
import io.homeostat.journal.Journal;
import io.homeostat.model.slo.Notifier;
import io.homeostat.model.slo.SecretKey;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Keeps a {@link Worker} for every notifier that is declared. Only a signal is given when an event is written. */
public final class Notifications implements AutoCloseable {

    private static final Duration LOOK = Duration.ofSeconds(2);

    /**
     * @param notifiers those that are declared now
     * @param secrets the value of a secret; null when there is none
     * @param environment its name, for the messages
     * @param out where {@code stdout} notifiers write
     * @param firstWait before the second try; doubled each time
     */
    public record Settings(
            Supplier<List<Notifier>> notifiers,
            Function<SecretKey, @Nullable String> secrets,
            Supplier<String> environment,
            PrintStream out,
            Duration firstWait) {}

    private final Path directory;
    private final History history;
    private final InstantSource clock;
    private final Settings settings;
    private final Channels channels;
    private final Map<String, Worker> workers = new HashMap<>();
    private final Semaphore news = new Semaphore(0);
    private final Journal.Subscription following;
    private final Thread thread;

    /** @param directory where each notifier writes down how far it got */
    public Notifications(Path directory, History history, InstantSource clock, Settings settings) {
        this.directory = directory;
        this.history = history;
        this.clock = clock;
        this.settings = settings;
        this.channels = new Channels(settings.secrets(), settings.out());
        this.following = history.journal().follow(event -> news.release());
        this.thread = Thread.ofVirtual().name("notifications").start(this::run);
    }

    private void run() {
        try {
            while (true) {
                adjust();
                workers.values().forEach(Worker::wake);
                var ignored = news.tryAcquire(LOOK.toMillis(), TimeUnit.MILLISECONDS);
                news.drainPermits();
            }
        } catch (InterruptedException closing) {
            workers.values().forEach(Worker::close);
        }
    }

    private void adjust() {
        Set<String> declared = new HashSet<>();
        for (Notifier notifier : settings.notifiers().get()) {
            declared.add(notifier.name());
            Worker running = workers.get(notifier.name());
            if (running == null || !running.notifier().equals(notifier)) {
                if (running != null) {
                    running.close();
                }
                Worker worker = new Worker(
                        notifier,
                        directory.resolve(notifier.name()),
                        history,
                        channels,
                        settings.environment(),
                        clock,
                        settings.firstWait());
                workers.put(notifier.name(), worker);
                worker.start();
            }
        }
        workers.values().removeIf(worker -> {
            boolean isGone = !declared.contains(worker.notifier().name());
            if (isGone) {
                worker.close();
            }
            return isGone;
        });
    }

    @Override
    public void close() {
        following.close();
        thread.interrupt();
        try {
            thread.join();
        } catch (InterruptedException hurried) {
            Thread.currentThread().interrupt();
        }
    }
}
