package io.homeostat.target.kubernetes.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.homeostat.gate.control.Pinned;
import io.homeostat.target.kubernetes.gate.Keys.Pair;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;

class KeysTest {

    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    private static Pair pair(Instant made) {
        return new Pair(made, made.plus(Keys.VALID), "certificate of " + made, "key");
    }

    /** Three years, looked at every hour: never is one used that others cannot know, never is there none. */
    @Test
    void oneFollowsTheOtherWithoutAGap() {
        List<Pair> pairs = List.of();
        Pair before = null;
        int changes = 0;
        for (Instant now = START;
                now.isBefore(START.plus(Duration.ofDays(3 * 365)));
                now = now.plus(Duration.ofHours(1))) {
            if (Keys.isDue(pairs, now)) {
                List<Pair> more = new ArrayList<>(Keys.valid(pairs, now));
                more.add(pair(now));
                pairs = List.copyOf(more);
            }
            Pair used = Objects.requireNonNull(Keys.used(pairs, now));
            assertThat(used.until()).isAfter(now);
            if (before != null && !used.equals(before)) {
                assertThat(now).isAfterOrEqualTo(used.made().plus(Keys.KNOWN_AFTER));
                changes++;
            }
            assertThat(Keys.valid(pairs, now)).contains(used).hasSizeLessThanOrEqualTo(2);
            before = used;
        }
        assertThat(changes).isEqualTo(3 * 365 / 60);
    }

    @Test
    void twoWhoKnowEachOtherSpeakAndNobodyElse() throws Exception {
        Pair agent = Keys.make("agent");
        Pair gate = Keys.make("shop/api-gate");
        Pair stranger = Keys.make("agent");
        assertThat(agent.made()).isCloseTo(Instant.now(), within(1, ChronoUnit.MINUTES));
        assertThat(Duration.between(agent.made(), agent.until())).isGreaterThanOrEqualTo(Keys.VALID);
        SSLContext server = Pinned.context(gate.certificate(), gate.key(), agent.certificate());
        assertThat(said(server, Pinned.context(agent.certificate(), agent.key(), gate.certificate())))
                .isEqualTo('x');
        assertThatThrownBy(
                        () -> said(server, Pinned.context(stranger.certificate(), stranger.key(), gate.certificate())))
                .as("whoever the gate does not know")
                .isInstanceOf(IOException.class);
        assertThatThrownBy(() -> said(server, Pinned.context(agent.certificate(), agent.key(), stranger.certificate())))
                .as("a gate that the agent does not know")
                .isInstanceOf(IOException.class);
    }

    private static int said(SSLContext server, SSLContext client) throws Exception {
        try (SSLServerSocket listening = (SSLServerSocket)
                server.getServerSocketFactory().createServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            listening.setNeedClientAuth(true);
            CompletableFuture<Void> served = new CompletableFuture<>();
            Thread.ofVirtual().start(() -> {
                try (Socket accepted = listening.accept()) {
                    accepted.getOutputStream().write('x');
                } catch (IOException refused) {
                    // The other side is the one that is looked at.
                }
                served.complete(null);
            });
            try (SSLSocket socket = (SSLSocket) client.getSocketFactory()
                    .createSocket(InetAddress.getLoopbackAddress(), listening.getLocalPort())) {
                int read = socket.getInputStream().read();
                if (read < 0) {
                    throw new IOException("it hung up");
                }
                return read;
            } finally {
                served.join();
            }
        }
    }
}
