package io.homeostat.target.local.process;

import org.jspecify.annotations.Nullable;

/** Tells when processes end, whoever started them, and signals them without ever hitting another. */
interface ExitWatch extends AutoCloseable {
    int SIGKILL = 9;
    int SIGTERM = 15;
    int SIGCONT = 18;

    /**
     * Calls {@code ended} once, when the process has ended; from within this call when it has already. It must not block.
     */
    Watched watch(Identity process, Runnable ended);

    /** Why exits are noticed late; null: they are not. */
    @Nullable
    String slowness();

    @Override
    void close();

    interface Watched {
        /** Signals the process group that the process leads; nothing when it has ended. */
        void signalGroup(int signal);

        /** Signals the process; nothing when it has ended. */
        void signal(int signal);

        /** What watches a process that has ended. */
        Watched GONE = new Watched() {
            @Override
            public void signalGroup(int signal) {}

            @Override
            public void signal(int signal) {}
        };
    }

    /** The best that this machine has. */
    static ExitWatch open(String bootId, Tools tools) {
        HandleWatch handles = new HandleWatch(bootId, tools);
        Kernel kernel = Kernel.get();
        if (kernel == null) {
            return handles.because("this is no Linux on x86-64 or aarch64, or Java may not call native code here");
        }
        int own = kernel.openPidfd(ProcessHandle.current().pid());
        if (own < 0) {
            return handles.because("the kernel has no pidfd_open (error " + -own + "; it is there since Linux 5.3)");
        }
        kernel.close(own);
        try {
            return new PidfdWatch(kernel, bootId, handles);
        } catch (IllegalStateException noDescriptors) {
            return handles.because(noDescriptors.getMessage());
        }
    }
}
