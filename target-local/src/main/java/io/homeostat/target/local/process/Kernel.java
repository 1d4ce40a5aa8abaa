package io.homeostat.target.local.process;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The few system calls that Java has no words for. All go through libc's {@code syscall}: one handle of one shape, since each
 * handle costs milliseconds when it is made.
 */
final class Kernel {
    static final int INTERRUPTED = -4;
    static final int INVALID = -22;

    /** Numbers of the calls, which differ between architectures. */
    private record Numbers(
            int write,
            int close,
            int kill,
            int openat,
            int fallocate,
            int epollCreate,
            int epollControl,
            int epollWait,
            int eventfd) {
        static final Numbers X86_64 = new Numbers(1, 3, 62, 257, 285, 291, 233, 281, 290);
        static final Numbers AARCH64 = new Numbers(64, 57, 129, 56, 47, 20, 21, 22, 19);
    }

    /** The same everywhere. */
    private static final int PIDFD_SEND_SIGNAL = 424;

    private static final int PIDFD_OPEN = 434;
    private static final int TO_PROCESS_GROUP = 4;
    private static final int CLOSE_ON_EXEC = 0x80000;
    private static final int EPOLL_ADD = 1;
    private static final int EPOLL_READABLE = 1;
    private static final int WORKING_DIRECTORY = -100;
    private static final int READ_WRITE = 2;
    private static final int COLLAPSE_RANGE = 8;

    private static final StructLayout ERRNO = Linker.Option.captureStateLayout();
    private static final VarHandle ERRNO_VALUE = ERRNO.varHandle(MemoryLayout.PathElement.groupElement("errno"));

    private final MethodHandle syscall;
    private final Numbers numbers;
    private final boolean packedEvents;

    private Kernel(MethodHandle syscall, Numbers numbers, boolean packedEvents) {
        this.syscall = syscall;
        this.numbers = numbers;
        this.packedEvents = packedEvents;
    }

    private static final class Once {
        static final @Nullable Kernel KERNEL = load();
    }

    /** Null where there is no way to it: another architecture or operating system, or native access denied. */
    static @Nullable Kernel get() {
        return Once.KERNEL;
    }

    private static @Nullable Kernel load() {
        String architecture = System.getProperty("os.arch", "");
        boolean intel = architecture.equals("amd64") || architecture.equals("x86_64");
        if ((!intel && !architecture.equals("aarch64"))
                || !System.getProperty("os.name", "").equals("Linux")) {
            return null;
        }
        try {
            Linker linker = Linker.nativeLinker();
            ValueLayout.OfLong word = ValueLayout.JAVA_LONG;
            MethodHandle handle = linker.downcallHandle(
                    linker.defaultLookup().findOrThrow("syscall"),
                    FunctionDescriptor.of(word, word, word, word, word, word, word, word),
                    Linker.Option.firstVariadicArg(1),
                    Linker.Option.captureCallState("errno"));
            return new Kernel(handle, intel ? Numbers.X86_64 : Numbers.AARCH64, intel);
        } catch (RuntimeException | UnsatisfiedLinkError denied) {
            return null;
        }
    }

    /** The result, or the negative error number. */
    private long call(int number, long a, long b, long c, long d, long e, long f) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(ERRNO);
            long result = (long) syscall.invokeExact(state, (long) number, a, b, c, d, e, f);
            return result >= 0 ? result : -(long) (int) ERRNO_VALUE.get(state, 0L);
        } catch (RuntimeException | Error unexpected) {
            throw unexpected;
        } catch (Throwable impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /** A descriptor for the process, readable when it has ended. Closed on exec by the kernel. */
    int openPidfd(long pid) {
        return (int) call(PIDFD_OPEN, pid, 0, 0, 0, 0, 0);
    }

    /** Since Linux 6.9; {@link #INVALID} before. */
    int signalGroup(int pidfd, int signal) {
        return (int) call(PIDFD_SEND_SIGNAL, pidfd, signal, 0, TO_PROCESS_GROUP, 0, 0);
    }

    int signal(int pidfd, int signal) {
        return (int) call(PIDFD_SEND_SIGNAL, pidfd, signal, 0, 0, 0, 0);
    }

    /** @param pid negative: the process group */
    int kill(long pid, int signal) {
        return (int) call(numbers.kill, pid, signal, 0, 0, 0, 0);
    }

    int close(int descriptor) {
        return (int) call(numbers.close, descriptor, 0, 0, 0, 0, 0);
    }

    int openEventCounter() {
        return (int) call(numbers.eventfd, 0, CLOSE_ON_EXEC, 0, 0, 0, 0);
    }

    /** Makes an event counter readable. */
    void wake(int eventCounter) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment one = arena.allocateFrom(ValueLayout.JAVA_LONG, 1L);
            call(numbers.write, eventCounter, one.address(), Long.BYTES, 0, 0, 0);
        }
    }

    int openPoll() {
        return (int) call(numbers.epollCreate, CLOSE_ON_EXEC, 0, 0, 0, 0, 0);
    }

    /** Watches a descriptor until it is closed; {@code token} is what {@link #poll} will answer. */
    int watch(int poll, int descriptor, long token) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment event = arena.allocate(eventSize());
            event.set(ValueLayout.JAVA_INT, 0, EPOLL_READABLE);
            event.set(ValueLayout.JAVA_LONG_UNALIGNED, eventSize() - Long.BYTES, token);
            return (int) call(numbers.epollControl, poll, EPOLL_ADD, descriptor, event.address(), 0, 0);
        }
    }

    /** Blocks until at least one watched descriptor is readable; answers the number of tokens put into {@code tokens}. */
    int poll(int poll, long[] tokens) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment events = arena.allocate(eventSize() * tokens.length);
            int count = (int) call(numbers.epollWait, poll, events.address(), tokens.length, -1, 0, 0);
            for (int i = 0; i < count; i++) {
                tokens[i] = events.get(ValueLayout.JAVA_LONG_UNALIGNED, (i + 1) * eventSize() - Long.BYTES);
            }
            return count;
        }
    }

    /** The kernel packs this struct on x86-64 only. */
    private long eventSize() {
        return packedEvents ? 12 : 16;
    }

    /**
     * Takes the first bytes out of a file, in one act that no writer can come between.
     *
     * @param length a multiple of the file system's block size, less than the file's
     * @return 0, or the negative error number: not every file system can
     */
    int collapse(Path file, long length) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment name = arena.allocateFrom(file.toString());
            int descriptor =
                    (int) call(numbers.openat, WORKING_DIRECTORY, name.address(), READ_WRITE | CLOSE_ON_EXEC, 0, 0, 0);
            if (descriptor < 0) {
                return descriptor;
            }
            try {
                return (int) call(numbers.fallocate, descriptor, COLLAPSE_RANGE, 0, length, 0, 0);
            } finally {
                close(descriptor);
            }
        }
    }
}
