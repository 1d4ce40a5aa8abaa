package io.homeostat.gate.control;

/**
 * Where connections go. A backend is identified, within its listener, by host and port.
 *
 * @param name for people
 * @param host numeric IP address
 * @param port 1–65535
 * @param ready whether it gets new connections; those it has are not touched when it no longer is
 */
public record Backend(String name, String host, int port, boolean ready) {}
