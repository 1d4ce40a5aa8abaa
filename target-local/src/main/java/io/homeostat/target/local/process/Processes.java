package io.homeostat.target.local.process;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The instances of one state directory: launch, watch, signal, adopt. Safe for use by many threads; one {@code Processes} at a
 * time on one directory.
 *
 * <p>Closing it, or killing the agent, leaves every process as it is: the next {@link #open} adopts them.
 */
public interface Processes extends AutoCloseable {

    /**
     * Opens the directory (made when absent) and adopts what is found there: what runs is watched, what ended meanwhile is
     * there with its exit code, what was about to start is revoked and gone.
     *
     * @param clock for the end of what nobody saw end
     * @throws IOException when the directory cannot be used, or this machine lacks a program that starting needs
     */
    static Processes open(Path instances, LogPolicy logs, InstantSource clock) throws IOException {
        return LocalProcesses.open(instances, logs, clock, System.getenv());
    }

    /**
     * Starts it and answers when the process exists. An id that is known already, running or exited, is answered as it is and
     * not run again.
     *
     * @throws IOException when it could not be started; then nothing runs and the id is free
     */
    Instance launch(Launch launch) throws IOException;

    /** All, running and exited. */
    Collection<Instance> instances();

    @Nullable
    Instance instance(String id);

    /**
     * SIGTERM to the instance's process group, SIGKILL to what is left of it after {@code grace}. Calling it again with a
     * shorter grace shortens it. The future ends when the instance has exited; for an unknown id it fails.
     */
    CompletableFuture<Instance.Exited> stop(String id, Duration grace);

    /** {@link #stop} without grace. */
    CompletableFuture<Instance.Exited> kill(String id);

    /** Forgets an exited instance, its logs included; an unknown id is nothing to do. A running one is a mistake. */
    void remove(String id) throws IOException;

    /**
     * Runs a command in the working directory and with the environment of an instance, exited or not, and waits for it.
     * Whatever is left of it after {@code timeout} is killed.
     *
     * @throws IOException when it cannot be run
     */
    Execution exec(String id, List<String> command, Duration timeout) throws IOException, InterruptedException;

    /** The control groups that hold an instance; none when nothing limits it, or it is not known. */
    List<Path> groups(String id);

    /** What an instance wrote; of an unknown id there is nothing to read. */
    LogReader logs(String id);

    /** Calls {@code changed} after an instance started or exited, one at a time and in order, until closed. */
    Subscription listen(Consumer<Instance> changed);

    /** Why these limits, or some of them, would not be held on this machine, one sentence each; empty: they would. */
    List<String> unsupported(Limits limits);

    /** What {@link #open} had to put right, one sentence each: starts revoked, records that could not be read. */
    List<String> findings();

    /** Why exits are noticed late on this machine (no pidfd); null: they are noticed at once. */
    @Nullable
    String slowness();

    /** Stops watching. Nothing is stopped or removed. */
    @Override
    void close();

    interface Subscription extends AutoCloseable {
        @Override
        void close();
    }
}
