package io.homeostat.agent;

import io.homeostat.model.Json;
import io.homeostat.model.Node;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A request from within the agent: the console asks what anybody may ask, without a socket in between. */
final class Question extends Request {

    private final Node.@Nullable Mapping body;
    private final ByteArrayOutputStream streamed = new ByteArrayOutputStream();
    private Node.@Nullable Mapping answer;
    private int status = 200;

    Question(Map<String, String> query, Node.@Nullable Mapping body) {
        super(query);
        this.body = body;
    }

    @Override
    Map<String, String> headers() {
        return Map.of("Accept", Route.JSON);
    }

    @Override
    byte[] body() {
        return body == null ? new byte[0] : Json.bytes(body);
    }

    @Override
    void answer(int code, String type, Node.Mapping view) {
        if (answer == null) {
            status = code;
            answer = view;
        }
    }

    @Override
    OutputStream stream(String type) throws IOException {
        return streamed;
    }

    int status() {
        return status;
    }

    /** What was answered; of a text, its {@code text}. */
    Node.Mapping answer() {
        return answer == null ? Node.Mapping.EMPTY.with("text", streamed.toString(StandardCharsets.UTF_8)) : answer;
    }
}
