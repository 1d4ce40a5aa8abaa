package io.homeostat.agent;

import io.homeostat.model.Access;
import io.homeostat.model.Node;
import io.homeostat.target.kubernetes.Leadership;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;

/** An agent that waits for its turn: it lives, it is ready to take over, and it does nothing else. */
final class Standby {

    private Standby() {}

    /** Returns once we lead. Meanwhile whoever asks is told who does. */
    static void await(Leadership leadership, InetSocketAddress listen, StateDirectory state, InstantSource clock)
            throws IOException, InterruptedException {
        try (Api api = new Api(listen, new Callers(state.token(), Access.OWNER, () -> ""), clock)) {
            api.add(Route.get("/healthz", "whether the agent lives", request -> request.answer(alive()))
                    .open());
            api.add(Route.get("/readyz", "who leads", request -> request.answer(waiting(leadership)))
                    .open());
            api.otherwise(path -> Refusal.waiting(
                    "this agent waits for its turn: " + leadership.holder() + " works on the environment now",
                    "ask that agent; when it ends, this one goes on by itself"));
            api.start();
            state.announce(api.address());
            leadership.await();
        }
    }

    private static Node.Mapping alive() {
        return Node.Mapping.EMPTY.with("alive", Node.Bool.of(true));
    }

    private static Node.Mapping waiting(Leadership leadership) {
        return Node.Mapping.EMPTY.with("ready", Node.Bool.of(true)).with("leader", leadership.holder());
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
