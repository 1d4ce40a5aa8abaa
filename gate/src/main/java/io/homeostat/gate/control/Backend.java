package io.homeostat.gate.control;

/**
 * Where connections and requests go. A backend is identified, within its callee, by host and port.
 *
 * @param name for people
 * @param host numeric IP address
 * @param port 1–65535
 * @param ready whether it gets new connections and requests; those it has are not touched when it no longer is
 * @param version of what runs there, which counters, weights and rules name; empty where there is none
 * @param tls the name that it has to show a certificate for, which the machine's Java trusts; empty where it speaks plainly
 */
public record Backend(String name, String host, int port, boolean ready, String version, String tls) {

    public Backend(String name, String host, int port, boolean ready, String version) {
        this(name, host, port, ready, version, "");
    }

    public Backend(String name, String host, int port, boolean ready) {
        this(name, host, port, ready, "");
    }

    public Backend unready() {
        return new Backend(name, host, port, false, version);
    }
}
