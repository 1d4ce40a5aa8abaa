package io.homeostat.target.local.pod;

import io.homeostat.converge.Target.Evidence;
import io.homeostat.model.Node;
import io.homeostat.target.local.control.CrashBackoff;
import io.homeostat.target.local.process.Instance;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How far one container is. Written before and after each thing that is done, so that whoever comes after a crash knows what was
 * meant.
 *
 * @param run number of the current or last run; 0 before the first
 * @param active the run was meant to start and has not been seen to end; its process may not exist yet
 * @param seen its process was seen running, and the journal says so
 * @param since when the run was started
 * @param last how the run before ended; null before the first end
 * @param doubtedUntil until then its readiness is not believed; null: it is
 * @param started the startup probe has succeeded, or there is none
 * @param readySince null: not ready
 */
public record ContainerState(
        int run,
        boolean active,
        boolean seen,
        Instant since,
        @Nullable Exit last,
        CrashBackoff backoff,
        @Nullable Instant doubtedUntil,
        boolean started,
        @Nullable Instant readySince) {

    public static final ContainerState NEW =
            new ContainerState(0, false, false, Instant.EPOCH, null, CrashBackoff.NONE, null, false, null);

    /** Nothing is known but that this run was the newest one that was started. */
    static ContainerState found(int run, Instant now) {
        return new ContainerState(run, true, true, now, null, CrashBackoff.NONE, null, false, null);
    }

    /**
     * @param code null when nobody saw it
     * @param signal null when it ended by itself
     * @param reason one word as Kubernetes says it: {@code Error}, {@code OOMKilled}, {@code StartError} …
     * @param message one sentence; may be empty
     */
    public record Exit(
            int run,
            @Nullable Integer code,
            @Nullable Integer signal,
            String reason,
            String message,
            Instant at,
            Duration ran) {

        /**
         * @param since when the run was started, where the process cannot say
         * @param because which probe had it stopped; empty when none did
         */
        static Exit of(int run, Instance.Exited exited, Instant since, String because) {
            Instant started = exited.startedAt() == null ? since : exited.startedAt();
            Duration ran = Duration.between(started, exited.at());
            return new Exit(
                    run,
                    exited.exitCode(),
                    exited.signal(),
                    exited.reason(),
                    because,
                    exited.at(),
                    ran.isNegative() ? Duration.ZERO : ran);
        }

        public boolean succeeded() {
            return code != null && code == 0;
        }

        /** Ended from outside, by SIGKILL or SIGTERM, and neither by us nor for its memory. */
        boolean killed() {
            return message.isEmpty() && signal != null && (signal == 9 || signal == 15) && !reason.equals("OOMKilled");
        }

        /** {@code exit code 1}, {@code signal 9}: as people say it. */
        public String how() {
            if (reason.equals("OOMKilled")) {
                return "killed for its memory limit";
            }
            if (signal != null) {
                return "killed by signal " + signal;
            }
            return code == null ? "ended while nobody was watching" : "exit code " + code;
        }
    }

    public boolean isReady() {
        return active && readySince != null;
    }

    /** How the last run ended is still the news: it is not ready again, is not believed to be, or took too much memory just now. */
    public boolean isSuspect(Instant now) {
        boolean doubted = doubtedUntil != null && doubtedUntil.isAfter(now);
        boolean outOfMemory = last != null
                && last.reason().equals("OOMKilled")
                && last.at().plus(Evidence.MEMORY_TOLD_FOR).isAfter(now);
        return !isReady() || doubted || outOfMemory;
    }

    ContainerState starting(Instant now) {
        Exit before = last;
        Instant doubt = before == null ? null : backoff.doubtedUntil(now, before.ran(), before.killed());
        return new ContainerState(run + 1, true, false, now, last, backoff, doubt, false, null);
    }

    /** @param onPurpose we ended it: whatever it was at, that is no fault of its own */
    ContainerState ended(Exit exit, boolean onPurpose) {
        CrashBackoff next = onPurpose || (isReady() && exit.killed())
                ? backoff.excused(exit.at())
                : backoff.ended(exit.ran(), exit.at());
        return new ContainerState(run, false, seen, since, exit, next, doubtedUntil, false, null);
    }

    ContainerState withSeen() {
        return new ContainerState(run, active, true, since, last, backoff, doubtedUntil, started, readySince);
    }

    ContainerState withStarted() {
        return new ContainerState(run, active, seen, since, last, backoff, doubtedUntil, true, readySince);
    }

    ContainerState withReadySince(@Nullable Instant when) {
        return new ContainerState(run, active, seen, since, last, backoff, doubtedUntil, started, when);
    }

    Node.Mapping asNode() {
        Node.Mapping node = Node.Mapping.EMPTY
                .with("run", run)
                .with("active", Node.Bool.of(active))
                .with("seen", Node.Bool.of(seen))
                .with("since", since.toString())
                .with("streak", backoff.streak())
                .with("notBefore", backoff.notBefore().toString())
                .with("started", Node.Bool.of(started));
        if (doubtedUntil != null) {
            node = node.with("doubtedUntil", doubtedUntil.toString());
        }
        if (readySince != null) {
            node = node.with("readySince", readySince.toString());
        }
        return last == null ? node : node.with("last", asNode(last));
    }

    private static Node.Mapping asNode(Exit exit) {
        Node.Mapping node = Node.Mapping.EMPTY
                .with("run", exit.run())
                .with("reason", exit.reason())
                .with("message", exit.message())
                .with("at", exit.at().toString())
                .with("ran", exit.ran().toString());
        if (exit.code() != null) {
            node = node.with("code", exit.code());
        }
        return exit.signal() == null ? node : node.with("signal", exit.signal());
    }

    static ContainerState from(Node.Mapping node) {
        Node.Mapping exit = node.mapping("last");
        return new ContainerState(
                node.integer("run", 0),
                node.flag("active", false),
                node.flag("seen", false),
                time(node, "since", Instant.EPOCH),
                exit.isEmpty()
                        ? null
                        : new Exit(
                                exit.integer("run", 0),
                                integer(exit, "code"),
                                integer(exit, "signal"),
                                exit.text("reason", ""),
                                exit.text("message", ""),
                                time(exit, "at", Instant.EPOCH),
                                Duration.parse(exit.text("ran", "PT0S"))),
                new CrashBackoff(node.integer("streak", 0), time(node, "notBefore", Instant.EPOCH)),
                optionalTime(node, "doubtedUntil"),
                node.flag("started", false),
                optionalTime(node, "readySince"));
    }

    private static Instant time(Node.Mapping node, String key, Instant otherwise) {
        Instant time = optionalTime(node, key);
        return time == null ? otherwise : time;
    }

    private static @Nullable Instant optionalTime(Node.Mapping node, String key) {
        String text = node.text(key);
        return text == null ? null : Instant.parse(text);
    }

    private static @Nullable Integer integer(Node.Mapping node, String key) {
        return node.get(key) instanceof Node.Numeric number ? number.value().intValue() : null;
    }
}
