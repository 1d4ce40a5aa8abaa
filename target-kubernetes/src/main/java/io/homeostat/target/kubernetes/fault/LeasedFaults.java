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

        private Held(FaultRecord fault, Node.Mapping written, Deed deed, long now) {
            this.fault = fault;
            this.version = version(written);
            this.uid = written.mapping("metadata").text("uid", "");
            this.deed = deed;
            this.ends = now + fault.lasts().toNanos();
            this.renewed = now;
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
            List<Map.Entry<String, Held>> left = known.entrySet().stream()
                    .filter(each -> !named.contains(each.getKey()))
                    .toList();
            // All of them end, whatever becomes of undoing one.
            left.forEach(each -> each.getValue().deed.end());
            NotUndone failed = null;
            for (Map.Entry<String, Held> each : left) {
                try {
                    undo(each.getValue());
                    known.remove(each.getKey());
                } catch (NotUndone notYet) {
                    failed = notYet;
                }
            }
            if (failed != null) {
                throw failed;
            }
            if (wanted.isEmpty()) {
                holders.remove(holder);
            }
            List<State> states = new ArrayList<>();
            for (Fault fault : wanted) {
                Held held = known.get(fault.id());
                if (held == null) {
                    begin(holder, fault, wanted, known);
                    held = known.get(fault.id());
                } else {
                    goOn(held);
                }
                states.add(
                        held == null
                                ? new State(fault.id(), false, false, "")
                                : new State(fault.id(), !held.isOver, !held.seen.isEmpty(), held.seen));
            }
            return List.copyOf(states);
        }
    }

    private void begin(String holder, Fault fault, List<Fault> all, Map<String, Held> known) throws IOException {
        awaitUndoer();
        Deed deed = deeds.plan(holder, fault, all);
        FaultRecord record =
                new FaultRecord(environment, holder, fault.id(), HEARTBEAT, fault.lasts(), 0, false, deed.undo());
        Node.Mapping written = server.call(Request.post(Undoer.collection(namespace), record.object(namespace, "")));
        Held held = new Held(record, written, deed, System.nanoTime());
        known.put(fault.id(), held);
        try {
            deed.begin();
        } catch (IOException failed) {
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

    private void goOn(Held held) throws IOException {
        long now = System.nanoTime();
        if (held.isOver) {
            return;
        }
        if (held.ends - now <= 0 || held.fault.isLeft()) {
            undo(held);
            return;
        }
        if (now - held.renewed > RENEW.toNanos()) {
            renew(held, now);
        }
        if (!held.isOver && now - held.looked > LOOK.toNanos()) {
            held.looked = now;
            String seen = look(held);
            held.seen = seen == null ? held.seen : seen;
        }
    }

    private static @Nullable String look(Held held) {
        try {
            return held.deed.look();
        } catch (IOException unseen) {
            // Whether it is in force is said by the record; what cannot be seen now may be seen later.
            return null;
        }
    }

    private void renew(Held held, long now) throws IOException {
        FaultRecord next = held.fault.next();
        try {
            Node.Mapping written =
                    server.call(Request.put(Undoer.path(namespace, next), next.object(namespace, held.version)));
            held.fault = next;
            held.version = version(written);
            held.renewed = now;
        } catch (ApiFailure refused) {
            if (!refused.isConflict() && !refused.isMissing()) {
                throw refused;
            }
            Node.Mapping there = record(held);
            if (there != null && !FaultRecord.of(there).isLeft()) {
                // It was our own writing, of which the answer was lost.
                held.fault = FaultRecord.of(there);
                held.version = version(there);
                held.renewed = now;
                return;
            }
            // Somebody has undone it, or is about to.
            held.isOver = true;
            held.deed.end();
            held.deed.ended();
        } catch (IOException away) {
            if (now - held.renewed > HEARTBEAT.toNanos()) {
                throw new IOException(
                        "a fault could not be renewed for " + HEARTBEAT.toSeconds()
                                + " s and is undone as soon as the cluster can be reached: " + away.getMessage(),
                        away);
            }
        }
    }

    private void undo(Held held) throws IOException {
        if (held.isOver) {
            return;
        }
        held.deed.end();
        try {
            if (!held.fault.isLeft()) {
                boolean isClaimed = Undoer.claim(server, namespace, held.fault, held.version);
                if (!isClaimed && record(held) == null) {
                    // It was undone by somebody else; what stands there now is not ours.
                    held.isOver = true;
                    held.deed.ended();
                    return;
                }
                held.fault = held.fault.left();
            }
            Undoer.undo(server, namespace, held.fault, held.uid);
            held.isOver = true;
            held.deed.ended();
        } catch (IOException failed) {
            throw new NotUndone(held.fault.id() + " is not undone yet: " + failed.getMessage());
        }
    }

    /** What is written down of it; null when it is gone, and so undone. */
    private Node.@Nullable Mapping record(Held held) throws IOException {
        try {
            Node.Mapping there = server.call(Request.get(Undoer.path(namespace, held.fault)));
            return there.mapping("metadata").text("uid", "").equals(held.uid) ? there : null;
        } catch (ApiFailure refused) {
            if (refused.isMissing()) {
                return null;
            }
            throw refused;
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

    /** Undoes what stands in the cluster for this environment and is held by none of these, whoever did it. */
    public void release(Set<String> keep) throws IOException {
        for (Node each : server.call(Request.get(
                        Undoer.collection(namespace) + "?labelSelector=" + FaultRecord.LABEL + "%3D" + environment))
                .sequence("items")) {
            if (each instanceof Node.Mapping object) {
                FaultRecord left = FaultRecord.of(object);
                if (!keep.contains(left.holder()) && Undoer.claim(server, namespace, left, version(object))) {
                    Undoer.undo(
                            server, namespace, left, object.mapping("metadata").text("uid", ""));
                }
            }
        }
    }

    /** Nothing is done that nobody would undo if this agent died now. */
    private synchronized void awaitUndoer() throws IOException {
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
