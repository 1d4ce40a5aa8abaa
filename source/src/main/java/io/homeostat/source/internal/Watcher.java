package io.homeostat.source.internal;

import io.homeostat.source.Source;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchEvent;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Calls back soon after something changed in a set of directories, which may itself change: directories come, go and are
 * replaced by others of the same name. One thread sleeps in the kernel until there is something to say.
 *
 * <p>It only ever says "look again". Events are gathered while they keep coming and while the callback runs, so that a thousand
 * changed files are one call; and after each round the directories are listed anew, because the event that a directory was made
 * does not tell what was put into it before we watched it.
 */
public final class Watcher implements Source.Watch {
    private static final Duration LONGEST_BURST = Duration.ofMillis(100);

    /** What is watched. */
    public interface Scope {
        /** Every directory of interest that exists now. */
        Set<Path> directories() throws IOException;

        /** Whether a change of {@code name} in {@code directory} may matter. */
        boolean concerns(Path directory, String name);

        /** How long it must have been quiet before the call; zero when one event says it all. */
        Duration quiet();
    }

    private record Watched(WatchKey key, @Nullable Object identity) {}

    private final Scope scope;
    private final Runnable changed;
    private final WatchService service;
    private final Map<Path, Watched> watched = new HashMap<>();
    private final Thread thread;

    private Watcher(Scope scope, Runnable changed) throws IOException {
        this.scope = scope;
        this.changed = changed;
        this.service = FileSystems.getDefault().newWatchService();
        this.thread = Thread.ofPlatform().daemon().name("homeostat-watch").unstarted(this::run);
    }

    /**
     * Everything that changes after this returns is noticed.
     *
     * @throws UncheckedIOException when the kernel gives no (more) watches
     */
    public static Watcher start(Scope scope, Runnable changed) {
        try {
            Watcher watcher = new Watcher(scope, changed);
            try {
                watcher.register();
            } catch (IOException failed) {
                watcher.service.close();
                throw failed;
            }
            watcher.thread.start();
            return watcher;
        } catch (IOException failed) {
            throw new UncheckedIOException(
                    "the source cannot be watched (" + failed.getMessage()
                            + "); it is still polled; raise fs.inotify.max_user_watches or max_user_instances",
                    failed);
        }
    }

    private void run() {
        try {
            while (true) {
                boolean concerned = gather(service.take());
                if (register() || concerned) {
                    changed.run();
                }
            }
        } catch (ClosedWatchServiceException | InterruptedException closed) {
            // The end.
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private boolean gather(WatchKey first) throws InterruptedException {
        long end = System.nanoTime() + LONGEST_BURST.toNanos();
        boolean concerned = false;
        for (WatchKey key = first; key != null; key = next(concerned, end)) {
            concerned |= concerned(key);
        }
        return concerned;
    }

    private @Nullable WatchKey next(boolean concerned, long end) throws InterruptedException {
        long quiet = Math.min(scope.quiet().toNanos(), end - System.nanoTime());
        return concerned && quiet > 0 ? service.poll(quiet, TimeUnit.NANOSECONDS) : service.poll();
    }

    private boolean concerned(WatchKey key) {
        Path directory = (Path) key.watchable();
        boolean concerned = false;
        for (WatchEvent<?> event : key.pollEvents()) {
            // Without a name it says that some events were lost.
            concerned |= event.context() == null
                    || scope.concerns(directory, event.context().toString());
        }
        if (!key.reset()) {
            watched.computeIfPresent(directory, (_, w) -> w.key().equals(key) ? null : w);
        }
        return concerned;
    }

    /** Watches what is not watched yet, and leaves what is gone. Whether there was anything new. */
    private boolean register() throws IOException {
        Set<Path> now = scope.directories();
        watched.entrySet().removeIf(old -> {
            boolean gone = !now.contains(old.getKey());
            if (gone) {
                old.getValue().key().cancel();
            }
            return gone;
        });
        boolean news = false;
        for (Path directory : now) {
            Object identity = identity(directory);
            Watched old = watched.get(directory);
            if (old != null && old.key().isValid() && Objects.equals(old.identity(), identity)) {
                continue;
            }
            if (identity != null && add(directory, identity, old)) {
                news = true;
            }
        }
        return news;
    }

    private boolean add(Path directory, Object identity, @Nullable Watched old) throws IOException {
        try {
            WatchKey key = directory.register(
                    service,
                    StandardWatchEventKinds.ENTRY_CREATE,
                    StandardWatchEventKinds.ENTRY_MODIFY,
                    StandardWatchEventKinds.ENTRY_DELETE);
            if (old != null && !old.key().equals(key)) {
                old.key().cancel();
            }
            watched.put(directory, new Watched(key, identity));
            return true;
        } catch (IOException failed) {
            if (Files.isReadable(directory)) {
                throw failed;
            }
            return false; // it went away meanwhile, or is none of our business
        }
    }

    private static @Nullable Object identity(Path directory) {
        try {
            return Files.readAttributes(directory, BasicFileAttributes.class).fileKey();
        } catch (IOException gone) {
            return null;
        }
    }

    @Override
    public void close() {
        try {
            service.close();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
