package io.homeostat.gate;

import io.homeostat.gate.control.ControlSocket;
import io.homeostat.gate.control.GateClient;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Listening sockets that one gate gets from another.
 *
 * <pre>
 *  new gate                                   old gate
 *  opens inherit.sock, "hand-over"  ────────► leaves its listening sockets there; goes on accepting
 *  accepts too                                (the sockets are the same: one queue, two that take from it)
 *  "retire"                         ────────► closes its own, lets go of the directory
 *  takes the directory                        serves the connections it has until they end
 * </pre>
 *
 * At no moment does nobody listen, and whoever waits in the queue is accepted by one of the two. Whichever of them dies in
 * between, the other one or its supervisor goes on as if the hand-over had not begun, or had ended.
 */
final class Inherited {

    static final Inherited NOTHING = new Inherited(Map.of());

    /** As long as the control socket's, which is known to be short enough. */
    private static final String MAILBOX = "inherit.sock";

    private final Map<InetSocketAddress, ServerSocketChannel> sockets;

    private Inherited(Map<InetSocketAddress, ServerSocketChannel> sockets) {
        this.sockets = new ConcurrentHashMap<>(sockets);
    }

    private static Path mailbox(Path directory) throws IOException {
        return ControlSocket.address(directory).getPath().resolveSibling(MAILBOX);
    }

    /** Asks the gate that has the directory for its sockets; that one goes on as before. */
    static Inherited from(Path directory, GateClient before) throws IOException {
        Descriptors descriptors = Descriptors.open();
        Map<String, Integer> received = new HashMap<>();
        try (Descriptors.Mailbox mailbox = descriptors.mailbox(mailbox(directory))) {
            int count = before.handOver();
            while (received.size() < count) {
                mailbox.receive(received);
            }
            return new Inherited(adopt(descriptors, received));
        } catch (IOException incomplete) {
            received.values().forEach(descriptors::close);
            throw incomplete;
        }
    }

    /** Java makes no channel of a descriptor, but does not notice when that of a channel becomes another socket. */
    private static Map<InetSocketAddress, ServerSocketChannel> adopt(
            Descriptors descriptors, Map<String, Integer> received) throws IOException {
        Map<String, ServerSocketChannel> opened = new HashMap<>();
        for (String name : received.keySet()) {
            ServerSocketChannel channel = ServerSocketChannel.open();
            channel.bind(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0), 1);
            opened.put(name, channel);
        }
        Map<InetSocketAddress, Integer> own = descriptors.listening();
        Map<InetSocketAddress, ServerSocketChannel> adopted = new HashMap<>();
        for (Map.Entry<String, ServerSocketChannel> channel : opened.entrySet()) {
            Integer descriptor = own.get((InetSocketAddress) channel.getValue().getLocalAddress());
            Integer source = received.get(channel.getKey());
            if (descriptor == null || source == null) {
                throw new IOException("a socket that was just opened is not found");
            }
            descriptors.replace(descriptor, source);
            String[] words = channel.getKey().split(" ", -1);
            adopted.put(
                    new InetSocketAddress(InetAddress.ofLiteral(words[0]), Integer.parseInt(words[1])),
                    channel.getValue());
        }
        return adopted;
    }

    /**
     * Gives the next gate, which waits for them, the sockets at these addresses.
     *
     * @return how many
     */
    static int leave(Path directory, Set<InetSocketAddress> addresses) throws IOException {
        Descriptors descriptors = Descriptors.open();
        Map<InetSocketAddress, Integer> open = descriptors.listening();
        List<Map<String, Integer>> parcels = new ArrayList<>();
        int count = 0;
        for (InetSocketAddress address : addresses) {
            Integer descriptor = open.get(address);
            if (descriptor == null) {
                throw new IOException("the socket at " + address + " is not found");
            }
            if (count % Descriptors.MOST_AT_ONCE == 0) {
                parcels.add(new LinkedHashMap<>());
            }
            parcels.getLast().put(address.getAddress().getHostAddress() + " " + address.getPort(), descriptor);
            count++;
        }
        for (Map<String, Integer> parcel : parcels) {
            descriptors.leave(mailbox(directory), parcel);
        }
        return count;
    }

    /** What listens at an address already; null where nothing does. It is the taker's from then on. */
    @Nullable
    ServerSocketChannel take(InetSocketAddress address) {
        return sockets.remove(address);
    }

    /** Nobody wants the others. */
    void closeRest() throws IOException {
        for (ServerSocketChannel left : sockets.values()) {
            left.close();
        }
        sockets.clear();
    }
}
