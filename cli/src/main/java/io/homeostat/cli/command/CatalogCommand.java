package io.homeostat.cli.command;

import io.homeostat.cli.show.CatalogText;
import io.homeostat.model.Node;
import java.io.IOException;

/** Faults of others. */
public final class CatalogCommand implements Command {

    @Override
    public void describe(Usage usage) {
        usage.summary("the extensions that experiments may name, with their parameters")
                .agent()
                .paragraph(
                        "An extension is a program, a service or a jar of somebody else that does a fault and undoes it."
                                + " docs/extensions.md shows how to write one.")
                .example("homeostat catalog", "All of them.");
    }

    @Override
    public int run(Call call) throws Failure, IOException {
        Node.Mapping answer = call.agent().get("/api/v1/catalog");
        call.print(answer, CatalogText.lines(answer, call.paint()));
        return Exit.DONE;
    }
}
