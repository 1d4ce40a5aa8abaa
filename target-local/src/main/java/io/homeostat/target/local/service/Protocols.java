package io.homeostat.target.local.service;

import io.homeostat.gate.control.Protocol;
import io.homeostat.model.Node;
import java.util.Locale;

/** What is spoken at a Service's port: by its {@code appProtocol}, else by the first word of its name, else it is looked at. Pure. */
final class Protocols {

    private Protocols() {}

    static Protocol of(Node.Mapping port) {
        String declared = port.text("appProtocol", "");
        return declared.isEmpty() ? named(port.text("name", "")) : declared(declared);
    }

    private static Protocol declared(String appProtocol) {
        return switch (appProtocol.toLowerCase(Locale.ROOT)) {
            case "http", "kubernetes.io/ws", "ws" -> Protocol.HTTP1;
            case "kubernetes.io/h2c", "h2c", "http2", "grpc" -> Protocol.HTTP2;
            // Whatever else it is, TLS included, is for the two of them.
            default -> Protocol.TCP;
        };
    }

    private static Protocol named(String name) {
        int dash = name.indexOf('-');
        return switch (dash < 0 ? name : name.substring(0, dash)) {
            case "http" -> Protocol.HTTP1;
            case "http2", "h2c", "grpc" -> Protocol.HTTP2;
            case "tcp", "tls", "https", "mysql", "postgres", "postgresql", "redis", "mongo", "amqp", "kafka", "smtp" ->
                Protocol.TCP;
            default -> Protocol.AUTO;
        };
    }
}
