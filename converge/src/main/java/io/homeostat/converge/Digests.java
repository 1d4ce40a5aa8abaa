package io.homeostat.converge;

import io.homeostat.model.Node;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.TreeMap;

/**
 * Identity of content: SHA-256 over a canonical form in which the order of keys and the way a number is written play no part.
 */
public final class Digests {

    private Digests() {}

    /** 64 hex digits; equal for equal nodes. */
    public static String of(Node.Mapping content) {
        MessageDigest digest = sha256();
        feed(digest, content);
        return HexFormat.of().formatHex(digest.digest());
    }

    /** A fresh SHA-256. */
    public static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException missing) {
            throw new IllegalStateException("every JDK has SHA-256", missing);
        }
    }

    private static void feed(MessageDigest digest, Node node) {
        switch (node) {
            case Node.Mapping mapping -> {
                digest.update((byte) '{');
                new TreeMap<>(mapping.fields()).forEach((key, field) -> {
                    text(digest, 'k', key);
                    feed(digest, field.value());
                });
                digest.update((byte) '}');
            }
            case Node.Sequence sequence -> {
                digest.update((byte) '[');
                sequence.elements().forEach(element -> feed(digest, element));
                digest.update((byte) ']');
            }
            case Node.Text text -> text(digest, 't', text.value());
            case Node.Hidden hidden -> text(digest, 't', hidden.reveal());
            case Node.Numeric number ->
                text(digest, 'n', number.value().stripTrailingZeros().toPlainString());
            case Node.Bool bool -> digest.update((byte) (bool.value() ? 'T' : 'F'));
            case Node.Null ignored -> digest.update((byte) '0');
        }
    }

    /** Kind, length, bytes: so that no two different trees feed the same bytes. */
    private static void text(MessageDigest digest, char kind, String value) {
        byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
        digest.update((kind + Integer.toString(bytes.length) + ":").getBytes(StandardCharsets.UTF_8));
        digest.update(bytes);
    }
}
