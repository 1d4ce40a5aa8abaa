package io.homeostat.target.local.runtime;

import java.io.IOException;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchEvent;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArraySet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Tells of changes in directories, soon after they happen. It may tell too often and once too few (the kernel's queue is
 * finite), so whoever is told looks for himself, and looks now and then unasked.
 */
public final class FileWatch implements AutoCloseable {

    private final WatchService service;
    private final Map<Path, Watched> watched = new HashMap<>();

    private record Watched(WatchKey key, Set<Consumer<Path>> listeners) {}

    public FileWatch() throws IOException {
        service = FileSystems.getDefault().newWatchService();
        Thread.ofPlatform().daemon().name("local-target-files").start(this::work);
    }

    /**
     * Calls {@code changed} with the path of whatever changes in a directory (not below it), from a thread of its own. A directory
     * that is not there is not watched.
     */
    public synchronized void add(Path directory, Consumer<Path> changed) {
        Watched there = watched.get(directory);
        if (there != null && there.key().isValid()) {
            there.listeners().add(changed);
            return;
        }
        try {
            WatchKey key = directory.register(
                    service,
                    StandardWatchEventKinds.ENTRY_CREATE,
                    StandardWatchEventKinds.ENTRY_DELETE,
                    StandardWatchEventKinds.ENTRY_MODIFY);
            Set<Consumer<Path>> listeners = new CopyOnWriteArraySet<>();
            listeners.add(changed);
            watched.put(directory, new Watched(key, listeners));
        } catch (IOException gone) {
            watched.remove(directory);
        }
    }

    public synchronized void remove(Path directory, Consumer<Path> changed) {
        Watched there = watched.get(directory);
        if (there != null) {
            there.listeners().remove(changed);
            if (there.listeners().isEmpty()) {
                there.key().cancel();
                watched.remove(directory);
            }
        }
    }

    private void work() {
        try {
            while (true) {
                WatchKey key = service.take();
                Path directory = (Path) key.watchable();
                Set<Consumer<Path>> listeners = listeners(directory, key);
                for (WatchEvent<?> event : key.pollEvents()) {
                    Path changed = event.context() instanceof Path name ? directory.resolve(name) : directory;
                    listeners.forEach(listener -> listener.accept(changed));
                }
                if (!key.reset()) {
                    listeners.forEach(listener -> listener.accept(directory));
                }
            }
        } catch (InterruptedException | ClosedWatchServiceException end) {
            // closed
        }
    }

    private synchronized Set<Consumer<Path>> listeners(Path directory, WatchKey key) {
        @Nullable Watched there = watched.get(directory);
        return there != null && there.key().equals(key) ? there.listeners() : Set.of();
    }

    @Override
    public void close() {
        try {
            service.close();
        } catch (IOException alreadyGone) {
            // nothing is watched any more either way
        }
    }
}
