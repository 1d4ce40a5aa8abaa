package io.homeostat.agent;

import io.homeostat.model.Access;
import io.homeostat.source.Secret;
import io.homeostat.source.SourceException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Who brings which token, and where they call from. Safe for use by many threads. */
final class Callers {

    /** A shorter one could be guessed; whoever writes one down has made a mistake. */
    private static final int SHORTEST = 20;

    private final byte[] token;
    private final Access access;
    private final Supplier<String> environment;

    /** @param environment the name of the one that the agent converges; known only once the source was read */
    Callers(String token, Access access, Supplier<String> environment) {
        this.token = token.getBytes(StandardCharsets.UTF_8);
        this.access = access;
        this.environment = environment;
    }

    /** Whose token this is; null when it is nobody's. */
    @Nullable
    Person of(String given) {
        byte[] bytes = given.getBytes(StandardCharsets.UTF_8);
        if (MessageDigest.isEqual(bytes, token)) {
            return Person.owner();
        }
        for (Access.Token each : access.tokens()) {
            if ((each.environments().isEmpty() || each.environments().contains(environment.get())) && is(bytes, each)) {
                return new Person(each.name(), Role.of(each.role()));
            }
        }
        return null;
    }

    private static boolean is(byte[] given, Access.Token token) {
        try {
            String right = Secret.fromFile(token.file()).reveal().strip();
            return right.length() >= SHORTEST && MessageDigest.isEqual(given, right.getBytes(StandardCharsets.UTF_8));
        } catch (SourceException unreadable) {
            // A token that is nowhere opens nothing.
            return false;
        }
    }

    /** Whoever comes with {@code Authorization: Bearer TOKEN}. */
    @Nullable
    Person bearer(Map<String, String> headers) {
        String given = headers.get("Authorization");
        return given != null && given.startsWith("Bearer ") ? of(given.substring("Bearer ".length())) : null;
    }

    /** Where a request comes from: of what a proxy says, the last, which it added itself. */
    String address(String peer, Map<String, String> headers) {
        String said = headers.get("X-Forwarded-For");
        if (said == null || !access.proxies().contains(peer)) {
            return peer;
        }
        String last = said.substring(said.lastIndexOf(',') + 1).strip();
        return last.isEmpty() ? peer : last;
    }
}
