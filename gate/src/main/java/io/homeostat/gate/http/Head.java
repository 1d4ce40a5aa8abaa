package io.homeostat.gate.http;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The header lines of one message, as places in its bytes. One of these is used again and again by an event loop: what it says is
 * right until the next message is read.
 *
 * <p>{@link RequestHead} and {@link ResponseHead} read the first line and what the headers mean for them.
 */
public abstract sealed class Head permits RequestHead, ResponseHead {

    /** Of one head; more is refused. */
    private static final int MOST_FIELDS = 200;

    private static final byte[] CONTENT_LENGTH = ascii("content-length");
    private static final byte[] TRANSFER_ENCODING = ascii("transfer-encoding");
    private static final byte[] CONNECTION = ascii("connection");
    private static final byte[] KEEP_ALIVE = ascii("keep-alive");
    private static final byte[] PROXY_CONNECTION = ascii("proxy-connection");
    private static final byte[] UPGRADE = ascii("upgrade");
    private static final byte[] TE = ascii("te");

    byte[] bytes = new byte[4 << 10];
    int length;
    private int fields;

    /** Of each field: where its name begins and ends, where its value does. */
    private int[] places = new int[4 * 32];

    /** Lines that are for the neighbour only and are not passed on, by number. */
    private final boolean[] cut = new boolean[MOST_FIELDS];

    private boolean anyCut;

    // ---- what the headers say of the message

    /** −1 where there is none. */
    long contentLength;

    boolean chunked;
    boolean close;
    boolean keepAlive;
    boolean upgrades;
    private int upgradeField;
    private int connectionFields;

    static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /** Makes room for a head; the caller fills {@link #bytes}. */
    public byte[] room(int size) {
        if (bytes.length < size) {
            bytes = new byte[Integer.highestOneBit(size - 1) * 2];
        }
        length = size;
        return bytes;
    }

    public int length() {
        return length;
    }

    /** @param at where the first header line begins */
    final void readFields(int at) throws MalformedException {
        fields = 0;
        if (anyCut) {
            Arrays.fill(cut, false);
            anyCut = false;
        }
        contentLength = -1;
        chunked = false;
        close = false;
        keepAlive = false;
        upgrades = false;
        upgradeField = -1;
        connectionFields = 0;
        int next = at;
        while (next < length - 2) {
            next = readField(next);
        }
        if (next != length - 2 || bytes[next] != '\r' || bytes[next + 1] != '\n') {
            throw bad("a line of its head does not end with CR LF");
        }
        if (chunked && contentLength >= 0) {
            throw bad("it has both a Content-Length and a Transfer-Encoding");
        }
        if (connectionFields > 0) {
            readConnection();
        }
        if (upgradeField >= 0 && !upgrades) {
            cut(upgradeField);
        }
    }

    private int readField(int at) throws MalformedException {
        byte[] b = bytes;
        int colon = at;
        while (colon < length && Characters.isToken(b[colon])) {
            colon++;
        }
        if (colon == at || colon >= length || b[colon] != ':') {
            throw bad("a header line has no name, or a character in it that names do not have");
        }
        int from = colon + 1;
        while (from < length && (b[from] == ' ' || b[from] == '\t')) {
            from++;
        }
        int end = from;
        while (end < length && Characters.isValue(b[end])) {
            end++;
        }
        if (end + 1 >= length || b[end] != '\r' || b[end + 1] != '\n') {
            throw bad("a header's value has a control character in it, or does not end with CR LF");
        }
        int next = end + 2;
        while (end > from && (b[end - 1] == ' ' || b[end - 1] == '\t')) {
            end--;
        }
        if (fields == MOST_FIELDS) {
            throw new MalformedException(431, "it has more than " + MOST_FIELDS + " headers");
        }
        if (fields * 4 == places.length) {
            places = Arrays.copyOf(places, places.length * 2);
        }
        int place = fields * 4;
        places[place] = at;
        places[place + 1] = colon;
        places[place + 2] = from;
        places[place + 3] = end;
        known(fields, at, colon, from, end);
        fields++;
        return next;
    }

    private void known(int field, int at, int colon, int from, int end) throws MalformedException {
        switch (colon - at) {
            case 2 -> {
                if (is(TE, at, colon)) {
                    cut(field);
                }
            }
            case 7 -> {
                if (is(UPGRADE, at, colon)) {
                    upgradeField = field;
                }
            }
            case 10 -> {
                if (is(CONNECTION, at, colon)) {
                    connectionFields++;
                } else if (is(KEEP_ALIVE, at, colon)) {
                    cut(field);
                }
            }
            case 14 -> {
                if (is(CONTENT_LENGTH, at, colon)) {
                    if (contentLength >= 0) {
                        throw bad("it has two Content-Lengths");
                    }
                    contentLength = number(from, end);
                }
            }
            case 16 -> {
                if (is(PROXY_CONNECTION, at, colon)) {
                    cut(field);
                }
            }
            case 17 -> {
                if (is(TRANSFER_ENCODING, at, colon)) {
                    if (chunked || !textOf(from, end).equalsIgnoreCase("chunked")) {
                        throw new MalformedException(501, "its Transfer-Encoding is not 'chunked' alone");
                    }
                    chunked = true;
                }
            }
            default -> {}
        }
        field(field, at, colon, from, end);
    }

    /** For headers that only one kind of message has. */
    abstract void field(int field, int at, int colon, int from, int end) throws MalformedException;

    /** The options of the connection, which are for the neighbour; what they name is cut as well. */
    private void readConnection() throws MalformedException {
        for (int i = 0; i < fields; i++) {
            if (!isField(i, CONNECTION)) {
                continue;
            }
            String value = value(i);
            if (value.equalsIgnoreCase("keep-alive")) {
                keepAlive = true;
                continue;
            }
            cut(i);
            for (String option : value.split(",", -1)) {
                switch (option.strip().toLowerCase(java.util.Locale.ROOT)) {
                    case "" -> {}
                    case "close" -> close = true;
                    case "keep-alive" -> keepAlive = true;
                    case "upgrade" -> upgrades = upgradeField >= 0;
                    case "content-length", "transfer-encoding", "host", "trailer" ->
                        throw bad("its Connection names " + option.strip() + ", which is not for the neighbour alone");
                    default -> cutAll(option.strip());
                }
            }
        }
    }

    private void cutAll(String name) {
        byte[] lower = ascii(name.toLowerCase(java.util.Locale.ROOT));
        for (int i = 0; i < fields; i++) {
            if (isField(i, lower)) {
                cut(i);
            }
        }
    }

    final void dropUpgrade() {
        upgrades = false;
        cut(upgradeField);
    }

    /** The connection's options are to be replaced. */
    public final void cutConnection() {
        for (int i = 0; i < fields && connectionFields > 0; i++) {
            if (isField(i, CONNECTION)) {
                cut(i);
            }
        }
    }

    final void cut(int field) {
        cut[field] = true;
        anyCut = true;
    }

    final boolean is(byte[] lower, int at, int end) {
        if (end - at != lower.length) {
            return false;
        }
        for (int i = 0; i < lower.length; i++) {
            if ((bytes[at + i] | 0x20) != lower[i]) {
                // The dash stays what it is; letters become lower case.
                return false;
            }
        }
        return true;
    }

    private boolean isField(int field, byte[] lower) {
        return is(lower, places[field * 4], places[field * 4 + 1]);
    }

    private long number(int from, int end) throws MalformedException {
        if (from == end || end - from > 18) {
            throw bad("its Content-Length is no length");
        }
        long number = 0;
        for (int i = from; i < end; i++) {
            if (bytes[i] < '0' || bytes[i] > '9') {
                throw bad("its Content-Length is no length");
            }
            number = number * 10 + bytes[i] - '0';
        }
        return number;
    }

    static MalformedException bad(String what) {
        return new MalformedException(400, what);
    }

    final String textOf(int from, int end) {
        return new String(bytes, from, end - from, StandardCharsets.ISO_8859_1);
    }

    private String value(int field) {
        return textOf(places[field * 4 + 2], places[field * 4 + 3]);
    }

    /**
     * The first header of this name.
     *
     * @param lower its name in lower case
     */
    public final @Nullable String header(String lower) {
        byte[] name = ascii(lower);
        for (int i = 0; i < fields; i++) {
            if (isField(i, name)) {
                return value(i);
            }
        }
        return null;
    }

    /** Whether the connection is to be closed after it, as far as the head says. */
    public abstract boolean closes();

    /** Whether it goes on as it is. */
    public final boolean isWhole() {
        return !anyCut;
    }

    /** The head without the lines for the neighbour, and without the empty line at its end; how many bytes were written. */
    public final int writeTo(byte[] to) {
        int from = 0;
        int at = 0;
        for (int i = 0; i < fields; i++) {
            if (cut[i]) {
                int line = places[i * 4];
                System.arraycopy(bytes, from, to, at, line - from);
                at += line - from;
                from = i + 1 < fields ? places[(i + 1) * 4] : length - 2;
            }
        }
        System.arraycopy(bytes, from, to, at, length - 2 - from);
        return at + length - 2 - from;
    }
}
