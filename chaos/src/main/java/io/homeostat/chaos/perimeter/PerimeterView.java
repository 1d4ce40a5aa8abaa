package io.homeostat.chaos.perimeter;

import io.homeostat.model.Node;
import io.homeostat.model.Position;
import java.util.ArrayList;
import java.util.List;

/** Perimeters as the JSON of the API. The reference is {@code docs/api.md}. */
public final class PerimeterView {

    private PerimeterView() {}

    /** {@code {perimeters: [{experiment, …, history: […]}]}}. */
    public static Node.Mapping of(List<Perimeters.Known> known) {
        List<Node> views = new ArrayList<>();
        for (Perimeters.Known each : known) {
            Node.Mapping view = found(each.newest())
                    .with("shrunk", new Node.Bool(each.shrunkFrom() != null, Position.NONE))
                    .with(
                            "history",
                            new Node.Sequence(
                                    each.history().stream()
                                            .<Node>map(PerimeterView::found)
                                            .toList(),
                                    Position.NONE));
            views.add(view);
        }
        return Node.Mapping.EMPTY.with("perimeters", new Node.Sequence(views, Position.NONE));
    }

    private static Node.Mapping found(Perimeters.Found found) {
        Node.Mapping view = Node.Mapping.EMPTY
                .with("experiment", found.experiment())
                .with("run", found.run())
                .with("at", found.at().toString());
        for (var field : found.said().fields().entrySet()) {
            view = view.with(field.getKey(), field.getValue().value());
        }
        return view;
    }
}
