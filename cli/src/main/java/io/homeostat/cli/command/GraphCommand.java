package io.homeostat.cli.command;

import io.homeostat.cli.show.GraphText;
import io.homeostat.model.Node;
import java.io.IOException;

/** Who calls whom. */
public final class GraphCommand implements Command {

    @Override
    public void describe(Usage usage) {
        usage.summary("who calls whom: what is declared, and what the gate has seen")
                .paragraph("A workload declares a call by using $(NAME_SERVICE_HOST), or by the annotation"
                        + " homeostat.io/calls. Counts are since the gate started; failures are those of the"
                        + " callee. Exit code 2 when a call was seen that nobody declared, else 0.")
                .agent()
                .example("homeostat graph", "Each edge with its requests, failures and latencies.");
    }

    @Override
    public int run(Call call) throws Failure, IOException {
        Node.Mapping graph = call.agent().get("/api/v1/graph");
        call.print(graph, GraphText.lines(graph, call.paint()));
        return GraphText.hasUndeclared(graph) ? Exit.SOMETHING : Exit.DONE;
    }
}
