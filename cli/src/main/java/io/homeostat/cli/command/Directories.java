package io.homeostat.cli.command;

import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Directories and files as people give them. */
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

    /** @throws Failure when nothing can be written to this file; null is none */
    static void writable(String option, @Nullable String file) throws Failure {
        if (file == null) {
            return;
        }
        Path path;
        try {
            path = Path.of(file).toAbsolutePath().normalize();
        } catch (InvalidPathException unusable) {
            throw Failure.wrongUse("'" + file + "' of " + option + " is no path", "");
        }
        Path directory = path.getParent();
        if (Files.isDirectory(path)) {
            throw Failure.of(option + ": " + path + " is a directory", "name a file in it");
        }
        if (directory == null || !Files.isDirectory(directory)) {
            throw Failure.of(option + ": there is no directory " + directory, "mkdir -p " + directory);
        }
        if (!Files.isWritable(Files.exists(path) ? path : directory)) {
            throw Failure.of(
                    option + ": " + path + " may not be written by you", "name a file in a directory of your own");
        }
    }
}
