package io.homeostat.chaos.delivery;

import io.homeostat.converge.ApplicationState;
import io.homeostat.converge.ApplicationState.Attempt;
import io.homeostat.converge.Converger;
import io.homeostat.converge.Faults;
import io.homeostat.converge.Overlay;
import io.homeostat.converge.Rendering.Rendered;
import io.homeostat.converge.Revisions;
import io.homeostat.model.Node;
import io.homeostat.model.ObjectKey;
import io.homeostat.model.chaos.Effect;
import io.homeostat.model.chaos.FaultClass;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The faults of a target, and those that come as a bad change: the loop takes each of these through all that a commit goes through,
 * and here it is seen whether something catches it. They lie over what is declared, in this agent's memory, for as long as their
 * holder renews them; without it the loop goes back to what is declared by itself.
 */
public final class PipelineFaults implements Faults, AutoCloseable {

    private static final Duration LOOK = Duration.ofMillis(100);

    /** The loop turns round in a moment; whoever waits longer is told. */
    private static final Duration TURN = Duration.ofSeconds(2);

    private record Name(String holder, String fault) {}

    private static final class Laid {
        private final ObjectKey workload;
        private final String application;
        private final Instant until;
        private Instant beat;
        private String digest = "";
        private boolean over;
        private boolean observed;
        private String seen = "";
        private @Nullable String through;

        private Laid(ObjectKey workload, String application, Instant until, Instant beat) {
            this.workload = workload;
            this.application = application;
            this.until = until;
            this.beat = beat;
        }

        private void take(Fate fate) {
            observed = !(fate instanceof Fate.Open);
            seen = switch (fate) {
                case Fate.Open _ -> "";
                case Fate.Caught caught -> caught.how();
                case Fate.Through gone -> gone.how();
            };
            through = fate instanceof Fate.Through ? seen : null;
        }
    }

    private final @Nullable Faults target;
    private final Converger converger;
    private final Map<Name, Laid> laid = new HashMap<>();
    private final Thread watching;

    private PipelineFaults(@Nullable Faults target, Converger converger) {
        this.target = target;
        this.converger = converger;
        this.watching = Thread.ofVirtual().name("bad-changes").unstarted(this::watch);
    }

    /** @param target null where it can do none by itself */
    public static PipelineFaults over(@Nullable Faults target, Converger converger) {
        PipelineFaults faults = new PipelineFaults(target, converger);
        faults.watching.start();
        return faults;
    }

    @Override
    public Set<FaultClass> classes() {
        Set<FaultClass> classes = EnumSet.noneOf(FaultClass.class);
        for (FaultClass each : FaultClass.values()) {
            if (each.on() == FaultClass.On.PIPELINE) {
                classes.add(each);
            }
        }
        if (target != null) {
            classes.addAll(target.classes());
        }
        return classes;
    }

    @Override
    public Map<FaultClass, String> reasons() {
        return target == null ? Map.of() : target.reasons();
    }

    @Override
    public @Nullable String objection(ObjectKey workload, Node.Mapping spec, Effect effect, @Nullable String container)
            throws IOException {
        return target == null ? null : target.objection(workload, spec, effect, container);
    }

    @Override
    public List<Victim> instances(ObjectKey workload) throws IOException {
        return target == null ? List.of() : target.instances(workload);
    }

    @Override
    public List<Call> calls() throws IOException {
        return target == null ? List.of() : target.calls();
    }

    @Override
    public @Nullable String objection(String callee) {
        return target == null ? null : target.objection(callee);
    }

    @Override
    public List<State> hold(String holder, Duration heartbeat, List<Fault> faults) throws IOException {
        List<Fault> changes = new ArrayList<>();
        List<Fault> others = new ArrayList<>();
        faults.forEach(
                fault -> (fault.effect().faultClass().on() == FaultClass.On.PIPELINE ? changes : others).add(fault));
        Map<String, State> states = new TreeMap<>();
        List<Laid> lifted = new ArrayList<>();
        // What is to be undone is undone on both sides, even where one of them fails, and before anybody waits for it.
        IOException failed = null;
        try {
            for (State state : holdChanges(holder, heartbeat, changes, lifted)) {
                states.put(state.id(), state);
            }
        } catch (IOException first) {
            failed = first;
        }
        if (target != null) {
            for (State state : target.hold(holder, heartbeat, others)) {
                states.put(state.id(), state);
            }
        }
        if (failed != null) {
            throw failed;
        }
        awaitTurn(lifted);
        return faults.stream()
                .flatMap(fault -> Stream.ofNullable(states.get(fault.id())))
                .toList();
    }

    /** @param lifted gets those that lie there no longer */
    private List<State> holdChanges(String holder, Duration heartbeat, List<Fault> wanted, List<Laid> lifted)
            throws IOException {
        List<State> states = new ArrayList<>();
        synchronized (laid) {
            Set<String> named = Set.copyOf(wanted.stream().map(Fault::id).toList());
            for (Map.Entry<Name, Laid> each : List.copyOf(laid.entrySet())) {
                if (each.getKey().holder().equals(holder)
                        && !named.contains(each.getKey().fault())) {
                    converger.lift(holder, each.getKey().fault());
                    laid.remove(each.getKey());
                    lifted.add(each.getValue());
                }
            }
            for (Fault fault : wanted) {
                states.add(hold(holder, heartbeat, fault));
            }
        }
        return List.copyOf(states);
    }

    private State hold(String holder, Duration heartbeat, Fault fault) throws IOException {
        Instant now = converger.clock().instant();
        Name name = new Name(holder, fault.id());
        Laid known = laid.get(name);
        if (known == null) {
            known = lay(name, fault, now.plus(fault.lasts()), now.plus(heartbeat));
        } else if (known.over) {
            // What got through before its time was up got through all the same.
            return new State(fault.id(), false, known.observed, known.seen, known.through);
        }
        known.beat = now.plus(heartbeat);
        Fate fate = Fate.of(rendered(converger.revisions().head(), known.application), state(known.application));
        known.take(fate);
        return new State(fault.id(), true, known.observed, known.seen, known.through);
    }

    private Laid lay(Name name, Fault fault, Instant until, Instant beat) throws IOException {
        if (!(fault.place() instanceof Place.OnWorkload place)) {
            throw new IllegalArgumentException(fault + " is none of workloads");
        }
        Revisions.Revision declared = converger.revisions().declared();
        if (declared == null) {
            throw new IOException("no revision could be read yet");
        }
        Map<ObjectKey, String> owners = declared.rendering().owners();
        String application = owners.get(place.workload());
        ObjectKey object = BadChange.object(place.workload(), fault.effect());
        if (application == null || !application.equals(owners.get(object))) {
            throw new IOException("the application that declares " + place.workload() + " declares no " + object);
        }
        Rendered rendered = rendered(declared, application);
        Attempt attempt = state(application).attempt();
        if (rendered == null
                || attempt == null
                || attempt.phase() != Attempt.Phase.SUCCEEDED
                || !attempt.digest().equals(rendered.digest())) {
            throw new IOException(
                    application + " is not at what Git declares, so nobody could say what caught a bad change on top");
        }
        Laid fresh = new Laid(place.workload(), application, until, beat);
        laid.put(name, fresh);
        converger.lay(new Overlay(
                name.holder(),
                name.fault(),
                object,
                document -> BadChange.of(document, fault.effect(), name.holder())));
        Rendered changed = rendered(converger.revisions().head(), application);
        fresh.digest = changed == null ? "" : changed.digest();
        return fresh;
    }

    private static @Nullable Rendered rendered(Revisions.@Nullable Revision revision, String application) {
        return revision == null ? null : revision.rendering().application(application);
    }

    private ApplicationState state(String application) {
        return converger.history().application(application);
    }

    /** Nothing is undone before the loop has turned to what is declared. */
    private void awaitTurn(List<Laid> lifted) throws IOException {
        long deadline = System.nanoTime() + TURN.toNanos();
        for (Laid each : lifted) {
            Attempt attempt = state(each.application).attempt();
            while (attempt != null && attempt.digest().equals(each.digest)) {
                if (System.nanoTime() > deadline) {
                    throw new IOException(each.workload + " still has the bad change; the loop goes back to what is"
                            + " declared as soon as it can");
                }
                LockSupport.parkNanos(5_000_000);
                attempt = state(each.application).attempt();
            }
        }
    }

    /** Lifts what nobody renewed in time. */
    private void watch() {
        try {
            while (!Thread.currentThread().isInterrupted()) {
                Thread.sleep(LOOK);
                synchronized (laid) {
                    Instant now = converger.clock().instant();
                    for (Map.Entry<Name, Laid> each : laid.entrySet()) {
                        Laid one = each.getValue();
                        if (!one.over && (!now.isBefore(one.until) || !now.isBefore(one.beat))) {
                            lift(each.getKey(), one);
                        }
                    }
                }
            }
        } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
        }
    }

    private void lift(Name name, Laid one) {
        try {
            converger.lift(name.holder(), name.fault());
            one.over = true;
        } catch (IOException unreadable) {
            // It is tried again at the next look.
            one.over = false;
        }
    }

    @Override
    public void release(Set<String> holders) throws IOException {
        synchronized (laid) {
            for (Name name : List.copyOf(laid.keySet())) {
                if (!holders.contains(name.holder())) {
                    converger.lift(name.holder(), name.fault());
                    laid.remove(name);
                }
            }
        }
        if (target != null) {
            target.release(holders);
        }
    }

    @Override
    public void close() {
        watching.interrupt();
    }
}
