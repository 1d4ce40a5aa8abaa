package io.homeostat.agent;

import io.homeostat.model.Json;
import io.homeostat.model.Node;
import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.HexFormat;

/**
 * An agent's directory, held by one agent at a time.
 *
 * <p>The lock is the kernel's and ends with the process, however it dies; the file only says who holds it.
 */
final class StateDirectory implements AutoCloseable {

    private final Path path;
    private final FileChannel channel;

    private StateDirectory(Path path, FileChannel channel) {
        this.path = path;
        this.channel = channel;
    }

    /** @throws IOException when another agent holds it; the message says which */
    static StateDirectory hold(Path path) throws IOException {
        Files.createDirectories(
                path, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        Path file = path.resolve("lock");
        FileChannel channel =
                FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        FileLock lock;
        try {
            lock = channel.tryLock();
        } catch (OverlappingFileLockException ofThisProcess) {
            lock = null;
        }
        if (lock == null) {
            String holder = Files.readString(file).strip();
            channel.close();
            throw new IOException("another agent (pid " + holder + ") already works on " + path
                    + "; use that one, stop it, or give this one another --state directory");
        }
        channel.truncate(0);
        channel.write(
                ByteBuffer.wrap(Long.toString(ProcessHandle.current().pid()).getBytes(StandardCharsets.UTF_8)));
        return new StateDirectory(path, channel);
    }

    Path path() {
        return path;
    }

    /** The token of this directory, made at first use; whoever can read the directory may act. */
    String token() throws IOException {
        Path file = path.resolve("token");
        // A loss of power may leave it empty, and an empty token would open the door.
        if (!Files.exists(file) || Files.readString(file).isBlank()) {
            byte[] random = new byte[24];
            new SecureRandom().nextBytes(random);
            writePrivately(file, HexFormat.of().formatHex(random));
        }
        return Files.readString(file).strip();
    }

    /** Tells the CLI where the agent listens. */
    void announce(InetSocketAddress address) throws IOException {
        Node.Mapping view = Node.Mapping.EMPTY
                .with("url", url(address))
                .with("token", token())
                .with("pid", ProcessHandle.current().pid())
                .with("version", Agent.VERSION);
        writePrivately(path.resolve("agent.json"), Json.write(view) + "\n");
    }

    /** One that can be called: who listens everywhere is here, too. */
    static String url(InetSocketAddress address) {
        InetAddress host = address.getAddress();
        if (host == null || !host.isAnyLocalAddress()) {
            String name = address.getHostString();
            return "http://" + (name.contains(":") ? "[" + name + "]" : name) + ":" + address.getPort();
        }
        return "http://" + (host instanceof Inet6Address ? "[::1]" : "127.0.0.1") + ":" + address.getPort();
    }

    private static void writePrivately(Path file, String content) throws IOException {
        Path fresh = file.resolveSibling(file.getFileName() + ".new");
        Files.deleteIfExists(fresh);
        Files.createFile(fresh, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(fresh, content);
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    @Override
    public void close() throws IOException {
        Files.deleteIfExists(path.resolve("agent.json"));
        channel.close();
    }
}
