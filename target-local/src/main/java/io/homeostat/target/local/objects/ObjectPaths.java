package io.homeostat.target.local.objects;

import io.homeostat.model.ObjectKey;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** {@code NAMESPACE/KIND.GROUP/NAME.json}: where an object lies, and which object lies there. */
public final class ObjectPaths {

    private static final String JSON = ".json";

    private ObjectPaths() {}

    public static Path of(Path root, ObjectKey key) {
        String kind = key.group().isEmpty() ? key.kind() : key.kind() + "." + key.group();
        return root.resolve(safe(key.namespace())).resolve(safe(kind)).resolve(safe(key.name()) + JSON);
    }

    /** The object at a path below the root; null when no object lies at such a path. */
    static @Nullable ObjectKey key(Path root, Path file) {
        Path relative = root.relativize(file);
        String name = relative.getFileName().toString();
        if (relative.getNameCount() != 3 || !name.endsWith(JSON)) {
            return null;
        }
        String kind = relative.getName(1).toString();
        int dot = kind.indexOf('.');
        return new ObjectKey(
                dot < 0 ? "" : kind.substring(dot + 1),
                dot < 0 ? kind : kind.substring(0, dot),
                relative.getName(0).toString(),
                name.substring(0, name.length() - JSON.length()));
    }

    /** Names were checked long before; here only nothing may lead out of the directory. */
    private static String safe(String name) {
        if (name.isEmpty() || name.indexOf('/') >= 0 || name.indexOf('\0') >= 0 || name.startsWith(".")) {
            throw new IllegalArgumentException("not a name of an object: '" + name + "'");
        }
        return name;
    }
}
