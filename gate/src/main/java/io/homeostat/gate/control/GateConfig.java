package io.homeostat.gate.control;

import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * Everything a gate does. It is given whole each time; the gate finds the difference itself.
 *
 * @param generation number that the giver chooses and finds again in the {@link GateStatus}
 * @param drain how long connections to a backend or listener that is no longer in the configuration may go on; they are closed
 *     then. At most a day.
 * @param callers who calls from a numeric IP address, as {@code Deployment/web}; for listeners whose edge names no caller
 * @param metrics numeric address and port where {@code /metrics} is served, as {@code 127.0.0.1:9100}; empty for nowhere
 */
public record GateConfig(
        long generation, Duration drain, String metrics, Map<String, String> callers, List<Listener> listeners) {

    public static final Duration DEFAULT_DRAIN = Duration.ofSeconds(30);
    public static final GateConfig EMPTY = new GateConfig(0, DEFAULT_DRAIN, List.of());

    public GateConfig {
        callers = Map.copyOf(callers);
        listeners = List.copyOf(listeners);
    }

    /** Without metrics. */
    public GateConfig(long generation, Duration drain, List<Listener> listeners) {
        this(generation, drain, "", listeners);
    }

    /** For listeners that each belong to one caller. */
    public GateConfig(long generation, Duration drain, String metrics, List<Listener> listeners) {
        this(generation, drain, metrics, Map.of(), listeners);
    }

    public GateConfig withoutCallers() {
        return new GateConfig(generation, drain, metrics, Map.of(), listeners);
    }

    public GateConfig with(long other) {
        return new GateConfig(other, drain, metrics, callers, listeners);
    }

    public GateConfig with(List<Listener> others) {
        return new GateConfig(generation, drain, metrics, callers, others);
    }
}
