package io.homeostat.target.local.process;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** With what Java itself has: exits of adopted processes are noticed after a second or two, and signals go through a shell. */
final class HandleWatch implements ExitWatch {
    private final String bootId;
    private final Tools tools;
    private volatile @Nullable String reason;

    HandleWatch(String bootId, Tools tools) {
        this.bootId = bootId;
        this.tools = tools;
    }

    HandleWatch because(@Nullable String why) {
        reason = "Exits of adopted processes are noticed after one or two seconds: " + why;
        return this;
    }

    @Override
    public Watched watch(Identity process, Runnable ended) {
        Optional<ProcessHandle> handle = ProcessHandle.of(process.pid());
        if (handle.isEmpty() || !ProcStat.isAlive(process, bootId)) {
            ended.run();
            return Watched.GONE;
        }
        var _ = handle.get().onExit().thenRun(ended);
        return new Watched() {
            @Override
            public void signalGroup(int signal) {
                kill("-" + process.pid(), signal);
            }

            @Override
            public void signal(int signal) {
                kill(Long.toString(process.pid()), signal);
            }

            private void kill(String whom, int signal) {
                if (ProcStat.isAlive(process, bootId)) {
                    tools.kill(signal, whom);
                }
            }
        };
    }

    @Override
    public @Nullable String slowness() {
        return reason;
    }

    @Override
    public void close() {}
}
