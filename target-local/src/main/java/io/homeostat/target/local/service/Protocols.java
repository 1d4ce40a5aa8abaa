package io.homeostat.target.local.service;

import io.homeostat.gate.control.Protocol;
import io.homeostat.model.Node;

/** What is spoken at a Service's port. Pure. */
final class Protocols {

    private Protocols() {}

    static Protocol of(Node.Mapping port) {
        return Protocol.ofPort(port.text("appProtocol", ""), port.text("name", ""));
    }
}
