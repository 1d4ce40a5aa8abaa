package io.homeostat.journal;

import java.io.Closeable;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** One writer per directory: a lock that the operating system takes back when its holder dies. */
final class DirectoryLock implements Closeable {

    /**
     * Directories held by this process. POSIX locks belong to the process, and closing any descriptor of the file gives them up:
     * a second opening in here must be refused before it touches the file.
     */
    private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

    private final Path directory;
    private final RandomAccessFile file;

    private DirectoryLock(Path directory, RandomAccessFile file) {
        this.directory = directory;
        this.file = file;
    }

    static DirectoryLock take(Path directory) throws IOException {
        Path real = directory.toRealPath();
        if (!HELD.add(real)) {
            throw refused(real, String.valueOf(ProcessHandle.current().pid()));
        }
        RandomAccessFile file = null;
        try {
            file = new RandomAccessFile(real.resolve("lock").toFile(), "rw");
            FileLock lock = file.getChannel().tryLock();
            if (lock == null) {
                String holder = file.readLine();
                throw refused(real, holder);
            }
            file.setLength(0);
            file.write((ProcessHandle.current().pid() + "\n").getBytes(StandardCharsets.US_ASCII));
            return new DirectoryLock(real, file);
        } catch (IOException e) {
            if (file != null) {
                file.close();
            }
            HELD.remove(real);
            throw e;
        }
    }

    private static IOException refused(Path directory, @Nullable String pid) {
        return new IOException("The journal " + directory + " is in use by process "
                + (pid == null || pid.isBlank() ? "(not known)" : pid)
                + ". One process writes a journal at a time; nothing was changed. Stop that process or use another state"
                + " directory.");
    }

    @Override
    public void close() throws IOException {
        file.close();
        HELD.remove(directory);
    }
}
