package io.homeostat.cli.command;

import io.homeostat.cli.show.SloText;
import io.homeostat.model.Node;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** What may still go wrong. */
public final class BudgetCommand implements Command {

    @Override
    public void describe(Usage usage) {
        usage.summary("what may still go wrong: error budgets, how fast they burn, when they are spent")
                .optional("NAME", "", "Only the budget of this objective.")
                .agent()
                .paragraph("Exit code 0 when something is left of every budget, 2 when one is spent.")
                .example("homeostat budget", "Every error budget.")
                .example("homeostat budget checkout -o json", "One of them, for programs.");
    }

    @Override
    public int run(Call call) throws Failure, IOException {
        @Nullable String name = call.argument("NAME").isEmpty() ? null : call.argument("NAME");
        Node.Mapping slos = call.agent().get("/api/v1/slo", "name", name);
        call.print(slos, SloText.budgets(slos, call.paint()));
        return SloText.isAnySpent(slos) ? Exit.SOMETHING : Exit.DONE;
    }
}
