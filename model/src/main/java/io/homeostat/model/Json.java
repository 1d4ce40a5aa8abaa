package io.homeostat.model;

import io.homeostat.model.internal.read.JsonTree;
import io.homeostat.model.internal.write.JsonOut;
import java.io.IOException;
import java.io.Serial;
import java.nio.charset.StandardCharsets;

/** Nodes from and to JSON. Keys keep their order. */
public final class Json {

    private Json() {}

    /** On one line. Hidden values are written as {@code ‹secret›}. */
    public static String write(Node node) {
        return new String(bytes(node), StandardCharsets.UTF_8);
    }

    /** On one line, as UTF-8. Hidden values are written as {@code ‹secret›}. */
    public static byte[] bytes(Node node) {
        return JsonOut.write(node, false, false);
    }

    /** Indented, for people. Hidden values are written as {@code ‹secret›}. */
    public static String pretty(Node node) {
        return new String(JsonOut.write(node, false, true), StandardCharsets.UTF_8);
    }

    /**
     * On one line, as UTF-8, <em>with the real values of Secrets</em>. Only for a target's own files, which nobody but the
     * owner may read (mode 0600); never for a log, the journal or an answer.
     */
    public static byte[] writeRevealing(Node node) {
        return JsonOut.write(node, true, false);
    }

    /** One value that a machine wrote; nodes have no position. What a Secret holds comes back plain: see {@link Documents#restore}. */
    public static Node read(String json) throws MalformedException {
        try {
            return JsonTree.only(json);
        } catch (IllegalArgumentException malformed) {
            throw new MalformedException(malformed);
        }
    }

    /** One value that a machine wrote, as UTF-8; nodes have no position. */
    public static Node read(byte[] json) throws MalformedException {
        try {
            return JsonTree.only(json);
        } catch (IllegalArgumentException malformed) {
            throw new MalformedException(malformed);
        }
    }

    /** What was read is not one JSON value. */
    public static final class MalformedException extends IOException {
        @Serial
        private static final long serialVersionUID = 1;

        MalformedException(IllegalArgumentException cause) {
            super(cause.getMessage(), cause);
        }
    }
}
