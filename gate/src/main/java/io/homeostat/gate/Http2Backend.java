package io.homeostat.gate;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http2.DefaultHttp2ResetFrame;
import io.netty.handler.codec.http2.Http2DataFrame;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.handler.codec.http2.Http2ResetFrame;
import io.netty.util.ReferenceCountUtil;
import org.jspecify.annotations.Nullable;

/** The stream to a backend that one exchange has. It reads on when what it read is written to the caller. */
final class Http2Backend extends ChannelInboundHandlerAdapter {

    private final Http2Exchange exchange;
    private @Nullable Channel stream;
    private boolean sentBody;
    private boolean sentEnd;
    private boolean letGo;
    private boolean ended;

    Http2Backend(Http2Exchange exchange) {
        this.exchange = exchange;
    }

    /** @param head the request's headers */
    void begin(Channel opened, Http2HeadersFrame head) {
        stream = opened;
        sentEnd = head.isEndStream();
        write(opened, head);
        opened.read();
    }

    /** @param end whether it is the last */
    void send(Object frame, boolean end) {
        sentBody = true;
        sentEnd = end;
        Channel to = stream;
        if (to == null || letGo) {
            ReferenceCountUtil.release(frame);
        } else {
            write(to, frame);
        }
    }

    private void write(Channel to, Object frame) {
        to.writeAndFlush(frame).addListener(written -> {
            if (written.isSuccess() && !letGo) {
                exchange.requestMoves();
            }
        });
    }

    boolean hasSentBody() {
        return sentBody;
    }

    void readMore() {
        Channel from = stream;
        if (from == null || letGo) {
            return;
        }
        from.read();
    }

    /** The exchange wants nothing more of it. */
    void cancel() {
        letGo = true;
        Channel to = stream;
        if (to != null && to.isActive() && !(ended && sentEnd)) {
            Sockets.send(to, new DefaultHttp2ResetFrame(Http2Error.CANCEL));
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (letGo) {
            ReferenceCountUtil.release(message);
        } else if (message instanceof Http2HeadersFrame headers) {
            ended |= headers.isEndStream();
            exchange.answers(headers.headers(), headers.isEndStream());
        } else if (message instanceof Http2DataFrame data) {
            ended |= data.isEndStream();
            exchange.data(data);
        } else {
            ReferenceCountUtil.release(message);
            context.read();
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event instanceof Http2ResetFrame reset && !letGo && !ended) {
            letGo = true;
            exchange.broken(
                    reset.errorCode() == Http2Error.REFUSED_STREAM.code(),
                    "reset the stream (" + reset.errorCode() + ")");
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        if (!letGo && !ended) {
            letGo = true;
            exchange.broken(false, "closed the connection before it had answered");
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        Sockets.close(context.channel());
    }
}
