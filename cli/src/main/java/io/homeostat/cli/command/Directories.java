package io.homeostat.cli.command;

import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/** Directories as people give them. */
final class Directories {

    private Directories() {}

    /** @param given empty: the current directory */
    static Path existing(String given) throws Failure {
        try {
            Path path = Path.of(given).toAbsolutePath().normalize();
            if (Files.isDirectory(path)) {
                return path;
            }
            throw Failure.of(
                    Files.exists(path) ? path + " is not a directory" : path + " does not exist",
                    "say the root of the repository, the directory that holds environments/ or your manifests");
        } catch (InvalidPathException unusable) {
            throw Failure.wrongUse("'" + given + "' is no path", "");
        }
    }
}
