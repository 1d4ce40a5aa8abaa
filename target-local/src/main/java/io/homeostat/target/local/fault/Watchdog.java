package io.homeostat.target.local.fault;

import io.homeostat.target.local.process.Identity;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One watchdog, seen from the agent: its directory, and what it is told there. The protocol is explained in the script. */
final class Watchdog {

    private static final String BEAT = "beat";
    private static final String OVER = "over";
    private static final String COMMAND = "command";

    /** What a watchdog does to a process. */
    enum Mode {
        PAUSE,
        CPU,
        MEMORY,
        IO,
        FILEDESCRIPTORS,
        DISK;

        String word() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }
    }

    private final Path directory;
    private final Identity process;
    private final Process script;
    private final @Nullable Path place;

    private Watchdog(Path directory, Identity process, Process script, @Nullable Path place) {
        this.directory = directory;
        this.process = process;
        this.script = script;
        this.place = place;
    }

    /**
     * Begins. Before anything is done to the process, everything that it takes to undo it is there.
     *
     * @param directory of its own; must not exist
     * @param count workers, or MiB, or file descriptors; of cpu the workers, {@code @} and how many percent of the time they are busy
     * @param place that is filled; null where none is
     * @param groups control groups that hold the process, which what is started here joins
     */
    static Watchdog start(
            Path script,
            Path directory,
            Mode mode,
            String count,
            @Nullable Path place,
            Identity process,
            List<Path> groups,
            Duration heartbeat,
            Duration lasts)
            throws IOException {
        Files.createDirectories(directory);
        beat(directory, Uptime.in(heartbeat));
        List<String> command = new ArrayList<>(List.of(
                "setsid",
                "sh",
                script.toString(),
                mode.word(),
                Long.toString(process.pid()),
                Long.toString(process.startTicks()),
                Long.toString(Uptime.in(lasts)),
                count,
                place == null ? "-" : place.toString()));
        groups.forEach(group -> command.add(group.toString()));
        // By these words another one undoes it when this one is killed.
        Files.write(directory.resolve(COMMAND), command, StandardCharsets.UTF_8);
        return new Watchdog(directory, process, run(directory, command), place);
    }

    private static Process run(Path directory, List<String> command) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command).directory(directory.toFile());
        builder.redirectInput(new File("/dev/null"))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD);
        return builder.start();
    }

    void renew(Duration heartbeat) throws IOException {
        if (!isOver()) {
            beat(directory, Uptime.in(heartbeat));
        }
    }

    void undo() throws IOException {
        if (!isOver()) {
            beat(directory, 0);
        }
    }

    /** It ended. Killed from outside, it may have left something, which {@link Leftovers} undoes. */
    boolean isOver() {
        return !script.isAlive();
    }

    /** It ended, and not by itself: what it did may still be done. */
    boolean wasKilled() {
        return isOver() && !Files.exists(directory.resolve(OVER));
    }

    /** Another one undoes what this one did, and is waited for. */
    void undoAgain() throws IOException {
        beat(directory, 0);
        Process again = run(directory, Files.readAllLines(directory.resolve(COMMAND)));
        try {
            again.waitFor(1, TimeUnit.SECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** A file was written, synced and read at least once. */
    boolean hasWritten() {
        try (DirectoryStream<Path> done = Files.newDirectoryStream(directory, "io.*.done")) {
            return done.iterator().hasNext();
        } catch (IOException gone) {
            return false;
        }
    }

    /** The soft limits that it set. */
    List<Long> lowered() {
        try {
            return Files.readAllLines(directory.resolve("limits")).stream()
                    .map(line -> Long.valueOf(line.substring(0, Math.max(0, line.indexOf(' ')))))
                    .toList();
        } catch (IOException | NumberFormatException notYet) {
            return List.of();
        }
    }

    /** Left of what it fills. */
    long usableMebibytes() throws IOException {
        Path filled = place;
        return filled == null ? Long.MAX_VALUE : Files.getFileStore(filled).getUsableSpace() / (1024 * 1024);
    }

    Identity process() {
        return process;
    }

    Path directory() {
        return directory;
    }

    /** Its pid is that of its session: {@code setsid} becomes the script where it is not a group's leader, as here. */
    long session() {
        return script.pid();
    }

    /** Appears as a whole: a shell that reads half a number would undo too early, or too late. */
    private static void beat(Path directory, long until) throws IOException {
        Path unfinished = directory.resolve(BEAT + ".new");
        Files.write(unfinished, (until + "\n").getBytes(StandardCharsets.US_ASCII));
        Files.move(unfinished, directory.resolve(BEAT), StandardCopyOption.ATOMIC_MOVE);
    }

    /** Whoever watches in this directory undoes it, whichever agent started it; if it was killed, another one. */
    static void release(Path directory) throws IOException {
        beat(directory, 0);
        Path command = directory.resolve(COMMAND);
        if (Files.exists(command)) {
            var _ = run(directory, Files.readAllLines(command));
        }
    }
}
