package io.homeostat.chaos.toolkit;

import io.homeostat.model.Node;
import io.homeostat.model.Position;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One run of a file, from its hypothesis to its rollbacks. What it wrote down is the journal, in the reference tool's shape.
 *
 * <p>In the stricter reading: the hypothesis is looked at while the method runs, too, and any break counts; what an action did
 * counts (a program that ends with something else than 0, a status of 400 or more), and so does a tolerance that a probe of the
 * method has; rollbacks are played whatever happened, and have to succeed; without a hypothesis nothing is shown.
 */
public final class ToolkitRun {

    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSS", Locale.ROOT);
    private static final int BAD_STATUS = 400;

    private final ToolkitFile file;
    private final Options options;
    private final Variables variables;
    private final Providers providers;
    private final InstantSource clock;
    private final Consumer<String> told;
    private final List<Node> run = new ArrayList<>();
    private final List<Node> during = new ArrayList<>();
    private final List<Node> rollbacks = new ArrayList<>();
    private Node before = new Node.Null(Position.NONE);
    private Node after = new Node.Null(Position.NONE);
    private volatile @Nullable String status;
    private volatile boolean deviated;
    private volatile boolean interrupted;
    private volatile boolean unclean;
    private volatile boolean methodIsOver;
    /** Who plays the hypothesis and the method; null before, and from the rollbacks on. */
    private @Nullable Thread playing;

    private ToolkitRun(
            ToolkitFile file,
            Options options,
            Variables variables,
            Providers providers,
            InstantSource clock,
            Consumer<String> told) {
        this.file = file;
        this.options = options;
        this.variables = variables;
        this.providers = providers;
        this.clock = clock;
        this.told = told;
    }

    /**
     * @param environment of configuration, secrets and programs
     * @param problems what is missing; the run is not to be begun when there is any
     * @param told what happens, line by line, for people
     */
    public static ToolkitRun of(
            ToolkitFile file,
            Options options,
            Map<String, String> environment,
            InstantSource clock,
            List<String> problems,
            Consumer<String> told) {
        Variables variables = Variables.of(file.content(), environment, problems);
        return new ToolkitRun(
                file,
                options,
                variables,
                new Providers(variables, environment, options.python()),
                clock,
                line -> told.accept(variables.mask(line)));
    }

    /** Ends it as soon as possible; what the strategy wants rolled back is rolled back. To be followed by an interrupt of its thread. */
    public void interrupt() {
        interrupted = true;
    }

    /**
     * Ends the method as an interrupt does, and nothing that undoes it: before it begins and once it is over this does nothing.
     *
     * @return whether it was ended by this
     */
    public synchronized boolean end(String why) {
        Thread thread = playing;
        if (thread == null) {
            return false;
        }
        told.accept(why);
        playing = null;
        interrupted = true;
        thread.interrupt();
        return true;
    }

    private synchronized void playing(@Nullable Thread thread) {
        playing = thread;
    }

    /** @return the journal */
    public Node.Mapping play() {
        Instant began = clock.instant();
        playing(Thread.currentThread());
        configure();
        try {
            hypothesisAndMethod();
        } catch (InterruptedException signal) {
            status = "interrupted";
            told.accept("interrupted");
        }
        playing(null);
        // Whoever interrupted wanted the method to end, not what undoes it.
        boolean was = Thread.interrupted();
        if (playsRollbacks()) {
            try {
                rollback();
            } catch (InterruptedException again) {
                status = "interrupted";
                told.accept("interrupted again: the remaining rollbacks are left out");
            }
        }
        if (was) {
            status = "interrupted";
        }
        if (status == null) {
            status = options.compat() || !unclean ? "completed" : "failed";
        }
        return journal(began, clock.instant());
    }

    /** 0 when it held. In the reference tool's way 1 otherwise; in ours 2 when it deviated, 1 when it showed nothing. */
    public int exit() {
        boolean held = "completed".equals(status) && !deviated;
        if (options.compat()) {
            return held ? 0 : 1;
        }
        return deviated ? 2 : held && !file.probes().isEmpty() ? 0 : 1;
    }

    /** In a word and why, for people. */
    public String verdict() {
        if (deviated) {
            return "broken: the steady state deviated";
        }
        if (!"completed".equals(status)) {
            return "inconclusive: it "
                    + (unclean && "failed".equals(status) ? "had failing activities" : "was " + status);
        }
        return file.probes().isEmpty() ? "inconclusive: without a hypothesis nothing is shown" : "held";
    }

    /** What a probe has to find out before anything else is done. */
    private void configure() {
        file.content().mapping("configuration").fields().forEach((key, field) -> {
            if (field.value() instanceof Node.Mapping said
                    && said.text("type", "").equals("probe")) {
                try {
                    Node output = providers.run(said.mapping("provider"));
                    switch (said.mapping("provider").text("type", "")) {
                        case "process" -> {
                            if (output instanceof Node.Mapping of && of.integer("status", 1) == 0) {
                                variables.put(
                                        key, Node.Text.of(of.text("stdout", "").strip()));
                            }
                        }
                        case "http" -> {
                            Node body = output instanceof Node.Mapping of ? of.get("body") : null;
                            if (body != null) {
                                variables.put(key, body);
                            }
                        }
                        default -> variables.put(key, output);
                    }
                } catch (Providers.Failed failed) {
                    told.accept("the configuration '" + key + "' is not known: " + failed.getMessage());
                } catch (InterruptedException signal) {
                    Thread.currentThread().interrupt();
                }
            }
        });
    }

    private void hypothesisAndMethod() throws InterruptedException {
        boolean checks = !file.probes().isEmpty();
        Options.Hypothesis strategy = options.hypothesis();
        if (checks && strategy.before) {
            Node.Mapping state = steadyState("before");
            before = state;
            if (!state.flag("steady_state_met", false)) {
                status = "failed";
                return;
            }
        }
        Thread looking = checks && strategy.during ? Thread.ofVirtual().start(this::lookOn) : null;
        try {
            method();
        } finally {
            methodIsOver = true;
            if (looking != null) {
                looking.interrupt();
                looking.join();
            }
        }
        if (checks && strategy.after && !"aborted".equals(status)) {
            Node.Mapping state = steadyState("after");
            after = state;
            if (!state.flag("steady_state_met", false)) {
                deviated = true;
                status = "failed";
            }
        }
    }

    /** Again and again while the method runs. */
    private void lookOn() {
        try {
            while (!methodIsOver && status == null) {
                Node.Mapping state = steadyState("during");
                synchronized (during) {
                    during.add(state);
                }
                if (!state.flag("steady_state_met", false)) {
                    if (!options.compat()) {
                        deviated = true;
                    }
                    if (options.failFast()) {
                        status = "failed";
                        return;
                    }
                }
                Thread.sleep(options.every());
            }
        } catch (InterruptedException noMore) {
            Thread.currentThread().interrupt();
        }
    }

    private Node.Mapping steadyState(String when) throws InterruptedException {
        List<Node> probes = new ArrayList<>();
        boolean met = true;
        for (Node.Mapping said : file.probes()) {
            Node.Mapping probe = file.resolved(said);
            Node.Mapping seen = probe == null ? missing(said) : activity(probe);
            boolean within = seen.text("status", "").equals("succeeded") && probe != null && isWithin(probe, seen);
            probes.add(seen.with("tolerance_met", Node.Bool.of(within)));
            if (!within) {
                met = false;
                told.accept("steady state " + when + ": '" + said.text("name", "?") + "' is not within its tolerance");
                break;
            }
        }
        if (met && !when.equals("during")) {
            told.accept("steady state " + when + ": it holds");
        }
        return Node.Mapping.EMPTY
                .with("steady_state_met", Node.Bool.of(met))
                .with("probes", new Node.Sequence(probes, Position.NONE));
    }

    private boolean isWithin(Node.Mapping probe, Node.Mapping seen) throws InterruptedException {
        Node said = probe.get("tolerance");
        Node output = seen.get("output");
        if (said == null || output == null) {
            return said == null;
        }
        if (said instanceof Node.Mapping tolerance && tolerance.text("type", "").equals("probe")) {
            Node.Mapping provider = tolerance.mapping("provider");
            try {
                Node answer = providers.run(
                        provider.with("arguments", provider.mapping("arguments").with("value", output)));
                return Values.isTrue(answer) && (options.compat() || !isBad(answer));
            } catch (Providers.Failed failed) {
                return false;
            }
        }
        return Tolerance.met(said instanceof Node.Mapping ? variables.fill(said) : said, output);
    }

    private static boolean isBad(Node output) {
        if (!(output instanceof Node.Mapping answer) || !(answer.get("status") instanceof Node.Numeric status)) {
            return false;
        }
        return answer.get("stdout") != null
                ? status.value().signum() != 0
                : answer.get("headers") != null && status.value().intValue() >= BAD_STATUS;
    }

    private void method() throws InterruptedException {
        List<Object> activities = new ArrayList<>();
        try {
            for (Node.Mapping said : file.method()) {
                Node.Mapping activity = file.resolved(said);
                if (activity == null) {
                    status = "aborted";
                    told.accept("aborted: there is no activity '" + said.text("ref", "") + "'");
                    break;
                }
                Object done = activity.flag("background", false) ? inBackground(activity) : activity(activity);
                activities.add(done);
                if (done instanceof Node.Mapping seen) {
                    judge(activity, seen);
                }
                if (status != null || (!options.compat() && unclean)) {
                    break;
                }
            }
        } finally {
            finish(activities, run);
        }
    }

    /** In the stricter reading what fails shows nothing, and what is out of its tolerance breaks. */
    private void judge(Node.Mapping activity, Node.Mapping seen) throws InterruptedException {
        if (options.compat()) {
            return;
        }
        if (!seen.text("status", "").equals("succeeded")) {
            unclean = true;
        } else if (activity.get("tolerance") != null && !isWithin(activity, seen)) {
            deviated = true;
            status = "failed";
            told.accept("'" + activity.text("name", "?") + "' is not within its tolerance");
        }
    }

    private FutureTask<Node.Mapping> inBackground(Node.Mapping activity) {
        FutureTask<Node.Mapping> running = new FutureTask<>(() -> activity(activity));
        Thread.ofVirtual().start(running);
        return running;
    }

    /** Waits for those in the background; each stands where it was begun. */
    private void finish(List<Object> activities, List<Node> into) throws InterruptedException {
        for (Object each : activities) {
            if (each instanceof Node.Mapping done) {
                into.add(done);
            } else if (each instanceof FutureTask<?> running) {
                try {
                    if (interrupted) {
                        running.cancel(true);
                    } else if (running.get() instanceof Node.Mapping done) {
                        into.add(done);
                        unclean |= !done.text("status", "").equals("succeeded");
                    }
                } catch (ExecutionException failed) {
                    unclean = true;
                    told.accept("an activity in the background failed: " + failed.getMessage());
                }
            }
        }
    }

    private boolean playsRollbacks() {
        return switch (options.rollbacks()) {
            case ALWAYS -> true;
            case NEVER -> false;
            case DEVIATED -> deviated;
            case DEFAULT -> !options.compat() || !("failed".equals(status) || "interrupted".equals(status));
        };
    }

    private void rollback() throws InterruptedException {
        List<Object> activities = new ArrayList<>();
        interrupted = false;
        try {
            for (Node.Mapping said : file.rollbacks()) {
                Node.Mapping activity = file.resolved(said);
                if (activity == null) {
                    activities.add(missing(said));
                    unclean = true;
                } else if (activity.flag("background", false)) {
                    activities.add(inBackground(activity));
                } else {
                    Node.Mapping seen = activity(activity);
                    activities.add(seen);
                    unclean |= !seen.text("status", "").equals("succeeded");
                }
            }
        } finally {
            finish(activities, rollbacks);
        }
    }

    private Node.Mapping missing(Node.Mapping said) {
        String now = TIME.format(LocalDateTime.ofInstant(clock.instant(), ZoneOffset.UTC));
        return Node.Mapping.EMPTY
                .with("activity", said)
                .with("output", new Node.Null(Position.NONE))
                .with("status", "failed")
                .with("exception", lines("could not find referenced activity '" + said.text("ref", "") + "'"))
                .with("start", now)
                .with("end", now)
                .with("duration", Node.Numeric.of(0));
    }

    private Node.Mapping activity(Node.Mapping activity) throws InterruptedException {
        pause(activity, "before");
        Instant began = clock.instant();
        Node.Mapping seen = Node.Mapping.EMPTY.with("activity", activity);
        String failed = null;
        Node output = new Node.Null(Position.NONE);
        try {
            output = providers.run(activity.mapping("provider"));
            boolean acts = activity.text("type", "").equals("action");
            if (!options.compat() && acts && isBad(output)) {
                failed = "the action was answered with " + ((Node.Mapping) output).get("status");
            }
        } catch (Providers.Failed wrong) {
            failed = String.valueOf(wrong.getMessage());
        }
        Instant ended = clock.instant();
        told.accept(activity.text("type", "") + " '" + activity.text("name", "") + "': "
                + (failed == null ? "succeeded" : "failed: " + failed));
        seen = seen.with("output", output).with("status", failed == null ? "succeeded" : "failed");
        if (failed != null) {
            seen = seen.with("exception", lines(failed));
        }
        pause(activity, "after");
        return seen.with("start", time(began)).with("end", time(ended)).with("duration", seconds(began, ended));
    }

    private static void pause(Node.Mapping activity, String when) throws InterruptedException {
        if (activity.mapping("pauses").get(when) instanceof Node.Numeric seconds) {
            Thread.sleep(Duration.ofMillis(
                    seconds.value().multiply(BigDecimal.valueOf(1000)).longValue()));
        }
    }

    private static Node lines(String text) {
        return new Node.Sequence(List.of(Node.Text.of(text)), Position.NONE);
    }

    private static String time(Instant at) {
        return TIME.format(LocalDateTime.ofInstant(at, ZoneOffset.UTC));
    }

    private static Node seconds(Instant from, Instant to) {
        return new Node.Numeric(
                BigDecimal.valueOf(Duration.between(from, to).toMillis(), 3).setScale(3, RoundingMode.HALF_UP),
                Position.NONE);
    }

    private Node.Mapping journal(Instant began, Instant ended) {
        List<Node> meanwhile;
        synchronized (during) {
            meanwhile = List.copyOf(during);
        }
        Node.Mapping journal = Node.Mapping.EMPTY
                .with("chaoslib-version", "homeostat")
                .with("platform", System.getProperty("os.name") + "-" + System.getProperty("os.version"))
                .with("node", System.getenv().getOrDefault("HOSTNAME", ""))
                .with("experiment", withoutSecrets(file.content()))
                .with("start", time(began))
                .with("status", String.valueOf(status))
                .with("deviated", Node.Bool.of(deviated))
                .with(
                        "steady_states",
                        Node.Mapping.EMPTY
                                .with("before", before)
                                .with("after", after)
                                .with("during", new Node.Sequence(meanwhile, Position.NONE)))
                .with("run", new Node.Sequence(List.copyOf(run), Position.NONE))
                .with("rollbacks", new Node.Sequence(List.copyOf(rollbacks), Position.NONE))
                .with("end", time(ended))
                .with("duration", seconds(began, ended));
        return variables.mask(journal) instanceof Node.Mapping masked ? masked : journal;
    }

    /** Secrets that stand in the file are not written down a second time. */
    private static Node.Mapping withoutSecrets(Node.Mapping experiment) {
        Node.Mapping secrets = experiment.mapping("secrets");
        if (secrets.isEmpty()) {
            return experiment;
        }
        Node.Mapping shown = Node.Mapping.EMPTY;
        for (Map.Entry<String, Node.Field> group : secrets.fields().entrySet()) {
            Node.Mapping keys = Node.Mapping.EMPTY;
            for (Map.Entry<String, Node.Field> each :
                    secrets.mapping(group.getKey()).fields().entrySet()) {
                Node value = each.getValue().value();
                keys = keys.with(
                        each.getKey(), value instanceof Node.Mapping ? value : Node.Text.of(Node.Hidden.SHOWN));
            }
            shown = shown.with(group.getKey(), keys);
        }
        return experiment.with("secrets", shown);
    }
}
