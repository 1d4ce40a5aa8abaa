package io.homeostat.gate;

import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.SSLException;

/** TLS with what is elsewhere, which has to show a certificate for its name that the machine's Java trusts. */
final class Origins {

    private static final Map<String, SslContext> BY_PROTOCOL = new ConcurrentHashMap<>();

    private Origins() {}

    /** @param spoken what the other side is asked to speak (ALPN); empty to ask nothing */
    static SslHandler handler(String name, int port, String spoken) {
        return BY_PROTOCOL.computeIfAbsent(spoken, Origins::context).newHandler(ByteBufAllocator.DEFAULT, name, port);
    }

    private static SslContext context(String spoken) {
        SslContextBuilder builder = SslContextBuilder.forClient()
                .sslProvider(SslProvider.JDK)
                .protocols("TLSv1.3", "TLSv1.2")
                .endpointIdentificationAlgorithm("HTTPS");
        if (!spoken.isEmpty()) {
            builder.applicationProtocolConfig(new ApplicationProtocolConfig(
                    ApplicationProtocolConfig.Protocol.ALPN,
                    ApplicationProtocolConfig.SelectorFailureBehavior.NO_ADVERTISE,
                    ApplicationProtocolConfig.SelectedListenerFailureBehavior.ACCEPT,
                    List.of(spoken)));
        }
        try {
            return builder.build();
        } catch (SSLException impossible) {
            throw new IllegalStateException("every Java speaks TLS", impossible);
        }
    }
}
