package io.homeostat.agent;

import java.net.CookieHandler;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/** Cookies of one host as browsers keep them; the JDK's own handler sends back what browsers no longer do. */
final class Cookies extends CookieHandler {

    record Cookie(String host, String path, String value) {}

    private final Map<String, Cookie> kept = new ConcurrentHashMap<>();

    @Override
    public Map<String, List<String>> get(URI uri, Map<String, List<String>> headers) {
        String all = kept.entrySet().stream()
                .filter(each -> each.getValue().host().equals(uri.getHost())
                        && uri.getPath().startsWith(each.getValue().path()))
                .map(each -> each.getKey() + "=" + each.getValue().value())
                .collect(Collectors.joining("; "));
        return all.isEmpty() ? Map.of() : Map.of("Cookie", List.of(all));
    }

    @Override
    public void put(URI uri, Map<String, List<String>> headers) {
        headers.forEach((name, values) -> {
            if (name.toLowerCase(Locale.ROOT).equals("set-cookie")) {
                values.forEach(each -> set(uri, each.split("; ")));
            }
        });
    }

    private void set(URI uri, String[] parts) {
        int equals = parts[0].indexOf('=');
        String name = parts[0].substring(0, equals);
        String path = "/";
        boolean over = false;
        for (String part : parts) {
            path = part.startsWith("Path=") ? part.substring("Path=".length()) : path;
            over |= part.equals("Max-Age=0");
        }
        if (over) {
            kept.remove(name);
        } else {
            kept.put(name, new Cookie(uri.getHost(), path, parts[0].substring(equals + 1)));
        }
    }

    Map<String, Cookie> all() {
        return Map.copyOf(kept);
    }

    void restore(Map<String, Cookie> cookies) {
        kept.putAll(cookies);
    }
}
