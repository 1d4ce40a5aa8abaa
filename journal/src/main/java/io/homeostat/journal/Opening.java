package io.homeostat.journal;

import io.homeostat.journal.HeadFile.Head;
import io.homeostat.journal.Segments.Segment;
import io.homeostat.journal.Tail.Torn;
import io.homeostat.model.Node;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a crash left is put in order before the first append. Nothing is thrown away, and each step may be interrupted:
 *
 * <ol>
 *   <li>bytes behind the newest record are copied to {@code SEGMENT.OFFSET.torn.pending}, synced, then cut off;
 *   <li>records that the head file knows and the segments do not have become an event {@code journal.lost};
 *   <li>each pending file becomes an event {@code journal.torn} and loses its {@code .pending}.
 * </ol>
 */
final class Opening {

    private static final String PENDING = ".pending";

    private Opening() {}

    /**
     * @param durable newest record known to be on disk
     * @param newest segment to append to; null when there is none
     * @param losses events to be written about records that are missing
     */
    record Found(
            boolean isNew,
            long sequence,
            String hash,
            long durable,
            @Nullable Segment newest,
            List<Entry> losses) {}

    static Found prepare(Path directory, String boot) throws IOException {
        List<Segment> segments = Segments.list(directory);
        Tail tail = Tail.find(segments);
        Head stated = HeadFile.read(directory);
        for (Torn torn : tail.torn()) {
            setAside(directory, torn);
        }
        Segment newest = null;
        for (Segment segment : segments) {
            if (segment.size() > 0) {
                newest = segment;
            } else {
                Files.delete(segment.file());
            }
        }
        boolean isNew = stated == null
                && tail.sequence() == 0
                && tail.torn().isEmpty()
                && pending(directory).isEmpty();
        Head head = stated == null ? Head.NONE : stated;
        List<Entry> losses = isNew ? List.of() : losses(tail, stated, boot);
        return new Found(
                isNew, tail.sequence(), tail.hash(), Math.min(head.durable(), tail.sequence()), newest, losses);
    }

    /** Pure: what the head file knows that the records do not show. */
    static List<Entry> losses(Tail tail, @Nullable Head stated, String boot) {
        if (stated == null) {
            return List.of(lost(
                    "The head file was missing or unreadable when the journal was opened; whether records after "
                            + tail.sequence() + " were removed cannot be said.",
                    tail.sequence() + 1,
                    tail.sequence(),
                    false));
        }
        if (stated.sequence() > tail.sequence()) {
            boolean anotherBoot = boot.isEmpty() || !boot.equals(stated.boot());
            boolean explained = anotherBoot && stated.durable() <= tail.sequence();
            return List.of(lost(
                    "Records " + (tail.sequence() + 1) + " to " + stated.sequence()
                            + (explained
                                    ? " were not on disk yet when the machine stopped, and are lost."
                                    : " were gone when the journal was opened; no crash explains that."),
                    tail.sequence() + 1,
                    stated.sequence(),
                    explained));
        }
        if (stated.sequence() == tail.sequence() && !stated.hash().equals(tail.hash())) {
            return List.of(lost(
                    "Record " + tail.sequence() + " had another hash than the head file when the journal was opened.",
                    tail.sequence(),
                    tail.sequence(),
                    false));
        }
        return List.of();
    }

    private static Entry lost(String message, long from, long to, boolean explained) {
        Node.Mapping data =
                Node.Mapping.EMPTY.with("from", from).with("to", to).with("explained", Node.Bool.of(explained));
        return new Entry("journal.lost", "", "", message, data);
    }

    private static void setAside(Path directory, Torn torn) throws IOException {
        Path pending = directory.resolve(torn.segment().name() + "." + torn.from() + ".torn" + PENDING);
        Path copy = directory.resolve(pending.getFileName() + ".part");
        try (RandomAccessFile file = new RandomAccessFile(torn.segment().file().toFile(), "rw")) {
            file.seek(torn.from());
            try (FileOutputStream out = new FileOutputStream(copy.toFile())) {
                byte[] buffer = new byte[64 << 10];
                int count;
                while ((count = file.read(buffer)) > 0) {
                    out.write(buffer, 0, count);
                }
                out.getFD().sync();
            }
            Files.move(copy, pending, StandardCopyOption.ATOMIC_MOVE);
            file.setLength(torn.from());
        }
    }

    /** What was set aside and is not an event yet. */
    static List<Path> pending(Path directory) throws IOException {
        List<Path> found = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, "*.torn" + PENDING)) {
            files.forEach(found::add);
        }
        found.sort(null);
        return found;
    }

    /** The name a pending file gets once it is an event: one that is not taken by an earlier crash at the same place. */
    static Path keptName(Path pending) {
        String name = pending.getFileName().toString();
        String base = name.substring(0, name.length() - (".torn" + PENDING).length());
        Path kept = pending.resolveSibling(base + ".torn");
        for (int i = 2; Files.exists(kept); i++) {
            kept = pending.resolveSibling(base + "-" + i + ".torn");
        }
        return kept;
    }

    static Entry torn(Path pending, Path kept) throws IOException {
        long bytes = Files.size(pending);
        String file = kept.getFileName().toString();
        return new Entry(
                "journal.torn",
                "",
                "",
                "An unfinished record of " + bytes + " bytes at the end of the journal was set aside as " + file + ".",
                Node.Mapping.EMPTY.with("file", file).with("bytes", bytes));
    }
}
