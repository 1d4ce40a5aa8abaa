package io.homeostat.chaos.check;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.homeostat.chaos.life.Look.Checked.State;
import io.homeostat.model.chaos.Hypothesis;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/** A look ends, whatever answers. */
class HttpProbeTest {

    @Test
    void whoSendsALittleAgainAndAgainIsNotWaitedFor() throws Exception {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        try (var hands = Executors.newVirtualThreadPerTaskExecutor()) {
            server.setExecutor(hands);
            server.createContext("/", exchange -> {
                exchange.sendResponseHeaders(200, 0);
                for (int i = 0; i < 3000; i++) {
                    exchange.getResponseBody().write('x');
                    exchange.getResponseBody().flush();
                    LockSupport.parkNanos(20_000_000);
                }
                exchange.close();
            });
            server.start();
            long began = System.nanoTime();
            Probe.Seen seen = new HttpProbe(
                            new Hypothesis.Http(
                                    "slow",
                                    "http://127.0.0.1:" + server.getAddress().getPort() + "/",
                                    "2xx",
                                    "",
                                    Duration.ofMillis(300)),
                            url -> url)
                    .look();
            assertThat(seen.state()).isEqualTo(State.BROKEN);
            assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(20));
            server.stop(0);
        }
    }
}
