package io.homeostat.journal;

import io.homeostat.model.Json;
import io.homeostat.model.Node;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * The form of a record: one line of JSON whose last member is its hash.
 *
 * <pre>{@code {"sequence":2,"time":"…","type":"…","application":"…","object":"…","message":"…","data":{…},"hash":"<64 hex>"}}</pre>
 *
 * The canonical form of a record is the line as it stands in the file, up to and without {@code ,"hash":"}. The hash is
 * SHA-256 over the 64 hex digits of the previous record's hash (64 zeros before the first record) followed by the bytes of the
 * canonical form. So nobody has to know how we write JSON to check the chain; the last 75 bytes of a line are the hash:
 *
 * <pre>{@code
 * previous=$(printf '%064d' 0)
 * cat 0*.jsonl | while IFS= read -r line; do
 *     body=${line%,\"hash\":*}; hash=${line##*,\"hash\":\"}; hash=${hash%\"\}}
 *     [ "$(printf %s "$previous$body" | sha256sum | cut -c1-64)" = "$hash" ] || echo "broken: $body"
 *     previous=$hash
 * done
 * }</pre>
 */
final class Records {

    /** What stands for the hash before the first record. */
    static final String NO_HASH = "0".repeat(64);

    /** The largest record, in bytes; a reader has to hold one in memory. */
    static final int MAX_BYTES = 8 << 20;

    private static final byte[] START = bytes("{\"sequence\":");
    private static final byte[] HASH = bytes(",\"hash\":\"");
    private static final byte[] END = bytes("\"}");
    private static final int TRAILER = HASH.length + 64 + END.length;

    private Records() {}

    /** A line taken apart, without knowing what its JSON says. */
    record Line(long sequence, String hash) {}

    /** The line of an event, its line feed included. */
    static byte[] line(long sequence, Instant time, Entry entry, String previousHash) {
        byte[] open = Json.bytes(Node.Mapping.EMPTY
                .with("sequence", sequence)
                .with("time", time.toString())
                .with("type", entry.type())
                .with("application", entry.application())
                .with("object", entry.object())
                .with("message", entry.message())
                .with("data", entry.data()));
        // What was written ends with the closing brace, which comes after the hash.
        int body = open.length - 1;
        byte[] line = Arrays.copyOf(open, body + TRAILER + 1);
        System.arraycopy(HASH, 0, line, body, HASH.length);
        System.arraycopy(bytes(hash(previousHash, line, body)), 0, line, body + HASH.length, 64);
        System.arraycopy(END, 0, line, body + HASH.length + 64, END.length);
        line[line.length - 1] = '\n';
        return line;
    }

    /** Takes a line apart; null when it does not have the form of a record. */
    static @Nullable Line split(byte[] line) {
        int body = line.length - TRAILER;
        if (body <= START.length
                || !matches(line, 0, START)
                || !matches(line, body, HASH)
                || !matches(line, line.length - END.length, END)) {
            return null;
        }
        long sequence = 0;
        int at = START.length;
        while (at < body && line[at] >= '0' && line[at] <= '9' && at - START.length < 18) {
            sequence = sequence * 10 + (line[at++] - '0');
        }
        if (sequence == 0 || line[at] != ',') {
            return null;
        }
        for (int i = body + HASH.length; i < line.length - END.length; i++) {
            if (!((line[i] >= '0' && line[i] <= '9') || (line[i] >= 'a' && line[i] <= 'f'))) {
                return null;
            }
        }
        return new Line(sequence, new String(line, body + HASH.length, 64, StandardCharsets.US_ASCII));
    }

    /** The hash that a line of record form must have. */
    static String hash(String previousHash, byte[] line) {
        return hash(previousHash, line, line.length - TRAILER);
    }

    /** The hash stated in a line that {@link #line} made. */
    static String hashOf(byte[] lineWithFeed) {
        int at = lineWithFeed.length - 1 - END.length - 64;
        return new String(lineWithFeed, at, 64, StandardCharsets.US_ASCII);
    }

    /** The event of a line; null when it is not one. The hash is taken as it stands. */
    static @Nullable Event event(byte[] line) {
        Line parts = split(line);
        if (parts == null) {
            return null;
        }
        try {
            if (!(Json.read(line) instanceof Node.Mapping record)) {
                return null;
            }
            return new Event(
                    parts.sequence(),
                    Instant.parse(record.text("time", "")),
                    record.text("type", ""),
                    record.text("application", ""),
                    record.text("object", ""),
                    record.text("message", ""),
                    record.mapping("data"),
                    parts.hash());
        } catch (Json.MalformedException | DateTimeException notARecord) {
            return null;
        }
    }

    private static String hash(String previousHash, byte[] line, int body) {
        try {
            MessageDigest sha = MessageDigest.getInstance("SHA-256");
            sha.update(bytes(previousHash));
            sha.update(line, 0, body);
            return HexFormat.of().formatHex(sha.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    private static boolean matches(byte[] line, int at, byte[] part) {
        return Arrays.equals(line, at, at + part.length, part, 0, part.length);
    }

    private static byte[] bytes(String ascii) {
        return ascii.getBytes(StandardCharsets.US_ASCII);
    }
}
