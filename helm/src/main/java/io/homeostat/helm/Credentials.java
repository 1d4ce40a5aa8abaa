package io.homeostat.helm;

import io.homeostat.model.Json;
import io.homeostat.model.Node;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Who we are to a registry or a chart repository, by host: {@code auths} in the {@code config.json} that {@code docker login} and
 * {@code helm registry login} write. Read each time, so that a renewed one counts at once.
 */
final class Credentials {

    private final @Nullable Path file;

    /** @param file null: anonymous everywhere */
    Credentials(@Nullable Path file) {
        this.file = file;
    }

    static Credentials ofThisUser() {
        String directory = System.getenv("DOCKER_CONFIG");
        return new Credentials(
                directory == null || directory.isEmpty()
                        ? Path.of(System.getProperty("user.home"), ".docker", "config.json")
                        : Path.of(directory, "config.json"));
    }

    /** The value of an {@code Authorization: Basic} header; null when nothing is known for this host. */
    @Nullable
    String basic(String host) throws IOException {
        if (file == null || !Files.isReadable(file)) {
            return null;
        }
        if (Json.read(Files.readAllBytes(file)) instanceof Node.Mapping config) {
            Node.Mapping auths = config.mapping("auths");
            for (String key : new String[] {host, "https://" + host, "https://" + host + "/v1/"}) {
                String auth = auths.mapping(key).text("auth", "");
                if (!auth.isEmpty()) {
                    return auth;
                }
            }
        }
        return null;
    }
}
