package io.homeostat.target.kubernetes.fault;

import io.homeostat.converge.Faults.Fault;
import io.homeostat.converge.Faults.NotUndone;
import io.homeostat.converge.Faults.Place;
import io.homeostat.converge.Faults.State;
import io.homeostat.model.Node;
import io.homeostat.target.kubernetes.api.ApiFailure;
import io.homeostat.target.kubernetes.api.ApiServer;
import io.homeostat.target.kubernetes.api.Execution;
import io.homeostat.target.kubernetes.api.Request;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * CPU, memory, files and full volumes inside containers, by a script that their own shell runs. It undoes itself: when it is told to,
 * when its time is up, when the agent is gone, and when it has not heard from it for
 * four seconds. So nothing is written down of it.
 */
public final class ContainerStress {

    private static final int SILENCE_SECONDS = 4;
    private static final Duration SILENCE = Duration.ofSeconds(SILENCE_SECONDS);
    private static final Duration RENEW = Duration.ofMillis(900);
    private static final Duration LOOK = Duration.ofMillis(20);

    /** The script waits for what it started, which may be syncing a file. */
    private static final Duration UNDONE = Duration.ofSeconds(5);

    /** What was seen once stays seen. */
    private static final class Running {
        private final Stress stress;
        private final Execution execution;
        private long told = System.nanoTime();
        private boolean isEnding;
        private boolean isClosed;
        private String seen = "";

        private Running(Stress stress, Execution execution) {
            this.stress = stress;
            this.execution = execution;
        }

        /** A sign of life, once a second; the answer is heard the next time. */
        private void renew() throws IOException {
            listen();
            long now = System.nanoTime();
            if (!isEnding && now - told > RENEW.toNanos()) {
                try {
                    if (execution.tell("on")) {
                        told = now;
                    }
                } catch (IOException away) {
                    // It ends by itself when that stays so.
                }
            }
        }

        private void listen() throws IOException {
            for (String line = execution.hear(Duration.ZERO); line != null; line = execution.hear(Duration.ZERO)) {
                String shown = stress.seen(line);
                seen = seen.isEmpty() && shown != null ? shown : seen;
            }
        }

        private boolean isInForce() {
            return !isEnding && !isClosed && !execution.isSilent() && System.nanoTime() - told < SILENCE.toNanos();
        }

        private void end() {
            try {
                isEnding |= execution.tell("end");
            } catch (IOException away) {
                // It ends by itself.
            }
        }

        /** Whoever cannot be heard has ended by itself once it has heard nothing for so long. */
        private boolean isOver() throws IOException {
            if (!isClosed
                    && (execution.isOver(Duration.ZERO)
                            || System.nanoTime() - told > SILENCE.plus(UNDONE).toNanos())) {
                isClosed = true;
                execution.close();
            }
            return isClosed;
        }
    }

    private static final class Held {
        private final long ends;
        /** Of those that begin together: all of them run, or why one does not. */
        private final CompletableFuture<Boolean> begun;

        private final List<Running> running = new CopyOnWriteArrayList<>();
        private volatile boolean isUnwanted;

        private Held(long ends, CompletableFuture<Boolean> begun) {
            this.ends = ends;
            this.begun = begun;
        }

        private boolean isDue() {
            return ends - System.nanoTime() <= 0;
        }

        private @Nullable Throwable failure() {
            return begun.isCompletedExceptionally() ? begun.exceptionNow() : null;
        }

        private boolean isInForce() {
            return begun.isDone() && !isDue() && running.stream().allMatch(Running::isInForce);
        }

        /** Tells all of it to end, and waits for nothing; what is about to begin is told when it is asked the next time. */
        private boolean endsAtOnce() throws IOException {
            isUnwanted = true;
            boolean isOver = begun.isDone();
            for (Running each : running) {
                if (!each.isEnding) {
                    each.end();
                }
                isOver &= each.isOver();
            }
            return isOver;
        }

        /** In every container that was meant. */
        private String seen() {
            return running.isEmpty() || running.stream().anyMatch(each -> each.seen.isEmpty())
                    ? ""
                    : running.getFirst().seen;
        }
    }

    private final ApiServer server;
    private final PodFaults.PodsOf pods;
    private final ContainerShell shell;
    private final Map<String, Map<String, Held>> holders = new ConcurrentHashMap<>();

    public ContainerStress(ApiServer server, PodFaults.PodsOf pods) {
        this.server = server;
        this.pods = pods;
        this.shell = new ContainerShell(server, "stress.sh");
    }

    /** Of those that are still beginning nothing is said. */
    public List<State> hold(String holder, List<Fault> wanted) throws IOException {
        Map<String, Held> known = wanted.isEmpty()
                ? holders.get(holder)
                : holders.computeIfAbsent(holder, first -> new LinkedHashMap<>());
        if (known == null) {
            return List.of();
        }
        synchronized (known) {
            Set<String> named = new HashSet<>(wanted.stream().map(Fault::id).toList());
            List<Held> ending = known.entrySet().stream()
                    .filter(each ->
                            !named.contains(each.getKey()) || each.getValue().isDue())
                    .map(Map.Entry::getValue)
                    .toList();
            renew(known.values());
            if (wanted.isEmpty()) {
                end(known.values());
                holders.remove(holder);
                return List.of();
            }
            // Whoever waited for these would let the others lapse; those that stay unheard are waited for in the end.
            Set<Held> over = new HashSet<>();
            for (Held each : ending) {
                if (each.endsAtOnce()) {
                    over.add(each);
                }
            }
            known.entrySet().removeIf(each -> !named.contains(each.getKey()) && over.contains(each.getValue()));
            throwFailed(known);
            known.putAll(begin(wanted.stream()
                    .filter(fault -> !known.containsKey(fault.id()))
                    .toList()));
            List<State> states = new ArrayList<>();
            for (Fault fault : wanted) {
                Held held = Objects.requireNonNull(known.get(fault.id()));
                if (held.begun.isDone()) {
                    String seen = held.seen();
                    states.add(new State(fault.id(), held.isInForce(), !seen.isEmpty(), seen));
                }
            }
            return List.copyOf(states);
        }
    }

    /** Where one could not begin, those that did beside it end, and people are told why. */
    private static void throwFailed(Map<String, Held> known) throws IOException {
        Throwable failed = null;
        Set<Held> over = new HashSet<>();
        for (Held held : known.values()) {
            Throwable why = held.failure();
            if (why != null) {
                failed = why;
                if (held.endsAtOnce()) {
                    over.add(held);
                }
            }
        }
        if (failed != null) {
            known.values().removeIf(over::contains);
            throw new IOException(failed.getMessage(), failed);
        }
    }

    /** What is to begin in one container. */
    record Planned(Fault fault, String node, Stress stress) {}

    /** Nobody sees what the others are about to take, so that is shared before any of them begins. */
    static List<Planned> shared(List<Planned> all) {
        return all.stream()
                .map(one -> new Planned(
                        one.fault(),
                        one.node(),
                        one.stress()
                                .sharing(all.stream()
                                        .filter(each -> each.node().equals(one.node())
                                                && each.stress().isUnlimited())
                                        .count())))
                .toList();
    }

    /** All or none, and all at once. A shell takes its time to begin, and those that run already want to be renewed meanwhile. */
    private Map<String, Held> begin(List<Fault> missing) {
        Map<String, Held> beginning = new LinkedHashMap<>();
        CompletableFuture<Boolean> begun = new CompletableFuture<>();
        for (Fault fault : missing) {
            beginning.put(fault.id(), new Held(System.nanoTime() + fault.lasts().toNanos(), begun));
        }
        if (!missing.isEmpty()) {
            Thread.ofVirtual().name("stress").start(() -> {
                try {
                    begin(missing, beginning);
                    begun.complete(true);
                } catch (IOException | RuntimeException failed) {
                    begun.completeExceptionally(failed);
                }
            });
        }
        return beginning;
    }

    private void begin(List<Fault> missing, Map<String, Held> beginning) throws IOException {
        List<Future<?>> shells = new ArrayList<>();
        List<Planned> planned = plan(missing);
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Planned each : planned) {
                Held held = Objects.requireNonNull(beginning.get(each.fault().id()));
                shells.add(threads.submit(() -> {
                    if (!held.isUnwanted) {
                        held.running.add(begin(PodFaults.place(each.fault()), each.stress(), held.ends));
                    }
                    return null;
                }));
            }
        }
        for (Future<?> each : shells) {
            if (each.state() == Future.State.FAILED) {
                throw new IOException(each.exceptionNow().getMessage(), each.exceptionNow());
            }
        }
    }

    private List<Planned> plan(List<Fault> missing) throws IOException {
        List<Planned> planned = new ArrayList<>();
        for (Fault fault : missing) {
            Place.OnInstance place = PodFaults.place(fault);
            Node.Mapping pod = PodFaults.find(pods.find(place.workload()), place);
            String namespace = place.workload().namespace();
            String node = pod.mapping("spec").text("nodeName", "");
            Stress.of(fault.effect(), pod, place.container(), claim -> capacity(server, namespace, claim))
                    .forEach(stress -> planned.add(new Planned(fault, node, stress)));
        }
        return shared(planned);
    }

    /** As the cluster has it; empty where it says nothing, or may not be asked. */
    static String capacity(ApiServer server, String namespace, String claim) throws IOException {
        try {
            return server.call(Request.get("/api/v1/namespaces/" + namespace + "/persistentvolumeclaims/" + claim))
                    .mapping("status")
                    .mapping("capacity")
                    .text("storage", "");
        } catch (ApiFailure refused) {
            if (refused.isMissing() || refused.code() == 403) {
                return "";
            }
            throw refused;
        }
    }

    private Running begin(Place.OnInstance place, Stress stress, long ends) throws IOException {
        Duration left = Duration.ofNanos(ends - System.nanoTime());
        return new Running(
                stress, shell.begin(place, stress.container(), "homeostat-stress", stress.arguments(left, SILENCE)));
    }

    private static void renew(Collection<Held> all) throws IOException {
        for (Held held : all) {
            for (Running running : held.running) {
                running.renew();
            }
        }
    }

    /** All are told before any is waited for. */
    private static void end(Collection<Held> ending) throws IOException {
        List<Held> left = List.copyOf(ending);
        long until = System.nanoTime() + UNDONE.toNanos();
        while (true) {
            List<Held> still = new ArrayList<>();
            for (Held each : left) {
                if (!each.endsAtOnce()) {
                    still.add(each);
                }
            }
            left = still;
            if (left.isEmpty()) {
                return;
            }
            if (System.nanoTime() > until) {
                throw notYet(left.getFirst());
            }
            try {
                Thread.sleep(LOOK);
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
                throw new InterruptedIOException("stopped while waiting for stress to end");
            }
        }
    }

    private static NotUndone notYet(Held left) throws IOException {
        String ends = "; it ends by itself when it hears nothing for " + SILENCE_SECONDS + " s";
        for (Running each : left.running) {
            if (!each.isOver()) {
                return new NotUndone("the " + each.stress.mode() + " stress in the container " + each.stress.container()
                        + " has not said that it is over" + ends);
            }
        }
        return new NotUndone("stress that was about to begin in a container has not been heard yet" + ends);
    }

    /** Whatever still runs hears nothing any more, and ends. */
    public void close() {
        for (Map<String, Held> each : holders.values()) {
            synchronized (each) {
                for (Held held : each.values()) {
                    held.isUnwanted = true;
                    held.running.forEach(Running::end);
                    held.running.forEach(running -> running.execution.close());
                }
            }
        }
    }
}
