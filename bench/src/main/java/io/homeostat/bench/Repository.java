package io.homeostat.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A real Git repository, made with the real {@code git}. */
record Repository(Path path) {

    static Repository create(Path path) throws IOException, InterruptedException {
        Files.createDirectories(path);
        Repository repository = new Repository(path);
        repository.git("init", "-q", "-b", "main");
        repository.git("config", "user.email", "bench@example.org");
        repository.git("config", "user.name", "bench");
        return repository;
    }

    void write(String file, String content) throws IOException {
        Path target = path.resolve(file);
        Files.createDirectories(target.getParent());
        Files.writeString(target, content);
    }

    void commit(String message) throws IOException, InterruptedException {
        git("add", "-A");
        git("commit", "-q", "-m", message);
    }

    void git(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("git", "-C", path.toString()));
        command.addAll(List.of(arguments));
        int exit = new ProcessBuilder(command).inheritIO().start().waitFor();
        if (exit != 0) {
            throw new IOException(command + " ended with " + exit);
        }
    }
}
