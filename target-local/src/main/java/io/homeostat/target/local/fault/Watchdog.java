package io.homeostat.target.local.fault;

import io.homeostat.target.local.process.Identity;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** One watchdog, seen from the agent: its directory, and what it is told there. The protocol is explained in the script. */
final class Watchdog {

    private static final String BEAT = "beat";
    private static final String OVER = "over";

    /** What a watchdog does to a process. */
    enum Mode {
        PAUSE,
        CPU,
        MEMORY;

        String word() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }
    }

    private final Path directory;
    private final Identity process;
    private final Process script;

    private Watchdog(Path directory, Identity process, Process script) {
        this.directory = directory;
        this.process = process;
        this.script = script;
    }

    /**
     * Begins. Before anything is done to the process, everything that it takes to undo it is there.
     *
     * @param directory of its own; must not exist
     * @param count workers, or MiB
     * @param groups control groups that hold the process, which what is started here joins
     */
    static Watchdog start(
            Path script,
            Path directory,
            Mode mode,
            int count,
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
                Integer.toString(count)));
        groups.forEach(group -> command.add(group.toString()));
        ProcessBuilder builder = new ProcessBuilder(command).directory(directory.toFile());
        builder.redirectInput(new File("/dev/null"))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD);
        return new Watchdog(directory, process, builder.start());
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

    /** Tells whoever watches in this directory to undo it, whichever agent started it. */
    static void release(Path directory) throws IOException {
        beat(directory, 0);
    }
}
