package io.homeostat.agent;

import io.homeostat.chaos.Experiments;
import io.homeostat.chaos.Memory;
import io.homeostat.chaos.delivery.PipelineFaults;
import io.homeostat.chaos.extension.Catalog;
import io.homeostat.chaos.extension.ExtensionFaults;
import io.homeostat.chaos.outside.OutsideFaults;
import io.homeostat.chaos.outside.People;
import io.homeostat.chaos.outside.UnreachableSource;
import io.homeostat.converge.Completion;
import io.homeostat.converge.Converger;
import io.homeostat.converge.Facts;
import io.homeostat.converge.Faults;
import io.homeostat.converge.History;
import io.homeostat.converge.Renderer;
import io.homeostat.converge.Target;
import io.homeostat.deliver.rollout.Rollouts;
import io.homeostat.gate.control.Counters;
import io.homeostat.gate.control.GateLauncher;
import io.homeostat.journal.FileJournal;
import io.homeostat.journal.Journal;
import io.homeostat.model.Access;
import io.homeostat.model.Environment;
import io.homeostat.model.Node;
import io.homeostat.signal.Recollection;
import io.homeostat.signal.Signals;
import io.homeostat.signal.notify.Notifications;
import io.homeostat.source.Snapshot;
import io.homeostat.source.Source;
import io.homeostat.source.SourceException;
import io.homeostat.source.SourceSpec;
import io.homeostat.source.Sources;
import io.homeostat.target.kubernetes.ClusterSettings;
import io.homeostat.target.kubernetes.KnownInventory;
import io.homeostat.target.kubernetes.KubernetesTarget;
import io.homeostat.target.kubernetes.Leadership;
import io.homeostat.target.local.LocalTarget;
import io.homeostat.target.local.image.Images;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * One agent: everything wired, in the order in which it stands on each other, and taken down in the opposite one.
 *
 * <p>Nothing needs an orderly end. Killed at any instruction, the next agent on the same directory goes on, and what ran
 * keeps running meanwhile.
 */
public final class Agent implements AutoCloseable {

    /** As {@code homeostat version} prints it. */
    public static final String VERSION = "0.1.0";

    /** By this host experiments call the API of their own agent. */
    private static final String HERE = "http://homeostat";

    /** Over so long {@code top} takes its rates. */
    private static final Duration TOP = Duration.ofSeconds(1);

    /**
     * @param environment which Environment of the repository; null when there is at most one
     * @param listen where the API is served; port 0 takes a free one
     * @param hookSecret key of {@code POST /hooks/git}; null leaves the hook closed
     * @param target {@link Targets#LOCAL} or {@link Targets#KUBERNETES}, whatever the Environment says; null: what it says
     * @param kubeconfig for a cluster, instead of the Environment's; null: that one
     * @param context of the kubeconfig, instead of the Environment's; null: that one
     * @param access who may besides the owner of the token
     */
    public record Settings(
            SourceSpec source,
            Path state,
            @Nullable String environment,
            InetSocketAddress listen,
            @Nullable String hookSecret,
            @Nullable String target,
            @Nullable Path kubeconfig,
            @Nullable String context,
            Access access) {

        /** The target is what the Environment says, and nobody may but the owner of the token. */
        public Settings(
                SourceSpec source,
                Path state,
                @Nullable String environment,
                InetSocketAddress listen,
                @Nullable String hookSecret) {
            this(source, state, environment, listen, hookSecret, null, null, null, Access.OWNER);
        }
    }

    private final Deque<AutoCloseable> parts = new ArrayDeque<>();
    private final CountDownLatch ended = new CountDownLatch(1);
    private final AtomicBoolean closing = new AtomicBoolean();
    private @Nullable LocalTarget machine;
    private @Nullable KubernetesTarget cluster;
    private final Converger converger;
    private final Faults faults;
    private final History history;
    private final Api api;
    private final ConsoleRoutes console;
    private final Logins logins;

    private Agent(Settings settings, UnaryOperator<Journal> wrap) throws IOException, SourceException {
        InstantSource clock = InstantSource.system();
        Instant begun = clock.instant();
        try {
            StateDirectory state = keep(StateDirectory.hold(settings.state()));
            Journal journal = wrap.apply(keep(FileJournal.open(state.path().resolve("journal"), clock)));
            Recollection past = new Recollection();
            Memory experimentsBefore = new Memory();
            history = History.open(journal, event -> {
                past.take(event);
                experimentsBefore.take(event);
            });
            history.record(Facts.environment(
                    Facts.AGENT_STARTED,
                    "agent " + VERSION + " (pid " + ProcessHandle.current().pid() + ") started",
                    Node.Mapping.EMPTY.with("version", VERSION)));
            UnreachableSource source = keep(new UnreachableSource(
                    Sources.open(settings.source(), state.path().resolve("git")), clock));
            Target target = target(settings, state, source, journal, clock);
            Counted counted = counted(state.path());
            Objectives objectives = new Objectives();
            io.homeostat.signal.source.Sources asked =
                    new io.homeostat.signal.source.Sources(new GateCalls(counted), objectives::secret);
            Signals signals = keep(Signals.open(
                    state.path().resolve("signal"), history, objectives, asked, clock, past, objectives::lookAgain));
            RolloutSurroundings around = new RolloutSurroundings(signals, asked, clock);
            Rollouts rollouts = keep(new Rollouts(target, history, clock, around));
            Forerunners forerunners = keep(new Forerunners());
            converger = keep(new Converger(
                    source,
                    target,
                    history,
                    settings.environment(),
                    List.of(signals.guard(), forerunners),
                    rollouts,
                    clock,
                    new SecureRandom()));
            objectives.follow(converger);
            forerunners.follow(converger);
            signals.start();
            Views views = new Views(converger, VERSION, begun);
            Callers callers = new Callers(state.token(), settings.access(), views::environment);
            api = keep(new Api(settings.listen(), callers, clock));
            ChaosSurroundings disturbed = new ChaosSurroundings(converger, signals, rollouts, new GateCalls(counted));
            Catalog catalog = new Catalog(disturbed::extensions, experimentsBefore::extensions);
            People people = new People();
            faults = new OutsideFaults(
                    ExtensionFaults.open(
                            keep(PipelineFaults.over(target.faults(), converger)),
                            state.path().resolve("chaos/extensions"),
                            catalog::find),
                    source,
                    converger::sync,
                    people,
                    url -> url.startsWith(HERE) ? url() + url.substring(HERE.length()) : disturbed.resolve(url),
                    machine != null,
                    clock);
            Experiments experiments =
                    keep(Experiments.open(faults, disturbed, asked, history, experimentsBefore, clock));
            around.follow(experiments, disturbed);
            keep(new Recovery(history, begun, converger::names, views::isSettled, System.out::println));
            keep(new Notifications(
                    state.path().resolve("signal/told"),
                    history,
                    clock,
                    new Notifications.Settings(
                            () -> signals.promises().notifiers(),
                            objectives::secret,
                            views::environment,
                            System.out,
                            Duration.ofSeconds(1))));
            new Routes(
                            converger,
                            views,
                            history,
                            signals,
                            settings.hookSecret(),
                            this::shutDown,
                            () -> graph(counted),
                            () -> top(counted),
                            () -> rates(counted),
                            new Traffic(counted)::read)
                    .addTo(api);
            new AdoptRoutes(converger, views).addTo(api);
            new RolloutRoutes(converger, rollouts, new Operations(converger), views).addTo(api);
            new ExperimentRoutes(experiments, people, views).addTo(api);
            new CatalogRoutes(experiments, views).addTo(api);
            logins = new Logins(
                    callers,
                    new Sessions(sessionKey(state.token(), settings.access()), clock),
                    settings.access(),
                    history,
                    views::environment,
                    () -> url() + "/",
                    clock);
            console = keep(new ConsoleRoutes(api, journal, logins, clock));
            console.addTo(api);
            api.start();
            state.announce(api.address());
        } catch (IOException | SourceException | RuntimeException failed) {
            close();
            throw failed;
        }
    }

    /**
     * @throws IOException when the state directory is held by another agent or cannot be used
     * @throws SourceException when the source's location or credentials cannot be understood; an unreachable one is no reason
     */
    public static Agent start(Settings settings) throws IOException, SourceException {
        return start(settings, UnaryOperator.identity());
    }

    /**
     * Stops what an agent that is gone left running on this machine, as if all of it had left Git; data of claims stay.
     *
     * @param state its directory
     * @throws IOException also when an agent works on it
     */
    public static void takeDown(Path state) throws IOException, InterruptedException {
        InstantSource clock = InstantSource.system();
        try (StateDirectory held = StateDirectory.hold(state);
                Journal journal = FileJournal.open(held.path().resolve("journal"), clock);
                LocalTarget left = LocalTarget.open(
                        held.path(),
                        clock,
                        journal,
                        Images.open(held.path().resolve("target/images")),
                        gate(held.path()))) {
            left.stopAll();
        }
    }

    /** What can be done on purpose to what runs here, as experiments do it. Each is a lease: docs/library.md. */
    public Faults faults() {
        return faults;
    }

    /** @param wrap puts something around the journal, to act at its boundaries */
    static Agent start(Settings settings, UnaryOperator<Journal> wrap) throws IOException, SourceException {
        return new Agent(settings, wrap);
    }

    /** Which target it is has to be known before anything else is; what is unknown is left to this machine, which then refuses. */
    private Target target(Settings settings, StateDirectory state, Source source, Journal journal, InstantSource clock)
            throws IOException {
        String chosen = settings.target();
        Environment environment =
                Targets.LOCAL.equals(chosen) ? Environment.implicit("") : environment(settings, source);
        if ((chosen == null ? environment.target() : chosen).equals(Targets.KUBERNETES)) {
            return cluster(
                    ClusterSettings.of(environment).over(settings.kubeconfig(), settings.context()),
                    settings.listen(),
                    state,
                    clock);
        }
        Path path = state.path();
        machine = keep(LocalTarget.open(path, clock, journal, Images.open(path.resolve("target/images")), gate(path)));
        return machine;
    }

    /** Waits until no other agent works on the environment, and takes up what the last one knew. */
    private Target cluster(ClusterSettings where, InetSocketAddress listen, StateDirectory state, InstantSource clock)
            throws IOException {
        try {
            Leadership leadership = keep(Leadership.of(
                    where,
                    Standby.identity(state.path()),
                    clock,
                    () -> Thread.ofVirtual().start(this::deposed)));
            Standby.await(leadership, listen, state, clock);
            KubernetesTarget target =
                    keep(KubernetesTarget.open(where, clock, leadership::holds, KnownInventory.below(state.path())));
            keep(ClusterMemory.open(target, history));
            keep(new ClusterNews(target, history.journal()));
            this.cluster = target;
            return target;
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("stopped while waiting for the cluster");
        }
    }

    /** Another agent leads, or nobody knows who does: whoever goes on all the same does harm. */
    private void deposed() {
        history.record(Facts.environment(
                "agent.deposed",
                "this agent could not renew its lease in time and ends; what runs goes on running",
                Node.Mapping.EMPTY));
        close();
    }

    /** What the revision last seen, or else the newest one, says. */
    private Environment environment(Settings settings, Source source) throws IOException {
        String named = settings.environment();
        try {
            Snapshot snapshot = history.lastRevision().isEmpty() ? source.fetch() : source.at(history.lastRevision());
            return new Renderer(Completion.NONE).environment(snapshot, named);
        } catch (SourceException unreachable) {
            return Environment.implicit(named == null ? "default" : named);
        }
    }

    /** The gate runs on the same JDK and needs little of the class path. */
    private static GateLauncher gate(Path state) {
        List<String> flags = new ArrayList<>(GateLauncher.DEFAULT_FLAGS);
        String cache = System.getProperty("homeostat.gate.aot", "");
        if (!cache.isEmpty() && Files.isReadable(Path.of(cache))) {
            flags.add("-XX:AOTCache=" + cache);
        }
        Path java = Path.of(System.getProperty("java.home"), "bin", "java");
        return new GateLauncher(state.resolve("target/gate"), java, GateLauncher.thinClassPath(), flags);
    }

    private Counted counted(Path state) {
        KubernetesTarget cluster = this.cluster;
        if (cluster != null) {
            return cluster::counters;
        }
        GateLauncher gate = gate(state);
        return () ->
                gate.running().isEmpty() ? List.of() : List.of(gate.client().counters());
    }

    /** Two readings of the gates, {@link #TOP} apart. */
    private Node.Mapping top(Counted counted) throws IOException, InterruptedException {
        List<Counters> before = counted.read();
        if (before.isEmpty()) {
            return TopView.of(before, before, TOP);
        }
        long began = System.nanoTime();
        Thread.sleep(TOP);
        return TopView.of(before, counted.read(), Duration.ofNanos(System.nanoTime() - began));
    }

    /** As {@link #top}, by callee alone. */
    private Node.Mapping rates(Counted counted) throws IOException, InterruptedException {
        return top(() -> Counted.byCallee(counted.read()));
    }

    /** Without a gate nobody has been seen. In a cluster nobody declares whom he calls. */
    private Node.Mapping graph(Counted counted) throws IOException {
        LocalTarget local = machine;
        List<Counters> counters = counted.read();
        return GraphView.of(
                local == null ? List.of() : local.declaredCalls(),
                counters.isEmpty() ? new Counters("", Instant.now(), List.of()) : Counted.together(counters));
    }

    /** A role that was taken away is gone at once: other words about who may, and everybody logs in anew. */
    private static String sessionKey(String token, Access access) {
        return access.equals(Access.OWNER) ? token : token + "\n" + access;
    }

    private <T extends AutoCloseable> T keep(T part) {
        parts.push(part);
        return part;
    }

    /** For tests that walk the table of routes. */
    Api api() {
        return api;
    }

    /** {@code http://127.0.0.1:PORT}. */
    public String url() {
        return StateDirectory.url(api.address());
    }

    /** Where a browser is logged in to the console: once, and within a quarter of an hour. */
    public String consoleUrl() {
        return logins.address().resolve("." + console.login()).toString();
    }

    /** Waits until the agent was asked to end. */
    public void await() throws InterruptedException {
        ended.await();
    }

    /** Ends the agent and, if so asked, everything that it runs. */
    private void shutDown(boolean workloads) {
        try {
            LocalTarget stopping = machine;
            if (workloads && stopping != null) {
                // Whoever still looks would repair what stops.
                converger.close();
                stopping.stopAll();
            }
        } catch (InterruptedException hurried) {
            Thread.currentThread().interrupt();
        } catch (IOException failed) {
            // What could not be stopped is still there, and the next agent on this directory finds it.
            history.record(Facts.environment(
                    Facts.AGENT_STOPPED,
                    "not everything could be stopped: " + failed.getMessage(),
                    Node.Mapping.EMPTY));
        } finally {
            close();
        }
    }

    @Override
    public void close() {
        if (!closing.compareAndSet(false, true)) {
            return;
        }
        try {
            recordEnd();
            while (!parts.isEmpty()) {
                closeQuietly(parts.pop());
            }
        } finally {
            ended.countDown();
        }
    }

    @SuppressWarnings("NullAway") // The history is missing when the start itself failed.
    private void recordEnd() {
        if (history == null) {
            return;
        }
        try {
            history.record(Facts.environment(
                    Facts.AGENT_STOPPED, "agent stopped; what runs goes on running", Node.Mapping.EMPTY));
        } catch (History.JournalUnavailable unwritten) {
            // Its absence is no fault: a killed agent writes none either.
        }
    }

    private static void closeQuietly(AutoCloseable part) {
        try {
            part.close();
        } catch (Exception failed) {
            // The others have to be closed all the same, and nothing depends on an orderly end.
        }
    }
}
