package io.homeostat.cli.client;

import io.homeostat.model.Json;
import io.homeostat.model.Node;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.HttpURLConnection;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One agent, asked over HTTP. Uses the oldest client of the JDK because it is the one that starts fastest. Safe for use by
 * many threads.
 */
public final class AgentClient {

    private static final int CONNECT_MILLIS = 2_000;

    /** Longer than anything but following takes; an agent that is silent for so long is stuck. */
    private static final int READ_MILLIS = 60_000;

    /** Takes lines as they come; answers false when it has enough. */
    public interface LineSink {
        boolean line(String line) throws IOException;
    }

    private final Path state;
    private final AgentFile agent;

    private AgentClient(Path state, AgentFile agent) {
        this.state = state;
        this.agent = agent;
    }

    /** The agent that keeps its state here. @throws AgentException when there is none */
    public static AgentClient of(Path state) throws AgentException {
        return new AgentClient(state, AgentFile.read(state));
    }

    public AgentFile agent() {
        return agent;
    }

    /** @param query names and values by turns; a null value leaves the parameter out */
    public Node.Mapping get(String path, @Nullable String... query) throws IOException {
        return answer(open("GET", path + query(query), READ_MILLIS));
    }

    /** @param body names and values by turns; a null value leaves the field out */
    public Node.Mapping post(String path, @Nullable String... body) throws IOException {
        return post(path, mapping(body));
    }

    public Node.Mapping post(String path, Node.Mapping body) throws IOException {
        HttpURLConnection connection = open("POST", path, READ_MILLIS);
        connection.setDoOutput(true);
        connection.setRequestProperty("Content-Type", "application/json");
        try (OutputStream out = reached(connection::getOutputStream)) {
            out.write(Json.bytes(body));
        }
        return answer(connection);
    }

    /** Reads a stream of lines to its end, or until the sink has enough. */
    public void lines(String path, LineSink sink, @Nullable String... query) throws IOException {
        HttpURLConnection connection = open("GET", path + query(query), 0);
        check(connection);
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(connection.getInputStream(), StandardCharsets.UTF_8))) {
            String line = lines.readLine();
            while (line != null && sink.line(line)) {
                line = lines.readLine();
            }
        } finally {
            connection.disconnect();
        }
    }

    private HttpURLConnection open(String method, String path, int readMillis) throws IOException {
        HttpURLConnection connection =
                (HttpURLConnection) URI.create(agent.url() + path).toURL().openConnection();
        connection.setRequestMethod(method);
        connection.setRequestProperty("Authorization", "Bearer " + agent.token());
        connection.setConnectTimeout(CONNECT_MILLIS);
        connection.setReadTimeout(readMillis);
        connection.setInstanceFollowRedirects(false);
        return connection;
    }

    private Node.Mapping answer(HttpURLConnection connection) throws IOException {
        check(connection);
        try (InputStream in = connection.getInputStream()) {
            return object(in);
        }
    }

    private void check(HttpURLConnection connection) throws IOException {
        int status = reached(connection::getResponseCode);
        if (status < 400) {
            return;
        }
        Node.Mapping problem = Node.Mapping.EMPTY;
        try (InputStream in = connection.getErrorStream()) {
            problem = in == null ? problem : object(in);
        } catch (Json.MalformedException notOurs) {
            // The status says enough.
            problem = Node.Mapping.EMPTY;
        }
        String otherwise = status == 401
                ? "the agent does not take the token of " + state.resolve("agent.json")
                : "the agent answered with HTTP status " + status;
        String suggestion = status == 401 ? "another agent may have taken its port; start the agent again" : "";
        throw new AgentException(problem.text("detail", otherwise), problem.text("suggestion", suggestion), status);
    }

    private interface Step<T> {
        T take() throws IOException;
    }

    private <T> T reached(Step<T> step) throws IOException {
        try {
            return step.take();
        } catch (ConnectException refused) {
            boolean runs = ProcessHandle.of(agent.pid()).isPresent() && !isDefunct(agent.pid());
            throw new AgentException(
                    runs
                            ? "the agent (pid " + agent.pid() + ") does not listen on " + agent.url() + " yet"
                            : "the agent on " + state + " is not running (pid " + agent.pid()
                                    + " is gone); what it had started keeps running",
                    runs ? "try again in a moment" : AgentFile.start(state),
                    0);
        } catch (SocketTimeoutException silent) {
            throw new AgentException(
                    "the agent (pid " + agent.pid() + ") does not answer",
                    "see what it is doing: jstack " + agent.pid(),
                    0);
        }
    }

    /** Ended, but nobody asked for its exit status yet, which may take for ever where there is no init. */
    private static boolean isDefunct(long pid) {
        try {
            String stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"), StandardCharsets.ISO_8859_1);
            return stat.startsWith("Z", stat.lastIndexOf(')') + 2);
        } catch (IOException gone) {
            return false;
        }
    }

    private static Node.Mapping object(InputStream in) throws IOException {
        return Json.read(in.readAllBytes()) instanceof Node.Mapping mapping ? mapping : Node.Mapping.EMPTY;
    }

    private static Node.Mapping mapping(@Nullable String... pairs) {
        Node.Mapping mapping = Node.Mapping.EMPTY;
        for (Map.Entry<String, String> pair : pairs(pairs).entrySet()) {
            mapping = mapping.with(pair.getKey(), pair.getValue());
        }
        return mapping;
    }

    private static String query(@Nullable String... pairs) {
        List<String> parts = new ArrayList<>();
        pairs(pairs).forEach((name, value) -> parts.add(name + "=" + URLEncoder.encode(value, StandardCharsets.UTF_8)));
        return parts.isEmpty() ? "" : "?" + String.join("&", parts);
    }

    private static Map<String, String> pairs(@Nullable String... pairs) {
        Map<String, String> map = new LinkedHashMap<>();
        for (int i = 0; i < pairs.length; i += 2) {
            String name = pairs[i];
            String value = pairs[i + 1];
            if (name != null && value != null) {
                map.put(name, value);
            }
        }
        return map;
    }
}
