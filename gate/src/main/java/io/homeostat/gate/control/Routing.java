package io.homeostat.gate.control;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * How the requests to a Service are spread over the versions of its backends. It stays until another one is given, also when the
 * gate is started again.
 *
 * <p>A rule that fits comes first; then the weights, of which versions that have no ready backend are left out; and where no
 * version that is named has a ready backend, any backend serves: rather an answer from the wrong version than none.
 *
 * @param weights by version, 0 to 1,000,000 each; a version that is not named gets nothing; empty for no preference
 * @param rules the first that fits decides; of plain TCP none does
 * @param affinity whose requests always go to the same backend for as long as it is ready
 * @param mirror who gets to see copies of requests; of HTTP/1 only, and only of those without a body, or with a small one that
 *     came with its head
 */
public record Routing(Map<String, Integer> weights, List<Rule> rules, Affinity affinity, Mirror mirror) {

    public static final Routing EVEN = new Routing(Map.of(), List.of(), Affinity.NONE);

    public Routing {
        weights = java.util.Collections.unmodifiableMap(new TreeMap<>(weights));
        rules = List.copyOf(rules);
    }

    /** Without copies. */
    public Routing(Map<String, Integer> weights, List<Rule> rules, Affinity affinity) {
        this(weights, rules, affinity, Mirror.NONE);
    }

    public Routing mirroredTo(String version, double share) {
        return new Routing(weights, rules, affinity, new Mirror(version, share));
    }

    public static Routing weighted(Map<String, Integer> weights) {
        return new Routing(weights, List.of(), Affinity.NONE);
    }

    /** Where something is read in a request. */
    public enum Part {
        HEADER("header"),
        COOKIE("cookie"),
        NOTHING("");

        private final String text;

        Part(String text) {
            this.text = text;
        }

        public String text() {
            return text;
        }
    }

    /**
     * Requests that go to one version.
     *
     * @param name of the header, in any case, or of the cookie
     * @param value that it has to have, exactly
     */
    public record Rule(Part part, String name, String value, String version) {}

    /**
     * Copies of requests, marked {@code X-Homeostat-Mirror: true}, whose answers nobody gets. They are counted at the edge of the
     * caller {@link Edge#MIRROR}.
     *
     * @param version whose backends get them, whatever its weight; empty for no copies
     * @param share of the requests that are copied, 0 to 1
     */
    public record Mirror(String version, double share) {
        public static final Mirror NONE = new Mirror("", 0);
    }

    /** @param name of the header or cookie by which requests belong together */
    public record Affinity(Part part, String name) {
        public static final Affinity NONE = new Affinity(Part.NOTHING, "");
    }
}
