package io.homeostat.target.local.image;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/**
 * Reads tar: the old format, ustar, GNU's long names and POSIX' extended headers; that is, what tar, git archive, Maven and
 * Gradle write. A reader of our own, since all of it is this page and a library would weigh a megabyte.
 */
final class Tar {
    static final int RECORD = 512;
    private static final int LONGEST_HEADER = 1 << 20;

    private Tar() {}

    /** True for a record whose checksum is right: no other kind of file begins like that. */
    static boolean isHeader(byte[] record) {
        if (record.length < RECORD) {
            return false;
        }
        int sum = 0;
        for (int i = 0; i < RECORD; i++) {
            // The checksum itself counts as blanks.
            sum += i >= 148 && i < 156 ? ' ' : record[i] & 0xFF;
        }
        return sum > 8 * ' ' && octal(record, 148, 8) == sum;
    }

    static void unpack(InputStream in, Unpacking into) throws IOException {
        // Of GNU's 'L' and 'K' and POSIX' 'x' records: they say something about the entry that follows.
        Map<String, String> about = new HashMap<>();
        try {
            for (byte[] header = in.readNBytes(RECORD); !isEnd(header); header = in.readNBytes(RECORD)) {
                if (!isHeader(header)) {
                    throw into.refused("it is damaged (a header's checksum is wrong)");
                }
                char type = (char) header[156];
                // What POSIX' headers say is about the entry, not about a further header before it.
                String stated = "LKxg".indexOf(type) < 0 ? about.get("size") : null;
                long size = stated == null ? number(header, 124, 12) : Long.parseLong(stated);
                if (size < 0) {
                    throw into.refused("it is damaged (an entry of negative size)");
                }
                Content content = new Content(in, size);
                switch (type) {
                    case 'L' -> about.put("path", text(content.header(into)));
                    case 'K' -> about.put("linkpath", text(content.header(into)));
                    case 'x' -> extended(content.header(into), about);
                    case 'g' -> {}
                    default -> {
                        entry(type, header, about, content, into);
                        about.clear();
                    }
                }
                content.skipRest();
            }
        } catch (NumberFormatException malformed) {
            throw into.refused("it is damaged (a header is malformed)");
        }
    }

    private static void entry(char type, byte[] header, Map<String, String> about, Content content, Unpacking into)
            throws IOException {
        String stated = about.get("path");
        String name = stated == null ? name(header) : stated;
        String statedLink = about.get("linkpath");
        String link = statedLink == null ? text(header, 157, 100) : statedLink;
        boolean executable = (octal(header, 100, 8) & 0b001_000_000) != 0;
        switch (type) {
            case '0', '\0', '7' -> {
                if (name.endsWith("/")) {
                    into.directory(name);
                } else {
                    into.file(name, executable, content);
                }
            }
            case '5' -> into.directory(name);
            case '2' -> into.symbolicLink(name, link);
            case '1' -> into.hardLink(name, link);
            default -> throw into.refused("'" + name + "' is neither file, directory nor link");
        }
    }

    /** Two empty records end it; so does, in practice, one, or the end of the file. */
    private static boolean isEnd(byte[] header) throws EOFException {
        if (header.length == 0) {
            return true;
        }
        if (header.length < RECORD) {
            throw new EOFException();
        }
        for (byte b : header) {
            if (b != 0) {
                return false;
            }
        }
        return true;
    }

    /** ustar splits long names into a prefix and a name. */
    private static String name(byte[] header) {
        String name = text(header, 0, 100);
        String prefix = text(header, 257, 6).startsWith("ustar") && header[262] == 0 ? text(header, 345, 155) : "";
        return prefix.isEmpty() ? name : prefix + "/" + name;
    }

    /** Lines of {@code LENGTH KEY=VALUE}, the length counting the whole line. */
    private static void extended(byte[] records, Map<String, String> about) {
        int at = 0;
        while (at < records.length) {
            int blank = at;
            while (blank < records.length && records[blank] != ' ') {
                blank++;
            }
            int length = Integer.parseInt(new String(records, at, blank - at, StandardCharsets.US_ASCII));
            if (length <= blank - at + 1 || length > records.length - at) {
                throw new NumberFormatException("length of an extended header");
            }
            String record = new String(records, blank + 1, at + length - blank - 2, StandardCharsets.UTF_8);
            int equals = record.indexOf('=');
            if (equals > 0) {
                about.put(record.substring(0, equals), record.substring(equals + 1));
            }
            at += length;
        }
    }

    private static String text(byte[] bytes) {
        return text(bytes, 0, bytes.length);
    }

    /** Up to the first NUL. */
    private static String text(byte[] bytes, int from, int length) {
        int end = from;
        while (end < from + length && bytes[end] != 0) {
            end++;
        }
        return new String(bytes, from, end - from, StandardCharsets.UTF_8);
    }

    /** Octal digits; or, for what is too large for them, binary after a set first bit. */
    private static long number(byte[] header, int from, int length) {
        if ((header[from] & 0x80) == 0) {
            return octal(header, from, length);
        }
        long value = header[from] & 0x3F;
        for (int i = from + 1; i < from + length; i++) {
            value = (value << 8) | (header[i] & 0xFF);
        }
        return value;
    }

    private static long octal(byte[] header, int from, int length) {
        long value = 0;
        for (int i = from; i < from + length; i++) {
            if (header[i] >= '0' && header[i] <= '7') {
                value = value * 8 + (header[i] - '0');
            } else if (header[i] != ' ' || value != 0) {
                break;
            }
        }
        return value;
    }

    /** The bytes of one entry, and then the padding to the next record. */
    private static final class Content extends InputStream {
        private final InputStream in;
        private final long padding;
        private long left;

        Content(InputStream in, long size) {
            this.in = in;
            left = size;
            padding = (RECORD - size % RECORD) % RECORD;
        }

        byte[] header(Unpacking into) throws IOException {
            if (left > LONGEST_HEADER) {
                throw into.refused("it is damaged (a header of " + left + " bytes)");
            }
            return readAllBytes();
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            if (left == 0) {
                return -1;
            }
            int count = in.read(into, offset, (int) Math.min(length, left));
            if (count < 0) {
                throw new EOFException();
            }
            left -= count;
            return count;
        }

        void skipRest() throws IOException {
            in.skipNBytes(left + padding);
        }
    }
}
