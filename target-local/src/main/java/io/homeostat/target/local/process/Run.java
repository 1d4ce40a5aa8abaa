package io.homeostat.target.local.process;

import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** One instance in this agent's memory, from the wish to start it until it is removed. */
final class Run implements LogReader {
    /** How soon a follower sees a new line, in milliseconds. */
    private static final long LOOK_EVERY = 100;

    private final CompletableFuture<Instance> started = new CompletableFuture<>();
    private final CompletableFuture<Instance.Exited> exit = new CompletableFuture<>();
    private final InstanceDirectory directory;
    private final LogFile log;
    private volatile @Nullable Instance instance;
    private volatile boolean removed;
    private boolean terminated;
    private int alive = 2;
    private ExitWatch.Watched child = ExitWatch.Watched.GONE;
    private ExitWatch.Watched shim = ExitWatch.Watched.GONE;

    Run(InstanceDirectory directory, LogPolicy logs) {
        this.directory = directory;
        log = new LogFile(directory.log(), logs);
    }

    InstanceDirectory directory() {
        return directory;
    }

    LogFile log() {
        return log;
    }

    /** Null until it has started. */
    @Nullable
    Instance instance() {
        return instance;
    }

    CompletableFuture<Instance> started() {
        return started;
    }

    CompletableFuture<Instance.Exited> exit() {
        return exit;
    }

    /** Blocks until whoever starts it knows how that went. */
    Instance awaitStarted() throws IOException {
        try {
            Instance first = started.get();
            Instance now = instance;
            return now == null ? first : now;
        } catch (ExecutionException failed) {
            Throwable cause = failed.getCause();
            throw new IOException(cause == null ? failed.getMessage() : cause.getMessage(), failed);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IOException(directory.name() + ": interrupted while it is being started", interrupted);
        }
    }

    void failed(Throwable why) {
        started.completeExceptionally(why);
    }

    /** It can be signalled from now on. */
    void watched(Instance now) {
        started.complete(now);
    }

    void became(Instance now) {
        instance = now;
        if (now.state() instanceof Instance.Exited exited) {
            started.complete(now);
            exit.complete(exited);
        }
    }

    void removed() {
        removed = true;
    }

    synchronized void watchedShim(ExitWatch.Watched watched) {
        shim = watched;
    }

    synchronized void watchedChild(ExitWatch.Watched watched) {
        child = watched;
    }

    /** One of the two has ended; true for the last. */
    synchronized boolean oneEnded() {
        return --alive == 0;
    }

    /** Asks once: a program that is asked twice to end may drop what it is about to finish. */
    synchronized void terminate() {
        if (!terminated) {
            terminated = true;
            child.signalGroup(ExitWatch.SIGTERM);
        }
    }

    synchronized void kill() {
        child.signalGroup(ExitWatch.SIGKILL);
    }

    synchronized void signalShim(int signal) {
        shim.signal(signal);
    }

    @Override
    public void tail(int lines, Sink sink) throws IOException {
        log.tail(lines, sink);
    }

    @Override
    public void follow(int lines, Sink sink) throws IOException {
        LineCutter cutter = new LineCutter(sink);
        long position = log.lineStart(lines, log.end());
        try {
            while (!removed) {
                // Asked before the end is: what was written before the exit is read.
                boolean last = exit.isDone();
                long end = log.end();
                position = log.copy(position, end, cutter);
                if (position < end) {
                    return;
                }
                if (last) {
                    cutter.flush();
                    return;
                }
                pause();
            }
        } catch (InterruptedException | ClosedByInterruptException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Ends early when the instance does. */
    private void pause() throws InterruptedException {
        try {
            exit.get(LOOK_EVERY, TimeUnit.MILLISECONDS);
        } catch (TimeoutException quiet) {
            // Look again.
        } catch (ExecutionException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
