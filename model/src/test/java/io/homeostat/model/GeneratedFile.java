package io.homeostat.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A file of the repository that a test derives from the code. {@code -Dhomeostat.generate} writes it anew. */
public final class GeneratedFile {
    private static final boolean GENERATE = System.getProperty("homeostat.generate") != null;

    private GeneratedFile() {}

    /** @param path relative to the module */
    public static void isUpToDate(String path, String content) throws IOException {
        Path file = Path.of(path);
        if (GENERATE) {
            Files.createDirectories(file.toAbsolutePath().getParent());
            Files.writeString(file, content);
        }
        assertThat(file)
                .as("generated; write it anew with './mvnw test -pl model -Dhomeostat.generate'")
                .exists();
        assertThat(Files.readString(file))
                .as("%s is generated; write it anew with './mvnw test -pl model -Dhomeostat.generate'", path)
                .isEqualTo(content);
    }
}
