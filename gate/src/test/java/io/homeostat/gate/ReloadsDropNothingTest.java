package io.homeostat.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.homeostat.gate.control.Applied.ListenerError;
import io.homeostat.gate.control.Backend;
import io.homeostat.gate.control.GateConfig;
import io.homeostat.gate.control.GateStatus.BackendStatus;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class ReloadsDropNothingTest {

    private static void ask(Socket client) throws Exception {
        client.getOutputStream().write('?');
        assertThat(client.getInputStream().read()).isEqualTo('?');
    }

    private static Server answering(String name) throws Exception {
        return Server.of(name, socket -> socket.getInputStream().transferTo(socket.getOutputStream()));
    }

    @Test
    void noConnectionFailsWhileBackendsComeAndGo() throws Exception {
        long seed = 21;
        Random random = new Random(seed);
        List<Server> servers = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            servers.add(answering("s" + i));
        }
        try (InProcess gate = new InProcess();
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            gate.serve(servers.getFirst().ready());
            AtomicBoolean enough = new AtomicBoolean();
            List<Future<Integer>> clients = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                clients.add(threads.submit(() -> {
                    int asked = 0;
                    while (!enough.get()) {
                        try (Socket client = gate.connect()) {
                            ask(client);
                            ask(client);
                            asked++;
                        }
                    }
                    return asked;
                }));
            }
            try (Socket lasting = gate.connect()) {
                ask(lasting);
                for (int reload = 0; reload < 300; reload++) {
                    List<Backend> backends = new ArrayList<>();
                    for (Server server : servers) {
                        switch (random.nextInt(3)) {
                            case 0 -> backends.add(server.ready());
                            case 1 -> backends.add(server.notReady());
                            default -> {}
                        }
                    }
                    // Sometimes none is ready for a while: those who come then wait.
                    gate.serve(backends.toArray(Backend[]::new));
                    ask(lasting);
                }
                gate.serve(servers.getFirst().ready());
                enough.set(true);
                int asked = 0;
                for (Future<Integer> client : clients) {
                    asked += client.get();
                }
                assertThat(asked).as("seed %d", seed).isPositive();
                ask(lasting);
            }
            assertThat(gate.status().failed()).as("seed %d", seed).isEmpty();
        } finally {
            for (Server server : servers) {
                server.close();
            }
        }
    }

    @Test
    void connectionsToARemovedBackendGoOnUntilTheDrainIsOver() throws Exception {
        try (InProcess gate = new InProcess();
                Server old = answering("old");
                Server fresh = answering("fresh")) {
            gate.serve(old.ready());
            try (Socket lasting = gate.connect()) {
                ask(lasting);
                gate.apply(Duration.ofMinutes(1), gate.listener(fresh.ready()));
                ask(lasting);
                assertThat(gate.backend("old"))
                        .extracting(BackendStatus::draining)
                        .isEqualTo(true);
                try (Socket next = gate.connect()) {
                    ask(next);
                    assertThat(fresh.accepted()).isEqualTo(1);
                }

                // It comes back, and is the same again.
                gate.serve(old.ready(), fresh.ready());
                assertThat(gate.backend("old"))
                        .extracting(BackendStatus::draining, BackendStatus::open)
                        .containsExactly(false, 1);

                gate.apply(Duration.ZERO, gate.listener(fresh.ready()));
                assertThat(lasting.getInputStream().read()).isEqualTo(-1);
                Until.holds("it is gone", () -> gate.status().backends().size() == 1);
            }
        }
    }

    @Test
    void aRemovedListenerAcceptsNobodyAndKeepsWhomItHas() throws Exception {
        try (InProcess gate = new InProcess();
                Server server = answering("a")) {
            gate.serve(server.ready());
            try (Socket lasting = gate.connect()) {
                ask(lasting);
                gate.apply(Duration.ofMinutes(1));
                assertThatThrownBy(gate::connect).isInstanceOf(ConnectException.class);
                ask(lasting);
                assertThat(gate.status().draining()).isTrue();
                assertThat(gate.status().open()).isEqualTo(1);

                // At the same address a new one may begin while the old one drains.
                assertThat(gate.serve(server.ready()).errors()).isEmpty();
                try (Socket next = gate.connect()) {
                    ask(next);
                    ask(lasting);
                }
            }
            Until.holds("the old one is gone", () -> gate.all().size() == 1);
        }
    }

    @Test
    void anAddressIsFreeAtOnceWhenItsListenerIsRemoved() throws Exception {
        try (InProcess gate = new InProcess();
                Server server = answering("a")) {
            for (int i = 0; i < 200; i++) {
                assertThat(gate.serve(server.ready()).errors()).isEmpty();
                gate.apply(GateConfig.DEFAULT_DRAIN);
                assertThatThrownBy(gate::connect).isInstanceOf(ConnectException.class);
            }
        }
    }

    @Test
    void aConnectionThatWaitsAtARemovedListenerIsTold() throws Exception {
        try (InProcess gate = new InProcess()) {
            gate.serve();
            try (Socket client = gate.connect()) {
                Until.holds("it waits", () -> gate.status().waiting() == 1);
                gate.apply(Duration.ofMinutes(1));
                assertThatThrownBy(() -> client.getInputStream().read()).isInstanceOf(SocketException.class);
            }
            Until.holds("nothing is left", () -> gate.all().isEmpty());
        }
    }

    @Test
    void anAddressInUseIsReportedAndTakenAsSoonAsItIsFree() throws Exception {
        try (InProcess gate = new InProcess();
                Server server = answering("a")) {
            try (ServerSocket taken = new ServerSocket(InProcess.PORT, 1, InetAddress.ofLiteral(gate.host))) {
                assertThat(taken.isBound()).isTrue();
                assertThat(gate.serve(server.ready()).errors())
                        .extracting(ListenerError::listener)
                        .containsExactly("web");
                assertThat(gate.status().listening()).isFalse();
                assertThat(gate.status().error()).contains("in use");
            }
            Until.holds("it is open", () -> gate.status().listening());
            try (Socket client = gate.connect()) {
                ask(client);
            }
            assertThat(gate.serve(server.ready()).errors()).isEmpty();
            assertThat(gate.apply(GateConfig.DEFAULT_DRAIN).errors()).isEmpty();
        }
    }
}
