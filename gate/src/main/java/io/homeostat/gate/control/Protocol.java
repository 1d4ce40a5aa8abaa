package io.homeostat.gate.control;

import java.util.Locale;
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

    /**
     * What is spoken at a Service's port: by its {@code appProtocol}, else by the first word of its name, else it is looked at.
     *
     * @param appProtocol empty where it says nothing
     * @param name empty where it has none
     */
    public static Protocol ofPort(String appProtocol, String name) {
        if (!appProtocol.isEmpty()) {
            return switch (appProtocol.toLowerCase(Locale.ROOT)) {
                case "http", "kubernetes.io/ws", "ws" -> HTTP1;
                case "kubernetes.io/h2c", "h2c", "http2", "grpc" -> HTTP2;
                // Whatever else it is, TLS included, is for the two of them.
                default -> TCP;
            };
        }
        int dash = name.indexOf('-');
        return switch (dash < 0 ? name : name.substring(0, dash)) {
            case "http" -> HTTP1;
            case "http2", "h2c", "grpc" -> HTTP2;
            case "tcp", "tls", "https", "mysql", "postgres", "postgresql", "redis", "mongo", "amqp", "kafka", "smtp" ->
                TCP;
            default -> AUTO;
        };
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
