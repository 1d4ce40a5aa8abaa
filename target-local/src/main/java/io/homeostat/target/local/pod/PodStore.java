package io.homeostat.target.local.pod;

import io.homeostat.model.Json;
import io.homeostat.model.Node;
import io.homeostat.target.local.objects.PrivateFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The instances on disk: {@code NAMESPACE/NAME/} with {@code instance.json} (how it was made), {@code state.json} (how far it
 * is) and its volumes.
 */
final class PodStore {

    private static final String MADE = "instance.json";
    private static final String STATE = "state.json";

    private final Path root;

    PodStore(Path root) throws IOException {
        this.root = root;
        PrivateFiles.directories(root);
    }

    /** @param state null when only it could not be read: then nothing is known about its runs but what the processes tell */
    record Loaded(Pod pod, @Nullable PodState state) {}

    /** @param unreadable directories that hold no instance that could be read */
    record Contents(List<Loaded> pods, List<Path> unreadable) {}

    Contents load() throws IOException {
        List<Loaded> pods = new ArrayList<>();
        List<Path> unreadable = new ArrayList<>();
        try (Stream<Path> found = Files.walk(root, 2)) {
            for (Path directory : found.filter(path -> root.relativize(path).getNameCount() == 2)
                    .filter(Files::isDirectory)
                    .toList()) {
                if (!Files.exists(directory.resolve(MADE))) {
                    // It was about to be made, or half gone.
                    PrivateFiles.deleteTree(directory);
                    continue;
                }
                Loaded loaded = load(directory);
                if (loaded == null) {
                    unreadable.add(directory);
                } else {
                    pods.add(loaded);
                }
            }
        }
        return new Contents(pods, unreadable);
    }

    private @Nullable Loaded load(Path directory) {
        Pod pod;
        try {
            pod = Pod.from(mapping(directory.resolve(MADE)));
            if (!directory(pod).equals(directory)) {
                return null;
            }
        } catch (IOException | RuntimeException broken) {
            return null;
        }
        try {
            return new Loaded(pod, PodState.from(mapping(directory.resolve(STATE))));
        } catch (IOException | RuntimeException broken) {
            return new Loaded(pod, null);
        }
    }

    Path directory(Pod pod) {
        return root.resolve(pod.namespace()).resolve(pod.name());
    }

    /** The state first: an instance is there once {@code instance.json} is. */
    void create(Pod pod, PodState state) throws IOException {
        save(pod, state);
        PrivateFiles.write(directory(pod).resolve(MADE), made(pod));
    }

    void save(Pod pod, PodState state) throws IOException {
        PrivateFiles.write(directory(pod).resolve(STATE), Json.bytes(state.asNode()));
    }

    /** A file that we write all the time and nobody else has any business with. */
    static boolean isOurs(Path file) {
        return file.getFileName().toString().equals(STATE) || PrivateFiles.isUnfinished(file);
    }

    /** The file is as it was written. */
    boolean isIntact(Pod pod) {
        try {
            return Arrays.equals(Files.readAllBytes(directory(pod).resolve(MADE)), made(pod));
        } catch (IOException gone) {
            return false;
        }
    }

    Path recordOf(Pod pod) {
        return directory(pod).resolve(MADE);
    }

    void restore(Pod pod) throws IOException {
        PrivateFiles.write(directory(pod).resolve(MADE), made(pod));
    }

    void delete(Pod pod) throws IOException {
        Files.deleteIfExists(directory(pod).resolve(MADE));
        PrivateFiles.deleteTree(directory(pod));
    }

    private static byte[] made(Pod pod) {
        return Json.writeRevealing(pod.asNode());
    }

    private static Node.Mapping mapping(Path file) throws IOException {
        if (Json.read(Files.readAllBytes(file)) instanceof Node.Mapping mapping) {
            return mapping;
        }
        throw new IOException(file + " is not what was written");
    }
}
