package io.homeostat.deliver.recorded;

import io.homeostat.deliver.judge.VerdictView;
import io.homeostat.model.Node;
import io.homeostat.model.Position;
import java.util.ArrayList;
import java.util.List;

/** The judge's answer about a file as JSON. */
public final class RecordedView {

    /** Enough for a picture. */
    private static final int LOOKS = 60;

    private RecordedView() {}

    public static Node.Mapping of(Recorded.Counts counts) {
        List<Node> shown = new ArrayList<>();
        for (FixedShares.Arm arm : counts.arms().arms()) {
            shown.add(Node.Mapping.EMPTY
                    .with("name", arm.name())
                    .with("share", VerdictView.number(arm.share()))
                    .with("errors", VerdictView.number(arm.errors())));
        }
        Node.Mapping view = VerdictView.of(counts.verdict()).with("arms", new Node.Sequence(shown, Position.NONE));
        return counts.outlook() == null ? view : view.with("outlook", VerdictView.of(counts.outlook()));
    }

    public static Node.Mapping of(Replay.Result result) {
        Node.Mapping view = VerdictView.of(result.verdict())
                .with("baseline", result.baseline())
                .with("canary", result.canary())
                .with("seconds", VerdictView.number(result.since() - result.begun()));
        if (result.outlook() != null) {
            view = view.with("outlook", VerdictView.of(result.outlook()));
        }
        List<Node> looks = new ArrayList<>();
        int every = Math.max(1, result.looks().size() / LOOKS);
        for (int i = every - 1; i < result.looks().size(); i += every) {
            Replay.Look look = result.looks().get(i);
            looks.add(Node.Mapping.EMPTY
                    .with("seconds", VerdictView.number(look.seconds() - result.begun()))
                    .with("lnE", VerdictView.number(look.logE())));
        }
        return view.with("looks", new Node.Sequence(looks, Position.NONE));
    }
}
