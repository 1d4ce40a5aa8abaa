package io.homeostat.source;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** What the agent shows to a remote. Each secret prints as {@code ‹secret›}. */
public sealed interface Credentials {

    /** Nothing is sent; over ssh, the unencrypted keys of {@code ~/.ssh} are offered and its known_hosts is believed. */
    record None() implements Credentials {}

    record UserPassword(String user, Secret password) implements Credentials {}

    /** An access token, sent over https only. */
    record Token(Secret token) implements Credentials {}

    /**
     * @param key a private key file; null: those of {@code ~/.ssh}
     * @param passphrase null when the key is not encrypted
     * @param knownHosts null: {@code ~/.ssh/known_hosts}; a host that is not in there is never trusted
     */
    record Ssh(
            @Nullable Path key,
            @Nullable Secret passphrase,
            @Nullable Path knownHosts) implements Credentials {}
}
