package io.homeostat.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.homeostat.gate.control.Backend;
import io.homeostat.gate.control.Fault;
import io.homeostat.gate.control.Fault.Effect;
import io.homeostat.gate.control.Limits;
import io.homeostat.gate.control.Outcome;
import io.homeostat.gate.control.Protocol;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** gRPC's own library, as caller and as callee, with the gate between them. */
class GrpcTest {

    private static final Duration LONG = Duration.ofMinutes(5);

    private final InProcess gate = new InProcess();
    private Process callee;

    @TempDir
    private Path directory;

    @BeforeEach
    void serve() throws Exception {
        assumeThat(new ProcessBuilder("/usr/bin/python3", "-c", "import grpc")
                        .start()
                        .waitFor())
                .as("needs gRPC's own library; on Debian: apt install --no-install-recommends python3-grpcio")
                .isZero();
        try (InputStream script = GrpcTest.class.getResourceAsStream("grpc_calls.py")) {
            Files.write(directory.resolve("grpc_calls.py"), script.readAllBytes());
        }
        callee = start("serve");
        String port = reading(callee).readLine();
        gate.apply(
                LONG,
                gate.listener(new Backend("t", "127.0.0.1", Integer.parseInt(port), true, "v1"))
                        .with(Protocol.HTTP2)
                        .with(Limits.DEFAULT));
    }

    @AfterEach
    void end() throws Exception {
        gate.close();
        if (callee != null) {
            callee.destroyForcibly().waitFor();
        }
    }

    private Process start(String... arguments) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(
                        "/usr/bin/python3", directory.resolve("grpc_calls.py").toString())
                .redirectError(directory.resolve("python.err").toFile());
        builder.command().addAll(List.of(arguments));
        builder.environment()
                .keySet()
                .removeIf(name -> name.toLowerCase(java.util.Locale.ROOT).endsWith("_proxy"));
        return builder.start();
    }

    private static BufferedReader reading(Process process) {
        return process.inputReader();
    }

    private List<String> calls() throws IOException {
        return reading(start("call", gate.host + ":" + InProcess.PORT)).lines().toList();
    }

    private long count(Outcome outcome) {
        return gate.counters().edges().stream()
                .mapToLong(edge -> edge.ended(outcome).count())
                .sum();
    }

    @Test
    void everyKindOfCallPassesAndCountsByHowItEnded() throws Exception {
        assertThat(calls()).containsExactly("OK", "NOT_FOUND", "INTERNAL", "200 199", "True");
        Until.holds("all are counted", () -> count(Outcome.SUCCESS) == 3);
        assertThat(count(Outcome.CLIENT_ERROR)).isEqualTo(1);
        assertThat(count(Outcome.SERVER_ERROR)).isEqualTo(1);
    }

    @Test
    void aFaultIsAStatusThatCallersKnow() throws Exception {
        gate.leases.hold("t", LONG, List.of(new Fault("f", Fault.ANY, "web", 1, new Effect.Abort(503), LONG)));
        assertThat(calls()).startsWith("UNAVAILABLE", "UNAVAILABLE", "UNAVAILABLE");
    }
}
