package io.homeostat.target.local.image;

import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Enumeration;
import java.util.HashMap;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/** Reads zip with the JDK, and what the JDK does not tell (what is executable, what is a link) from the directory at its end. */
final class Zip {
    private static final int END = 0x06054b50;
    private static final int END_LENGTH = 22;
    private static final int LONGEST_COMMENT = 0xFFFF;
    private static final int ENTRY = 0x02014b50;
    private static final int ENTRY_LENGTH = 46;
    private static final int TYPE = 0xF000;
    private static final int LINK = 0xA000;
    private static final int OWNER_EXECUTES = 0b001_000_000;
    private static final int LONGEST_TARGET = 4096;

    private Zip() {}

    static void unpack(Path archive, Unpacking into) throws IOException {
        Map<String, Integer> modes = modes(archive, into);
        try (ZipFile zip = new ZipFile(archive.toFile())) {
            Enumeration<? extends ZipEntry> entries = zip.entries();
            while (entries.hasMoreElements()) {
                ZipEntry entry = entries.nextElement();
                int mode = modes.getOrDefault(entry.getName(), 0);
                if (entry.isDirectory()) {
                    into.directory(entry.getName());
                    continue;
                }
                try (InputStream content = zip.getInputStream(entry)) {
                    if ((mode & TYPE) == LINK) {
                        byte[] target = content.readNBytes(LONGEST_TARGET);
                        into.symbolicLink(entry.getName(), new String(target, StandardCharsets.UTF_8));
                    } else {
                        into.file(entry.getName(), (mode & OWNER_EXECUTES) != 0, content);
                    }
                }
            }
        }
    }

    /** Unix' mode of each entry, 0 where the archive was made elsewhere. */
    private static Map<String, Integer> modes(Path archive, Unpacking into) throws IOException {
        ByteBuffer directory = directory(archive, into);
        Map<String, Integer> modes = new HashMap<>();
        while (directory.remaining() >= ENTRY_LENGTH && directory.getInt(directory.position()) == ENTRY) {
            int at = directory.position();
            int name = directory.getShort(at + 28) & 0xFFFF;
            int extra = directory.getShort(at + 30) & 0xFFFF;
            int comment = directory.getShort(at + 32) & 0xFFFF;
            if (directory.remaining() < ENTRY_LENGTH + name + extra + comment) {
                throw into.refused("it is damaged (its directory is cut off)");
            }
            byte[] bytes = new byte[name];
            directory.get(at + ENTRY_LENGTH, bytes);
            modes.put(new String(bytes, StandardCharsets.UTF_8), directory.getShort(at + 40) & 0xFFFF);
            directory.position(at + ENTRY_LENGTH + name + extra + comment);
        }
        return modes;
    }

    private static ByteBuffer directory(Path archive, Unpacking into) throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(archive.toFile(), "r")) {
            long tailStart = Math.max(0, file.length() - END_LENGTH - LONGEST_COMMENT);
            ByteBuffer tail = read(file, tailStart, (int) (file.length() - tailStart));
            for (int at = tail.capacity() - END_LENGTH; at >= 0; at--) {
                if (tail.getInt(at) == END) {
                    long length = tail.getInt(at + 12) & 0xFFFFFFFFL;
                    long start = tail.getInt(at + 16) & 0xFFFFFFFFL;
                    if (length > Integer.MAX_VALUE || start + length > file.length()) {
                        throw into.refused("it is damaged, or a zip of the 64-bit kind; pack it as tar.gz");
                    }
                    return read(file, start, (int) length);
                }
            }
        }
        throw into.refused("it is damaged (a zip without an end)");
    }

    private static ByteBuffer read(RandomAccessFile file, long from, int length) throws IOException {
        byte[] bytes = new byte[length];
        file.seek(from);
        file.readFully(bytes);
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }
}
