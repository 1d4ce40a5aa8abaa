package io.homeostat.source;

import java.nio.charset.StandardCharsets;
import java.security.InvalidKeyException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Is a push event really from who shares our secret? Pure. Compares in constant time; an event whose signature holds only makes
 * the source be looked at, so what else it says is not trusted.
 */
public final class Webhooks {

    private Webhooks() {}

    /** The answer to an event. */
    public sealed interface Verdict {
        /** @param provider who signs like this: {@code GitHub}, {@code GitLab}, {@code Gitea}, {@code Forgejo}, {@code generic} */
        record Accepted(String provider) implements Verdict {}

        /** @param reason one sentence for whoever set the hook up */
        record Rejected(String reason) implements Verdict {}
    }

    /** Where each provider puts the signature; the value is hex, in some with {@code sha256=} in front. */
    private enum Signer {
        GITHUB("GitHub", "X-Hub-Signature-256"),
        FORGEJO("Forgejo", "X-Forgejo-Signature"),
        GITEA("Gitea", "X-Gitea-Signature"),
        GENERIC("generic", "X-Signature");

        private final String provider;
        private final String header;

        Signer(String provider, String header) {
            this.provider = provider;
            this.header = header;
        }
    }

    /** @param headers names in any case */
    public static Verdict verify(Map<String, String> headers, byte[] body, Secret secret) {
        Map<String, String> anyCase = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        anyCase.putAll(headers);
        String key = reveal(secret);
        if (key == null) {
            return new Verdict.Rejected("the hook's secret cannot be read or is empty");
        }
        String token = anyCase.get("X-Gitlab-Token");
        if (token != null) {
            return same(token.getBytes(StandardCharsets.UTF_8), key.getBytes(StandardCharsets.UTF_8))
                    ? new Verdict.Accepted("GitLab")
                    : new Verdict.Rejected("X-Gitlab-Token is not the secret of this hook");
        }
        for (Signer signer : Signer.values()) {
            String given = anyCase.get(signer.header);
            if (given != null) {
                return same(decode(given), hmac(body, key))
                        ? new Verdict.Accepted(signer.provider)
                        : new Verdict.Rejected(signer.header + " does not fit the body and the secret of this hook");
            }
        }
        return new Verdict.Rejected("the event is not signed; expected X-Hub-Signature-256, X-Gitlab-Token,"
                + " X-Forgejo-Signature, X-Gitea-Signature or X-Signature: sha256=HEX");
    }

    private static @Nullable String reveal(Secret secret) {
        try {
            String key = secret.reveal();
            return key.isEmpty() ? null : key;
        } catch (SourceException unreadable) {
            return null;
        }
    }

    private static boolean same(byte[] given, byte[] expected) {
        return MessageDigest.isEqual(given, expected);
    }

    /** What is no hex equals no signature. */
    private static byte[] decode(String given) {
        String hex = given.strip().toLowerCase(Locale.ROOT);
        hex = hex.startsWith("sha256=") ? hex.substring("sha256=".length()) : hex;
        try {
            return HexFormat.of().parseHex(hex);
        } catch (IllegalArgumentException notHex) {
            return new byte[0];
        }
    }

    private static byte[] hmac(byte[] body, String key) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
            return mac.doFinal(body);
        } catch (NoSuchAlgorithmException | InvalidKeyException missing) {
            throw new IllegalStateException("every JDK has HmacSHA256", missing);
        }
    }
}
