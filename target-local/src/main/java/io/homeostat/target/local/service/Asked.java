package io.homeostat.target.local.service;

import io.homeostat.gate.control.Handling;
import io.homeostat.gate.control.Handling.Balance;
import io.homeostat.gate.control.Limits;
import io.homeostat.gate.control.Routing.Affinity;
import io.homeostat.gate.control.Routing.Part;
import io.homeostat.gate.control.Tls;
import io.homeostat.model.Durations;
import io.homeostat.model.Node;
import io.homeostat.model.Problem;
import io.homeostat.model.Suggestions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What a Service asks of the gate, by its annotations {@value #PREFIX}…; what it does not mention is as by default. Pure. */
public record Asked(Handling handling, Limits limits, Secured secured, boolean originTls, List<Problem> problems) {

    /**
     * TLS with callers.
     *
     * @param secret of type {@code kubernetes.io/tls}, in the Service's namespace; empty for none
     * @param ports by name or number; empty for all
     * @param protocols that are offered; empty for what is known to be spoken
     */
    public record Secured(String secret, List<String> ports, List<String> protocols) {
        public static final Secured NONE = new Secured("", List.of(), List.of());

        public boolean covers(Node.Mapping port) {
            return !secret.isEmpty()
                    && (ports.isEmpty()
                            || ports.contains(port.text("name", ""))
                            || ports.contains(Integer.toString(port.integer("port", 0))));
        }
    }

    public static final String PREFIX = "gate.homeostat.io/";

    private static final List<String> NAMES = List.of(
            "balance",
            "retries",
            "eject-after",
            "eject-for",
            "response-timeout",
            "idle-timeout",
            "connect-timeout",
            "access-log",
            "tls",
            "tls-ports",
            "tls-protocols",
            "origin-tls");

    private static final Pattern NAME = Pattern.compile("[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?");

    public Asked {
        problems = List.copyOf(problems);
    }

    /** @param content of the Service */
    public static Asked of(Node.Mapping content) {
        Reading reading = new Reading(content.mapping("spec").text("type", "").equals("ExternalName"));
        Node.Mapping annotations = content.mapping("metadata").mapping("annotations");
        for (Map.Entry<String, Node.Field> annotation : annotations.fields().entrySet()) {
            if (annotation.getKey().startsWith(PREFIX)) {
                Node.Field field = annotation.getValue();
                reading.read(annotation.getKey().substring(PREFIX.length()), field.value());
            }
        }
        return reading.asked();
    }

    private static final class Reading {
        Reading(boolean isOutside) {
            this.isOutside = isOutside;
        }

        private final List<Problem> problems = new ArrayList<>();
        private Balance balance = Handling.DEFAULT.balance();
        private Affinity key = Affinity.NONE;
        private int retries = Handling.DEFAULT.retries();
        private int ejectAfter = Handling.DEFAULT.ejectAfter();
        private Duration ejectFor = Handling.DEFAULT.ejectFor();
        private boolean accessLog = Handling.DEFAULT.accessLog();
        private final boolean isOutside;
        private boolean originTls;
        private String secret = "";
        private List<String> tlsPorts = List.of();
        private List<String> tlsProtocols = List.of();
        private Duration response = Limits.DEFAULT.responseTimeout();
        private Duration idle = Limits.DEFAULT.idleTimeout();
        private Duration connect = Limits.DEFAULT.connectTimeout();

        void read(String name, Node value) {
            switch (name) {
                case "balance" -> balance(value);
                case "retries" -> retries = number(name, value, 0, 5, retries);
                case "eject-after" -> ejectAfter = number(name, value, 0, 1_000, ejectAfter);
                case "eject-for" -> ejectFor = time(name, value, Duration.ofMillis(100), Duration.ofHours(1), ejectFor);
                case "response-timeout" -> response = time(name, value, Duration.ofMillis(1), day(), response);
                case "idle-timeout" -> idle = time(name, value, Duration.ofMillis(1), day(), idle);
                case "connect-timeout" ->
                    connect = time(name, value, Duration.ofMillis(1), Duration.ofHours(1), connect);
                case "tls" -> {
                    if (NAME.matcher(value.toString()).matches()) {
                        secret = value.toString();
                    } else {
                        wrong(name, value, "the name of a Secret of type kubernetes.io/tls");
                    }
                }
                case "tls-ports" -> tlsPorts = words(value);
                case "tls-protocols" -> {
                    tlsProtocols = words(value);
                    if (!List.of(Tls.H2, Tls.HTTP1).containsAll(tlsProtocols)) {
                        wrong(name, value, "'h2', 'http/1.1' or both, the best first");
                    }
                }
                case "origin-tls" -> {
                    originTls = flag(name, value, originTls);
                    if (originTls && !isOutside) {
                        wrong(name, value, "a Service of type ExternalName, as instances are spoken to plainly");
                    }
                }
                case "access-log" -> accessLog = flag(name, value, accessLog);
                default -> {
                    String known = Suggestions.didYouMean(name, NAMES);
                    problems.add(Problem.error(
                                    value.at(), "unknown-annotation", "the gate does not know '" + PREFIX + name + "'")
                            .suggesting(
                                    known == null
                                            ? "it knows " + PREFIX + "{" + String.join(", ", NAMES) + "}"
                                            : known));
                }
            }
        }

        private boolean flag(String name, Node value, boolean otherwise) {
            String text = value.toString();
            if (!text.equals("true") && !text.equals("false")) {
                wrong(name, value, "'true' or 'false'");
                return otherwise;
            }
            return text.equals("true");
        }

        private static List<String> words(Node value) {
            return Stream.of(value.toString().split(",", -1))
                    .map(String::strip)
                    .filter(word -> !word.isEmpty())
                    .toList();
        }

        private static Duration day() {
            return Duration.ofDays(1);
        }

        private void balance(Node value) {
            String text = value.toString();
            int colon = text.indexOf(':');
            String by = colon > 0 && colon < text.length() - 1 ? text.substring(0, colon) : text;
            switch (by) {
                case "least-request" -> balance = Balance.LEAST_REQUEST;
                case "round-robin" -> balance = Balance.ROUND_ROBIN;
                case "header", "cookie" -> {
                    if (colon < 0 || colon == text.length() - 1) {
                        wrong("balance", value, "the name too, as 'header:X-User'");
                        return;
                    }
                    balance = Balance.KEY;
                    key = new Affinity(by.equals("header") ? Part.HEADER : Part.COOKIE, text.substring(colon + 1));
                }
                default -> wrong("balance", value, "'least-request', 'round-robin', 'header:NAME' or 'cookie:NAME'");
            }
        }

        private int number(String name, Node value, int least, int most, int otherwise) {
            try {
                int number = Integer.parseInt(value.toString());
                if (number >= least && number <= most) {
                    return number;
                }
            } catch (NumberFormatException none) {
                // Said below, as a number out of range is.
            }
            wrong(name, value, "a number from " + least + " to " + most);
            return otherwise;
        }

        private Duration time(String name, Node value, Duration least, Duration most, Duration otherwise) {
            @Nullable Duration time = Durations.parse(value.toString());
            if (time != null && time.compareTo(least) >= 0 && time.compareTo(most) <= 0) {
                return time;
            }
            wrong(name, value, Durations.FORM + ", from " + Durations.format(least) + " to " + Durations.format(most));
            return otherwise;
        }

        private void wrong(String name, Node value, String expected) {
            problems.add(Problem.error(value.at(), "wrong-annotation", "'" + PREFIX + name + "' is '" + value + "'")
                    .expecting(expected));
        }

        Asked asked() {
            Limits limits = Limits.DEFAULT
                    .withPatience(Limits.DEFAULT.waitForBackend(), connect)
                    .withHttp(Limits.DEFAULT.maxHeadBytes(), Limits.DEFAULT.headTimeout(), idle, response);
            return new Asked(
                    new Handling(balance, key, retries, ejectAfter, ejectFor, accessLog, ""),
                    limits,
                    secret.isEmpty() ? Secured.NONE : new Secured(secret, tlsPorts, tlsProtocols),
                    originTls && isOutside,
                    problems);
        }
    }
}
