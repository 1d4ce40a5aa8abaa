package io.homeostat.chaos.coverage;

import io.homeostat.model.Node;
import io.homeostat.model.Position;
import io.homeostat.model.chaos.Exclusion;
import io.homeostat.model.chaos.FaultClass;
import java.math.BigDecimal;
import java.util.List;

/** Coverage as the JSON of the API. The reference is {@code docs/api.md}. */
public final class CoverageView {

    private CoverageView() {}

    /** Shares are 0 to 1. */
    public static Node.Mapping of(Coverage.Report report) {
        List<Node> cells = report.cells().stream().<Node>map(CoverageView::cell).toList();
        List<Node> undeclared =
                report.undeclared().stream().<Node>map(Node.Text::of).toList();
        List<Node> without = report.without().stream()
                .<Node>map(each -> Node.Mapping.EMPTY
                        .with("target", each.target())
                        .with("class", each.faultClass())
                        .with("reason", each.reason()))
                .toList();
        List<Node> unavailable = report.unavailable().entrySet().stream()
                .<Node>map(
                        each -> Node.Mapping.EMPTY.with("class", each.getKey()).with("reason", each.getValue()))
                .toList();
        return Node.Mapping.EMPTY
                .with("exercised", number(report.exercised()))
                .with("passed", number(report.passed()))
                .with("stale", number(report.stale()))
                .with("excluded", number(report.excluded()))
                .with("table", FaultClass.TABLE)
                .with("cells", new Node.Sequence(cells, Position.NONE))
                .with("notApplicable", new Node.Sequence(without, Position.NONE))
                .with("unavailable", new Node.Sequence(unavailable, Position.NONE))
                .with("undeclared", new Node.Sequence(undeclared, Position.NONE));
    }

    private static Node.Mapping cell(Coverage.Cell cell) {
        Node.Mapping view = Node.Mapping.EMPTY
                .with("target", cell.target())
                .with("class", cell.faultClass())
                .with("weight", number(cell.weight()))
                .with("worth", number(cell.worth()));
        Exclusion excluded = cell.excluded();
        if (excluded != null) {
            view = view.with(
                    "excluded",
                    Node.Mapping.EMPTY
                            .with("owner", excluded.owner())
                            .with("reason", excluded.reason())
                            .with("until", excluded.until().toString()));
        }
        return cell.exercisedAt() == null
                ? view
                : view.with("passed", new Node.Bool(cell.passed(), Position.NONE))
                        .with("exercisedAt", cell.exercisedAt().toString())
                        .with("experiment", cell.experiment());
    }

    public static Node number(double value) {
        return new Node.Numeric(BigDecimal.valueOf(Math.round(value * 1e6), 6), Position.NONE);
    }
}
