package io.homeostat.gate;

import io.homeostat.gate.control.Outcome;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2Headers;
import org.jspecify.annotations.Nullable;

/** What gRPC says in headers, beside HTTP. Pure. */
final class Grpc {

    private static final String CONTENT_TYPE = "application/grpc";
    private static final String STATUS = "grpc-status";

    private static final int UNKNOWN = 2;
    private static final int DEADLINE_EXCEEDED = 4;
    private static final int PERMISSION_DENIED = 7;
    private static final int UNIMPLEMENTED = 12;
    private static final int INTERNAL = 13;
    private static final int UNAVAILABLE = 14;
    private static final int UNAUTHENTICATED = 16;

    private Grpc() {}

    static boolean isSpoken(Http2Headers request) {
        CharSequence type = request.get("content-type");
        return type != null && type.toString().startsWith(CONTENT_TYPE);
    }

    /**
     * How a call ended.
     *
     * @param last the headers that ended the response; null when it had none
     */
    static Outcome outcome(@Nullable Http2Headers last) {
        CharSequence status = last == null ? null : last.get(STATUS);
        if (status == null) {
            return Outcome.ofGrpc(UNKNOWN);
        }
        try {
            return Outcome.ofGrpc(Integer.parseInt(status.toString()));
        } catch (NumberFormatException none) {
            return Outcome.ofGrpc(UNKNOWN);
        }
    }

    /** The gate's own answer to a call: headers that are a whole response. */
    static Http2Headers answer(int httpStatus, String sentence) {
        return new DefaultHttp2Headers()
                .status("200")
                .set("content-type", CONTENT_TYPE)
                .set(STATUS, Integer.toString(status(httpStatus)))
                .set("grpc-message", percent(sentence));
    }

    /** By gRPC's own table for answers of HTTP, but that a time-out is one. */
    static int status(int httpStatus) {
        return switch (httpStatus) {
            case 400 -> INTERNAL;
            case 401 -> UNAUTHENTICATED;
            case 403 -> PERMISSION_DENIED;
            case 404 -> UNIMPLEMENTED;
            case 504 -> DEADLINE_EXCEEDED;
            case 429, 502, 503 -> UNAVAILABLE;
            default -> UNKNOWN;
        };
    }

    /** As gRPC writes messages: what is not printable ASCII in percent. */
    private static String percent(String sentence) {
        StringBuilder out = new StringBuilder();
        for (byte b : sentence.getBytes(java.nio.charset.StandardCharsets.UTF_8)) {
            if (b >= ' ' && b < 127 && b != '%') {
                out.append((char) b);
            } else {
                out.append(String.format(java.util.Locale.ROOT, "%%%02X", b));
            }
        }
        return out.toString();
    }
}
