package io.homeostat.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.homeostat.gate.control.Failure;
import io.homeostat.gate.control.GateConfig;
import io.homeostat.gate.control.Limits;
import io.homeostat.gate.control.Listener;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ConnectionsAreBalancedTest {

    private static String nameOf(Socket client) throws IOException {
        return new BufferedReader(new InputStreamReader(client.getInputStream(), StandardCharsets.UTF_8)).readLine();
    }

    @Test
    void theFewestConnectionsWinAndEqualsTakeTurns() {
        long seed = 9;
        Random random = new Random(seed);
        for (int round = 0; round < 2000; round++) {
            List<Integer> candidates = new ArrayList<>();
            Map<Integer, Integer> open = new HashMap<>();
            for (int i = random.nextInt(6); i > 0; i--) {
                candidates.add(i);
                open.put(i, random.nextInt(3));
            }
            Set<Integer> excluded = new HashSet<>();
            for (int candidate : candidates) {
                if (random.nextInt(4) == 0) {
                    excluded.add(candidate);
                }
            }
            Integer chosen =
                    Choice.fewest(candidates, excluded, candidate -> open.getOrDefault(candidate, 0), random.nextInt());
            List<Integer> left =
                    candidates.stream().filter(it -> !excluded.contains(it)).toList();
            if (left.isEmpty()) {
                assertThat(chosen).as("seed %d", seed).isNull();
            } else {
                int fewest = left.stream()
                        .mapToInt(it -> open.getOrDefault(it, 0))
                        .min()
                        .orElseThrow();
                assertThat(left).as("seed %d", seed).contains(chosen);
                assertThat(open.get(chosen)).as("seed %d", seed).isEqualTo(fewest);
            }
        }
        Set<Integer> turns = new HashSet<>();
        for (int turn = Integer.MAX_VALUE - 1; turns.size() < 3; turn++) {
            turns.add(Choice.fewest(List.of(1, 2, 3), Set.of(), candidate -> 0, turn));
        }
    }

    @Test
    void openConnectionsSpreadEvenlyAndOneThatIsNotReadyGetsNone() throws Exception {
        try (InProcess gate = new InProcess();
                Server a = Server.echo("a");
                Server b = Server.echo("b");
                Server c = Server.echo("c")) {
            gate.serve(a.ready(), b.ready(), c.notReady());
            List<Socket> clients = new ArrayList<>();
            Map<String, Integer> count = new HashMap<>();
            for (int i = 0; i < 20; i++) {
                Socket client = gate.connect();
                clients.add(client);
                count.merge(nameOf(client), 1, Integer::sum);
            }
            assertThat(count).isEqualTo(Map.of("a", 10, "b", 10));

            gate.serve(a.ready(), b.ready(), c.ready());
            for (int i = 0; i < 10; i++) {
                Socket client = gate.connect();
                clients.add(client);
                assertThat(nameOf(client)).isEqualTo("c");
            }
            for (Socket client : clients) {
                client.close();
            }
        }
    }

    @Test
    void whoRefusesIsPassedOver() throws Exception {
        try (InProcess gate = new InProcess();
                Server dead = Server.echo("dead");
                Server alive = Server.echo("alive")) {
            gate.serve(dead.ready(), alive.ready());
            dead.kill();
            for (int i = 0; i < 10; i++) {
                try (Socket client = gate.connect()) {
                    assertThat(nameOf(client)).isEqualTo("alive");
                }
            }
            assertThat(gate.backend("dead").refused()).isPositive();
            assertThat(gate.backend("dead").open()).isZero();
            assertThat(gate.status().failed()).isEmpty();
        }
    }

    @Test
    void aConnectionThatAllRefuseIsTakenByTheOneThatComesBackInTime() throws Exception {
        try (InProcess gate = new InProcess();
                Server dead = Server.echo("dead")) {
            gate.serve(dead.ready());
            dead.kill();
            try (Socket client = gate.connect()) {
                Until.holds("it was refused", () -> gate.backend("dead").refused() > 1);
                try (Server again = Server.at(
                        "again", dead.port(), socket -> socket.getOutputStream().write('!'))) {
                    assertThat(client.getInputStream().read()).isEqualTo('!');
                    assertThat(again.accepted()).isEqualTo(1);
                }
            }
        }
    }

    @Test
    void aConnectionThatAllRefuseForTooLongFailsWithThatReason() throws Exception {
        try (InProcess gate = new InProcess();
                Server dead = Server.echo("dead")) {
            dead.kill();
            Listener listener = gate.listener(dead.ready());
            gate.apply(GateConfig.DEFAULT_DRAIN, waiting(listener, Duration.ofMillis(120), 10, 10));
            try (Socket client = gate.connect()) {
                assertThatThrownBy(() -> client.getInputStream().read()).isInstanceOf(SocketException.class);
            }
            assertThat(gate.status().failed()).isEqualTo(Map.of(Failure.CONNECT_FAILED, 1L));
            Until.holds("it is over", () -> gate.status().open() == 0);
            assertThat(gate.status().waiting()).isZero();
        }
    }

    @Test
    void aConnectionWaitsForABackendToBecomeReady() throws Exception {
        try (InProcess gate = new InProcess();
                Server server = Server.echo("late")) {
            gate.serve(server.notReady());
            try (Socket client = gate.connect()) {
                Until.holds("it waits", () -> gate.status().waiting() == 1);
                assertThat(server.accepted()).isZero();
                gate.serve(server.ready());
                assertThat(nameOf(client)).isEqualTo("late");
                assertThat(gate.status().waiting()).isZero();
            }
            assertThat(gate.status().failed()).isEmpty();
        }
    }

    @Test
    void aConnectionWaitsNoLongerThanTheListenerSays() throws Exception {
        try (InProcess gate = new InProcess()) {
            gate.apply(GateConfig.DEFAULT_DRAIN, waiting(gate.listener(), Duration.ofMillis(50), 10, 10));
            try (Socket client = gate.connect()) {
                assertThatThrownBy(() -> client.getInputStream().read())
                        .isInstanceOf(SocketException.class)
                        .hasMessageContaining("reset");
            }
            assertThat(gate.status().failed()).isEqualTo(Map.of(Failure.NO_BACKEND, 1L));
            assertThat(gate.status().waiting()).isZero();
        }
    }

    @Test
    void noMoreThanAFewWait() throws Exception {
        try (InProcess gate = new InProcess();
                Server server = Server.echo("late")) {
            Duration long_ = Duration.ofMinutes(1);
            gate.apply(GateConfig.DEFAULT_DRAIN, waiting(gate.listener(), long_, 2, 10));
            List<Socket> clients = List.of(gate.connect(), gate.connect());
            Until.holds("two wait", () -> gate.status().waiting() == 2);
            try (Socket third = gate.connect()) {
                assertThatThrownBy(() -> third.getInputStream().read()).isInstanceOf(SocketException.class);
            }
            assertThat(gate.status().failed()).isEqualTo(Map.of(Failure.TOO_MANY_WAITING, 1L));
            gate.apply(GateConfig.DEFAULT_DRAIN, waiting(gate.listener(server.ready()), long_, 2, 10));
            for (Socket client : clients) {
                assertThat(nameOf(client)).isEqualTo("late");
                client.close();
            }
        }
    }

    @Test
    void noMoreThanTheMostConnectionsAreOpen() throws Exception {
        try (InProcess gate = new InProcess();
                Server server = Server.echo("a")) {
            gate.apply(GateConfig.DEFAULT_DRAIN, waiting(gate.listener(server.ready()), Duration.ofSeconds(5), 10, 2));
            Socket first = gate.connect();
            Socket second = gate.connect();
            assertThat(nameOf(first) + nameOf(second)).isEqualTo("aa");
            try (Socket third = gate.connect()) {
                assertThatThrownBy(() -> third.getInputStream().read()).isInstanceOf(SocketException.class);
            }
            assertThat(gate.status().failed()).isEqualTo(Map.of(Failure.TOO_MANY_CONNECTIONS, 1L));
            first.close();
            Until.holds("one place is free", () -> gate.status().open() == 1);
            try (Socket fourth = gate.connect()) {
                assertThat(nameOf(fourth)).isEqualTo("a");
            }
            second.close();
        }
    }

    @Test
    void allListenersTogetherTakeNoMoreThanTheGateHasRoomFor() throws Exception {
        String other = InProcess.freshHost();
        try (InProcess gate = new InProcess(2);
                Server server = Server.echo("a")) {
            Listener second = Listener.of("second", other, InProcess.PORT, List.of(server.ready()));
            gate.apply(GateConfig.DEFAULT_DRAIN, gate.listener(server.ready()), second);
            Socket first = gate.connect();
            Socket next = new Socket(other, InProcess.PORT);
            assertThat(nameOf(first) + nameOf(next)).isEqualTo("aa");
            try (Socket third = gate.connect()) {
                assertThatThrownBy(() -> third.getInputStream().read()).isInstanceOf(SocketException.class);
            }
            assertThat(gate.status().failed()).isEqualTo(Map.of(Failure.TOO_MANY_CONNECTIONS, 1L));
            next.close();
            Until.holds("there is room again", () -> gate.all().getLast().open() == 0);
            try (Socket fourth = gate.connect()) {
                assertThat(nameOf(fourth)).isEqualTo("a");
            }
            first.close();
        }
    }

    private static Listener waiting(Listener listener, Duration wait, int maxWaiting, int maxConnections) {
        return listener.with(Limits.DEFAULT
                .withConnections(maxConnections, maxWaiting)
                .withPatience(wait, Limits.DEFAULT.connectTimeout()));
    }
}
