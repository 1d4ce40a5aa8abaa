package io.homeostat.gate.control;

import java.util.List;

/**
 * What a listener shows callers who speak TLS. The gate ends it: what goes to the backends is what was inside.
 *
 * @param certificate its own first, those that signed it behind it; PEM
 * @param key its private key, PKCS #8 in PEM
 * @param protocols that are offered (ALPN), the best first: {@code h2} and {@code http/1.1}; empty for none, where it is not HTTP
 */
public record Tls(String certificate, String key, List<String> protocols) {

    public static final String H2 = "h2";
    public static final String HTTP1 = "http/1.1";

    /** None: callers speak plainly. */
    public static final Tls NONE = new Tls("", "", List.of());

    public Tls {
        protocols = List.copyOf(protocols);
    }

    public boolean isNone() {
        return certificate.isEmpty() && key.isEmpty();
    }

    /** What can be offered where this is spoken: HTTP is not translated, so it is what the backends speak. */
    public static List<String> offered(Protocol protocol) {
        return switch (protocol) {
            case TCP -> List.of();
            // Nobody knows whether the backends speak HTTP/2 too, and callers who are offered it take it.
            case HTTP1, AUTO -> List.of(HTTP1);
            case HTTP2 -> List.of(H2);
        };
    }

    /** The key is not for logs. */
    @Override
    public String toString() {
        return isNone() ? "none" : "Tls[‹secret›, " + protocols + "]";
    }
}
