package io.homeostat.source;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Tells real webhook requests from others. A function of its arguments; all an accepted request does is to make us look at the
 * repository sooner, so that one sent a second time does no harm and no clock is needed.
 *
 * <p>The signature is checked before a byte of the body is understood, and in a time that does not depend on where it differs.
 */
public final class Webhooks {
    /** Bodies above this many bytes are rejected; whoever reads the request may stop there. */
    public static final int LARGEST = 8 << 20;

    private static final int SHORTEST_SECRET = 8;
    private static final String NO_MATCH = "the signature does not match: is the same secret set on both sides?";

    private Webhooks() {}

    /**
     * @param headers in any case
     * @param body as it was received, before any decoding
     */
    public static Verdict verify(Map<String, String> headers, byte[] body, Secret secret) {
        if (body.length > LARGEST) {
            return new Verdict.Rejected("the body is larger than " + (LARGEST >> 20) + " MiB");
        }
        String key;
        try {
            key = secret.reveal();
        } catch (SourceException unreadable) {
            return new Verdict.Rejected("no webhook secret: " + unreadable.getMessage());
        }
        if (key.length() < SHORTEST_SECRET) {
            return new Verdict.Rejected("the webhook secret is shorter than " + SHORTEST_SECRET + " characters");
        }
        Map<String, String> named = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        named.putAll(headers);
        return judge(named, body, key);
    }

    private static Verdict judge(Map<String, String> headers, byte[] body, String key) {
        String provider = provider(headers);
        if (provider == null) {
            return new Verdict.Rejected(
                    headers.containsKey("X-Hub-Signature")
                            ? "only a SHA-1 signature came; let the sender sign with SHA-256"
                            : "no signature came (X-Hub-Signature-256, X-Gitlab-Token, webhook-signature,"
                                    + " X-Gitea-Signature, X-Forgejo-Signature or X-Signature)");
        }
        boolean genuine = switch (provider) {
            case "forgejo" -> isHex(headers.get("X-Forgejo-Signature"), body, key);
            case "gitea" -> isHex(headers.get("X-Gitea-Signature"), body, key);
            case "github" -> isPrefixed(headers.get("X-Hub-Signature-256"), body, key);
            case "gitlab" -> isGitlab(headers, body, key);
            default -> isPrefixed(headers.get("X-Signature"), body, key);
        };
        return genuine ? Payload.read(provider, headers, body) : new Verdict.Rejected(NO_MATCH);
    }

    /** Forgejo signs in Gitea's way and in GitHub's too, and Gitea in GitHub's; so the most special one comes first. */
    private static @Nullable String provider(Map<String, String> headers) {
        if (headers.containsKey("X-Forgejo-Signature")) {
            return "forgejo";
        }
        if (headers.containsKey("X-Gitea-Signature")) {
            return "gitea";
        }
        if (headers.containsKey("X-Hub-Signature-256")) {
            return "github";
        }
        if (headers.containsKey("webhook-signature") || headers.containsKey("X-Gitlab-Token")) {
            return "gitlab";
        }
        return headers.containsKey("X-Signature") ? "generic" : null;
    }

    private static boolean isPrefixed(@Nullable String signature, byte[] body, String key) {
        return signature != null
                && signature.startsWith("sha256=")
                && isHex(signature.substring("sha256=".length()), body, key);
    }

    private static boolean isHex(@Nullable String signature, byte[] body, String key) {
        String right = HexFormat.of().formatHex(hmac(key.getBytes(StandardCharsets.UTF_8), body));
        return signature != null && same(signature.strip().toLowerCase(Locale.ROOT), right);
    }

    /** A signature where one came, and only without one the token, which travels in plain. */
    private static boolean isGitlab(Map<String, String> headers, byte[] body, String key) {
        String signatures = headers.get("webhook-signature");
        if (signatures == null) {
            String token = headers.get("X-Gitlab-Token");
            return token != null && same(token, key);
        }
        String id = headers.getOrDefault("webhook-id", "");
        String time = headers.getOrDefault("webhook-timestamp", "");
        byte[] signed = concat((id + "." + time + ".").getBytes(StandardCharsets.UTF_8), body);
        String right = "v1," + Base64.getEncoder().encodeToString(hmac(standardKey(key), signed));
        boolean any = false;
        for (String signature : signatures.split(" ")) {
            any |= same(signature, right);
        }
        return any;
    }

    /** As Standard Webhooks has it: {@code whsec_} and the key's bytes in Base64. */
    private static byte[] standardKey(String key) {
        if (key.startsWith("whsec_")) {
            try {
                return Base64.getDecoder().decode(key.substring("whsec_".length()));
            } catch (IllegalArgumentException notBase64) {
                // Then it is the key as it stands.
            }
        }
        return key.getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] concat(byte[] a, byte[] b) {
        byte[] both = Arrays.copyOf(a, a.length + b.length);
        System.arraycopy(b, 0, both, a.length, b.length);
        return both;
    }

    private static boolean same(String given, String right) {
        return MessageDigest.isEqual(given.getBytes(StandardCharsets.UTF_8), right.getBytes(StandardCharsets.UTF_8));
    }

    private static byte[] hmac(byte[] key, byte[] text) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            return mac.doFinal(text);
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("every JDK has HmacSHA256", impossible);
        }
    }
}
