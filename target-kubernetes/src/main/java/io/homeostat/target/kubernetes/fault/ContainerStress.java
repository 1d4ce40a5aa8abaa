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
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * CPU, memory, files and full volumes inside containers, by a script that their own shell runs. It undoes itself: when it is told to,
 * when its time is up, when the agent is gone, and when it has not heard from it for
 * four seconds. So nothing is written down of it.
 */
public final class ContainerStress {

    private static final int SILENCE_SECONDS = 4;
    private static final Duration SILENCE = Duration.ofSeconds(SILENCE_SECONDS);
    private static final Duration RENEW = Duration.ofMillis(900);

    /** The script waits for what it started, which may be syncing a file. */
    private static final Duration UNDONE = Duration.ofSeconds(5);

    /** What was seen once stays seen. */
    private static final class Running {
        private final Stress stress;
        private final Execution execution;
        private long told = System.nanoTime();
        private boolean isEnding;
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
            return !isEnding && !execution.isSilent() && System.nanoTime() - told < SILENCE.toNanos();
        }

        private void end() {
            try {
                isEnding |= execution.tell("end");
            } catch (IOException away) {
                // It ends by itself.
            }
        }

        /** Whoever cannot be heard has ended by itself once it has heard nothing for so long. */
        private boolean isOver(Duration patience) throws IOException {
            return execution.isOver(patience)
                    || System.nanoTime() - told > SILENCE.plus(UNDONE).toNanos();
        }
    }

    private static final class Held {
        private final long ends;
        private final List<Running> running = new CopyOnWriteArrayList<>();

        private Held(long ends) {
            this.ends = ends;
        }

        private boolean isDue() {
            return ends - System.nanoTime() <= 0;
        }

        /** Tells all of it to end, and waits for nothing. */
        private boolean endsAtOnce() throws IOException {
            boolean isOver = true;
            for (Running each : running) {
                if (!each.isEnding) {
                    each.end();
                }
                if (each.isOver(Duration.ZERO)) {
                    each.execution.close();
                } else {
                    isOver = false;
                }
            }
            return isOver;
        }

        /** In every container that was meant. */
        private String seen() {
            return running.stream().anyMatch(each -> each.seen.isEmpty()) ? "" : running.getFirst().seen;
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
            known.putAll(begin(wanted.stream()
                    .filter(fault -> !known.containsKey(fault.id()))
                    .toList()));
            List<State> states = new ArrayList<>();
            for (Fault fault : wanted) {
                Held held = Objects.requireNonNull(known.get(fault.id()));
                boolean inForce = !held.isDue() && held.running.stream().allMatch(Running::isInForce);
                String seen = held.seen();
                states.add(new State(fault.id(), inForce, !seen.isEmpty(), seen));
            }
            return List.copyOf(states);
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

    /** All or none, and all at once: a shell takes its time to begin, and those that run already want to be renewed. */
    private Map<String, Held> begin(List<Fault> missing) throws IOException {
        Map<String, Held> begun = new LinkedHashMap<>();
        List<Future<?>> beginning = new ArrayList<>();
        List<Planned> planned = new ArrayList<>();
        for (Fault fault : missing) {
            Place.OnInstance place = PodFaults.place(fault);
            Node.Mapping pod = PodFaults.find(pods.find(place.workload()), place);
            String namespace = place.workload().namespace();
            String node = pod.mapping("spec").text("nodeName", "");
            Stress.of(fault.effect(), pod, place.container(), claim -> capacity(server, namespace, claim))
                    .forEach(stress -> planned.add(new Planned(fault, node, stress)));
            begun.put(fault.id(), new Held(System.nanoTime() + fault.lasts().toNanos()));
        }
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Planned each : shared(planned)) {
                Held held = Objects.requireNonNull(begun.get(each.fault().id()));
                beginning.add(threads.submit(() -> {
                    held.running.add(begin(PodFaults.place(each.fault()), each.stress(), held.ends));
                    return null;
                }));
            }
        }
        for (Future<?> each : beginning) {
            if (each.state() == Future.State.FAILED) {
                IOException failed = new IOException(each.exceptionNow().getMessage(), each.exceptionNow());
                try {
                    end(begun.values());
                } catch (IOException notYet) {
                    // It ends by itself; what people are told is why it could not begin.
                    failed.addSuppressed(notYet);
                }
                throw failed;
            }
        }
        return begun;
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
        List<Running> left =
                ending.stream().flatMap(held -> held.running.stream()).toList();
        long until = System.nanoTime() + UNDONE.toNanos();
        while (true) {
            left.stream().filter(each -> !each.isEnding).forEach(Running::end);
            List<Running> still = new ArrayList<>();
            for (Running each : left) {
                if (each.isOver(Duration.ofMillis(20))) {
                    each.execution.close();
                } else {
                    still.add(each);
                }
            }
            left = still;
            if (left.isEmpty()) {
                return;
            }
            if (System.nanoTime() > until) {
                throw new NotUndone("the " + left.getFirst().stress.mode() + " stress in the container "
                        + left.getFirst().stress.container()
                        + " has not said that it is over; it ends by itself when it hears nothing for "
                        + SILENCE_SECONDS + " s");
            }
        }
    }

    /** Whatever still runs hears nothing any more, and ends. */
    public void close() {
        for (Map<String, Held> each : holders.values()) {
            synchronized (each) {
                for (Held held : each.values()) {
                    held.running.forEach(Running::end);
                    held.running.forEach(running -> running.execution.close());
                }
            }
        }
    }
}
