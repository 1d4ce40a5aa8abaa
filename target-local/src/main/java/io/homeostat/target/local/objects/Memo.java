package io.homeostat.target.local.objects;

import io.homeostat.model.Json;
import io.homeostat.model.Node;
import io.homeostat.model.ObjectKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/**
 * What controllers must remember of an object besides the object itself: when a rollout began, when a job last ran. One small
 * file each. What cannot be read is forgotten: the controller then begins anew.
 *
 * <p>Used by one thread at a time.
 */
public final class Memo {

    private final Path root;
    private final Map<ObjectKey, Node.Mapping> cache = new HashMap<>();

    public Memo(Path root) {
        this.root = root;
    }

    /** What was remembered; empty when nothing was. */
    public Node.Mapping get(ObjectKey key) {
        return cache.computeIfAbsent(key, this::read);
    }

    /** Writes only what has changed. */
    public void put(ObjectKey key, Node.Mapping value) throws IOException {
        if (!get(key).equals(value)) {
            PrivateFiles.write(ObjectPaths.of(root, key), Json.bytes(value));
            cache.put(key, value);
        }
    }

    public void forget(ObjectKey key) throws IOException {
        cache.remove(key);
        Files.deleteIfExists(ObjectPaths.of(root, key));
    }

    private Node.Mapping read(ObjectKey key) {
        try {
            return Json.read(Files.readAllBytes(ObjectPaths.of(root, key))) instanceof Node.Mapping mapping
                    ? mapping
                    : Node.Mapping.EMPTY;
        } catch (NoSuchFileException nothing) {
            return Node.Mapping.EMPTY;
        } catch (IOException unreadable) {
            return Node.Mapping.EMPTY;
        }
    }
}
