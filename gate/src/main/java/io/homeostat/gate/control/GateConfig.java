package io.homeostat.gate.control;

import java.time.Duration;
import java.util.List;

/**
 * Everything a gate does. It is given whole each time; the gate finds the difference itself.
 *
 * @param generation number that the giver chooses and finds again in the {@link GateStatus}
 * @param drain how long connections to a backend or listener that is no longer in the configuration may go on; they are closed
 *     then. At most a day.
 * @param metrics numeric address and port where {@code /metrics} is served, as {@code 127.0.0.1:9100}; empty for nowhere
 */
public record GateConfig(long generation, Duration drain, String metrics, List<Listener> listeners) {

    public static final Duration DEFAULT_DRAIN = Duration.ofSeconds(30);
    public static final GateConfig EMPTY = new GateConfig(0, DEFAULT_DRAIN, List.of());

    public GateConfig {
        listeners = List.copyOf(listeners);
    }

    /** Without metrics. */
    public GateConfig(long generation, Duration drain, List<Listener> listeners) {
        this(generation, drain, "", listeners);
    }
}
