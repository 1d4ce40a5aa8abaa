package io.homeostat.gate.http;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** What a caller speaks, by its first bytes. */
public enum Opening {
    HTTP1,
    HTTP2,
    OTHER,
    /** More bytes are needed. */
    UNCLEAR;

    private static final byte[] PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    /** Those of the standards in use (RFC 9110, 5789), with what follows them. */
    private static final List<byte[]> METHODS = List.of(
            method("GET"),
            method("HEAD"),
            method("POST"),
            method("PUT"),
            method("DELETE"),
            method("CONNECT"),
            method("OPTIONS"),
            method("TRACE"),
            method("PATCH"));

    private static byte[] method(String name) {
        return (name + " ").getBytes(StandardCharsets.US_ASCII);
    }

    public static Opening of(ByteBuf in) {
        if (begins(in, PREFACE)) {
            return in.readableBytes() >= PREFACE.length ? HTTP2 : UNCLEAR;
        }
        for (byte[] method : METHODS) {
            if (begins(in, method)) {
                return in.readableBytes() >= method.length ? HTTP1 : UNCLEAR;
            }
        }
        return OTHER;
    }

    /** As far as there are bytes. */
    private static boolean begins(ByteBuf in, byte[] with) {
        int length = Math.min(in.readableBytes(), with.length);
        for (int i = 0; i < length; i++) {
            if (in.getByte(in.readerIndex() + i) != with[i]) {
                return false;
            }
        }
        return true;
    }
}
