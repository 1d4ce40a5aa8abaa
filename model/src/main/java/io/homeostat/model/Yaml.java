package io.homeostat.model;

import io.homeostat.model.internal.write.YamlOut;

/** Nodes to YAML, for people. {@link Documents#parse} reads it. */
public final class Yaml {

    private Yaml() {}

    /** In block style, ending with a line end. Hidden values are written as {@code ‹secret›}. */
    public static String write(Node node) {
        return YamlOut.write(node);
    }
}
