package io.homeostat.agent;

import io.homeostat.converge.Converger;
import io.homeostat.converge.Rendering;
import io.homeostat.converge.Revisions;
import io.homeostat.converge.Step.Declared;
import io.homeostat.model.Node;
import io.homeostat.model.slo.Promises;
import io.homeostat.model.slo.SecretKey;
import io.homeostat.signal.Declarations;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * What the loop of the workloads knows, for the one of the signals. Each needs the other; this one waits for the loop, which is
 * started a moment later.
 */
final class Objectives implements Declarations {

    private final CompletableFuture<Converger> converger = new CompletableFuture<>();

    void follow(Converger started) {
        converger.complete(started);
    }

    /** Looks at every application again: what held a change may no longer. */
    void lookAgain() {
        Converger loop = converger.join();
        loop.look(loop.names());
    }

    private Revisions.@Nullable Revision newest() {
        return converger.join().revisions().head();
    }

    @Override
    public @Nullable Head head() {
        Revisions.Revision head = newest();
        return head == null
                ? null
                : new Head(head.snapshot().revision(), head.rendering().promises());
    }

    @Override
    public Promises at(String revision) throws IOException {
        return converger.join().revisions().at(revision).rendering().promises();
    }

    @Override
    public String applicationOf(String service) {
        Revisions.Revision head = newest();
        if (head == null) {
            return "";
        }
        if (head.rendering().applications().containsKey(service)) {
            return service;
        }
        return head.rendering().owners().entrySet().stream()
                .filter(owned -> owned.getKey().kind().equals("Service")
                        && owned.getKey().name().equals(service))
                .map(Map.Entry::getValue)
                .findFirst()
                .orElse("");
    }

    @Override
    public String message(String revision) {
        try {
            return converger.join().revisions().at(revision).snapshot().origin().message();
        } catch (IOException notHeld) {
            return "";
        }
    }

    /** The value of a Secret among the documents of the newest revision; null when there is none. Not for any output. */
    @Nullable
    String secret(SecretKey key) {
        Revisions.Revision head = newest();
        if (head == null) {
            return null;
        }
        for (Rendering.Rendered application : head.rendering().applications().values()) {
            for (Declared declared : application.declared()) {
                boolean named = declared.document().key().kind().equals("Secret")
                        && declared.document().key().name().equals(key.name());
                String value = named ? value(declared.document().content(), key.key()) : null;
                if (value != null) {
                    return value;
                }
            }
        }
        return null;
    }

    private static @Nullable String value(Node.Mapping secret, String key) {
        if (secret.mapping("stringData").get(key) instanceof Node.Hidden plain) {
            return plain.reveal();
        }
        return secret.mapping("data").get(key) instanceof Node.Hidden encoded
                ? new String(Base64.getMimeDecoder().decode(encoded.reveal()), StandardCharsets.UTF_8)
                : null;
    }
}
