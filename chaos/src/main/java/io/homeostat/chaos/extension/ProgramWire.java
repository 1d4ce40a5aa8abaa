package io.homeostat.chaos.extension;

import io.homeostat.model.Json;
import io.homeostat.model.Node;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A program that is started anew for each question: the request on its input, the answer on its output. */
final class ProgramWire implements Wire {

    private static final int TOLD = 200;

    private final List<String> command;
    private final Path directory;

    ProgramWire(List<String> command, Path directory) {
        this.command = command;
        this.directory = directory;
    }

    @Override
    public Node.Mapping call(Verb verb, Node.Mapping request) throws IOException, InterruptedException {
        Path out = directory.resolve(verb.word() + ".out");
        Path err = directory.resolve(verb.word() + ".err");
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectOutput(out.toFile())
                .redirectError(err.toFile());
        // By this the processes that it leaves behind are known.
        builder.environment().put(Leftovers.MARK, directory.toString());
        Process process = builder.start();
        boolean ended = false;
        try {
            try (OutputStream in = process.getOutputStream()) {
                in.write(Json.bytes(request));
            } catch (IOException unread) {
                // Who needs no question does not read it.
                ended = !process.isAlive();
            }
            int status = process.waitFor();
            ended = true;
            if (status != 0) {
                throw new IOException(verb.word() + " ended with " + status + said(err));
            }
        } finally {
            if (!ended) {
                process.descendants().forEach(ProcessHandle::destroyForcibly);
                process.destroyForcibly();
            }
        }
        byte[] answer = Files.readAllBytes(out);
        if (new String(answer, StandardCharsets.UTF_8).isBlank()) {
            return Node.Mapping.EMPTY;
        }
        try {
            return Wire.checked(verb, Json.read(answer));
        } catch (Json.MalformedException malformed) {
            throw new IOException(verb.word() + " answered no JSON: " + malformed.getMessage(), malformed);
        }
    }

    private static String said(Path err) throws IOException {
        String text = new String(Files.readAllBytes(err), StandardCharsets.UTF_8).strip();
        return text.isEmpty() ? "" : ": " + text.substring(Math.max(0, text.length() - TOLD));
    }
}
