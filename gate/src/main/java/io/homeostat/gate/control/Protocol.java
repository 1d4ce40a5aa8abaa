package io.homeostat.gate.control;

import java.util.Optional;

/** What is spoken at an address. */
public enum Protocol {
    /** Bytes both ways; what is counted are connections. */
    TCP("tcp"),
    /** HTTP/1.0 and 1.1, with upgrades such as WebSocket. */
    HTTP1("http"),
    /** HTTP/2 from its first byte, without TLS; gRPC is this. */
    HTTP2("h2c"),
    /** The first bytes of each connection tell. */
    AUTO("auto");

    private final String text;

    Protocol(String text) {
        this.text = text;
    }

    /** As it stands in the protocol. */
    public String text() {
        return text;
    }

    static Optional<Protocol> of(String text) {
        for (Protocol protocol : values()) {
            if (protocol.text.equals(text)) {
                return Optional.of(protocol);
            }
        }
        return Optional.empty();
    }
}
