package io.homeostat.gate.control;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/** What is wrong with a configuration, as sentences; pure, and the same on both sides of the socket. */
public final class ConfigCheck {

    private static final Duration HOUR = Duration.ofHours(1);
    private static final Pattern HOST = Pattern.compile("([A-Za-z0-9._-]+(:[0-9]{1,5})?)?");

    private ConfigCheck() {}

    public static List<String> problems(GateConfig config) {
        List<String> problems = new ArrayList<>();
        range(problems, "drain", config.drain(), Duration.ZERO, Duration.ofDays(1));
        Set<InetSocketAddress> addresses = new HashSet<>();
        Map<String, Listener> callees = new HashMap<>();
        if (!config.metrics().isEmpty() && Addresses.of(config.metrics()).isEmpty()) {
            problems.add("metrics is '" + config.metrics()
                    + "', expected a numeric IP address and a port, as 127.0.0.1:9100");
        }
        for (String address : config.callers().keySet()) {
            if (Addresses.of(address + ":1").isEmpty()) {
                problems.add("callers has '" + address + "', expected a numeric IP address");
            }
        }
        for (Listener listener : config.listeners()) {
            String who = "listener " + listener.name() + ": ";
            address(problems, who, "listener", listener.host(), listener.port(), addresses);
            limits(problems, who, listener.limits());
            handling(problems, who, listener.handling());
            String callee = listener.edge().callee() + ":" + listener.edge().port();
            Listener other = callees.putIfAbsent(callee, listener);
            if (other != null
                    && (!other.backends().equals(listener.backends())
                            || other.protocol() != listener.protocol()
                            || !other.handling().equals(listener.handling()))) {
                problems.add(who + "it has other backends, another protocol or other handling than listener "
                        + other.name() + ", which leads to " + callee + " too");
                continue;
            }
            if (!listener.origin().isEmpty() && Addresses.of(listener.origin()).isEmpty()) {
                problems.add(who + "origin is '" + listener.origin() + "', expected a numeric IP address and a port");
            }
            Set<InetSocketAddress> backends = new HashSet<>();
            for (Backend backend : listener.backends()) {
                String which = who + "backend " + backend.name() + ": ";
                address(problems, which, "backend", backend.host(), backend.port(), backends);
            }
        }
        return problems;
    }

    private static void handling(List<String> problems, String who, Handling handling) {
        range(problems, who + "retries", handling.retries(), 0, 5);
        if (!HOST.matcher(handling.host()).matches()) {
            problems.add(who + "host is '" + handling.host() + "', expected a name, and a port where it needs one");
        }
        range(problems, who + "ejectAfter", handling.ejectAfter(), 0, 1_000);
        range(problems, who + "ejectFor", handling.ejectFor(), Duration.ofMillis(100), HOUR);
    }

    private static void limits(List<String> problems, String who, Limits limits) {
        Duration instant = Duration.ofMillis(1);
        range(problems, who + "maxConnections", limits.maxConnections(), 1, 1_000_000);
        range(problems, who + "maxWaiting", limits.maxWaiting(), 0, 1_000_000);
        range(problems, who + "waitForBackend", limits.waitForBackend(), Duration.ZERO, HOUR);
        range(problems, who + "connectTimeout", limits.connectTimeout(), instant, HOUR);
        range(problems, who + "maxHeadBytes", limits.maxHeadBytes(), 256, 64 << 10);
        range(problems, who + "headTimeout", limits.headTimeout(), instant, HOUR);
        range(problems, who + "idleTimeout", limits.idleTimeout(), instant, Duration.ofDays(1));
        range(problems, who + "responseTimeout", limits.responseTimeout(), instant, Duration.ofDays(1));
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
