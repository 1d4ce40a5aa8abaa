package io.homeostat.converge;

import io.homeostat.converge.Traffic.Split;
import io.homeostat.model.Node;
import io.homeostat.model.Position;
import io.homeostat.model.Rollout.Match;
import java.util.ArrayList;
import java.util.List;

/** A split as a target keeps it: on disk, or on an object of a cluster. What is missing is as in a split of nothing. */
public final class SplitMemo {

    private SplitMemo() {}

    public static Node.Mapping write(Split split) {
        List<Node> matches = new ArrayList<>();
        split.matches().forEach(match -> matches.add(write(match)));
        Node.Mapping memo = Node.Mapping.EMPTY
                .with("instances", split.instances())
                .with("weight", split.weight())
                .with("mirror", split.mirror())
                .with("baseline", Node.Bool.of(split.baseline()))
                .with("matches", new Node.Sequence(matches, Position.NONE));
        return split.affinity() == null ? memo : memo.with("affinity", write(split.affinity()));
    }

    private static Node.Mapping write(Match match) {
        return Node.Mapping.EMPTY
                .with("cookie", Node.Bool.of(match.cookie()))
                .with("name", match.name())
                .with("value", match.value());
    }

    public static Split read(Node.Mapping memo) {
        List<Match> matches = new ArrayList<>();
        for (Node each : memo.sequence("matches")) {
            if (each instanceof Node.Mapping match) {
                matches.add(match(match));
            }
        }
        return new Split(
                memo.integer("instances", 0),
                memo.integer("weight", 0),
                memo.flag("baseline", false),
                List.copyOf(matches),
                memo.get("affinity") instanceof Node.Mapping affinity ? match(affinity) : null,
                memo.integer("mirror", 0));
    }

    private static Match match(Node.Mapping memo) {
        return new Match(memo.flag("cookie", false), memo.text("name", ""), memo.text("value", ""));
    }
}
