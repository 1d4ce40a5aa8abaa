package io.homeostat.cli.command;

import java.io.IOException;

/** Forgets an extension that was registered. */
public final class CatalogRemoveCommand implements Command {

    @Override
    public void describe(Usage usage) {
        usage.summary("forget an extension that was registered")
                .required("NAME", "", "The extension.")
                .changes()
                .paragraph("What holds a fault of it goes on and undoes it. One that Git declares is removed there.")
                .example("homeostat catalog remove drop-cache", "No experiment may name it any more.");
    }

    @Override
    public int run(Call call) throws Failure, IOException {
        return Changing.post(
                call,
                "catalog remove " + call.argument("NAME"),
                "/api/v1/catalog",
                "remove",
                call.argument("NAME"),
                "by",
                call.variables().getOrDefault("USER", "somebody"));
    }
}
