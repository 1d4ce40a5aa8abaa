package io.homeostat.target.local.objects;

import io.homeostat.converge.Digests;
import io.homeostat.model.Json;
import io.homeostat.model.Node;
import io.homeostat.model.ObjectKey;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Every object that was applied, in memory and as one file each.
 *
 * <p>The two have different parts. <em>Memory</em> is what was applied last, and what the controllers follow. <em>The file</em>
 * is what people see and may have edited: {@link #recheck} finds that out, {@link #found} tells it, and nothing rolls out because
 * of it; the next {@link #put} writes over it. After a restart memory comes from the files; an object whose file was edited
 * meanwhile is {@linkplain #isSettled not settled}, and until it is applied again its instances are kept as they are.
 *
 * <p>Used by one thread at a time.
 */
public final class ObjectStore {

    /** What a file says about an object, compared with what was applied. */
    public sealed interface Found {
        record AsApplied() implements Found {}

        record Edited(Node.Mapping content) implements Found {}

        record Missing() implements Found {}

        /** @param reason one sentence, without anything that stands in the file */
        record Unreadable(String reason) implements Found {}
    }

    private static final Found AS_APPLIED = new Found.AsApplied();

    private final Path root;
    private final Map<ObjectKey, StoredObject> applied = new TreeMap<>();
    private final Map<ObjectKey, Found> differing = new TreeMap<>();
    private final Set<ObjectKey> unsettled = new TreeSet<>();
    private final Map<ObjectKey, String> unreadable = new TreeMap<>();
    /** Hash of what was written last, so that our own writes are told from others' without parsing. */
    private final Map<ObjectKey, Integer> written = new TreeMap<>();

    private ObjectStore(Path root) {
        this.root = root;
    }

    public static ObjectStore open(Path root) throws IOException {
        PrivateFiles.directories(root);
        ObjectStore store = new ObjectStore(root);
        for (Path file : store.files()) {
            if (PrivateFiles.isUnfinished(file)) {
                Files.deleteIfExists(file);
            } else {
                store.load(file);
            }
        }
        return store;
    }

    private void load(Path file) throws IOException {
        ObjectKey key = ObjectPaths.key(root, file);
        if (key == null) {
            return;
        }
        byte[] bytes = Files.readAllBytes(file);
        try {
            StoredObject object = read(key, bytes);
            applied.put(key, object);
            written.put(key, Arrays.hashCode(bytes));
            if (!digest(object.content()).equals(object.appliedDigest())) {
                differing.put(key, new Found.Edited(object.content()));
                unsettled.add(key);
            }
        } catch (Json.MalformedException | IllegalArgumentException broken) {
            unreadable.put(key, "its file cannot be read as an object");
        }
    }

    public Collection<StoredObject> all() {
        return Collections.unmodifiableCollection(applied.values());
    }

    public @Nullable StoredObject get(ObjectKey key) {
        return applied.get(key);
    }

    /** Files that were no objects when the store was opened, with the reason. Gone once their object is put. */
    public Map<ObjectKey, String> unreadable() {
        return Collections.unmodifiableMap(unreadable);
    }

    public Found found(ObjectKey key) {
        return differing.getOrDefault(key, AS_APPLIED);
    }

    /** What is in memory is what was applied; false only after a restart that found an edited file. */
    public boolean isSettled(ObjectKey key) {
        return !unsettled.contains(key);
    }

    public void put(StoredObject object) throws IOException {
        byte[] bytes = Json.writeRevealing(object.asNode());
        written.put(object.key(), Arrays.hashCode(bytes));
        PrivateFiles.write(ObjectPaths.of(root, object.key()), bytes);
        applied.put(object.key(), object);
        differing.remove(object.key());
        unreadable.remove(object.key());
        unsettled.remove(object.key());
    }

    public void remove(ObjectKey key) throws IOException {
        Files.deleteIfExists(ObjectPaths.of(root, key));
        applied.remove(key);
        differing.remove(key);
        unreadable.remove(key);
        unsettled.remove(key);
        written.remove(key);
    }

    /** Compares a file with what was applied; answers the object when something changed since the last look. */
    public @Nullable ObjectKey recheck(Path file) {
        ObjectKey key = ObjectPaths.key(root, file);
        StoredObject object = key == null ? null : applied.get(key);
        if (key == null || object == null || object.deleting()) {
            return null;
        }
        Found now = look(object, file);
        Found before = now instanceof Found.AsApplied ? differing.remove(key) : differing.put(key, now);
        return now.equals(before == null ? AS_APPLIED : before) ? null : key;
    }

    private Found look(StoredObject object, Path file) {
        try {
            byte[] bytes = Files.readAllBytes(file);
            if (written.getOrDefault(object.key(), 0) == Arrays.hashCode(bytes) && isSettled(object.key())) {
                return AS_APPLIED;
            }
            StoredObject read = read(object.key(), bytes);
            if (!digest(read.content()).equals(object.appliedDigest())) {
                return new Found.Edited(read.content());
            }
            if (unsettled.remove(object.key())) {
                applied.put(object.key(), read);
            }
            return AS_APPLIED;
        } catch (NoSuchFileException gone) {
            return new Found.Missing();
        } catch (IOException | IllegalArgumentException broken) {
            return new Found.Unreadable("its file cannot be read as an object");
        }
    }

    private static StoredObject read(ObjectKey key, byte[] bytes) throws Json.MalformedException {
        if (Json.read(bytes) instanceof Node.Mapping mapping) {
            return StoredObject.from(key, mapping);
        }
        throw new IllegalArgumentException("not an object");
    }

    private static String digest(Node.Mapping content) {
        return Digests.of(content);
    }

    /** Directories that have to be watched: the root, namespaces and kinds. */
    public List<Path> directories() {
        List<Path> directories = new ArrayList<>();
        try (Stream<Path> found = Files.walk(root, 2)) {
            found.filter(Files::isDirectory).forEach(directories::add);
        } catch (IOException | UncheckedIOException unreadableNow) {
            directories.add(root);
        }
        return directories;
    }

    /** Every file there is, and where every object ought to be. */
    public List<Path> files() throws IOException {
        List<Path> files = new ArrayList<>();
        try (Stream<Path> found = Files.walk(root, 3)) {
            found.filter(Files::isRegularFile).forEach(files::add);
        }
        applied.keySet().forEach(key -> {
            Path file = ObjectPaths.of(root, key);
            if (!files.contains(file)) {
                files.add(file);
            }
        });
        return files;
    }
}
