package io.homeostat.gate;

import io.homeostat.gate.http.Head;
import io.homeostat.gate.http.RequestHead;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.nio.charset.StandardCharsets;

/** Heads as they leave the gate. */
final class Heads {

    private static final byte[] UPGRADE = ascii("Connection: Upgrade\r\n");
    private static final byte[] CLOSE = ascii("Connection: close\r\n");
    private static final byte[] END = ascii("\r\n");

    private Heads() {}

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /**
     * Takes the request's head out of what came in; nothing is copied where it goes on as it is.
     *
     * @param host that it is said to be for; empty for what it says itself
     */
    static ByteBuf request(RequestHead head, String host, ByteBuf in, ByteBufAllocator allocator) {
        if (!host.isEmpty()) {
            head.cutHost();
        } else if (head.isWhole()) {
            return in.readRetainedSlice(head.length());
        }
        in.skipBytes(head.length());
        String said = host.isEmpty() ? "" : "Host: " + host + "\r\n";
        return changed(head, allocator, head.isUpgrade() ? UPGRADE : null, said);
    }

    /** @param closing whether the connection is closed after this response */
    static ByteBuf response(Head head, ByteBufAllocator allocator, boolean upgrade, boolean closing) {
        return changed(head, allocator, upgrade ? UPGRADE : closing ? CLOSE : null, "");
    }

    private static ByteBuf changed(
            Head head, ByteBufAllocator allocator, byte @org.jspecify.annotations.Nullable [] line, String another) {
        byte[] kept = new byte[head.length()];
        int length = head.writeTo(kept);
        ByteBuf out = allocator.buffer(length + 32);
        out.writeBytes(kept, 0, length);
        if (line != null) {
            out.writeBytes(line);
        }
        out.writeCharSequence(another, StandardCharsets.US_ASCII);
        return out.writeBytes(END);
    }

    /**
     * The gate's own answer.
     *
     * @param headOnly for a request that wants no body
     */
    static ByteBuf answer(ByteBufAllocator allocator, int status, String sentence, boolean closing, boolean headOnly) {
        byte[] body = (sentence + "\n").getBytes(StandardCharsets.UTF_8);
        byte[] head = ascii("HTTP/1.1 " + status + " " + reason(status)
                + "\r\nContent-Type: text/plain; charset=utf-8\r\nServer: homeostat-gate\r\nContent-Length: "
                + body.length
                + "\r\n" + (closing ? "Connection: close\r\n" : "") + "\r\n");
        ByteBuf out = allocator.buffer(head.length + body.length).writeBytes(head);
        return headOnly ? out : out.writeBytes(body);
    }

    private static String reason(int status) {
        return switch (status) {
            case 400 -> "Bad Request";
            case 405 -> "Method Not Allowed";
            case 408 -> "Request Timeout";
            case 431 -> "Request Header Fields Too Large";
            case 501 -> "Not Implemented";
            case 502 -> "Bad Gateway";
            case 503 -> "Service Unavailable";
            case 504 -> "Gateway Timeout";
            default -> "Gate";
        };
    }
}
