package io.homeostat.target.kubernetes.fault;

import io.homeostat.converge.Faults.Fault;
import io.homeostat.converge.Faults.NotUndone;
import io.homeostat.converge.Faults.State;
import io.homeostat.model.Node;
import io.homeostat.target.kubernetes.api.ApiFailure;
import io.homeostat.target.kubernetes.api.ApiServer;
import io.homeostat.target.kubernetes.api.Request;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Faults that would stay when the agent is gone: each is written down in the cluster, with the way back, before it is done. From then
 * on it is undone by this agent, or by an {@link Undoer} when this agent does not change the record in time.
 */
public final class LeasedFaults {

    /** The API server may be slow for a moment; longer than this it is nobody's fault that goes on. */
    private static final Duration HEARTBEAT = Duration.ofSeconds(4);

    private static final Duration RENEW = Duration.ofSeconds(1);
    private static final Duration LOOK = Duration.ofMillis(250);

    /** An undoer shows every second that it is there. */
    private static final Duration UNDOER_SEEN = Duration.ofSeconds(6);

    /** How a fault is done, and seen. */
    public interface Deed {
        /** The way back; with nothing in it where somebody else has done the same. */
        List<Undo> undo();

        void begin() throws IOException;

        /** What is seen of it; null as long as nothing is. Called again and again while it is in force. */
        @Nullable
        String look() throws IOException;

        /** It is about to be undone, by us or by somebody else. */
        default void end() {}

        /** It is undone. */
        default void ended() {}
    }

    /** What has to be known of the world to do a fault; says in words why it cannot be done. */
    public interface Deeds {
        Deed plan(String holder, Fault fault, List<Fault> all) throws IOException;
    }

    private static final class Held {
        private FaultRecord fault;
        private String version;
        private final String uid;
        private final Deed deed;
        private final long ends;
        private long renewed;
        private long looked;
        private boolean isOver;
        private String seen = "";

        /** @param sent when it was written down, or before */
        private Held(FaultRecord fault, Node.Mapping written, Deed deed, long sent) {
            this.fault = fault;
            this.version = version(written);
            this.uid = written.mapping("metadata").text("uid", "");
            this.deed = deed;
            this.ends = sent + fault.lasts().toNanos();
            this.renewed = sent;
        }

        private boolean isDue() {
            return !isOver && (fault.isLeft() || ends - System.nanoTime() <= 0);
        }
    }

    private final ApiServer server;
    private final String namespace;
    private final String environment;
    private final Deeds deeds;
    private final Map<String, Map<String, Held>> holders = new ConcurrentHashMap<>();
    private String undoerVersion = "";
    private long undoerSeen;
    private boolean undoerKnown;

    /**
     * @param namespace of our own records
     * @param environment as labels name it
     */
    public LeasedFaults(ApiServer server, String namespace, String environment, Deeds deeds) {
        this.server = server;
        this.namespace = namespace;
        this.environment = environment;
        this.deeds = deeds;
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
            // Those that stay are in no danger from those that end.
            IOException failed = renewDue(known, named);
            NotUndone notYet = undoAll(known.values().stream()
                    .filter(held -> held.isDue() || !named.contains(held.fault.id()))
                    .toList());
            known.values().removeIf(held -> held.isOver && !named.contains(held.fault.id()));
            if (notYet != null) {
                throw notYet;
            }
            if (failed != null) {
                throw failed;
            }
            if (wanted.isEmpty()) {
                holders.remove(holder);
            }
            begin(holder, wanted, known);
            List<State> states = new ArrayList<>();
            for (Fault fault : wanted) {
                Held held = known.get(fault.id());
                if (held == null) {
                    states.add(new State(fault.id(), false, false, ""));
                } else {
                    look(held);
                    states.add(new State(fault.id(), !held.isOver, !held.seen.isEmpty(), held.seen));
                }
            }
            return List.copyOf(states);
        }
    }

    /** All are looked at before any is begun: what the first one does is not to be in the way of the next. */
    private void begin(String holder, List<Fault> wanted, Map<String, Held> known) throws IOException {
        List<Fault> missing =
                wanted.stream().filter(fault -> !known.containsKey(fault.id())).toList();
        if (missing.isEmpty()) {
            return;
        }
        Set<String> named = Set.copyOf(known.keySet());
        awaitUndoer(() -> renewDue(known, named));
        Map<Fault, Deed> planned = new LinkedHashMap<>();
        for (Fault fault : missing) {
            planned.put(fault, deeds.plan(holder, fault, wanted));
            var _ = renewDue(known, named);
        }
        for (Map.Entry<Fault, Deed> each : planned.entrySet()) {
            begin(holder, each.getKey(), each.getValue(), known);
            var _ = renewDue(known, known.keySet());
        }
    }

    private void begin(String holder, Fault fault, Deed deed, Map<String, Held> known) throws IOException {
        FaultRecord record =
                new FaultRecord(environment, holder, fault.id(), HEARTBEAT, fault.lasts(), 0, false, deed.undo());
        long sent = System.nanoTime();
        Held held = new Held(record, writeDown(record), deed, sent);
        known.put(fault.id(), held);
        try {
            deed.begin();
        } catch (IOException failed) {
            // Whether it was done is not known: of what was, the answer may be lost.
            try {
                undo(held);
                known.remove(fault.id());
            } catch (NotUndone notYet) {
                // It stays known and is tried again; what people are told is why it could not begin.
                failed.addSuppressed(notYet);
            }
            throw failed;
        }
    }

    private Node.Mapping writeDown(FaultRecord record) throws IOException {
        try {
            return server.call(Request.post(Undoer.collection(namespace), record.object(namespace, "")));
        } catch (ApiFailure refused) {
            if (!refused.isConflict()) {
                throw refused;
            }
            Node.Mapping there = server.call(Request.get(Undoer.path(namespace, record)));
            if (!FaultRecord.of(there).equals(record)) {
                throw new IOException(
                        record.id() + " of " + record.holder() + " is there already, and about to be undone");
            }
            // It was our own writing, of which the answer was lost.
            return there;
        }
    }

    private static void look(Held held) {
        long now = System.nanoTime();
        if (held.isOver || now - held.looked <= LOOK.toNanos()) {
            return;
        }
        held.looked = now;
        try {
            String seen = held.deed.look();
            held.seen = seen == null ? held.seen : seen;
        } catch (IOException unseen) {
            // Whether it is in force is said by the record; what cannot be seen now may be seen later.
        }
    }

    /**
     * @param named those that go on
     * @return why one of them may have lapsed; null as long as none has
     */
    private @Nullable IOException renewDue(Map<String, Held> known, Set<String> named) {
        IOException failed = null;
        for (Held held : known.values()) {
            boolean isWaiting = held.isOver || held.isDue() || !named.contains(held.fault.id());
            if (!isWaiting && System.nanoTime() - held.renewed > RENEW.toNanos()) {
                try {
                    renew(held);
                } catch (IOException lapsed) {
                    failed = lapsed;
                }
            }
        }
        return failed;
    }

    private void renew(Held held) throws IOException {
        FaultRecord next = held.fault.next();
        // Whoever undoes it may have seen it as soon as it was sent, and counts from there.
        long sent = System.nanoTime();
        try {
            try {
                Node.Mapping written =
                        server.call(Request.put(Undoer.path(namespace, next), next.object(namespace, held.version)));
                held.fault = next;
                held.version = version(written);
                held.renewed = sent;
            } catch (ApiFailure refused) {
                if (!refused.isConflict() && !refused.isMissing()) {
                    throw refused;
                }
                findOut(held, sent);
            }
        } catch (InterruptedIOException stopped) {
            throw stopped;
        } catch (IOException away) {
            // It stays until nobody has renewed it for so long.
            if (System.nanoTime() - held.renewed > HEARTBEAT.toNanos()) {
                throw new IOException(
                        "a fault could not be renewed for " + HEARTBEAT.toSeconds()
                                + " s and is undone as soon as the cluster can be reached: " + away.getMessage(),
                        away);
            }
        }
    }

    /** Somebody else has written the record, or taken it away. */
    private void findOut(Held held, long sent) throws IOException {
        Node.Mapping there = Undoer.record(server, namespace, held.fault, held.uid);
        if (there == null) {
            // Whoever took it away may not have undone what it says; from now on nobody else knows of it.
            held.fault = held.fault.left();
            return;
        }
        // Left, it is undone by whoever did so, or is about to be; otherwise an answer to us was lost.
        held.fault = FaultRecord.of(there);
        held.version = version(there);
        held.renewed = sent;
    }

    /** Side by side: one that takes its time keeps no other waiting. */
    private @Nullable NotUndone undoAll(List<Held> ending) {
        ending.forEach(held -> held.deed.end());
        AtomicReference<@Nullable NotUndone> failed = new AtomicReference<>();
        inParallel(ending, held -> {
            try {
                undo(held);
            } catch (NotUndone notYet) {
                failed.set(notYet);
            }
        });
        return failed.get();
    }

    private static <T> void inParallel(List<T> all, Consumer<T> what) {
        List<Thread> threads = new ArrayList<>();
        for (T each : all) {
            threads.add(Thread.ofVirtual().name("undo").start(() -> what.accept(each)));
        }
        boolean isStopped = false;
        for (Thread each : threads) {
            try {
                each.join();
            } catch (InterruptedException stopped) {
                isStopped = true;
                threads.forEach(Thread::interrupt);
            }
        }
        if (isStopped) {
            Thread.currentThread().interrupt();
        }
    }

    private void undo(Held held) throws NotUndone {
        if (held.isOver) {
            return;
        }
        held.deed.end();
        try {
            FaultRecord left = Undoer.giveUp(server, namespace, held.fault, held.uid, held.version, still -> true);
            // One that somebody took away is undone all the same: it is not said that he did more than that.
            held.fault = left == null ? held.fault.left() : left;
            Undoer.undo(server, namespace, held.fault, held.uid);
            held.isOver = true;
            held.deed.ended();
        } catch (IOException | RuntimeException failed) {
            throw new NotUndone(held.fault.id() + " is not undone yet: " + failed.getMessage());
        }
    }

    /** Goes on with nothing; what was done is left to the undoer. */
    public void close() {
        for (Map<String, Held> each : holders.values()) {
            synchronized (each) {
                each.values().forEach(held -> held.deed.end());
            }
        }
    }

    /** Those who hold something now, by this agent. */
    public Set<String> holders() {
        return Set.copyOf(holders.keySet());
    }

    /**
     * Undoes what stands in the cluster for this environment and is held by none of these, whoever did it.
     *
     * @param keep asked after the records were read, and again for each that has changed since: what has begun meanwhile stays
     */
    public void release(Supplier<Set<String>> keep) throws IOException {
        List<Node.Mapping> objects = new ArrayList<>();
        for (Node each : server.call(Request.get(
                        Undoer.collection(namespace) + "?labelSelector=" + FaultRecord.LABEL + "%3D" + environment))
                .sequence("items")) {
            if (each instanceof Node.Mapping object) {
                objects.add(object);
            }
        }
        AtomicReference<@Nullable IOException> failed = new AtomicReference<>();
        inParallel(objects, object -> {
            try {
                String uid = object.mapping("metadata").text("uid", "");
                FaultRecord left = Undoer.giveUp(
                        server,
                        namespace,
                        FaultRecord.of(object),
                        uid,
                        version(object),
                        found -> !keep.get().contains(found.holder()));
                if (left != null) {
                    Undoer.undo(server, namespace, left, uid);
                }
            } catch (IOException notYet) {
                failed.set(notYet);
            }
        });
        IOException last = failed.get();
        if (last != null) {
            throw last;
        }
    }

    /** Nothing is done that nobody would undo if this agent died now. */
    private synchronized void awaitUndoer(Runnable meanwhile) throws IOException {
        long begun = System.nanoTime();
        long end = begun + UNDOER_SEEN.toNanos();
        if (!undoerKnown || begun - undoerSeen > UNDOER_SEEN.toNanos()) {
            // It may have changed for the last time long ago, after we looked last.
            undoerVersion = "";
            undoerKnown = false;
        }
        while (true) {
            String version = undoerVersion();
            long now = System.nanoTime();
            boolean hasChanged = !version.equals(undoerVersion);
            // A lease that is seen for the first time may be an old one.
            if (hasChanged && !undoerVersion.isEmpty()) {
                undoerSeen = now;
                undoerKnown = true;
            }
            undoerVersion = version;
            if (undoerKnown && now - undoerSeen < UNDOER_SEEN.toNanos()) {
                return;
            }
            if (version.isEmpty() || now > end) {
                throw new IOException("nobody would undo this if the agent died: no `homeostat undoer` runs for the"
                        + " namespace " + namespace + "; deploy/ has one");
            }
            meanwhile.run();
            try {
                Thread.sleep(LOOK);
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
                throw new InterruptedIOException("stopped while waiting for the undoer");
            }
        }
    }

    private String undoerVersion() throws IOException {
        try {
            return version(server.call(
                    Request.get("/apis/coordination.k8s.io/v1/namespaces/" + namespace + "/leases/" + Undoer.LEASE)));
        } catch (ApiFailure refused) {
            if (refused.isMissing()) {
                return "";
            }
            throw refused;
        }
    }

    private static String version(Node.Mapping object) {
        return object.mapping("metadata").text("resourceVersion", "");
    }
}
