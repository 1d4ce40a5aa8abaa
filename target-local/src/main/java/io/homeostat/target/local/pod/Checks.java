package io.homeostat.target.local.pod;

import io.homeostat.target.local.process.Execution;
import io.homeostat.target.local.process.Processes;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/** Does what a probe or hook says, once. By hand over a socket: an HTTP client of the JDK's would cost megabytes. */
final class Checks {

    private static final int LONGEST_LINE = 8 << 10;

    private Checks() {}

    /** @param reason empty when it succeeded; else in words */
    record Outcome(String reason) {
        boolean succeeded() {
            return reason.isEmpty();
        }
    }

    private static final Outcome SUCCESS = new Outcome("");

    /**
     * @param port port of the machine that the check's port stands for; null when there is none
     * @param runId process beside which a command is run
     */
    static Outcome run(Probe.Check check, @Nullable Integer port, String runId, Processes processes, Duration timeout)
            throws InterruptedException {
        return switch (check) {
            case Probe.Check.Exec exec -> exec(exec, runId, processes, timeout);
            case Probe.Check.Tcp tcp -> port == null ? noPort() : tcp(tcp, port, timeout);
            case Probe.Check.Http http -> port == null ? noPort() : http(http, port, timeout);
        };
    }

    private static Outcome noPort() {
        return new Outcome("its port is no port of the container");
    }

    private static Outcome exec(Probe.Check.Exec exec, String runId, Processes processes, Duration timeout)
            throws InterruptedException {
        try {
            Execution execution = processes.exec(runId, exec.command(), timeout);
            if (execution.succeeded()) {
                return SUCCESS;
            }
            return new Outcome(
                    execution.timedOut()
                            ? "no answer within " + timeout.toSeconds() + " s"
                            : "exit code " + execution.exitCode());
        } catch (IOException impossible) {
            return new Outcome("the command cannot be run: " + impossible.getMessage());
        }
    }

    private static Outcome tcp(Probe.Check.Tcp tcp, int port, Duration timeout) {
        try {
            connect(tcp.host(), port, timeout).close();
            return SUCCESS;
        } catch (IOException refused) {
            return failure(refused, port, timeout);
        }
    }

    private static Outcome http(Probe.Check.Http http, int port, Duration timeout) {
        try (Socket plain = connect(http.host(), port, timeout);
                Socket socket = http.tls() ? secure(plain, port) : plain) {
            socket.setSoTimeout((int) timeout.toMillis());
            socket.getOutputStream().write(request(http, port).getBytes(StandardCharsets.UTF_8));
            socket.getOutputStream().flush();
            int status = status(new BufferedInputStream(socket.getInputStream(), 512));
            return status >= 200 && status < 400 ? SUCCESS : new Outcome("HTTP status " + status);
        } catch (IOException failed) {
            return failure(failed, port, timeout);
        }
    }

    private static String request(Probe.Check.Http http, int port) {
        StringBuilder request = new StringBuilder();
        String path = http.path().startsWith("/") ? http.path() : "/" + http.path();
        request.append("GET ").append(path).append(" HTTP/1.1\r\n");
        boolean hostGiven = false;
        boolean agentGiven = false;
        for (Map.Entry<String, String> header : http.headers().entrySet()) {
            String name = header.getKey().toLowerCase(Locale.ROOT);
            hostGiven |= name.equals("host");
            agentGiven |= name.equals("user-agent");
            request.append(header.getKey())
                    .append(": ")
                    .append(header.getValue())
                    .append("\r\n");
        }
        if (!hostGiven) {
            request.append("Host: ")
                    .append(LaunchPlan.HOST)
                    .append(':')
                    .append(port)
                    .append("\r\n");
        }
        if (!agentGiven) {
            request.append("User-Agent: homeostat-probe\r\n");
        }
        return request.append("Accept: */*\r\nConnection: close\r\n\r\n").toString();
    }

    private static int status(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int c = in.read(); c >= 0 && c != '\n' && line.length() < LONGEST_LINE; c = in.read()) {
            line.append((char) c);
        }
        String[] parts = line.toString().split(" ", 3);
        if (parts.length >= 2 && parts[0].startsWith("HTTP/")) {
            try {
                return Integer.parseInt(parts[1].strip());
            } catch (NumberFormatException notANumber) {
                // said below
            }
        }
        throw new IOException("the answer is not HTTP");
    }

    private static Socket connect(@Nullable String host, int port, Duration timeout) throws IOException {
        Socket socket = new Socket();
        try {
            socket.connect(
                    new InetSocketAddress(host == null ? LaunchPlan.HOST : host, port), (int) timeout.toMillis());
            return socket;
        } catch (IOException | RuntimeException refused) {
            socket.close();
            throw refused instanceof IOException io ? io : new IOException(refused.getMessage(), refused);
        }
    }

    private static Outcome failure(IOException failed, int port, Duration timeout) {
        return new Outcome(
                failed instanceof SocketTimeoutException
                        ? "no answer within " + timeout.toSeconds() + " s"
                        : "port " + port + ": " + failed.getMessage());
    }

    /** Certificates are not verified, as Kubernetes does not for probes: they ask whether it answers, not who it is. */
    private static Socket secure(Socket plain, int port) throws IOException {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, new TrustManager[] {new Anyone()}, null);
            return context.getSocketFactory().createSocket(plain, LaunchPlan.HOST, port, true);
        } catch (GeneralSecurityException impossible) {
            throw new IOException(impossible.getMessage(), impossible);
        }
    }

    private static final class Anyone implements X509TrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
