package io.homeostat.cli.command;

import io.homeostat.cli.show.ServicesText;
import io.homeostat.cli.show.SloText;
import io.homeostat.model.Node;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Whether the promises are kept. */
public final class SloCommand implements Command {

    @Override
    public void describe(Usage usage) {
        usage.summary("whether the promises are kept: objectives and their alerts")
                .optional("NAME", "", "Only this objective, in full.")
                .option(
                        "--services",
                        "Every service instead: its requests now, and how often it failed and for how long.")
                .agent()
                .paragraph(
                        "Exit code 0 when every objective is kept or has no data, 2 when a budget is spent or an alert"
                                + " fires.")
                .example("homeostat slo", "One line per objective.")
                .example(
                        "homeostat slo --services",
                        "Rate, errors and latency; failures, and the times to see and mend them.")
                .example("homeostat slo checkout", "One objective: its indicators, its alerts, its budget.");
    }

    @Override
    public int run(Call call) throws Failure, IOException {
        if (call.has("--services")) {
            Node.Mapping services = call.agent().get("/api/v1/services");
            call.print(services, ServicesText.lines(services, call.paint()));
            return Exit.DONE;
        }
        @Nullable String name = call.argument("NAME").isEmpty() ? null : call.argument("NAME");
        Node.Mapping slos = call.agent().get("/api/v1/slo", "name", name);
        call.print(
                slos,
                name == null
                        ? SloText.lines(slos, call.paint())
                        : SloText.detail(slos, call.paint(), call.clock().instant()));
        return SloText.isWell(slos) ? Exit.DONE : Exit.SOMETHING;
    }
}
