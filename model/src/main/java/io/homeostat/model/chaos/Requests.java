package io.homeostat.model.chaos;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Which requests of an edge. What is empty is no condition.
 *
 * @param method exactly
 * @param path what the path begins with
 * @param headers that a request has, each with this value
 */
public record Requests(String method, String path, Map<String, String> headers) {

    public static final Requests ALL = new Requests("", "", Map.of());

    public Requests {
        headers = Collections.unmodifiableMap(new TreeMap<>(headers));
    }

    /** {@code POST /orders with x-test}; empty of all. Values stay out of it: they may be what lets somebody in. */
    @Override
    public String toString() {
        List<String> words = new ArrayList<>();
        if (!method.isEmpty()) {
            words.add(method);
        }
        if (!path.isEmpty()) {
            words.add(path);
        }
        if (!headers.isEmpty()) {
            words.add("with " + String.join(", ", headers.keySet()));
        }
        return String.join(" ", words);
    }
}
