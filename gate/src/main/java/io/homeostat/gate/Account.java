package io.homeostat.gate;

import io.homeostat.gate.control.Outcome;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import org.jspecify.annotations.Nullable;

/** What is counted of one request, at its edge, at the version that answers it, and at each backend that is tried; once. */
final class Account {

    private final LiveListener listener;
    private final EdgeTally edge;
    private final int headLength;
    private final long began = System.nanoTime();
    private AccessLog.@Nullable Line line;
    private @Nullable VersionTally tally;
    private @Nullable LiveBackend backend;
    private boolean over;

    Account(LiveListener listener, EdgeTally edge, int headLength) {
        this.listener = listener;
        this.edge = edge;
        this.headLength = headLength;
    }

    boolean isOver() {
        return over;
    }

    /** Its end is to be written to the access log. */
    void logs(String method, String path) {
        line = new AccessLog.Line(listener.config().edge(), method, path);
    }

    /** The backend that has it, or is being asked to take it. */
    LiveBackend backend() {
        LiveBackend known = backend;
        if (known == null) {
            throw new IllegalStateException("no backend is being tried");
        }
        return known;
    }

    void tries(LiveBackend chosen) {
        backend = chosen;
        chosen.began();
    }

    /** It did not take the connection. */
    void refused(LiveBackend by) {
        by.refused();
        by.over();
        backend = null;
        listener.callee().judge(by, true);
    }

    /** The backend that is tried has it now. */
    void reaches(LiveBackend by) {
        if (tally == null) {
            VersionTally counts = edge.of(by.version());
            counts.began();
            counts.received(headLength);
            tally = counts;
        }
    }

    void received(int bytes) {
        if (tally != null) {
            tally.received(bytes);
        }
    }

    void sent(int bytes) {
        if (tally != null) {
            tally.sent(bytes);
        }
    }

    /** The backend that has it has failed it, and another is to be tried; answers which one it was. */
    LiveBackend goesElsewhere() {
        if (tally != null) {
            tally.ended(Outcome.RETRIED, System.nanoTime() - began);
            tally.over();
            tally = null;
        }
        LiveBackend left = backend();
        backend = null;
        left.over();
        listener.callee().judge(left, true);
        return left;
    }

    void ends(Outcome outcome) {
        if (over) {
            return;
        }
        over = true;
        long took = System.nanoTime() - began;
        if (line != null) {
            listener.accessLog().write(line, outcome, backend, took);
        }
        if (tally == null) {
            VersionTally nobody = edge.of("");
            nobody.ended(outcome, took);
            nobody.received(headLength);
        } else {
            tally.ended(outcome, took);
            tally.over();
        }
        LiveBackend left = backend;
        if (left != null) {
            backend = null;
            left.over();
            if (outcome.isBackends()) {
                listener.callee().judge(left, outcome.isFailure());
            }
        }
    }

    /**
     * It ended well, and its connections live on as a tunnel.
     *
     * @param rest goes to the caller first
     * @param ahead goes to the backend first
     */
    void becomesTunnel(Channel caller, Http1Instance by, ByteBuf rest, @Nullable ByteBuf ahead) {
        VersionTally counts = tally;
        if (counts == null) {
            throw new IllegalStateException("nobody has answered yet");
        }
        LiveBackend on = backend();
        over = true;
        long took = System.nanoTime() - began;
        counts.ended(Outcome.SUCCESS, took);
        if (line != null) {
            listener.accessLog().write(line, Outcome.SUCCESS, on, took);
        }
        Tunnel tunnel = new Tunnel(caller, by.channel(), counts, () -> {
            counts.over();
            on.over();
        });
        by.becomes(tunnel);
        Sockets.send(caller, rest);
        if (ahead != null) {
            Sockets.send(by.channel(), ahead);
        }
        tunnel.start();
    }
}
