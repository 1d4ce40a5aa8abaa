package io.homeostat.cli.command;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Registers an extension without Git. */
public final class CatalogAddCommand implements Command {

    private static final String FILE = "FILE";

    @Override
    public void describe(Usage usage) {
        usage.summary("register an extension that Git does not declare")
                .required(FILE, "file", "A document of kind Extension.")
                .changes()
                .paragraph("It stays until homeostat catalog remove. What Git declares under its name comes first.")
                .example("homeostat catalog add drop-cache.yaml", "Experiments may name it from now on.");
    }

    @Override
    public int run(Call call) throws Failure, IOException {
        Path file = existing(call.argument(FILE));
        return Changing.post(
                call,
                "catalog add " + file,
                "/api/v1/catalog",
                "document",
                Files.readString(file),
                "file",
                file.toString(),
                "by",
                call.variables().getOrDefault("USER", "somebody"));
    }

    static Path existing(String said) throws Failure {
        Path file = Path.of(said);
        if (!Files.isReadable(file)) {
            throw Failure.of("there is no file " + file.toAbsolutePath(), "docs/extensions.md shows what it says");
        }
        return file;
    }
}
