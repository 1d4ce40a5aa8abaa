package io.homeostat.agent.oidc;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;

/**
 * One try to log in: what only the browser, the provider and we know of it.
 *
 * @param state comes back with the code, so that the answer belongs to this try
 * @param nonce comes back in the id token, so that the token was made for this try
 * @param verifier what the code was asked for with, in disguise; proves that whoever brings the code asked for it (RFC 7636)
 */
public record Attempt(String state, String nonce, String verifier) {

    public static Attempt fresh(SecureRandom random) {
        return new Attempt(text(random), text(random), text(random));
    }

    /** 256 bits, in the letters that RFC 7636 allows. */
    private static String text(SecureRandom random) {
        byte[] bytes = new byte[32];
        random.nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    /** The verifier in disguise ({@code S256}). */
    String challenge() {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(verifier.getBytes(StandardCharsets.US_ASCII));
            return Base64.getUrlEncoder().withoutPadding().encodeToString(digest);
        } catch (NoSuchAlgorithmException none) {
            throw new IllegalStateException("every JDK has SHA-256", none);
        }
    }
}
