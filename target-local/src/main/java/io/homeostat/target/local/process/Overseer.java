package io.homeostat.target.local.process;

import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Watches over instances from the moment they run until the moment it is known how they ended, and clears up after them. An
 * instance is over when its program and its shim are: the shim writes down how the program ended, and only then goes.
 */
final class Overseer implements AutoCloseable {
    /** A shim has nothing to do but to write a few bytes once its child has ended. */
    private static final Duration SHIMS_PATIENCE = Duration.ofSeconds(5);

    private final CompletableFuture<ExitWatch> watch;
    private final ControlGroups groups;
    private final Tools tools;
    private final InstantSource clock;
    private final Consumer<Instance> announce;
    private final Executor executor = task -> Thread.ofVirtual().start(task);

    /**
     * @param watch may come a little later: the first system call from Java takes a while to prepare
     * @param clock for the end of what nobody saw end
     * @param announce must not block
     */
    Overseer(
            CompletableFuture<ExitWatch> watch,
            ControlGroups groups,
            Tools tools,
            InstantSource clock,
            Consumer<Instance> announce) {
        this.watch = watch;
        this.groups = groups;
        this.tools = tools;
        this.clock = clock;
        this.announce = announce;
    }

    /** From here on the run tells how its instance is. */
    Instance watch(Run run, Intent intent, Claim claim) {
        ExitWatch exits = watch.join();
        Instance instance =
                new Instance(intent.launch(), new Instance.Running(claim.child(), claim.at()), intent.warnings());
        // Told before it is watched, since the end may come at once.
        run.became(instance);
        announce.accept(instance);
        run.watchedShim(exits.watch(claim.shim(), () -> ended(run, intent, claim)));
        run.watchedChild(exits.watch(claim.child(), () -> {
            hurryShim(run);
            ended(run, intent, claim);
        }));
        run.watched(instance);
        return instance;
    }

    private void ended(Run run, Intent intent, Claim claim) {
        if (run.oneEnded()) {
            executor.execute(() -> {
                Instance instance = exited(run, intent, claim);
                run.became(instance);
                announce.accept(instance);
            });
        }
    }

    /** Somebody may have paused the shim; nobody else waits for it, so it cannot be left at that. */
    private void hurryShim(Run run) {
        executor.execute(() -> run.signalShim(ExitWatch.SIGCONT));
        CompletableFuture.delayedExecutor(SHIMS_PATIENCE.toMillis(), TimeUnit.MILLISECONDS, executor)
                .execute(() -> run.signalShim(ExitWatch.SIGKILL));
    }

    /** How an instance ended of which neither program nor shim is left. */
    Instance exited(Run run, Intent intent, Claim claim) {
        InstanceDirectory.ExitRecord exit;
        try {
            exit = run.directory().exit();
        } catch (IOException unreadable) {
            exit = null;
        }
        if (exit == null || !exit.swept()) {
            Leftovers.kill(claim.child(), run.directory().log(), tools);
        }
        boolean outOfMemory = groups.outOfMemory(intent.groups());
        groups.release(intent.groups(), tools);
        Instance.Exited exited = exit == null
                ? new Instance.Exited(claim.at(), null, null, outOfMemory, clock.instant())
                : Instance.Exited.ofStatus(claim.at(), exit.status(), outOfMemory, exit.at());
        return new Instance(intent.launch(), exited, intent.warnings());
    }

    /** Ends a program of which nothing else is known any more. */
    void end(Claim claim, InstanceDirectory directory) {
        watch.join().watch(claim.child(), () -> {}).signalGroup(ExitWatch.SIGKILL);
        Leftovers.kill(claim.child(), directory.log(), tools);
    }

    @Nullable
    String slowness() {
        return watch.join().slowness();
    }

    @Override
    public void close() {
        watch.join().close();
    }
}
