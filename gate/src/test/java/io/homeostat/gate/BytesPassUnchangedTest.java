package io.homeostat.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class BytesPassUnchangedTest {

    /** A stream whose every byte follows from its place. */
    private static void send(OutputStream out, long seed, long bytes) throws IOException {
        Random random = new Random(seed);
        byte[] chunk = new byte[32 << 10];
        for (long sent = 0; sent < bytes; sent += chunk.length) {
            random.nextBytes(chunk);
            out.write(chunk);
        }
    }

    private static void expect(InputStream in, long seed, long bytes) throws IOException {
        Random random = new Random(seed);
        byte[] expected = new byte[32 << 10];
        byte[] chunk = new byte[32 << 10];
        DataInputStream data = new DataInputStream(in);
        for (long got = 0; got < bytes; got += chunk.length) {
            random.nextBytes(expected);
            data.readFully(chunk);
            assertThat(chunk).isEqualTo(expected);
        }
    }

    @Test
    void muchBothWaysAtTheSameTime() throws Exception {
        long bytes = 64 << 20;
        try (InProcess gate = new InProcess();
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
                Server server = Server.of("both", socket -> {
                    Thread sending = Thread.ofVirtual().start(() -> {
                        try {
                            send(socket.getOutputStream(), 1, bytes);
                            socket.shutdownOutput();
                        } catch (IOException e) {
                            throw new IllegalStateException(e);
                        }
                    });
                    expect(socket.getInputStream(), 2, bytes);
                    assertThat(socket.getInputStream().read()).isEqualTo(-1);
                    join(sending);
                })) {
            gate.serve(server.ready());
            try (Socket client = gate.connect()) {
                Future<?> sending = threads.submit(() -> {
                    send(client.getOutputStream(), 2, bytes);
                    client.shutdownOutput();
                    return null;
                });
                expect(client.getInputStream(), 1, bytes);
                assertThat(client.getInputStream().read()).isEqualTo(-1);
                sending.get();
            }
            Until.holds(
                    "the connection is over on both sides",
                    () -> server.open() == 0 && gate.status().open() == 0);
        }
    }

    private static void join(Thread thread) throws IOException {
        try {
            thread.join();
        } catch (InterruptedException e) {
            throw new InterruptedIOException();
        }
    }

    @Test
    void theClientMayEndFirstAndStillGetsTheAnswer() throws Exception {
        try (InProcess gate = new InProcess();
                Server server = Server.of("answers at the end", socket -> {
                    byte[] all = socket.getInputStream().readAllBytes();
                    socket.getOutputStream().write(("got " + all.length).getBytes(StandardCharsets.UTF_8));
                })) {
            gate.serve(server.ready());
            try (Socket client = gate.connect()) {
                client.getOutputStream().write(new byte[100_000]);
                client.shutdownOutput();
                assertThat(new String(client.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                        .isEqualTo("got 100000");
            }
        }
    }

    @Test
    void theBackendMayEndFirstAndStillGetsTheRest() throws Exception {
        AtomicLong got = new AtomicLong();
        CountDownLatch over = new CountDownLatch(1);
        try (InProcess gate = new InProcess();
                Server server = Server.of("ends first", socket -> {
                    socket.getOutputStream().write("bye".getBytes(StandardCharsets.UTF_8));
                    socket.shutdownOutput();
                    got.set(socket.getInputStream().readAllBytes().length);
                    over.countDown();
                })) {
            gate.serve(server.ready());
            try (Socket client = gate.connect()) {
                assertThat(new String(client.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                        .isEqualTo("bye");
                client.getOutputStream().write(new byte[100_000]);
                client.shutdownOutput();
                over.await();
                assertThat(got).hasValue(100_000);
            }
        }
    }

    @Test
    void aBackendThatIsKilledIsNotMistakenForOneThatEnded() throws Exception {
        try (InProcess gate = new InProcess();
                Server server = Server.echo("victim")) {
            gate.serve(server.ready());
            try (Socket client = gate.connect()) {
                BufferedReader in =
                        new BufferedReader(new InputStreamReader(client.getInputStream(), StandardCharsets.UTF_8));
                assertThat(in.readLine()).isEqualTo("victim");
                server.kill();
                assertThatThrownBy(in::readLine)
                        .isInstanceOf(SocketException.class)
                        .hasMessageContaining("reset");
            }
            Until.holds("nothing is left of it", () -> gate.status().open() == 0);
            assertThat(gate.backend("victim").open()).isZero();
        }
    }

    @Test
    void aClientThatIsKilledEndsTheConnectionToTheBackend() throws Exception {
        try (InProcess gate = new InProcess();
                Server server = Server.echo("a")) {
            gate.serve(server.ready());
            Socket client = gate.connect();
            assertThat(client.getInputStream().read()).isEqualTo('a');
            client.setSoLinger(true, 0);
            client.close();
            Until.holds(
                    "the backend's connection is over",
                    () -> server.open() == 0 && gate.status().open() == 0);
        }
    }

    @Test
    void aThousandConnectionsAtOnce() throws Exception {
        int count = 1000;
        try (InProcess gate = new InProcess();
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
                Server server = Server.echo("a")) {
            gate.serve(server.ready());
            CountDownLatch allOpen = new CountDownLatch(count);
            List<Future<String>> answers = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                int number = i;
                answers.add(threads.submit(() -> {
                    try (Socket client = gate.connect()) {
                        client.setSoTimeout(30_000);
                        BufferedReader in = new BufferedReader(
                                new InputStreamReader(client.getInputStream(), StandardCharsets.UTF_8));
                        in.readLine();
                        allOpen.countDown();
                        // Nobody goes on before all are connected.
                        allOpen.await();
                        client.getOutputStream().write(("number " + number).getBytes(StandardCharsets.UTF_8));
                        client.shutdownOutput();
                        return in.readLine();
                    }
                }));
            }
            for (int i = 0; i < count; i++) {
                assertThat(answers.get(i).get()).isEqualTo("number " + i);
            }
            assertThat(gate.status().accepted()).isEqualTo(count);
            assertThat(gate.status().failed()).isEmpty();
            Until.holds("all are over", () -> gate.status().open() == 0);
        }
    }

    @Test
    void aSlowReaderSlowsTheSenderDown() throws Exception {
        long bytes = 64 << 20;
        AtomicLong sent = new AtomicLong();
        try (InProcess gate = new InProcess();
                Server server = Server.of("eager", socket -> {
                    Random random = new Random(1);
                    byte[] chunk = new byte[32 << 10];
                    for (long i = 0; i < bytes; i += chunk.length) {
                        random.nextBytes(chunk);
                        socket.getOutputStream().write(chunk);
                        sent.addAndGet(chunk.length);
                    }
                })) {
            gate.serve(server.ready());
            try (Socket client = gate.connect()) {
                // What the kernel buffers on the way (a few MiB) fills up, and then the sender stands.
                Standstill.of(sent);
                assertThat(sent.get()).isLessThan(bytes / 2);
                expect(client.getInputStream(), 1, bytes);
                assertThat(client.getInputStream().read()).isEqualTo(-1);
            }
        }
    }
}
