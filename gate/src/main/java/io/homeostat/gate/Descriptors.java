package io.homeostat.gate;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/**
 * Open sockets by their numbers, of which Java says nothing: which of them listen, and how they go from one process to another.
 * Made only when sockets are handed over. Linux, on x86-64 and aarch64.
 */
final class Descriptors {

    /** Of the calls, which differ between architectures. */
    private record Numbers(
            int close,
            int socket,
            int bind,
            int sendmsg,
            int recvmsg,
            int getsockname,
            int getsockopt,
            int dup3,
            int setsockopt) {
        static final Numbers X86_64 = new Numbers(3, 41, 49, 46, 47, 51, 55, 292, 54);
        static final Numbers AARCH64 = new Numbers(57, 198, 200, 211, 212, 204, 209, 24, 208);
    }

    /** What fits into one message; the kernel takes 253. */
    static final int MOST_AT_ONCE = 200;

    private static final int UNIX = 1;
    private static final int INET = 2;
    private static final int INET6 = 10;
    private static final int DATAGRAMS = 2;
    private static final int CLOSE_ON_EXEC = 0x80000;
    private static final int SOCKET_LEVEL = 1;
    private static final int RIGHTS = 1;
    private static final int RECEIVE_TIMEOUT = 20;
    private static final int ACCEPTS_CONNECTIONS = 30;
    private static final int CLOSE_RECEIVED_ON_EXEC = 0x40000000;
    private static final int DO_NOT_WAIT = 0x40;
    private static final int TRY_AGAIN = 11;

    /** {@code struct msghdr} and {@code struct cmsghdr} of 64 bits; {@code struct sockaddr_un} and {@code sockaddr_in6}. */
    private static final int MESSAGE = 56;

    private static final int CONTROL_HEAD = 16;
    private static final int UNIX_ADDRESS = 110;
    private static final int INET_ADDRESS = 28;

    private static final StructLayout ERRNO = Linker.Option.captureStateLayout();
    private static final VarHandle ERRNO_VALUE = ERRNO.varHandle(MemoryLayout.PathElement.groupElement("errno"));

    private final MethodHandle syscall;
    private final Numbers numbers;

    private Descriptors(MethodHandle syscall, Numbers numbers) {
        this.syscall = syscall;
        this.numbers = numbers;
    }

    /** @throws IOException where there is no way to them: another architecture or operating system, or native access denied */
    static Descriptors open() throws IOException {
        String architecture = System.getProperty("os.arch", "");
        boolean intel = architecture.equals("amd64") || architecture.equals("x86_64");
        if ((!intel && !architecture.equals("aarch64"))
                || !System.getProperty("os.name", "").equals("Linux")) {
            throw new IOException("sockets can be handed over only on Linux, on x86-64 and aarch64");
        }
        try {
            Linker linker = Linker.nativeLinker();
            ValueLayout.OfLong word = ValueLayout.JAVA_LONG;
            MethodHandle handle = linker.downcallHandle(
                    linker.defaultLookup().findOrThrow("syscall"),
                    FunctionDescriptor.of(word, word, word, word, word, word, word),
                    Linker.Option.firstVariadicArg(1),
                    Linker.Option.captureCallState("errno"));
            return new Descriptors(handle, intel ? Numbers.X86_64 : Numbers.AARCH64);
        } catch (RuntimeException | UnsatisfiedLinkError denied) {
            throw new IOException("sockets cannot be handed over, because native access is denied", denied);
        }
    }

    /** The result, or the negative error number. */
    private long call(int number, long a, long b, long c, long d, long e) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(ERRNO);
            long result = (long) syscall.invokeExact(state, (long) number, a, b, c, d, e);
            return result >= 0 ? result : -(long) (int) ERRNO_VALUE.get(state, 0L);
        } catch (RuntimeException | Error unexpected) {
            throw unexpected;
        } catch (Throwable impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static int known(String what, long result) throws IOException {
        if (result < 0) {
            throw new IOException(what + " failed with error " + -result);
        }
        return (int) result;
    }

    void close(int descriptor) {
        call(numbers.close, descriptor, 0, 0, 0, 0);
    }

    /** From now on {@code descriptor} is what {@code source} is; the latter is closed. */
    void replace(int descriptor, int source) throws IOException {
        known("dup3", call(numbers.dup3, source, descriptor, CLOSE_ON_EXEC, 0, 0));
        close(source);
    }

    /** The sockets of this process that accept connections, by their addresses. */
    Map<InetSocketAddress, Integer> listening() throws IOException {
        Map<InetSocketAddress, Integer> found = new HashMap<>();
        try (Arena arena = Arena.ofConfined();
                DirectoryStream<Path> open = Files.newDirectoryStream(Path.of("/proc/self/fd"))) {
            MemorySegment value = arena.allocate(ValueLayout.JAVA_INT);
            MemorySegment length = arena.allocate(ValueLayout.JAVA_INT);
            MemorySegment address = arena.allocate(INET_ADDRESS, Long.BYTES);
            for (Path link : open) {
                if (isSocket(link)) {
                    int descriptor = Integer.parseInt(String.valueOf(link.getFileName()));
                    length.set(ValueLayout.JAVA_INT, 0, Integer.BYTES);
                    value.set(ValueLayout.JAVA_INT, 0, 0);
                    call(
                            numbers.getsockopt,
                            descriptor,
                            SOCKET_LEVEL,
                            ACCEPTS_CONNECTIONS,
                            value.address(),
                            length.address());
                    length.set(ValueLayout.JAVA_INT, 0, INET_ADDRESS);
                    if (value.get(ValueLayout.JAVA_INT, 0) == 1
                            && call(numbers.getsockname, descriptor, address.address(), length.address(), 0, 0) == 0) {
                        put(found, address.toArray(ValueLayout.JAVA_BYTE), descriptor);
                    }
                }
            }
        }
        return found;
    }

    private static boolean isSocket(Path link) throws IOException {
        try {
            return Files.readSymbolicLink(link).toString().startsWith("socket:");
        } catch (NoSuchFileException closedMeanwhile) {
            return false;
        }
    }

    private static void put(Map<InetSocketAddress, Integer> found, byte[] address, int descriptor) throws IOException {
        ByteBuffer in = ByteBuffer.wrap(address).order(ByteOrder.nativeOrder());
        int family = in.getShort();
        int port = in.order(ByteOrder.BIG_ENDIAN).getShort() & 0xffff;
        if (family == INET || family == INET6) {
            byte[] host = new byte[family == INET ? 4 : 16];
            in.get(family == INET ? 4 : 8, host);
            // Java makes an address of version 4 of one that is mapped into version 6, as it listens on it.
            found.put(new InetSocketAddress(InetAddress.getByAddress(host), port), descriptor);
        }
    }

    // ---- from process to process

    /** Where another process may leave descriptors for this one. */
    final class Mailbox implements AutoCloseable {
        private final int socket;
        private final Path path;

        private Mailbox(int socket, Path path) {
            this.socket = socket;
            this.path = path;
        }

        /**
         * The next ones that were left.
         *
         * @param into their numbers here, by the words they were left with
         */
        void receive(Map<String, Integer> into) throws IOException {
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment text = arena.allocate(64L * MOST_AT_ONCE, Long.BYTES);
                MemorySegment control = arena.allocate(CONTROL_HEAD + (long) Integer.BYTES * MOST_AT_ONCE, Long.BYTES);
                MemorySegment message = message(arena, MemorySegment.NULL, text, control);
                int length = known(
                        "receiving sockets",
                        call(numbers.recvmsg, socket, message.address(), CLOSE_RECEIVED_ON_EXEC, 0, 0));
                String said =
                        new String(text.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE), StandardCharsets.US_ASCII);
                String[] words = said.split("\n", -1);
                long room = message.get(ValueLayout.JAVA_LONG, 40);
                long size = room < CONTROL_HEAD ? 0 : control.get(ValueLayout.JAVA_LONG, 0) - CONTROL_HEAD;
                if (size != (long) Integer.BYTES * words.length) {
                    throw new IOException("of " + words.length + " sockets, " + size / Integer.BYTES + " came");
                }
                for (int i = 0; i < words.length; i++) {
                    into.put(words[i], control.get(ValueLayout.JAVA_INT, CONTROL_HEAD + (long) Integer.BYTES * i));
                }
            }
        }

        @Override
        public void close() throws IOException {
            Descriptors.this.close(socket);
            Files.deleteIfExists(path);
        }
    }

    /** @param path short enough for a socket */
    Mailbox mailbox(Path path) throws IOException {
        Files.deleteIfExists(path);
        int socket = known("a socket", call(numbers.socket, UNIX, DATAGRAMS | CLOSE_ON_EXEC, 0, 0, 0));
        Mailbox mailbox = new Mailbox(socket, path);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment address = address(arena, path);
            known("listening on " + path, call(numbers.bind, socket, address.address(), UNIX_ADDRESS, 0, 0));
            MemorySegment patience = arena.allocate(16, Long.BYTES);
            patience.set(ValueLayout.JAVA_LONG, 0, 5);
            known(
                    "a time-out",
                    call(numbers.setsockopt, socket, SOCKET_LEVEL, RECEIVE_TIMEOUT, patience.address(), 16));
            return mailbox;
        } catch (IOException unusable) {
            mailbox.close();
            throw unusable;
        }
    }

    /**
     * Leaves descriptors in another process' mailbox; they stay open here.
     *
     * @param descriptors by words; at most {@link #MOST_AT_ONCE}
     */
    void leave(Path mailbox, Map<String, Integer> descriptors) throws IOException {
        int socket = known("a socket", call(numbers.socket, UNIX, DATAGRAMS | CLOSE_ON_EXEC, 0, 0, 0));
        try (Arena arena = Arena.ofConfined()) {
            long size = CONTROL_HEAD + (long) Integer.BYTES * descriptors.size();
            MemorySegment control = arena.allocate((size + 7) / 8 * 8, Long.BYTES);
            control.set(ValueLayout.JAVA_LONG, 0, size);
            control.set(ValueLayout.JAVA_INT, 8, SOCKET_LEVEL);
            control.set(ValueLayout.JAVA_INT, 12, RIGHTS);
            StringBuilder words = new StringBuilder();
            long at = CONTROL_HEAD;
            for (Map.Entry<String, Integer> descriptor : descriptors.entrySet()) {
                words.append(words.isEmpty() ? "" : "\n").append(descriptor.getKey());
                control.set(ValueLayout.JAVA_INT, at, descriptor.getValue());
                at += Integer.BYTES;
            }
            MemorySegment text =
                    arena.allocateFrom(ValueLayout.JAVA_BYTE, words.toString().getBytes(StandardCharsets.US_ASCII));
            MemorySegment message = message(arena, address(arena, mailbox), text, control);
            long sent = call(numbers.sendmsg, socket, message.address(), DO_NOT_WAIT, 0, 0);
            known(sent == -TRY_AGAIN ? "sending more sockets than are taken" : "sending sockets", sent);
        } finally {
            close(socket);
        }
    }

    private static MemorySegment message(Arena arena, MemorySegment to, MemorySegment text, MemorySegment control) {
        MemorySegment vector = arena.allocate(16, Long.BYTES);
        vector.set(ValueLayout.JAVA_LONG, 0, text.address());
        vector.set(ValueLayout.JAVA_LONG, 8, text.byteSize());
        MemorySegment message = arena.allocate(MESSAGE, Long.BYTES);
        message.set(ValueLayout.JAVA_LONG, 0, to.address());
        message.set(ValueLayout.JAVA_INT, 8, (int) to.byteSize());
        message.set(ValueLayout.JAVA_LONG, 16, vector.address());
        message.set(ValueLayout.JAVA_LONG, 24, 1);
        message.set(ValueLayout.JAVA_LONG, 32, control.address());
        message.set(ValueLayout.JAVA_LONG, 40, control.byteSize());
        return message;
    }

    private static MemorySegment address(Arena arena, Path path) throws IOException {
        byte[] name = path.toString().getBytes(StandardCharsets.UTF_8);
        if (name.length > UNIX_ADDRESS - 3) {
            throw new IOException(path + " is too long for a socket");
        }
        MemorySegment address = arena.allocate(UNIX_ADDRESS, Long.BYTES);
        address.set(ValueLayout.JAVA_SHORT, 0, (short) UNIX);
        MemorySegment.copy(name, 0, address, ValueLayout.JAVA_BYTE, 2, name.length);
        return address;
    }
}
