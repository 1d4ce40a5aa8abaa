package io.homeostat.journal;

import java.io.Closeable;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The small file {@code head}, which says what the newest record is, so that its removal can be found: one line of fixed length,
 * overwritten in place after each append.
 *
 * <pre>{@code <sequence, 18 digits> <hash, 64 hex> <newest record known to be on disk, 18 digits> <boot id>}</pre>
 *
 * A head behind the records is what a killed process leaves. A head before them is what a power cut may leave, when the boot id
 * is another and nothing is missing that was known to be on disk; anything else is a removal.
 */
final class HeadFile implements Closeable {

    static final String NAME = "head";

    private final RandomAccessFile file;
    private final String boot;

    private HeadFile(RandomAccessFile file, String boot) {
        this.file = file;
        this.boot = boot;
    }

    record Head(long sequence, String hash, long durable, String boot) {
        static final Head NONE = new Head(0, Records.NO_HASH, 0, "");
    }

    static HeadFile open(Path directory, String boot) throws IOException {
        return new HeadFile(new RandomAccessFile(directory.resolve(NAME).toFile(), "rw"), boot);
    }

    /** What the file says; null when it is missing or not in its form. */
    static @Nullable Head read(Path directory) throws IOException {
        Path file = directory.resolve(NAME);
        if (!Files.isRegularFile(file) || Files.size(file) > 1024) {
            return null;
        }
        String text = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
        if (!text.matches("[0-9]{18} [0-9a-f]{64} [0-9]{18} [0-9a-f-]*\n")) {
            return null;
        }
        return new Head(
                Long.parseLong(text.substring(0, 18)),
                text.substring(19, 83),
                Long.parseLong(text.substring(84, 102)),
                text.substring(103, text.length() - 1));
    }

    void write(long sequence, String hash, long durable) throws IOException {
        byte[] line = (digits(sequence) + " " + hash + " " + digits(durable) + " " + boot + "\n")
                .getBytes(StandardCharsets.ISO_8859_1);
        file.seek(0);
        file.write(line);
        // Only when a file of another length stood here; otherwise this costs a system call and changes nothing.
        if (file.length() != line.length) {
            file.setLength(line.length);
        }
    }

    /** Eighteen digits; said without a format, because it is written after each append. */
    private static String digits(long number) {
        String text = Long.toString(number);
        return "0".repeat(18 - text.length()) + text;
    }

    void force() throws IOException {
        file.getFD().sync();
    }

    @Override
    public void close() throws IOException {
        file.close();
    }

    /** Identity of this run of the machine; the same for ever where the machine has none. */
    static String bootId() {
        try {
            return Files.readString(Path.of("/proc/sys/kernel/random/boot_id")).strip();
        } catch (IOException noLinux) {
            return "";
        }
    }
}
