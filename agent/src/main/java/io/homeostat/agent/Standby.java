package io.homeostat.agent;

import io.homeostat.model.Node;
import io.homeostat.target.kubernetes.Leadership;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** An agent that waits for its turn: it lives, it is ready to take over, and it does nothing else. */
final class Standby {

    private Standby() {}

    /** Returns once we lead. Meanwhile whoever asks is told who does. */
    static void await(Leadership leadership, InetSocketAddress listen, String token)
            throws IOException, InterruptedException {
        try (Api api = new Api(listen, token)) {
            api.open(
                    "GET", "/healthz", request -> request.answer(Node.Mapping.EMPTY.with("alive", Node.Bool.of(true))));
            api.open(
                    "GET",
                    "/readyz",
                    request -> request.answer(
                            Node.Mapping.EMPTY.with("ready", Node.Bool.of(true)).with("leader", leadership.holder())));
            api.start();
            leadership.await();
        }
    }

    /** Who we are among the agents of an environment: the machine, and which state directory on it. */
    static String identity(Path state) {
        String host;
        try {
            host = Files.readString(Path.of("/proc/sys/kernel/hostname"), StandardCharsets.UTF_8)
                    .strip();
        } catch (IOException unknown) {
            host = "unknown";
        }
        return host + "/"
                + Integer.toHexString(state.toAbsolutePath().toString().hashCode());
    }
}
