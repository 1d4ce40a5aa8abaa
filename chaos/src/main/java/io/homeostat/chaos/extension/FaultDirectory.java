package io.homeostat.chaos.extension;

import io.homeostat.model.Json;
import io.homeostat.model.Node;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What the agent and the holder of one fault tell each other. Each file appears as a whole, and has one writer:
 *
 * <pre>
 *   order.json   agent    what is to be done
 *   beat         agent    until when it is wanted, in hundredths of a second since the boot; 0: undo it
 *   state.json   holder   what it takes to undo it; from here on something may have been done
 *   report.json  holder   how it stands
 *   over         holder   nothing is left
 *   lock                  held by the holder as long as it lives
 * </pre>
 */
record FaultDirectory(Path path) {

    private static final Path UPTIME = Path.of("/proc/uptime");

    static FaultDirectory create(Path path) throws IOException {
        Files.createDirectories(
                path, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        return new FaultDirectory(path);
    }

    /** The kernel's clock, which nobody sets: hundredths of a second since the boot, time asleep included. */
    static long now() throws IOException {
        String text = Files.readString(UPTIME);
        String seconds = text.substring(0, text.indexOf(' '));
        int point = seconds.indexOf('.');
        return Long.parseLong(seconds.substring(0, point)) * 100 + Long.parseLong(seconds.substring(point + 1));
    }

    void renew(Duration heartbeat) throws IOException {
        write("beat", Long.toString(now() + heartbeat.toMillis() / 10).getBytes(StandardCharsets.US_ASCII));
    }

    void undo() throws IOException {
        write("beat", "0".getBytes(StandardCharsets.US_ASCII));
    }

    /** Nobody wants it any more. */
    boolean isDue() throws IOException {
        try {
            return now() >= Long.parseLong(Files.readString(path.resolve("beat")));
        } catch (NoSuchFileException nobody) {
            return true;
        }
    }

    void over() throws IOException {
        write("over", new byte[0]);
    }

    boolean isOver() {
        return Files.exists(path.resolve("over"));
    }

    void write(String name, Node content) throws IOException {
        write(name, Json.bytes(content));
    }

    private void write(String name, byte[] content) throws IOException {
        Path unfinished = path.resolve(name + ".new");
        Files.write(unfinished, content);
        Files.move(unfinished, path.resolve(name), StandardCopyOption.ATOMIC_MOVE);
    }

    /** Null when it was not written yet. */
    Node.@Nullable Mapping read(String name) throws IOException {
        try {
            return Json.read(Files.readAllBytes(path.resolve(name))) instanceof Node.Mapping content ? content : null;
        } catch (NoSuchFileException none) {
            return null;
        }
    }

    /** Waits for whoever held it before. */
    FileLock lock() throws IOException {
        return FileChannel.open(path.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE)
                .lock();
    }

    void delete() throws IOException {
        List<Path> all;
        try (Stream<Path> below = Files.walk(path)) {
            all = below.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path each : all) {
            Files.deleteIfExists(each);
        }
    }
}
