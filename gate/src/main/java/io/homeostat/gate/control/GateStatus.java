package io.homeostat.gate.control;

import java.util.List;
import java.util.Map;

/**
 * What a gate is doing.
 *
 * @param generation of the configuration in effect
 * @param warnings what people should know, in sentences: that a damaged configuration was replaced by the one before
 */
public record GateStatus(
        String version, long pid, long generation, List<String> warnings, List<ListenerStatus> listeners) {

    /**
     * @param error why it is not listening; empty when it is
     * @param draining it was removed and lives on only for the connections it has
     * @param open connections now, those that wait included
     * @param waiting connections that wait for a backend now
     * @param accepted connections accepted since this gate started, failed ones included
     * @param failed of those accepted, how many never reached a backend, by reason; reasons that never occurred are absent
     */
    public record ListenerStatus(
            String name,
            String host,
            int port,
            boolean listening,
            String error,
            boolean draining,
            int open,
            int waiting,
            long accepted,
            Map<Failure, Long> failed,
            List<BackendStatus> backends) {}

    /**
     * @param draining it was removed and lives on only for the connections it has
     * @param open connections now, those being made included
     * @param connected connections made since this gate started
     * @param refused connection attempts it did not accept
     */
    public record BackendStatus(
            String name,
            String host,
            int port,
            boolean ready,
            boolean draining,
            int open,
            long connected,
            long refused) {}
}
