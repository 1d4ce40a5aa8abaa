package io.homeostat.journal;

import io.homeostat.journal.HeadFile.Head;
import io.homeostat.journal.Segments.Segment;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A journal in the files of one directory: segments of records ({@link Records}), {@code head} ({@link HeadFile}), {@code lock},
 * and what was set aside after a crash ({@code *.torn}, {@link Opening}).
 *
 * <p>An append is one {@code write} and so survives this process; durable appends of concurrent callers share one {@code fsync}.
 * When a write fails (a full disk), what it left is cut off again: the journal stays valid and takes the next event.
 */
public final class FileJournal implements Journal {

    /** Size at which a new segment is begun, in bytes. */
    static final long SEGMENT_BYTES = 64L << 20;

    private final Path directory;
    private final InstantSource clock;
    private final long segmentBytes;
    private final DirectoryLock directoryLock;
    private final HeadFile headFile;
    private final RecordFiles files;
    private final List<Follower> followers = new CopyOnWriteArrayList<>();

    private final ReentrantLock lock = new ReentrantLock();
    private final ReentrantLock syncing = new ReentrantLock();
    private @Nullable RandomAccessFile active;
    private @Nullable Segment activeSegment;
    private long activeLength;
    private String hash;
    private volatile long head;
    private volatile long durable;
    private boolean closed;

    private FileJournal(
            Path directory,
            InstantSource clock,
            long segmentBytes,
            DirectoryLock directoryLock,
            HeadFile headFile,
            Opening.Found found)
            throws IOException {
        this.directory = directory;
        this.clock = clock;
        this.segmentBytes = segmentBytes;
        this.directoryLock = directoryLock;
        this.headFile = headFile;
        this.files = new RecordFiles(directory);
        this.head = found.sequence();
        this.hash = found.hash();
        this.durable = found.durable();
        if (found.newest() != null) {
            this.activeSegment = found.newest();
            this.active = new RandomAccessFile(found.newest().file().toFile(), "rw");
            this.activeLength = active.length();
        }
    }

    /**
     * Opens the journal of a directory, which is created when it is not there.
     *
     * @throws IOException when another process has it open (the message names its pid), or it cannot be read
     */
    public static FileJournal open(Path directory, InstantSource clock) throws IOException {
        return open(directory, clock, SEGMENT_BYTES, HeadFile.bootId());
    }

    static FileJournal open(Path directory, InstantSource clock, long segmentBytes, String boot) throws IOException {
        Files.createDirectories(
                directory, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        DirectoryLock lock = DirectoryLock.take(directory);
        HeadFile headFile = null;
        FileJournal journal = null;
        try {
            Opening.Found found = Opening.prepare(directory, boot);
            headFile = HeadFile.open(directory, boot);
            journal = new FileJournal(directory, clock, segmentBytes, lock, headFile, found);
            if (found.isNew()) {
                headFile.write(0, Records.NO_HASH, 0);
                headFile.force();
                journal.forceDirectory();
            }
            for (Entry loss : found.losses()) {
                journal.appendDurably(loss);
            }
            for (Path pending : Opening.pending(directory)) {
                Path kept = Opening.keptName(pending);
                journal.appendDurably(Opening.torn(pending, kept));
                Files.move(pending, kept);
            }
            return journal;
        } catch (IOException | RuntimeException e) {
            if (journal != null) {
                journal.close();
            } else {
                if (headFile != null) {
                    headFile.close();
                }
                lock.close();
            }
            throw e;
        }
    }

    /** Checks the journal of a directory that no process has open, and changes nothing in it. */
    public static Verification verify(Path directory) throws IOException {
        return Chain.verify(directory, HeadFile.read(directory), Long.MAX_VALUE);
    }

    @Override
    public Event append(Entry entry) throws IOException {
        lock.lock();
        try {
            if (closed) {
                throw new IOException(
                        "The journal " + directory + " is closed; the event " + entry.type() + " was not written.");
            }
            long sequence = head + 1;
            Instant now = clock.instant();
            byte[] line = Records.line(sequence, now, entry, hash);
            if (line.length > Records.MAX_BYTES) {
                throw new IOException("The event " + entry.type() + " has " + line.length
                        + " bytes; the journal takes at most " + Records.MAX_BYTES + ". It was not written.");
            }
            write(line, sequence);
            hash = Records.hashOf(line);
            head = sequence;
            noteHead();
            Event event = new Event(
                    sequence,
                    now,
                    entry.type(),
                    entry.application(),
                    entry.object(),
                    entry.message(),
                    entry.data(),
                    hash);
            for (Follower follower : followers) {
                follower.offer(event);
            }
            return event;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public Event appendDurably(Entry entry) throws IOException {
        Event event = append(entry);
        force(event.sequence());
        return event;
    }

    private void write(byte[] line, long sequence) throws IOException {
        try {
            if (active == null || (activeLength > 0 && activeLength + line.length > segmentBytes)) {
                begin(sequence);
            }
            RandomAccessFile file = active;
            if (file == null) {
                throw new IllegalStateException("a segment was begun");
            }
            // Also cuts off what a failed write left and its own clean-up could not remove.
            if (file.length() != activeLength) {
                file.setLength(activeLength);
            }
            file.seek(activeLength);
            file.write(line);
            activeLength += line.length;
        } catch (IOException e) {
            if (active != null) {
                try {
                    active.setLength(activeLength);
                } catch (IOException again) {
                    e.addSuppressed(again);
                }
            }
            throw new IOException(
                    "Event " + sequence + " could not be written to the journal " + directory + ": " + e.getMessage()
                            + ". All events up to " + head
                            + " are kept and the journal stays valid; free some space, then the next event is taken.",
                    e);
        }
    }

    private void begin(long first) throws IOException {
        Segment segment = Segments.named(directory, first);
        RandomAccessFile next = new RandomAccessFile(segment.file().toFile(), "rw");
        RandomAccessFile previous = active;
        try {
            forceDirectory();
            if (previous != null) {
                // Only the newest segment is synced later on.
                previous.getFD().sync();
                durable = Math.max(durable, head);
            }
        } catch (IOException e) {
            next.close();
            Files.deleteIfExists(segment.file());
            throw e;
        }
        active = next;
        activeSegment = segment;
        activeLength = 0;
        if (previous != null) {
            previous.close();
        }
    }

    /** One caller syncs for all who wait: whoever comes next finds its event on disk already, or syncs for the others. */
    @Override
    public void force(long sequence) throws IOException {
        syncing.lock();
        try {
            if (durable >= sequence) {
                return;
            }
            RandomAccessFile file;
            long written;
            lock.lock();
            try {
                file = active;
                written = head;
            } finally {
                lock.unlock();
            }
            if (file == null) {
                throw new IllegalStateException("an event was written, so there is a segment");
            }
            file.getFD().sync();
            lock.lock();
            try {
                durable = Math.max(durable, written);
                noteHead();
            } finally {
                lock.unlock();
            }
        } catch (IOException e) {
            // Meanwhile a new segment was begun, which syncs and closes the one before.
            if (durable >= sequence) {
                return;
            }
            throw new IOException(
                    "Event " + sequence + " is written to the journal " + directory
                            + ", but whether it would survive a loss of power is not known: " + e.getMessage(),
                    e);
        } finally {
            syncing.unlock();
        }
    }

    private void noteHead() {
        try {
            if (!closed) {
                headFile.write(head, hash, durable);
            }
        } catch (IOException e) {
            // A head that is behind the records is what a crash leaves as well: it loses nothing, and the next append
            // writes it.
        }
    }

    /** Only a channel can sync a directory, and an interrupt closes channels: it waits until this is done. */
    private void forceDirectory() throws IOException {
        boolean interrupted = Thread.interrupted();
        try {
            while (true) {
                try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
                    channel.force(true);
                    return;
                } catch (ClosedByInterruptException e) {
                    interrupted |= Thread.interrupted();
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @Override
    public void read(long sequence, Predicate<Event> reader) throws IOException {
        files.read(sequence, head, reader);
    }

    @Override
    public List<Event> last(int count, Predicate<Event> matches) throws IOException {
        long newest;
        long length;
        Segment newestSegment;
        lock.lock();
        try {
            newest = head;
            length = activeLength;
            newestSegment = activeSegment;
        } finally {
            lock.unlock();
        }
        return files.last(newest, newestSegment, length, count, matches);
    }

    @Override
    public Subscription follow(Consumer<Event> listener) {
        lock.lock();
        try {
            Follower follower = new Follower(files, listener, head, followers::remove);
            followers.add(follower);
            if (closed) {
                follower.end();
            }
            follower.start();
            return follower;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public long head() {
        return head;
    }

    @Override
    public Verification verify() throws IOException {
        Head expected;
        lock.lock();
        try {
            expected = new Head(head, hash, durable, "");
        } finally {
            lock.unlock();
        }
        return Chain.verify(directory, expected, expected.sequence());
    }

    @Override
    public void close() throws IOException {
        lock.lock();
        try {
            if (closed) {
                return;
            }
            noteHead();
            closed = true;
            followers.forEach(Follower::end);
            if (active != null) {
                active.close();
            }
            headFile.close();
        } finally {
            lock.unlock();
            directoryLock.close();
        }
    }
}
