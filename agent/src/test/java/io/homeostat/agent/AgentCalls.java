package io.homeostat.agent;

import io.homeostat.model.Json;
import io.homeostat.model.Node;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** AgentCalls of the API of the agent on a state directory. */
final class AgentCalls {

    private AgentCalls() {}

    static Node.Mapping get(Path state, String path) throws IOException {
        return call(state, "GET", path, null);
    }

    static Node.Mapping post(Path state, String path, String json) throws IOException {
        return call(state, "POST", path, json);
    }

    private static Node.Mapping call(Path state, String method, String path, @Nullable String json) throws IOException {
        Node.Mapping where = (Node.Mapping) Json.read(Files.readAllBytes(state.resolve("agent.json")));
        HttpURLConnection connection = (HttpURLConnection)
                URI.create(where.text("url", "") + path).toURL().openConnection();
        connection.setRequestMethod(method);
        connection.setRequestProperty("Authorization", "Bearer " + where.text("token", ""));
        if (json != null) {
            connection.setDoOutput(true);
            try (OutputStream out = connection.getOutputStream()) {
                out.write(json.getBytes(StandardCharsets.UTF_8));
            }
        }
        boolean refused = connection.getResponseCode() >= 400;
        try (InputStream in = refused ? connection.getErrorStream() : connection.getInputStream()) {
            return (Node.Mapping) Json.read(in.readAllBytes());
        }
    }
}
