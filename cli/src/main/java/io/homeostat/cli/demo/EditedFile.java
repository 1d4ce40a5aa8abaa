package io.homeostat.cli.demo;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** A file of the running system that is edited by hand is put back. */
final class EditedFile implements Scene {

    @Override
    public String title() {
        return "A file is edited by hand";
    }

    @Override
    public String shows() {
        return "web reads its greeting from a file that a ConfigMap declares. Somebody edits the file where it lies, past Git. "
                + "That is drift: it is seen by watching, written down, and put right.";
    }

    @Override
    public void play(Stage stage) throws Exception {
        long start = stage.now();
        Path file = Path.of(stage.load().answer("/config"));
        String declared = Files.readString(file);
        file.toFile().setWritable(true);
        Files.writeString(file, "greeting=Closed, and everything is mine\n");
        stage.did("edited " + stage.state().relativize(file));
        stage.expect("seen as drift", Duration.ofSeconds(20), () -> stage.happened(start, "drift.found"));
        stage.expect(
                "the file is as declared again",
                Duration.ofSeconds(20),
                () -> Seen.when(Files.readString(file).equals(declared), ""));
        String answer = stage.load().answer();
        stage.check(answer.startsWith("Welcome to the shop"), "customers read: " + answer);
    }
}
