package io.homeostat.gate;

import io.homeostat.gate.control.ConfigCheck;
import io.homeostat.gate.control.ControlJson;
import io.homeostat.gate.control.ControlReader;
import io.homeostat.gate.control.GateConfig;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;

/**
 * The configuration on disk: {@code config.json}, and the one before it as {@code config.json.previous}. A configuration is
 * whole on disk before it becomes {@code config.json}, so a damaged one was damaged by something else; it is kept as
 * {@code config.json.damaged}, and the one before is served until a new one comes.
 */
final class ConfigStore {

    private final Path file;
    private final Path previous;

    ConfigStore(Path directory) {
        this.file = directory.resolve("config.json");
        this.previous = directory.resolve("config.json.previous");
    }

    /** @param warnings what was wrong with the files, in sentences */
    record Loaded(GateConfig config, List<String> warnings) {}

    Loaded load() throws IOException {
        List<String> warnings = new ArrayList<>();
        for (Path candidate : List.of(file, previous)) {
            if (!Files.exists(candidate)) {
                continue;
            }
            try {
                GateConfig config = ControlReader.config(Files.readAllBytes(candidate));
                List<String> problems = ConfigCheck.problems(config);
                if (problems.isEmpty()) {
                    return new Loaded(config, List.copyOf(warnings));
                }
                throw new IOException(problems.getFirst());
            } catch (IOException damaged) {
                Path kept = candidate.resolveSibling(candidate.getFileName() + ".damaged");
                Files.move(candidate, kept, StandardCopyOption.ATOMIC_MOVE);
                warnings.add(
                        candidate.getFileName() + " is damaged (" + damaged.getMessage() + ") and was set aside as "
                                + kept.getFileName() + "; " + (candidate.equals(file) ? "the one before it" : "nothing")
                                + " is served until a new one comes");
            }
        }
        return new Loaded(GateConfig.EMPTY, List.copyOf(warnings));
    }

    /** When this returns, the configuration survives a loss of power. */
    void save(GateConfig config) throws IOException {
        Path fresh = file.resolveSibling(file.getFileName() + ".new");
        Files.deleteIfExists(fresh);
        // Private keys may be in it.
        Files.createFile(fresh, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        try (FileOutputStream out = new FileOutputStream(fresh.toFile())) {
            out.write(ControlJson.write(config));
            out.getFD().sync();
        }
        if (Files.exists(file)) {
            // By a second name for the same file: at no moment is there no config.json.
            Path link = previous.resolveSibling(previous.getFileName() + ".new");
            Files.deleteIfExists(link);
            Files.createLink(link, file);
            Files.move(link, previous, StandardCopyOption.ATOMIC_MOVE);
        }
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
        try (FileChannel directory = FileChannel.open(file.getParent(), StandardOpenOption.READ)) {
            directory.force(true);
        }
    }
}
