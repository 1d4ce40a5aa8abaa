package io.homeostat.chaos.outside;

import io.homeostat.chaos.check.HttpStatus;
import io.homeostat.converge.Faults;
import io.homeostat.model.Node;
import io.homeostat.model.ObjectKey;
import io.homeostat.model.chaos.Effect;
import io.homeostat.model.chaos.FaultClass;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The faults of others, and those of the agent itself, of the source, of people, and of those who must be refused. */
public final class OutsideFaults implements Faults {

    private static final Set<FaultClass> OURS =
            EnumSet.of(FaultClass.GIT_UNREACHABLE, FaultClass.AGENT_DOWN, FaultClass.ACCESS, FaultClass.PERSON);
    private static final Duration ANSWERS_WITHIN = Duration.ofSeconds(1);

    /** Where a URL leads. */
    public interface Resolver {
        String resolve(String url) throws IOException;
    }

    private static final class Held {
        private final Instant until;
        private final long refusedBefore;
        private boolean observed;
        private boolean stopped;
        private String seen = "";
        private @Nullable String through;

        private Held(Instant until, long refusedBefore) {
            this.until = until;
            this.refusedBefore = refusedBefore;
        }
    }

    private final Faults others;
    private final UnreachableSource source;
    private final Runnable asksSource;
    private final People people;
    private final Resolver resolver;
    private final boolean mayStop;
    private final InstantSource clock;
    private final Map<String, Map<String, Held>> holders = new HashMap<>();

    /**
     * @param asksSource lets the source be asked soon
     * @param mayStop whether this process may be stopped for a while: where another one would take over, that shows nothing
     */
    public OutsideFaults(
            Faults others,
            UnreachableSource source,
            Runnable asksSource,
            People people,
            Resolver resolver,
            boolean mayStop,
            InstantSource clock) {
        this.others = others;
        this.source = source;
        this.asksSource = asksSource;
        this.people = people;
        this.resolver = resolver;
        this.mayStop = mayStop;
        this.clock = clock;
    }

    @Override
    public Set<FaultClass> classes() {
        Set<FaultClass> classes = EnumSet.copyOf(OURS);
        if (!mayStop) {
            classes.remove(FaultClass.AGENT_DOWN);
        }
        classes.addAll(others.classes());
        return classes;
    }

    @Override
    public Map<FaultClass, String> reasons() {
        Map<FaultClass, String> reasons = new EnumMap<>(FaultClass.class);
        reasons.putAll(others.reasons());
        if (!mayStop) {
            reasons.put(
                    FaultClass.AGENT_DOWN,
                    "another agent takes over, or the cluster starts this one anew, so its being stopped shows nothing;"
                            + " `apiUnreachable` keeps it from its cluster");
        }
        return reasons;
    }

    @Override
    public @Nullable String objection(ObjectKey workload, Node.Mapping spec, Effect effect, @Nullable String container)
            throws IOException {
        return others.objection(workload, spec, effect, container);
    }

    @Override
    public List<Victim> instances(ObjectKey workload) throws IOException {
        return others.instances(workload);
    }

    @Override
    public List<Call> calls() throws IOException {
        return others.calls();
    }

    @Override
    public @Nullable String objection(String callee) {
        return others.objection(callee);
    }

    @Override
    public List<State> hold(String holder, Duration heartbeat, List<Fault> faults) throws IOException {
        List<Fault> ours = new ArrayList<>();
        List<Fault> theirs = new ArrayList<>();
        faults.forEach(fault -> (OURS.contains(fault.effect().faultClass()) ? ours : theirs).add(fault));
        Map<String, State> states = new TreeMap<>();
        // What is to be undone is undone on both sides, even where one of them fails.
        IOException failed = null;
        try {
            holdOurs(holder, heartbeat, ours).forEach(state -> states.put(state.id(), state));
        } catch (IOException first) {
            failed = first;
        }
        others.hold(holder, heartbeat, theirs).forEach(state -> states.put(state.id(), state));
        if (failed != null) {
            throw failed;
        }
        // Whoever is stopped begins nothing more, so this comes last.
        for (Fault fault : ours) {
            if (fault.effect() instanceof Effect.AgentDown) {
                states.put(fault.id(), stopped(holder, fault));
            }
        }
        return faults.stream()
                .map(Fault::id)
                .map(states::get)
                .filter(state -> state != null)
                .toList();
    }

    private List<State> holdOurs(String holder, Duration heartbeat, List<Fault> wanted) throws IOException {
        Map<String, Held> known;
        synchronized (holders) {
            known = holders.computeIfAbsent(holder, first -> new HashMap<>());
            if (wanted.isEmpty()) {
                holders.remove(holder);
            }
        }
        if (wanted.stream().noneMatch(fault -> fault.effect() instanceof Effect.GitUnreachable)) {
            source.release(holder);
        }
        if (wanted.isEmpty()) {
            people.forget(holder);
        }
        List<State> states = new ArrayList<>();
        for (Fault fault : wanted) {
            Held held = known.get(fault.id());
            boolean begins = held == null;
            if (held == null) {
                held = new Held(clock.instant().plus(fault.lasts()), source.refused());
                known.put(fault.id(), held);
            }
            boolean inForce = clock.instant().isBefore(held.until);
            hold(holder, heartbeat, fault, held, begins, inForce);
            states.add(new State(fault.id(), inForce, held.observed, held.seen, held.through));
        }
        return states;
    }

    private State stopped(String holder, Fault fault) throws IOException {
        Held held;
        synchronized (holders) {
            held = Objects.requireNonNull(holders.get(holder)).get(fault.id());
        }
        Objects.requireNonNull(held);
        boolean inForce = clock.instant().isBefore(held.until);
        if (!held.stopped) {
            held.stopped = true;
            held.seen = StoppedAgent.stop(fault.lasts());
            held.observed = !held.seen.isEmpty();
        }
        return new State(fault.id(), inForce, held.observed, held.seen, held.through);
    }

    private void hold(String holder, Duration heartbeat, Fault fault, Held held, boolean begins, boolean inForce)
            throws IOException {
        switch (fault.effect()) {
            case Effect.GitUnreachable _ -> {
                if (inForce) {
                    source.hold(holder, heartbeat);
                } else {
                    source.release(holder);
                }
                if (begins) {
                    asksSource.run();
                }
                long vain = source.refused() - held.refusedBefore;
                if (vain > 0) {
                    held.observed = true;
                    held.seen = "it was asked in vain";
                }
            }
            // Once all others are there.
            case Effect.AgentDown _ -> {}
            case Effect.Access access -> {
                if (begins) {
                    look(access, held);
                }
            }
            case Effect.Person person -> {
                people.ask(holder, fault.id(), person.who(), person.task(), held.until);
                People.Answer answer = people.answer(holder, fault.id());
                if (answer != null && !answer.done()) {
                    throw new IOException(answer.words());
                }
                if (answer != null) {
                    held.observed = true;
                    held.seen = answer.words();
                }
            }
            default -> throw new IllegalArgumentException(fault + " is none of these");
        }
    }

    private void look(Effect.Access access, Held held) throws IOException {
        int status = status(access);
        held.observed = true;
        held.seen = "answered with status " + status;
        held.through = HttpStatus.accepts(access.refusedWith(), status)
                ? null
                : access.method() + " " + access.url() + " was let in: " + held.seen;
    }

    private int status(Effect.Access access) throws IOException {
        if (!(URI.create(resolver.resolve(access.url())).toURL().openConnection()
                instanceof HttpURLConnection connection)) {
            throw new IOException(access.url() + " is neither http nor https");
        }
        int millis = (int) ANSWERS_WITHIN.toMillis();
        connection.setConnectTimeout(millis);
        connection.setReadTimeout(millis);
        connection.setInstanceFollowRedirects(false);
        connection.setRequestMethod(access.method());
        access.headers().forEach(connection::setRequestProperty);
        try {
            return connection.getResponseCode();
        } finally {
            connection.disconnect();
        }
    }

    @Override
    public void release(Set<String> keep) throws IOException {
        others.release(keep);
    }
}
