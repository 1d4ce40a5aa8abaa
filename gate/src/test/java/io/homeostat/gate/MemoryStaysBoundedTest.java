package io.homeostat.gate;

import static org.assertj.core.api.Assertions.assertThat;

import io.homeostat.gate.control.GateConfig;
import io.homeostat.gate.control.GateLauncher;
import io.homeostat.gate.control.Listener;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MemoryStaysBoundedTest {

    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final int READERS = 200;
    private static final long BYTES = 8 << 20;

    @TempDir
    Path directory;

    /** 1,600 MiB on their way to readers who do not read, through a process that has 8 MiB for buffers. */
    @Test
    void manySlowReadersFitIntoASmallProcess() throws Exception {
        List<String> flags = new ArrayList<>(GateLauncher.DEFAULT_FLAGS);
        flags.addAll(List.of("-Xmx16m", "-XX:MaxDirectMemorySize=8m", "-Dio.netty.maxDirectMemory=8388608"));
        GateLauncher launcher = new GateLauncher(directory, Processes.JAVA, GateLauncher.thinClassPath(), flags);
        AtomicLong sent = new AtomicLong();
        String host = InProcess.freshHost();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
                Server server = Server.of("eager", socket -> {
                    byte[] chunk = new byte[16 << 10];
                    for (long i = 0; i < BYTES; i += chunk.length) {
                        socket.getOutputStream().write(chunk);
                        sent.addAndGet(chunk.length);
                    }
                })) {
            launcher.ensure(TIMEOUT);
            long generation = launcher.client()
                    .apply(new GateConfig(
                            1,
                            GateConfig.DEFAULT_DRAIN,
                            List.of(Listener.of("web", host, 8080, List.of(server.ready())))))
                    .generation();
            assertThat(generation).isEqualTo(1);
            long before = launcher.client().status().pid();
            List<Socket> readers = new ArrayList<>();
            for (int i = 0; i < READERS; i++) {
                Socket reader = new Socket(host, 8080);
                reader.setSoTimeout((int) TIMEOUT.toMillis());
                readers.add(reader);
            }
            Standstill.of(sent);
            assertThat(sent.get()).isLessThan(READERS * BYTES);
            List<Future<Long>> read = new ArrayList<>();
            for (Socket reader : readers) {
                read.add(threads.submit(() -> count(reader)));
            }
            for (Future<Long> count : read) {
                assertThat(count.get()).isEqualTo(BYTES);
            }
            assertThat(launcher.client().status().pid()).isEqualTo(before);
        } finally {
            launcher.stop(TIMEOUT);
        }
    }

    private static long count(Socket reader) throws IOException {
        try (reader) {
            InputStream in = reader.getInputStream();
            byte[] chunk = new byte[64 << 10];
            long count = 0;
            for (int read = in.read(chunk); read >= 0; read = in.read(chunk)) {
                count += read;
            }
            return count;
        }
    }
}
