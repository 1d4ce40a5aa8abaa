package io.homeostat.gate.control;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.StandardProtocolFamily;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.Arrays;

/** To a gate on this machine, over the socket in its directory. */
final class LocalWire implements GateClient.Wire {

    private final Path directory;

    LocalWire(Path directory) {
        this.directory = directory;
    }

    @Override
    public String help() {
        return directory.resolve("gate.log") + " may say why";
    }

    @Override
    public String toString() {
        return directory.toString();
    }

    @Override
    public byte[] once(byte[] request, long deadline) throws IOException {
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
                Selector selector = Selector.open()) {
            channel.configureBlocking(false);
            SelectionKey key = channel.register(selector, 0);
            if (!channel.connect(ControlSocket.address(directory))) {
                do {
                    await(selector, key, SelectionKey.OP_CONNECT, deadline);
                } while (!channel.finishConnect());
            }
            ByteBuffer out = ByteBuffer.wrap(request);
            while (out.hasRemaining()) {
                if (channel.write(out) == 0) {
                    await(selector, key, SelectionKey.OP_WRITE, deadline);
                }
            }
            return answer(channel, selector, key, deadline);
        }
    }

    private static byte[] answer(SocketChannel channel, Selector selector, SelectionKey key, long deadline)
            throws IOException {
        ByteBuffer in = ByteBuffer.allocate(8 << 10);
        while (true) {
            int count = channel.read(in);
            if (count < 0) {
                throw new IOException("it closed the connection before it answered");
            }
            if (count == 0 && in.hasRemaining()) {
                await(selector, key, SelectionKey.OP_READ, deadline);
                continue;
            }
            if (in.get(in.position() - 1) == '\n') {
                return Arrays.copyOf(in.array(), in.position());
            }
            if (!in.hasRemaining()) {
                if (in.capacity() >= ControlSocket.MAX_LINE) {
                    throw new IOException("its answer is too long");
                }
                in = ByteBuffer.allocate(in.capacity() * 2).put(in.flip());
            }
        }
    }

    private static void await(Selector selector, SelectionKey key, int operation, long deadline) throws IOException {
        key.interestOps(operation);
        long left = (deadline - System.nanoTime()) / 1_000_000;
        if (left <= 0) {
            throw new IOException("its time was up");
        }
        selector.select(left);
        selector.selectedKeys().clear();
        if (Thread.currentThread().isInterrupted()) {
            throw new InterruptedIOException("interrupted while waiting for the gate");
        }
    }
}
