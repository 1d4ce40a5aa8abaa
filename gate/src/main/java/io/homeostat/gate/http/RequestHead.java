package io.homeostat.gate.http;

import io.homeostat.gate.control.Match;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The head of a request. */
public final class RequestHead extends Head implements Match.Asked {

    private static final byte[] HOST = ascii("host");
    private static final Set<String> IDEMPOTENT = Set.of("GET", "HEAD", "PUT", "DELETE", "OPTIONS", "TRACE");

    private String method = "";
    private int targetFrom;
    private int targetEnd;
    private boolean version11;
    private int hosts;
    private int hostField;

    /** Reads {@link #room}, which has one whole head. */
    public void read() throws MalformedException {
        byte[] b = bytes;
        int at = 0;
        while (at < length && Characters.isToken(b[at])) {
            at++;
        }
        if (at == 0 || at >= length || b[at] != ' ' || at > 32) {
            throw bad("its first line has no method");
        }
        method = method(at);
        targetFrom = ++at;
        while (at < length && Characters.isTarget(b[at])) {
            at++;
        }
        targetEnd = at;
        if (targetEnd == targetFrom || length - at < 11 || b[at] != ' ' || !isVersion(at + 1)) {
            throw bad("its first line is no request of HTTP/1.1 or HTTP/1.0");
        }
        version11 = b[at + 8] == '1';
        hosts = 0;
        readFields(at + 11);
        if (hosts > 1 || (hosts == 0 && version11)) {
            throw bad("it has " + (hosts == 0 ? "no Host" : "two Hosts"));
        }
        if (chunked && !version11) {
            throw bad("it has a Transfer-Encoding, which HTTP/1.0 does not know");
        }
        if (method.equals("CONNECT")) {
            throw new MalformedException(405, "a gate is no tunnel: CONNECT is not taken");
        }
        if (upgrades && (hasBody() || !version11 || "h2c".equalsIgnoreCase(header("upgrade")))) {
            // A recipient may always ignore the wish. With a body it is unclear where the other protocol would begin.
            dropUpgrade();
        }
    }

    private String method(int end) {
        // The usual ones without making a string of them.
        if (end == 3 && bytes[0] == 'G' && bytes[1] == 'E' && bytes[2] == 'T') {
            return "GET";
        }
        if (end == 4 && bytes[0] == 'P' && bytes[1] == 'O' && bytes[2] == 'S' && bytes[3] == 'T') {
            return "POST";
        }
        return textOf(0, end);
    }

    private boolean isVersion(int at) {
        byte[] b = bytes;
        return b[at] == 'H'
                && b[at + 1] == 'T'
                && b[at + 2] == 'T'
                && b[at + 3] == 'P'
                && b[at + 4] == '/'
                && b[at + 5] == '1'
                && b[at + 6] == '.'
                && (b[at + 7] == '1' || b[at + 7] == '0')
                && b[at + 8] == '\r'
                && b[at + 9] == '\n';
    }

    @Override
    void field(int field, int at, int colon, int from, int end) {
        if (colon - at == 4 && is(HOST, at, colon)) {
            hosts++;
            hostField = field;
        }
    }

    /** Another host is to be named in place of the one it names. */
    public void cutHost() {
        if (hosts > 0) {
            cut(hostField);
        }
    }

    @Override
    public String method() {
        return method;
    }

    /** Whether doing it twice is the same as doing it once (RFC 9110, 9.2.2). */
    public boolean isIdempotent() {
        return IDEMPOTENT.contains(method);
    }

    public boolean isHttp11() {
        return version11;
    }

    public boolean hasBody() {
        return chunked || contentLength > 0;
    }

    /** −1 where only its end tells. */
    public long bodyLength() {
        return chunked ? -1 : Math.max(0, contentLength);
    }

    public Body body() {
        return chunked ? Body.chunked() : contentLength > 0 ? Body.ofLength(contentLength) : Body.none();
    }

    public boolean isUpgrade() {
        return upgrades;
    }

    @Override
    public boolean closes() {
        return close || !version11;
    }

    /** With the query. */
    public String target() {
        return textOf(targetFrom, targetEnd);
    }

    /** Without the query. */
    @Override
    public String path() {
        String target = target();
        int query = target.indexOf('?');
        return query < 0 ? target : target.substring(0, query);
    }

    /** The value of a cookie. */
    public @Nullable String cookie(String name) {
        String cookies = header("cookie");
        if (cookies != null) {
            for (String cookie : cookies.split(";", -1)) {
                int equals = cookie.indexOf('=');
                if (equals > 0 && cookie.substring(0, equals).strip().equals(name)) {
                    return cookie.substring(equals + 1).strip();
                }
            }
        }
        return null;
    }
}
