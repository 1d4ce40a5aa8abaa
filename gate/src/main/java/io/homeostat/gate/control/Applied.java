package io.homeostat.gate.control;

import java.util.List;

/**
 * A configuration has been checked, written down and put into effect.
 *
 * @param errors listeners that could not be opened (the address is in use, for instance). They are part of the configuration
 *     all the same, and the gate goes on trying.
 */
public record Applied(long generation, List<ListenerError> errors) {

    public record ListenerError(String listener, String error) {}
}
