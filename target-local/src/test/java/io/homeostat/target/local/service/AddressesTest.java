package io.homeostat.target.local.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.homeostat.model.ObjectKey;
import io.homeostat.target.local.pod.Ports;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two environments on one machine do not meet, and who has addresses keeps them. */
class AddressesTest {

    private static final int SEED = 7;
    private static final ObjectKey WEB = new ObjectKey("", "Service", "default", "web");

    @TempDir
    Path directory;

    private Addresses open(String name, int port) throws IOException {
        Predicate<String> isFree = host -> Ports.isFree(host, port);
        return Addresses.open(directory.resolve(name), SEED, isFree);
    }

    @Test
    void whoComesSecondTakesTheNextBlock() throws Exception {
        try (ServerSocket gate = new ServerSocket()) {
            int port = free();
            Addresses first = open("first", port);
            gate.bind(new InetSocketAddress(InetAddress.ofLiteral(first.metricsHost()), port));
            Addresses second = open("second", port);
            assertThat(second.metricsHost()).isNotEqualTo(first.metricsHost());
            assertThat(second.host(WEB)).isNotEqualTo(first.host(WEB));
        }
    }

    @Test
    void whatWasGivenStaysWhoeverElseListens() throws Exception {
        try (ServerSocket gate = new ServerSocket()) {
            int port = free();
            Addresses before = open("one", port);
            gate.bind(new InetSocketAddress(InetAddress.ofLiteral(before.metricsHost()), port));
            Addresses after = open("one", port);
            assertThat(after.metricsHost()).isEqualTo(before.metricsHost());
            assertThat(after.host(WEB)).isEqualTo(before.host(WEB));
        }
    }

    private static int free() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }
}
