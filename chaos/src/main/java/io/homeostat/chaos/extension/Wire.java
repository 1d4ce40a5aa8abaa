package io.homeostat.chaos.extension;

import io.homeostat.model.Node;
import io.homeostat.model.chaos.Extension;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;

/**
 * How an extension is asked. A request says {@code verb}, {@code extension}, {@code run}, {@code fault}, {@code parameters},
 * {@code target} and the {@code state} that the answer before gave; an answer may say {@code state}, {@code observed},
 * {@code seen} and {@code error}.
 */
interface Wire {

    /** What is asked of it, in this order. */
    enum Verb {
        /** What will it take to undo it? Nothing is done yet. */
        PREPARE,
        START,
        /** Is it seen? */
        STATUS,
        /** Undo it: once, twice, or without a start. */
        STOP;

        String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * Asks and waits. Interrupted, it gives up, and ends what it started for that.
     *
     * @throws IOException when there is no answer, none that can be read, or one that says {@code error}
     */
    Node.Mapping call(Verb verb, Node.Mapping request) throws IOException, InterruptedException;

    /** @param directory where programs run */
    static Wire of(Extension.How how, Path directory) throws IOException {
        return switch (how) {
            case Extension.How.Executable executable -> new ProgramWire(executable.command(), directory);
            case Extension.How.Service service -> new ServiceWire(service.url());
            case Extension.How.Jar jar -> JarWire.open(Path.of(jar.path()), jar.fault());
        };
    }

    /** What was answered, unless it says that it failed. */
    static Node.Mapping checked(Verb verb, Node answer) throws IOException {
        if (!(answer instanceof Node.Mapping said)) {
            throw new IOException(verb.word() + " answered something else than a JSON object");
        }
        String error = said.text("error", "");
        if (!error.isEmpty()) {
            throw new IOException(verb.word() + " failed: " + error);
        }
        return said;
    }
}
