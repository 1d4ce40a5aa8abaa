package io.homeostat.target.local.process;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One run of one program, as it is now.
 *
 * <pre>
 *   launch() ──► Running ──► Exited ──► remove()
 * </pre>
 *
 * @param warnings what could not be done as asked: a limit, with the reason. One sentence each
 */
public record Instance(Launch launch, State state, List<String> warnings) {

    public Instance {
        warnings = List.copyOf(warnings);
    }

    public String id() {
        return launch.id();
    }

    public boolean isRunning() {
        return state instanceof Running;
    }

    public sealed interface State {}

    public record Running(Identity process, Instant startedAt) implements State {}

    /**
     * It ended; nothing of its process group is left.
     *
     * @param exitCode as a shell says it: 128 + n for signal n; null when nobody was there to see it
     * @param signal what killed it; null when it ended by itself or is not known. A program that itself exits with 128 + n
     *     is taken for killed: its parent is a shell, and shells cannot tell
     * @param outOfMemory the kernel killed it, or a part of it, for its memory limit
     * @param at when; the moment it was noticed where the exit code is not known
     */
    public record Exited(
            Instant startedAt,
            @Nullable Integer exitCode,
            @Nullable Integer signal,
            boolean outOfMemory,
            Instant at) implements State {
        private static final int SIGNALLED = 128;
        private static final int LARGEST_SIGNAL = 64;

        static Exited ofStatus(Instant startedAt, int status, boolean outOfMemory, Instant at) {
            boolean killed = status > SIGNALLED && status <= SIGNALLED + LARGEST_SIGNAL;
            return new Exited(
                    startedAt, status, killed ? (Integer) (status - SIGNALLED) : null, outOfMemory && status != 0, at);
        }

        /** Somebody saw the exit code. */
        public boolean known() {
            return exitCode != null;
        }

        /**
         * One word, as Kubernetes says it: {@code Completed}, {@code Error}, {@code OOMKilled}, {@code
         * ContainerStatusUnknown}.
         */
        public String reason() {
            if (outOfMemory) {
                return "OOMKilled";
            }
            if (exitCode == null) {
                return "ContainerStatusUnknown";
            }
            return exitCode == 0 ? "Completed" : "Error";
        }
    }
}
