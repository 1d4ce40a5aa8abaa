package io.homeostat.gate;

import io.homeostat.gate.control.Backend;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** A real TCP server behind the gate, on a port of the loopback address. */
final class Server implements AutoCloseable {

    /** What is done with each connection, on a thread of its own; the connection is closed afterwards. */
    interface Conversation {
        void with(Socket socket) throws IOException;
    }

    private final String name;
    private final ServerSocket listening;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private Thread accepting = Thread.currentThread();
    private final AtomicInteger accepted = new AtomicInteger();

    private Server(String name, ServerSocket listening) {
        this.name = name;
        this.listening = listening;
    }

    static Server of(String name, Conversation conversation) throws IOException {
        return at(name, 0, conversation);
    }

    static Server at(String name, int port, Conversation conversation) throws IOException {
        ServerSocket listening = new ServerSocket();
        listening.setReuseAddress(true);
        listening.bind(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port), 2000);
        Server server = new Server(name, listening);
        server.accepting = Thread.ofVirtual().start(() -> server.accept(conversation));
        return server;
    }

    /** Says its name with a line feed, then sends back what it gets; ends when the client has ended. */
    static Server echo(String name) throws IOException {
        return of(name, socket -> {
            socket.getOutputStream().write((name + "\n").getBytes(StandardCharsets.UTF_8));
            socket.getInputStream().transferTo(socket.getOutputStream());
        });
    }

    private void accept(Conversation conversation) {
        while (!listening.isClosed()) {
            try {
                Socket socket = listening.accept();
                sockets.add(socket);
                accepted.incrementAndGet();
                Thread.ofVirtual().start(() -> converse(conversation, socket));
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void converse(Conversation conversation, Socket socket) {
        try (socket) {
            conversation.with(socket);
        } catch (IOException gone) {
            // The other side ended first, which some tests want.
        } finally {
            sockets.remove(socket);
        }
    }

    int port() {
        return listening.getLocalPort();
    }

    int accepted() {
        return accepted.get();
    }

    int open() {
        return sockets.size();
    }

    Backend ready() {
        return new Backend(name, "127.0.0.1", port(), true);
    }

    Backend notReady() {
        return new Backend(name, "127.0.0.1", port(), false);
    }

    /** As when the process is killed: nobody listens, and every connection is reset. */
    void kill() throws IOException {
        listening.close();
        try {
            // Only when the accepting thread lets go of it is the port closed.
            accepting.join();
        } catch (InterruptedException e) {
            throw new InterruptedIOException();
        }
        for (Socket socket : sockets) {
            try {
                socket.setSoLinger(true, 0);
                socket.close();
            } catch (SocketException endedJustNow) {
                // By its own conversation.
            }
        }
    }

    @Override
    public void close() throws IOException {
        kill();
    }
}
