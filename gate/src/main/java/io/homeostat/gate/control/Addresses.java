package io.homeostat.gate.control;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Optional;

/** Numeric addresses as text, {@code HOST:PORT}. */
public final class Addresses {

    private Addresses() {}

    /** Empty when it is not one. */
    public static Optional<InetSocketAddress> of(String text) {
        int colon = text.lastIndexOf(':');
        try {
            return colon < 0
                    ? Optional.empty()
                    : Optional.of(new InetSocketAddress(
                            InetAddress.ofLiteral(text.substring(0, colon)),
                            Integer.parseInt(text.substring(colon + 1))));
        } catch (IllegalArgumentException not) {
            return Optional.empty();
        }
    }
}
