package io.homeostat.gate;

import io.homeostat.gate.control.ConfigCheck;
import io.homeostat.gate.control.ControlReader;
import io.homeostat.gate.control.GateConfig;
import io.homeostat.gate.control.Pinned;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/**
 * What a gate in a cluster is given as files by the agent, through a Secret: what to serve until it is told otherwise, who it is,
 * and whom it obeys. The files may come later than the gate, and change while it runs: they are read anew each time.
 */
final class Mount {

    /** Where the agent speaks to a gate in a cluster. */
    static final int CONTROL_PORT = 9443;

    private static final int HANDSHAKE_MILLIS = 5_000;

    private final Path directory;
    private @Nullable Keys last;

    Mount(Path directory) {
        this.directory = directory;
    }

    private record Keys(String certificate, String key, String accepted, SSLContext tls) {
        boolean is(String ownCertificate, String ownKey, String others) {
            return certificate.equals(ownCertificate) && key.equals(ownKey) && accepted.equals(others);
        }
    }

    /**
     * What is to be served; null while nothing was said.
     *
     * @throws IOException when it cannot be understood; the message says why
     */
    @Nullable
    GateConfig config() throws IOException {
        Path file = directory.resolve("config.json");
        if (!Files.exists(file)) {
            return null;
        }
        GateConfig config = ControlReader.config(Files.readAllBytes(file));
        List<String> problems = ConfigCheck.problems(config);
        if (!problems.isEmpty()) {
            throw new IOException(String.join("; ", problems));
        }
        return config;
    }

    private synchronized SSLContext tls() throws IOException {
        String certificate = Files.readString(directory.resolve("tls.crt"));
        String key = Files.readString(directory.resolve("tls.key"));
        String accepted = Files.readString(directory.resolve("agents.crt"));
        Keys known = last;
        if (known == null || !known.is(certificate, key, accepted)) {
            known = new Keys(certificate, key, accepted, Pinned.context(certificate, key, accepted));
            last = known;
        }
        return known.tls();
    }

    /** Lets nobody in but agents. */
    ControlServer.Door door(int port) throws IOException {
        ServerSocket server = new ServerSocket(port, 16);
        return new ControlServer.Door() {
            @Override
            public ControlServer.Visitor accept() throws IOException {
                Socket raw = server.accept();
                try {
                    raw.setSoTimeout(HANDSHAKE_MILLIS);
                    SSLSocket socket = (SSLSocket) tls().getSocketFactory().createSocket(raw, null, port, true);
                    socket.setUseClientMode(false);
                    socket.setNeedClientAuth(true);
                    return new ControlServer.Visitor(
                            socket, new BufferedInputStream(socket.getInputStream()), socket.getOutputStream());
                } catch (IOException | RuntimeException unusable) {
                    raw.close();
                    throw new IOException("whoever came cannot be let in: " + unusable.getMessage(), unusable);
                }
            }

            @Override
            public boolean isOpen() {
                return !server.isClosed();
            }

            @Override
            public void close() throws IOException {
                server.close();
            }
        };
    }
}
