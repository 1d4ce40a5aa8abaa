package io.homeostat.target.kubernetes.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.homeostat.converge.Faults.Fault;
import io.homeostat.converge.Faults.Place;
import io.homeostat.converge.Faults.State;
import io.homeostat.model.Documents;
import io.homeostat.model.Node;
import io.homeostat.model.ObjectKey;
import io.homeostat.model.chaos.Effect;
import io.homeostat.target.kubernetes.api.ApiServer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Commands in containers that are not heard any more, or not yet, keep nothing else from being renewed. */
class ContainerStressTest {

    private static final Place.OnInstance WEB =
            new Place.OnInstance(new ObjectKey("apps", "Deployment", "shop", "web"), "web-1");

    private static final String POD = """
            apiVersion: v1
            kind: Pod
            metadata: {name: web-1, namespace: shop}
            spec: {containers: [{name: main}]}
            status: {containerStatuses: [{name: main, state: {running: {startedAt: "2026-01-01T00:00:00Z"}}}]}
            """;

    /** Every command says that it has begun, and nothing else; none says that it is over. */
    private static final class Commands implements AutoCloseable {
        private final ServerSocket listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        private final List<Socket> connections = new CopyOnWriteArrayList<>();
        /** Bytes that came in once commands had begun: their scripts and signs of life. */
        private final AtomicLong heard = new AtomicLong();
        /** Until then nobody is answered. */
        private volatile CountDownLatch answers = new CountDownLatch(0);

        private volatile String first = "begun";

        Commands() throws IOException {
            Thread.ofVirtual().start(() -> {
                while (!listening.isClosed()) {
                    try {
                        Socket socket = listening.accept();
                        connections.add(socket);
                        Thread.ofVirtual().start(() -> begin(socket));
                    } catch (IOException closed) {
                        return;
                    }
                }
            });
        }

        private void begin(Socket socket) {
            try {
                BufferedReader asked =
                        new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
                String key = "";
                for (String line = asked.readLine(); line != null && !line.isEmpty(); line = asked.readLine()) {
                    key = line.toLowerCase(Locale.ROOT).startsWith("sec-websocket-key:")
                            ? line.substring(line.indexOf(':') + 1).strip()
                            : key;
                }
                byte[] accepted = MessageDigest.getInstance("SHA-1")
                        .digest((key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").getBytes(StandardCharsets.US_ASCII));
                String answer = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                        + "Sec-WebSocket-Protocol: v4.channel.k8s.io\r\nSec-WebSocket-Accept: "
                        + Base64.getEncoder().encodeToString(accepted) + "\r\n\r\n";
                answers.await();
                socket.getOutputStream().write(answer.getBytes(StandardCharsets.US_ASCII));
                // One whole binary message, of its output.
                String message = "\u0001" + first + "\n";
                socket.getOutputStream()
                        .write(("\u0082" + (char) message.length() + message).getBytes(StandardCharsets.ISO_8859_1));
                socket.getOutputStream().flush();
                while (socket.getInputStream().read() >= 0) {
                    heard.incrementAndGet();
                }
            } catch (IOException | GeneralSecurityException lost) {
                // Whoever waits for it sees that nothing comes.
                return;
            } catch (InterruptedException closing) {
                Thread.currentThread().interrupt();
            }
        }

        ApiServer server(Path directory) throws IOException {
            Path kubeconfig = directory.resolve("kubeconfig");
            Files.writeString(kubeconfig, """
                    apiVersion: v1
                    kind: Config
                    current-context: fake
                    contexts: [{name: fake, context: {cluster: fake, user: fake}}]
                    clusters: [{name: fake, cluster: {server: "http://127.0.0.1:%d"}}]
                    users: [{name: fake, user: {}}]
                    """.formatted(listening.getLocalPort()));
            return ApiServer.of(kubeconfig, null, 1000, 100);
        }

        void loseAll() throws IOException {
            for (Socket each : connections) {
                each.close();
            }
        }

        @Override
        public void close() throws IOException {
            listening.close();
            loseAll();
        }
    }

    private static Node.Mapping pod() {
        return Documents.parse("pod.yaml", POD.getBytes(StandardCharsets.UTF_8))
                .documents()
                .getFirst()
                .content();
    }

    private static Fault fault(String id, Duration lasts) {
        return new Fault(id, WEB, new Effect.Cpu(1), lasts);
    }

    /** Holds them again and again until it is so. */
    private static List<State> hold(ContainerStress stress, List<Fault> wanted, Predicate<List<State>> isSo)
            throws IOException {
        long end = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        while (true) {
            List<State> states = stress.hold("run", wanted);
            if (isSo.test(states)) {
                return states;
            }
            assertThat(System.nanoTime()).as("waited in vain: %s", states).isLessThan(end);
            LockSupport.parkNanos(20_000_000);
        }
    }

    @Test
    void whatIsDueAndNotHeardAnyMoreKeepsTheOthersFromNothing(@TempDir Path directory) throws Exception {
        try (Commands commands = new Commands()) {
            ContainerStress stress = new ContainerStress(commands.server(directory), workload -> List.of(pod()));
            List<Fault> wanted = List.of(fault("due", Duration.ZERO), fault("other", Duration.ofMinutes(1)));
            assertThat(hold(stress, wanted, states -> states.size() == 2))
                    .extracting(State::inForce)
                    .containsExactly(false, true);
            commands.loseAll();
            assertThat(stress.hold("run", wanted))
                    .as("asked again, it stands as before, and nobody waited in vain for the end of the first")
                    .extracting(State::id)
                    .containsExactly("due", "other");
            stress.close();
        }
    }

    @Test
    void whatRunsIsRenewedWhileTheClusterTakesItsTimeToBeginMore(@TempDir Path directory) throws Exception {
        try (Commands commands = new Commands()) {
            ContainerStress stress = new ContainerStress(commands.server(directory), workload -> List.of(pod()));
            Fault first = fault("first", Duration.ofMinutes(5));
            hold(stress, List.of(first), states -> states.stream().anyMatch(State::inForce));
            CountDownLatch late = new CountDownLatch(1);
            commands.answers = late;
            List<Fault> both = List.of(first, fault("second", Duration.ofMinutes(5)));
            assertThat(stress.hold("run", both)).extracting(State::id).containsExactly("first");
            long before = commands.heard.get();
            List<State> meanwhile = hold(stress, both, states -> commands.heard.get() > before);
            assertThat(meanwhile).as("of the second nothing is said").hasSize(1);
            assertThat(meanwhile.getFirst().inForce()).isTrue();
            late.countDown();
            hold(stress, both, states -> states.size() == 2 && states.stream().allMatch(State::inForce));
            stress.close();
        }
    }

    @Test
    void whyOneCannotBeginIsSaidWhenItIsKnown(@TempDir Path directory) throws Exception {
        try (Commands commands = new Commands()) {
            commands.first = "no has only 1 MiB left";
            ContainerStress stress = new ContainerStress(commands.server(directory), workload -> List.of(pod()));
            assertThatThrownBy(() -> hold(stress, List.of(fault("f", Duration.ofMinutes(5))), states -> false))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("the container main of web-1 has only 1 MiB left");
            assertThat(stress.hold("run", List.of())).isEmpty();
        }
    }
}
