package io.homeostat.gate;

import io.homeostat.gate.control.Match;
import io.homeostat.gate.control.Routing;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.Http2Headers;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What the gate reads in the headers of HTTP/2, and its own answers there. */
final class Http2Heads {

    private static final Set<String> IDEMPOTENT = Set.of("GET", "HEAD", "PUT", "DELETE", "OPTIONS", "TRACE");

    private Http2Heads() {}

    /** Bytes, before they are packed. */
    static int size(Http2Headers headers) {
        int size = 0;
        for (var header : headers) {
            size += header.getKey().length() + header.getValue().length();
        }
        return size;
    }

    static String method(Http2Headers request) {
        return String.valueOf(request.method());
    }

    static boolean isIdempotent(Http2Headers request) {
        return IDEMPOTENT.contains(method(request));
    }

    /** Without the query. */
    static String path(Http2Headers request) {
        String target = String.valueOf(request.path());
        int query = target.indexOf('?');
        return query < 0 ? target : target.substring(0, query);
    }

    /** What faults may be for. */
    static Match.Asked asked(Http2Headers request) {
        return new Match.Asked() {
            @Override
            public String method() {
                return Http2Heads.method(request);
            }

            @Override
            public String path() {
                return Http2Heads.path(request);
            }

            @Override
            public @Nullable String header(String name) {
                CharSequence value = request.get(name);
                return value == null ? null : value.toString();
            }
        };
    }

    /** The value of a header or cookie. */
    static @Nullable String read(Http2Headers headers, Routing.Rule rule) {
        if (rule.part() == Routing.Part.HEADER) {
            CharSequence value = headers.get(rule.name().toLowerCase(Locale.ROOT));
            return value == null ? null : value.toString();
        }
        for (CharSequence cookies : headers.getAll("cookie")) {
            for (String cookie : cookies.toString().split(";", -1)) {
                int equals = cookie.indexOf('=');
                if (equals > 0 && cookie.substring(0, equals).strip().equals(rule.name())) {
                    return cookie.substring(equals + 1).strip();
                }
            }
        }
        return null;
    }

    /** The status of a response; 0 where there is none. */
    static int status(Http2Headers headers) {
        CharSequence status = headers.status();
        if (status == null) {
            return 0;
        }
        try {
            return Integer.parseInt(status.toString());
        } catch (NumberFormatException none) {
            return 0;
        }
    }

    /** The gate's own answer on a stream; done when it is written. */
    static ChannelFuture answer(Channel stream, boolean grpc, int status, String sentence) {
        if (grpc) {
            return stream.writeAndFlush(new DefaultHttp2HeadersFrame(Grpc.answer(status, sentence), true));
        }
        Http2Headers headers = new DefaultHttp2Headers()
                .status(Integer.toString(status))
                .set("content-type", "text/plain; charset=utf-8")
                .set("server", "homeostat-gate");
        ChannelFuture ignored = stream.write(new DefaultHttp2HeadersFrame(headers, false));
        return stream.writeAndFlush(
                new DefaultHttp2DataFrame(ByteBufUtil.writeUtf8(stream.alloc(), sentence + "\n"), true));
    }
}
