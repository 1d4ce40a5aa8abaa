package io.homeostat.target.local.process;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/** {@link Processes} as they are; the protocol is explained in {@link Claim}. */
final class LocalProcesses implements Processes {
    static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final Duration ROTATE_EVERY = Duration.ofSeconds(1);

    private static final Executor OWN_THREAD =
            task -> Thread.ofPlatform().daemon().name("exit watch").start(task);

    private final Path directory;
    private final LogPolicy logs;
    private final Tools tools;
    private final String bootId;
    private final ControlGroups groups;
    private final Shim shim;
    private final Overseer overseer;
    private final Map<String, Run> runs = new ConcurrentHashMap<>();
    private final List<Consumer<Instance>> listeners = new CopyOnWriteArrayList<>();
    private final List<String> findings = new CopyOnWriteArrayList<>();
    private final Executor executor = task -> Thread.ofVirtual().start(task);
    private final ExecutorService announcer = Executors.newSingleThreadExecutor(
            Thread.ofVirtual().name("instances").factory());
    private final CountDownLatch closed = new CountDownLatch(1);

    /** @param watch may come a little later: the first system call from Java takes a while to prepare */
    LocalProcesses(
            Path directory,
            LogPolicy logs,
            InstantSource clock,
            Tools tools,
            String bootId,
            CompletableFuture<ExitWatch> watch,
            Shim shim) {
        this.directory = directory;
        this.logs = logs;
        this.tools = tools;
        this.bootId = bootId;
        this.shim = shim;
        CRC32 checksum = new CRC32();
        checksum.update(directory.toString().getBytes(StandardCharsets.UTF_8));
        groups = new ControlGroups(Hierarchies.ofThisProcess(), "homeostat-" + Long.toHexString(checksum.getValue()));
        overseer = new Overseer(watch, groups, tools, clock, this::announce);
    }

    static Processes open(Path instances, LogPolicy logs, InstantSource clock, Map<String, String> environment)
            throws IOException {
        InstanceDirectory.prepare(instances);
        Path directory = instances.toRealPath();
        Tools tools = Tools.find(directory, environment);
        String bootId = ProcStat.bootId();
        LocalProcesses processes = new LocalProcesses(
                directory,
                logs,
                clock,
                tools,
                bootId,
                CompletableFuture.supplyAsync(() -> ExitWatch.open(bootId, tools), OWN_THREAD),
                new Shim(tools, PATIENCE));
        processes.adoptAll();
        return processes;
    }

    /** Takes over from the agent before, and begins to look after the logs. */
    void adoptAll() throws IOException {
        try {
            for (InstanceDirectory found : InstanceDirectory.all(directory)) {
                adopt(found);
            }
            groups.sweep(runs.keySet(), tools);
        } catch (IOException | RuntimeException failed) {
            close();
            throw failed;
        }
        Thread.ofVirtual().name("log rotation").start(this::rotateLogs);
    }

    private void adopt(InstanceDirectory found) throws IOException {
        Claim.Finding finding = Claim.read(found.path());
        if (finding instanceof Claim.Finding.None) {
            finding = Claim.revoke(found.path());
        }
        Intent intent = found.intent();
        if (!(finding instanceof Claim.Finding.Held(Claim claim))) {
            findings.add(found.name() + ": its start was interrupted before it ran, and revoked");
            groups.release(intent == null ? List.of() : intent.groups(), tools);
            found.delete();
            return;
        }
        if (intent == null) {
            findings.add(found.name() + ": what it was launched with cannot be read any more; ended and forgotten");
            overseer.end(claim, found);
            found.delete();
            return;
        }
        Run run = new Run(found, logs);
        run.log().recover();
        runs.put(found.name(), run);
        if (ProcStat.isAlive(claim.child(), bootId) || ProcStat.isAlive(claim.shim(), bootId)) {
            overseer.watch(run, intent, claim);
        } else {
            run.became(overseer.exited(run, intent, claim));
        }
    }

    @Override
    public Instance launch(Launch launch) throws IOException {
        Run run = new Run(new InstanceDirectory(directory.resolve(launch.id())), logs);
        Run known = runs.putIfAbsent(launch.id(), run);
        if (known != null) {
            return known.awaitStarted();
        }
        try {
            return start(run, launch);
        } catch (IOException | RuntimeException failed) {
            runs.remove(launch.id(), run);
            run.failed(failed);
            throw failed;
        }
    }

    private Instance start(Run run, Launch launch) throws IOException {
        if (closed.getCount() == 0) {
            throw new IllegalStateException("closed");
        }
        if (!Files.isDirectory(launch.workingDirectory())) {
            throw new IOException(launch.id() + " cannot be started: its working directory " + launch.workingDirectory()
                    + " does not exist");
        }
        ControlGroups.Held held = groups.hold(launch.id(), launch.limits());
        Intent intent = new Intent(launch, held.warnings(), held.groups());
        Claim claim;
        try {
            String text = StartFile.text(
                    launch, StartFile.environment(launch, tools.environment()), held.groups(), tools.env());
            InstanceDirectory created = InstanceDirectory.create(directory, intent, text);
            try {
                claim = shim.start(created);
            } catch (IOException | RuntimeException failed) {
                created.delete();
                throw failed;
            }
        } catch (IOException | RuntimeException failed) {
            groups.release(held.groups(), tools);
            throw failed;
        }
        return overseer.watch(run, intent, claim);
    }

    @Override
    public Collection<Instance> instances() {
        List<Instance> all = new ArrayList<>(runs.size());
        for (Run run : runs.values()) {
            Instance instance = run.instance();
            if (instance != null) {
                all.add(instance);
            }
        }
        return all;
    }

    @Override
    public @Nullable Instance instance(String id) {
        Run run = runs.get(id);
        return run == null ? null : run.instance();
    }

    @Override
    public CompletableFuture<Instance.Exited> stop(String id, Duration grace) {
        Run run = runs.get(id);
        if (run == null) {
            return CompletableFuture.failedFuture(new IllegalArgumentException("no instance " + id));
        }
        return run.started().thenCompose(started -> {
            if (!grace.isPositive()) {
                run.kill();
            } else if (!run.exit().isDone()) {
                run.terminate();
                CompletableFuture.delayedExecutor(grace.toMillis(), TimeUnit.MILLISECONDS, executor)
                        .execute(run::kill);
            }
            return run.exit();
        });
    }

    @Override
    public CompletableFuture<Instance.Exited> kill(String id) {
        return stop(id, Duration.ZERO);
    }

    @Override
    public void remove(String id) throws IOException {
        Run run = runs.get(id);
        if (run == null) {
            return;
        }
        if (!run.exit().isDone()) {
            throw new IllegalStateException(id + " has not exited");
        }
        run.removed();
        run.directory().delete();
        runs.remove(id, run);
    }

    @Override
    public Execution exec(String id, List<String> command, Duration timeout) throws IOException, InterruptedException {
        Run run = runs.get(id);
        Instance instance = run == null ? null : run.instance();
        if (run == null || instance == null) {
            throw new IOException("no instance " + id);
        }
        return Executions.run(tools, run.directory(), instance.launch(), command, timeout);
    }

    @Override
    public List<Path> groups(String id) {
        Run run = runs.get(id);
        try {
            Intent intent = run == null ? null : run.directory().intent();
            return intent == null ? List.of() : intent.groups();
        } catch (IOException unreadable) {
            return List.of();
        }
    }

    @Override
    public LogReader logs(String id) {
        Run run = runs.get(id);
        return run != null ? run : LogReader.NOTHING;
    }

    @Override
    public Subscription listen(Consumer<Instance> changed) {
        listeners.add(changed);
        return () -> listeners.remove(changed);
    }

    private void announce(Instance instance) {
        if (closed.getCount() > 0) {
            announcer.execute(() -> listeners.forEach(listener -> listener.accept(instance)));
        }
    }

    @Override
    public List<String> unsupported(Limits limits) {
        ControlGroups.Held held = groups.hold("trial-" + ProcessHandle.current().pid(), limits);
        groups.release(held.groups(), tools);
        return held.warnings();
    }

    @Override
    public List<String> findings() {
        return List.copyOf(findings);
    }

    @Override
    public @Nullable String slowness() {
        return overseer.slowness();
    }

    private void rotateLogs() {
        try {
            while (!closed.await(ROTATE_EVERY.toMillis(), TimeUnit.MILLISECONDS)) {
                runs.values().forEach(this::rotateLog);
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    private void rotateLog(Run run) {
        try {
            run.log().rotate();
        } catch (IOException unwritable) {
            // A full disk, or just removed: the program goes on, and so does the next attempt.
        }
    }

    @Override
    public void close() {
        closed.countDown();
        overseer.close();
        announcer.shutdown();
    }
}
