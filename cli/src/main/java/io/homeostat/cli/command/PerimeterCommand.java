package io.homeostat.cli.command;

import io.homeostat.cli.show.PerimeterText;
import io.homeostat.model.Node;
import java.io.IOException;

/** How much it takes until each promise breaks. */
public final class PerimeterCommand implements Command {

    private static final String NAME = "EXPERIMENT";

    @Override
    public void describe(Usage usage) {
        usage.summary("how much it takes until each promise breaks, as searches found it")
                .optional(NAME, "experiment", "Only of this one, with what was found before.")
                .agent()
                .paragraph(
                        "A search is an Experiment with search:; homeostat experiment run begins it. Exit code 2 when"
                                + " a perimeter shrank, or less than what must be withstood breaks a promise.")
                .example("homeostat perimeter", "The newest of each.")
                .example("homeostat perimeter slow-store", "One, with its history.");
    }

    @Override
    public int run(Call call) throws Failure, IOException {
        String name = call.argument(NAME);
        Node.Mapping answer = name.isEmpty()
                ? call.agent().get("/api/v1/perimeters")
                : call.agent().get("/api/v1/perimeters", "experiment", name);
        if (!name.isEmpty() && answer.sequence("perimeters").isEmpty()) {
            // Nothing was found of what is not there: that is refused, with the name that was meant.
            call.agent().get("/api/v1/experiments", "name", name);
        }
        call.print(
                answer,
                PerimeterText.lines(
                        answer, !name.isEmpty(), call.paint(), call.clock().instant()));
        return PerimeterText.isAnyTooSmall(answer) ? Exit.SOMETHING : Exit.DONE;
    }
}
