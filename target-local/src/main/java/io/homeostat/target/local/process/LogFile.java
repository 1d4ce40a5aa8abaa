package io.homeostat.target.local.process;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/**
 * The log of one instance: the file it appends to, and the rotated ones, read as one stream.
 *
 * <p>The program holds the file open and appends (O_APPEND), so it cannot be moved away: its beginning is copied to another
 * file and then taken out of it. Where the file system can ({@code FALLOC_FL_COLLAPSE_RANGE}: ext4, XFS), taking out is one act
 * that keeps what is appended meanwhile, and no byte is lost. Elsewhere the file is emptied right after the copy has reached
 * its end; what is written in between, some microseconds, is lost. Either way the program notices nothing and waits for
 * nobody.
 *
 * <p>Positions count from where the file began when this was made: bytes of rotated files have smaller ones, and a position
 * means the same byte before and after a rotation.
 */
final class LogFile {
    private static final int BLOCK = 64 << 10;

    private final Path file;
    private final LogPolicy policy;
    private long base;
    private boolean collapses;

    LogFile(Path file, LogPolicy policy) {
        this(file, policy, true);
    }

    /** @param collapses whether to try the better way of the two */
    LogFile(Path file, LogPolicy policy, boolean collapses) {
        this.file = file;
        this.policy = policy;
        this.collapses = collapses;
    }

    /** The oldest position that is kept. */
    synchronized long start() throws IOException {
        long start = base;
        for (int i = 1; i <= policy.rotated(); i++) {
            start -= size(rotated(i));
        }
        return start;
    }

    synchronized long end() throws IOException {
        return base + size(file);
    }

    /** Bytes from a position on, at least one; 0 at the end. */
    synchronized int read(long position, ByteBuffer into) throws IOException {
        long start = base;
        Path holder = file;
        for (int i = 1; position < start && i <= policy.rotated(); i++) {
            holder = rotated(i);
            start -= size(holder);
        }
        try (FileChannel channel = FileChannel.open(holder, StandardOpenOption.READ)) {
            return Math.max(0, channel.read(into, Math.max(0, position - start)));
        } catch (NoSuchFileException removed) {
            return 0;
        }
    }

    /** Gives the last lines (negative: all) up to now to the sink. */
    void tail(int lines, LogReader.Sink sink) throws IOException {
        long end = end();
        LineCutter cutter = new LineCutter(sink);
        if (copy(lineStart(lines, end), end, cutter) >= end) {
            cutter.flush();
        }
    }

    /** Feeds what lies between two positions; answers how far it got: less than {@code end} when the cutter's sink had enough. */
    long copy(long position, long end, LineCutter cutter) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(BLOCK);
        long at = Math.max(position, start());
        while (at < end) {
            buffer.clear().limit((int) Math.min(BLOCK, end - at));
            int count = read(at, buffer);
            if (count == 0) {
                return end;
            }
            if (!cutter.feed(buffer.flip())) {
                return at;
            }
            at += count;
        }
        return at;
    }

    /** Where the last lines before {@code end} begin. A line's end at {@code end} ends the last line and begins none. */
    long lineStart(int lines, long end) throws IOException {
        long start = start();
        if (lines < 0) {
            return start;
        }
        ByteBuffer buffer = ByteBuffer.allocate(BLOCK);
        int ends = 0;
        for (long blockEnd = end; blockEnd > start && lines > 0; ) {
            long blockStart = Math.max(start, blockEnd - BLOCK);
            fill(buffer.clear().limit((int) (blockEnd - blockStart)), blockStart);
            for (int i = buffer.position() - 1; i >= 0; i--) {
                boolean ofTheLastLine = blockStart + i == end - 1;
                if (buffer.get(i) == '\n' && !ofTheLastLine && ++ends == lines) {
                    return blockStart + i + 1;
                }
            }
            blockEnd = blockStart;
        }
        return lines == 0 ? end : start;
    }

    private void fill(ByteBuffer buffer, long position) throws IOException {
        while (buffer.hasRemaining() && read(position + buffer.position(), buffer) > 0) {
            // As often as it takes: a block may lie in two files.
        }
    }

    /** Ends what an agent that was killed while rotating began. */
    synchronized void recover() throws IOException {
        Path copy = copyFile();
        if (Files.exists(copy)) {
            if (beginsWith(file, copy)) {
                Files.delete(copy);
            } else {
                shift();
            }
        }
    }

    /** Rotates when the file has grown too large. */
    synchronized void rotate() throws IOException {
        while (size(file) >= policy.fileBytes()) {
            long taken = collapses ? takeOut() : 0;
            if (taken == 0) {
                empty();
                return;
            }
            base += taken;
        }
    }

    /** Moves a beginning of the file into the newest rotated one; answers its length, 0 when the file system cannot. */
    private long takeOut() throws IOException {
        Kernel kernel = Kernel.get();
        long block = Files.getFileStore(file).getBlockSize();
        long size = size(file);
        // What would be rotated out at once is not copied first.
        long surplus = size - policy.fileBytes() * (policy.rotated() + 1);
        boolean keep = surplus < block;
        long length = (keep ? Math.min(size - 1, policy.fileBytes()) : surplus) / block * block;
        if (keep) {
            copy(0, length);
        }
        collapses = kernel != null && length > 0 && kernel.collapse(file, length) == 0;
        if (!collapses) {
            return 0;
        }
        if (keep) {
            shift();
        } else {
            forgetRotated();
        }
        return length;
    }

    private void empty() throws IOException {
        long size = size(file);
        long from = Math.max(0, size - policy.fileBytes());
        long copied = copy(from, Long.MAX_VALUE);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.truncate(0);
        }
        if (from > 0) {
            forgetRotated();
        }
        shift();
        base += from + copied;
    }

    /** @return how much, less than {@code length} at the file's end */
    private long copy(long from, long length) throws IOException {
        try (FileChannel in = FileChannel.open(file, StandardOpenOption.READ);
                FileChannel out = FileChannel.open(
                        copyFile(),
                        StandardOpenOption.CREATE,
                        StandardOpenOption.TRUNCATE_EXISTING,
                        StandardOpenOption.WRITE)) {
            long done = 0;
            long count;
            do {
                count = in.transferTo(from + done, length - done, out);
                done += count;
            } while (count > 0 && done < length);
            return done;
        } catch (IOException failed) {
            // A full disk, most likely: half a copy only makes it fuller.
            Files.deleteIfExists(copyFile());
            throw failed;
        }
    }

    /** The copy becomes the newest rotated file, and the oldest goes. */
    private void shift() throws IOException {
        for (int i = policy.rotated(); i > 1; i--) {
            if (Files.exists(rotated(i - 1))) {
                Files.move(rotated(i - 1), rotated(i), StandardCopyOption.REPLACE_EXISTING);
            }
        }
        Files.move(copyFile(), rotated(1), StandardCopyOption.REPLACE_EXISTING);
    }

    private void forgetRotated() throws IOException {
        for (int i = 1; i <= policy.rotated(); i++) {
            Files.deleteIfExists(rotated(i));
        }
    }

    /** True when the copy is still a part of the file: then nothing was taken out of it. */
    private static boolean beginsWith(Path file, Path copy) throws IOException {
        long mismatch = Files.mismatch(file, copy);
        return mismatch < 0 || mismatch == Files.size(copy);
    }

    private Path copyFile() {
        return file.resolveSibling(file.getFileName() + ".next");
    }

    private Path rotated(int number) {
        return file.resolveSibling(file.getFileName() + "." + number);
    }

    private static long size(Path file) throws IOException {
        try {
            return Files.size(file);
        } catch (NoSuchFileException none) {
            return 0;
        }
    }
}
