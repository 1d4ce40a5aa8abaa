package io.homeostat.target.local.process;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Where one instance is written down. Everything in it is for its owner alone.
 *
 * <pre>
 *   launch.json   what was asked for            the agent, before anything is started
 *   start         the program, for the shell    the agent, before anything is started
 *   child         who may run it ({@link Claim})    the child, or the agent that revokes
 *   exit          how it ended                  the shim
 *   log, log.N    what it wrote                 the program; rotated by the agent ({@link LogFile})
 * </pre>
 */
record InstanceDirectory(Path path) {
    static final String CHILD = "child";
    static final String LOG = "log";
    private static final String LAUNCH = "launch.json";
    private static final String START = "start";
    private static final String EXIT = "exit";
    private static final String UNFINISHED = ".new-";

    private static final AtomicLong UNIQUE = new AtomicLong();
    private static final FileAttribute<?> PRIVATE_FILE =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
    private static final FileAttribute<?> PRIVATE_DIRECTORY =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

    /** Makes the directory of all instances, or takes it from everybody else. */
    static void prepare(Path instances) throws IOException {
        Files.createDirectories(instances, PRIVATE_DIRECTORY);
        Files.setPosixFilePermissions(instances, PosixFilePermissions.fromString("rwx------"));
    }

    /** Writes everything down; afterwards it is there as a whole. */
    static InstanceDirectory create(Path instances, Intent intent, String start) throws IOException {
        String id = intent.launch().id();
        InstanceDirectory unfinished =
                new InstanceDirectory(instances.resolve(UNFINISHED + UNIQUE.incrementAndGet() + "-" + id));
        Files.createDirectory(unfinished.path, PRIVATE_DIRECTORY);
        try {
            unfinished.write(LAUNCH, intent.toJson());
            unfinished.write(START, start.getBytes(StandardCharsets.UTF_8));
            unfinished.write(LOG, new byte[0]);
            Path path = instances.resolve(id);
            Files.move(unfinished.path, path, StandardCopyOption.ATOMIC_MOVE);
            return new InstanceDirectory(path);
        } catch (IOException | RuntimeException failed) {
            unfinished.delete();
            throw failed;
        }
    }

    /** Every instance's directory; what an agent left unfinished is deleted on the way. */
    static List<InstanceDirectory> all(Path instances) throws IOException {
        List<InstanceDirectory> found = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(instances)) {
            for (Path entry : entries) {
                InstanceDirectory directory = new InstanceDirectory(entry);
                if (directory.name().startsWith(UNFINISHED)) {
                    directory.delete();
                } else if (!directory.name().startsWith(".") && Files.isDirectory(entry)) {
                    found.add(directory);
                }
            }
        }
        return found;
    }

    String name() {
        return String.valueOf(path.getFileName());
    }

    Path log() {
        return path.resolve(LOG);
    }

    /** Null when it is not there or not readable as such; an I/O error is one. */
    @Nullable
    Intent intent() throws IOException {
        byte[] json;
        try {
            json = Files.readAllBytes(path.resolve(LAUNCH));
        } catch (NoSuchFileException deleted) {
            return null;
        }
        try {
            Intent intent = Intent.parse(json);
            return intent.launch().id().equals(name()) ? intent : null;
        } catch (IOException malformed) {
            return null;
        }
    }

    /**
     * What the shim recorded.
     *
     * @param status as its shell saw it
     * @param swept nothing of the process group is left
     */
    record ExitRecord(int status, Instant at, boolean swept) {}

    /** Null when the shim did not get that far. */
    @Nullable
    ExitRecord exit() throws IOException {
        Path file = path.resolve(EXIT);
        try {
            String text = Files.readString(file);
            int end = text.indexOf('\n');
            if (end < 0) {
                return null;
            }
            int status = Integer.parseInt(text.substring(0, end));
            return new ExitRecord(
                    status, Files.getLastModifiedTime(file).toInstant(), text.startsWith("swept\n", end + 1));
        } catch (NoSuchFileException | NumberFormatException none) {
            return null;
        }
    }

    /** A file of its own for the output of a command; to be deleted by the caller. */
    Path scratch() throws IOException {
        Path file = path.resolve("exec." + UNIQUE.incrementAndGet());
        Files.deleteIfExists(file);
        return Files.createFile(file, PRIVATE_FILE);
    }

    /** {@code start} first and {@code child} last: see {@link Claim}. Deleting what is gone is nothing to do. */
    void delete() throws IOException {
        Files.deleteIfExists(path.resolve(START));
        Path child = path.resolve(CHILD);
        for (int attempt = 0; ; attempt++) {
            try (DirectoryStream<Path> entries = Files.newDirectoryStream(path)) {
                for (Path entry : entries) {
                    if (!entry.equals(child)) {
                        Files.deleteIfExists(entry);
                    }
                }
            } catch (NoSuchFileException gone) {
                return;
            }
            Files.deleteIfExists(child);
            try {
                Files.deleteIfExists(path);
                return;
            } catch (DirectoryNotEmptyException latecomer) {
                // A child that was late has left its claim, and found nothing to run.
                if (attempt == 10) {
                    throw latecomer;
                }
            }
        }
    }

    private void write(String name, byte[] content) throws IOException {
        Files.write(Files.createFile(path.resolve(name), PRIVATE_FILE), content);
    }
}
