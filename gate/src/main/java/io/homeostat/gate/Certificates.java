package io.homeostat.gate;

import io.homeostat.gate.control.Pinned;
import io.homeostat.gate.control.Tls;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** From what a listener is to show to what shows it. Pure. */
final class Certificates {

    private Certificates() {}

    /** @throws IOException when it cannot be shown; the message says why, and nothing of the key */
    static SslContext context(Tls tls) throws IOException {
        try {
            List<X509Certificate> chain = Pinned.certificates(tls.certificate());
            if (chain.isEmpty()) {
                throw new IOException("there is no certificate in PEM");
            }
            PrivateKey key = key(tls.key());
            if (!belongs(key, chain.getFirst())) {
                throw new IOException("the private key is not that of the certificate");
            }
            SslContextBuilder builder = SslContextBuilder.forServer(key, chain.toArray(X509Certificate[]::new))
                    .sslProvider(SslProvider.JDK)
                    .protocols("TLSv1.3", "TLSv1.2");
            if (!tls.protocols().isEmpty()) {
                builder.applicationProtocolConfig(new ApplicationProtocolConfig(
                        ApplicationProtocolConfig.Protocol.ALPN,
                        ApplicationProtocolConfig.SelectorFailureBehavior.NO_ADVERTISE,
                        ApplicationProtocolConfig.SelectedListenerFailureBehavior.ACCEPT,
                        tls.protocols()));
            }
            return builder.build();
        } catch (GeneralSecurityException | IllegalArgumentException unusable) {
            throw new IOException("the certificate or its key cannot be read", unusable);
        }
    }

    /** PKCS #8, as {@code openssl} and cert-manager write it, or the older form of RSA keys. */
    private static PrivateKey key(String pem) throws IOException, GeneralSecurityException {
        byte[] plain = between(pem, "PRIVATE KEY");
        byte[] rsa = between(pem, "RSA PRIVATE KEY");
        if (plain == null && rsa == null) {
            throw new IOException(
                    pem.contains("PRIVATE KEY-----")
                            ? "its private key is in a form that is not read here: 'openssl pkcs8 -topk8 -nocrypt' makes one"
                                    + " that is"
                            : "there is no private key in PEM");
        }
        byte[] encoded = plain != null ? plain : wrapped(rsa == null ? new byte[0] : rsa);
        GeneralSecurityException last = new GeneralSecurityException();
        for (String algorithm : List.of("RSA", "EC", "Ed25519")) {
            try {
                return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(encoded));
            } catch (GeneralSecurityException another) {
                last = another;
            }
        }
        throw last;
    }

    private static byte @Nullable [] between(String pem, String label) {
        String first = "-----BEGIN " + label + "-----";
        int begin = pem.indexOf(first);
        int end = pem.indexOf("-----END " + label + "-----");
        return begin < 0 || end < begin
                ? null
                : Base64.getMimeDecoder().decode(pem.substring(begin + first.length(), end));
    }

    /** PKCS #8 is a version, the algorithm's number, and the older form (RFC 5958). */
    private static byte[] wrapped(byte[] rsa) {
        byte[] head = HexFormat.of().parseHex("020100300d06092a864886f70d0101010500");
        return tagged(0x30, concat(head, tagged(0x04, rsa)));
    }

    private static byte[] tagged(int tag, byte[] content) {
        byte[] head = content.length < 128
                ? new byte[] {(byte) tag, (byte) content.length}
                : new byte[] {(byte) tag, (byte) 0x82, (byte) (content.length >> 8), (byte) content.length};
        return concat(head, content);
    }

    private static byte[] concat(byte[] some, byte[] more) {
        return ByteBuffer.allocate(some.length + more.length)
                .put(some)
                .put(more)
                .array();
    }

    private static boolean belongs(PrivateKey key, X509Certificate certificate) throws GeneralSecurityException {
        String algorithm = switch (key.getAlgorithm()) {
            case "RSA" -> "SHA256withRSA";
            case "EC" -> "SHA256withECDSA";
            default -> key.getAlgorithm();
        };
        if (!certificate.getPublicKey().getAlgorithm().equals(key.getAlgorithm())) {
            return false;
        }
        byte[] something = {1, 2, 3};
        Signature signing = Signature.getInstance(algorithm);
        signing.initSign(key);
        signing.update(something);
        byte[] signed = signing.sign();
        signing.initVerify(certificate.getPublicKey());
        signing.update(something);
        return signing.verify(signed);
    }
}
