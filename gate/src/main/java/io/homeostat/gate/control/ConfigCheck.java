package io.homeostat.gate.control;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** What is wrong with a configuration, as sentences; pure, and the same on both sides of the socket. */
public final class ConfigCheck {

    private static final Duration HOUR = Duration.ofHours(1);

    private ConfigCheck() {}

    public static List<String> problems(GateConfig config) {
        List<String> problems = new ArrayList<>();
        range(problems, "drain", config.drain(), Duration.ZERO, Duration.ofDays(1));
        Set<String> addresses = new HashSet<>();
        for (Listener listener : config.listeners()) {
            String who = "listener " + listener.name() + ": ";
            address(problems, who, listener.host(), listener.port());
            if (!addresses.add(listener.host() + " " + listener.port())) {
                problems.add(who + listener.host() + ":" + listener.port() + " is the address of another listener");
            }
            range(problems, who + "maxConnections", listener.maxConnections(), 1, 1_000_000);
            range(problems, who + "maxWaiting", listener.maxWaiting(), 0, 1_000_000);
            range(problems, who + "waitForBackend", listener.waitForBackend(), Duration.ZERO, HOUR);
            range(problems, who + "connectTimeout", listener.connectTimeout(), Duration.ofMillis(1), HOUR);
            Set<String> backends = new HashSet<>();
            for (Backend backend : listener.backends()) {
                String which = who + "backend " + backend.name() + ": ";
                address(problems, which, backend.host(), backend.port());
                if (!backends.add(backend.host() + " " + backend.port())) {
                    problems.add(which + backend.host() + ":" + backend.port() + " is the address of another backend");
                }
            }
        }
        return problems;
    }

    private static void address(List<String> problems, String who, String host, int port) {
        if (!isNumeric(host)) {
            problems.add(who + "host is '" + host + "', expected a numeric IP address");
        }
        range(problems, who + "port", port, 1, 65535);
    }

    private static void range(List<String> problems, String what, int value, int least, int most) {
        if (value < least || value > most) {
            problems.add(what + " is " + value + ", expected " + least + " to " + most);
        }
    }

    private static void range(List<String> problems, String what, Duration value, Duration least, Duration most) {
        if (value.compareTo(least) < 0 || value.compareTo(most) > 0) {
            problems.add(
                    what + " is " + value.toMillis() + " ms, expected " + least.toMillis() + " to " + most.toMillis());
        }
    }

    /** IPv4 as four decimal numbers, or what can only be IPv6: such a text is never looked up as a name. */
    static boolean isNumeric(String host) {
        if (host.indexOf(':') >= 0) {
            return host.length() <= 45
                    && host.chars().allMatch(c -> c == ':' || c == '.' || Character.digit(c, 16) >= 0);
        }
        int numbers = 0;
        for (String part : host.split("\\.", -1)) {
            numbers++;
            if (part.isEmpty() || part.length() > 3 || !part.chars().allMatch(c -> c >= '0' && c <= '9')) {
                return false;
            }
            if (Integer.parseInt(part) > 255 || (part.length() > 1 && part.startsWith("0"))) {
                return false;
            }
        }
        return numbers == 4;
    }
}
