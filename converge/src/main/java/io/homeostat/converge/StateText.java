package io.homeostat.converge;

import io.homeostat.converge.ApplicationState.Freeze;
import io.homeostat.converge.ApplicationState.Good;
import io.homeostat.converge.ApplicationState.Quarantine;
import io.homeostat.model.Node;
import io.homeostat.model.Position;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What must not be forgotten of an application when the disk with its journal is lost: which revisions were good, which are in
 * quarantine, and a freeze. Everything else is seen again by looking.
 */
public final class StateText {

    private StateText() {}

    public static Node.Mapping write(ApplicationState state) {
        List<Node> goods = new ArrayList<>();
        for (Good good : state.goods()) {
            goods.add(Node.Mapping.EMPTY
                    .with("revision", good.revision())
                    .with("digest", good.digest())
                    .with("at", good.at().toString()));
        }
        List<Node> quarantines = new ArrayList<>();
        for (Quarantine quarantine : state.quarantines().values()) {
            quarantines.add(Node.Mapping.EMPTY
                    .with("revision", quarantine.revision())
                    .with("digest", quarantine.digest())
                    .with("reason", quarantine.reason())
                    .with("since", quarantine.since().toString())
                    .with("byHand", Node.Bool.of(quarantine.byHand()))
                    .with("stays", Node.Bool.of(quarantine.stays())));
        }
        Node.Mapping text = Node.Mapping.EMPTY
                .with("goods", new Node.Sequence(goods, Position.NONE))
                .with("quarantines", new Node.Sequence(quarantines, Position.NONE));
        Freeze freeze = state.freeze();
        return freeze == null
                ? text
                : text.with(
                        "freeze",
                        Node.Mapping.EMPTY
                                .with("owner", freeze.owner())
                                .with("reason", freeze.reason())
                                .with("since", freeze.since().toString())
                                .with("until", freeze.until().toString()));
    }

    /** A state that knows this too, in place of what it knew of it. */
    static ApplicationState onto(ApplicationState state, Node.Mapping text) {
        ApplicationState restored = state.withFreeze(freeze(text.mapping("freeze")));
        List<Node> goods = text.sequence("goods");
        // The newest comes first, and each that is added comes in front.
        for (Node each : goods.reversed()) {
            if (each instanceof Node.Mapping good) {
                restored = restored.withGood(
                        new Good(good.text("revision", ""), good.text("digest", ""), instant(good, "at")));
            }
        }
        Map<String, Quarantine> quarantines = new LinkedHashMap<>();
        for (Node each : text.sequence("quarantines")) {
            if (each instanceof Node.Mapping quarantine) {
                quarantines.put(
                        quarantine.text("digest", ""),
                        new Quarantine(
                                quarantine.text("revision", ""),
                                quarantine.text("digest", ""),
                                quarantine.text("reason", ""),
                                instant(quarantine, "since"),
                                quarantine.flag("byHand", false),
                                quarantine.flag("stays", false)));
            }
        }
        return restored.withQuarantines(quarantines);
    }

    private static @Nullable Freeze freeze(Node.Mapping freeze) {
        return freeze.isEmpty()
                ? null
                : new Freeze(
                        freeze.text("owner", ""),
                        freeze.text("reason", ""),
                        instant(freeze, "since"),
                        instant(freeze, "until"));
    }

    private static Instant instant(Node.Mapping in, String field) {
        return Instant.parse(in.text(field, Instant.EPOCH.toString()));
    }
}
