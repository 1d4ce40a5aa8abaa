package io.homeostat.console;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

/** Addresses of pages, below the root. */
final class Links {

    private Links() {}

    static String application(String name) {
        return "applications/" + segment(name);
    }

    static String rollout(String name) {
        return "rollouts/" + segment(name);
    }

    static String experiment(String name) {
        return "chaos/" + segment(name);
    }

    static String perimeter(String experiment) {
        return "perimeters#perimeter-" + segment(experiment);
    }

    static String objective(String name) {
        return "objectives/" + segment(name);
    }

    static String logs(String name) {
        return "logs?name=" + segment(name);
    }

    static String event(long sequence) {
        return "timeline?at=" + sequence + "#e" + sequence;
    }

    static String segment(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
