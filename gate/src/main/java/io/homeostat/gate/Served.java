package io.homeostat.gate;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFuture;

/** A request that is on a connection of HTTP/1 to a backend, as that connection sees it: whoever wants the response. */
interface Served {

    String method();

    boolean mayUpgrade();

    /**
     * Whether this response is not wanted, and another backend is asked instead. The connection is closed then, and is told
     * nothing more.
     */
    boolean declines(int status);

    /** The head of the response is about to be passed on. */
    void answering(int status);

    /**
     * Whether the caller's connection is closed after this.
     *
     * @param untilClose whether only that ends the response's body
     */
    boolean closesCaller(boolean untilClose);

    boolean isCorrupted();

    /** Of the response's body; 0 for as fast as it goes. */
    long bytesPerSecond();

    /**
     * A part of the response.
     *
     * @param more whether another part follows at once
     */
    ChannelFuture pass(ByteBuf part, boolean more);

    /**
     * The response is whole, and its last bytes are on their way.
     *
     * @param last what became of them; null when there were none
     * @param reusable the backend's connection
     */
    void responded(@org.jspecify.annotations.Nullable ChannelFuture last, boolean reusable);

    /** The two connections become a tunnel; {@code rest} goes to the caller first. */
    void switched(Http1Instance by, ByteBuf rest);

    /**
     * The backend's connection ended, or what it sent is no response.
     *
     * @param reused whether it had served another request before
     * @param begun whether it had sent any of the response
     */
    void broken(boolean reused, boolean begun, String why);
}
