package io.homeostat.gate.control;

import java.net.InetAddress;
import java.net.InetSocketAddress;
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
        Set<InetSocketAddress> addresses = new HashSet<>();
        for (Listener listener : config.listeners()) {
            String who = "listener " + listener.name() + ": ";
            address(problems, who, "listener", listener.host(), listener.port(), addresses);
            range(problems, who + "maxConnections", listener.maxConnections(), 1, 1_000_000);
            range(problems, who + "maxWaiting", listener.maxWaiting(), 0, 1_000_000);
            range(problems, who + "waitForBackend", listener.waitForBackend(), Duration.ZERO, HOUR);
            range(problems, who + "connectTimeout", listener.connectTimeout(), Duration.ofMillis(1), HOUR);
            Set<InetSocketAddress> backends = new HashSet<>();
            for (Backend backend : listener.backends()) {
                String which = who + "backend " + backend.name() + ": ";
                address(problems, which, "backend", backend.host(), backend.port(), backends);
            }
        }
        return problems;
    }

    private static void address(
            List<String> problems, String who, String kind, String host, int port, Set<InetSocketAddress> others) {
        if (port < 1 || port > 65535) {
            range(problems, who + "port", port, 1, 65535);
            return;
        }
        try {
            if (!others.add(new InetSocketAddress(InetAddress.ofLiteral(host), port))) {
                problems.add(who + host + ":" + port + " is the address of another " + kind);
            }
        } catch (IllegalArgumentException e) {
            problems.add(who + "host is '" + host + "', expected a numeric IP address");
        }
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
}
