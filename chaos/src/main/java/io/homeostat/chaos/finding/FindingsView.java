package io.homeostat.chaos.finding;

import io.homeostat.model.Node;
import io.homeostat.model.Position;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Findings as the JSON of the API. The reference is {@code docs/api.md}. */
public final class FindingsView {

    private FindingsView() {}

    /** @param declared the experiments that can be run again by name */
    public static Node.Mapping of(List<Finding> findings, Set<String> declared) {
        List<Node> views = new ArrayList<>();
        for (Finding each : findings) {
            Node.Mapping view = Node.Mapping.EMPTY
                    .with("kind", each.kind().word())
                    .with("experiment", each.experiment())
                    .with("declared", Node.Bool.of(declared.contains(each.experiment())))
                    .with("run", each.run())
                    .with("since", each.since().toString())
                    .with("at", each.at().toString())
                    .with("times", each.times())
                    .with("statement", each.statement())
                    .with("broke", each.broke())
                    .with("tier", number(each.tier()));
            Double cost = each.budgetPerHour();
            views.add(cost == null ? view : view.with("budgetPerHour", number(cost)));
        }
        return Node.Mapping.EMPTY.with("findings", new Node.Sequence(views, Position.NONE));
    }

    private static Node number(double value) {
        return new Node.Numeric(BigDecimal.valueOf(Math.round(value * 1e4), 4).stripTrailingZeros(), Position.NONE);
    }
}
