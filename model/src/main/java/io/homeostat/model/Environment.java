package io.homeostat.model;

import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * {@code kind: Environment}: what is converged onto one target, and how.
 *
 * @param include directories of the repository, relative to its root, that hold this environment's applications
 * @param images ordinary image name (without tag, or with; {@value #ANY_IMAGE}) to where the local target finds it
 * @param interval how often the source is polled
 * @param isProtected commands that change something ask for the environment's name
 */
public record Environment(
        String name,
        String target,
        List<String> include,
        Map<String, ImageSource> images,
        SyncPolicy sync,
        Duration interval,
        boolean isProtected,
        Position at) {

    public static final Duration DEFAULT_INTERVAL = Duration.ofSeconds(30);

    /** In {@link #images}, every image that is not named itself. */
    public static final String ANY_IMAGE = "*";

    /** For a directory of plain manifests, where no Environment is declared: whatever they run is on the machine. */
    public static Environment implicit(String name) {
        return new Environment(
                name,
                "local",
                List.of("."),
                Map.of(ANY_IMAGE, new ImageSource.Host()),
                SyncPolicy.DEFAULT,
                DEFAULT_INTERVAL,
                false,
                Position.NONE);
    }

    /** Where the programs of an image are found on one machine. */
    public sealed interface ImageSource {
        /** {@code dir:PATH}: a directory of the snapshot, immutable per content. */
        record Directory(String path) implements ImageSource {}

        /** {@code archive:URL#sha256=…}: a tar or zip, verified and cached. */
        record Archive(String url, String sha256) implements ImageSource {}

        /** {@code host}: whatever is on the machine. */
        record Host() implements ImageSource {}
    }
}
