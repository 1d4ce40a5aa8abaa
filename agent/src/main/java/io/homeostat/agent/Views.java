package io.homeostat.agent;

import io.homeostat.converge.Aim;
import io.homeostat.converge.ApplicationState;
import io.homeostat.converge.ApplicationState.Attempt;
import io.homeostat.converge.ApplicationState.Freeze;
import io.homeostat.converge.ApplicationState.Hold;
import io.homeostat.converge.ApplicationState.Quarantine;
import io.homeostat.converge.Converger;
import io.homeostat.converge.Health;
import io.homeostat.converge.Revisions;
import io.homeostat.converge.Target.Live;
import io.homeostat.journal.Event;
import io.homeostat.model.Node;
import io.homeostat.source.Snapshot;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What the loop knows, as the JSON of the API. The reference is {@code docs/api.md}. */
final class Views {

    private final Converger converger;
    private final String version;
    private final Instant startedAt;

    Views(Converger converger, String version, Instant startedAt) {
        this.converger = converger;
        this.version = version;
        this.startedAt = startedAt;
    }

    /** The environment's name, known once a revision was read. */
    String environment() {
        Revisions.Revision head = converger.revisions().head();
        return head == null ? "" : head.rendering().environment().name();
    }

    boolean isProtected() {
        Revisions.Revision head = converger.revisions().head();
        return head != null && head.rendering().environment().isProtected();
    }

    Node.Mapping status() throws IOException {
        Map<String, List<Live>> owned =
                converger.observe().values().stream().collect(Collectors.groupingBy(Live::application));
        return Node.Mapping.EMPTY
                .with("environment", environment())
                .with("protected", Node.Bool.of(isProtected()))
                .with("source", source())
                .with("agent", agent())
                .with(
                        "applications",
                        JsonList.of(converger.names(), name -> application(name, owned.getOrDefault(name, List.of()))));
    }

    Node.Mapping agent() {
        return Node.Mapping.EMPTY
                .with("pid", ProcessHandle.current().pid())
                .with("version", version)
                .with("startedAt", startedAt.toString())
                .with("ready", Node.Bool.of(isReady()));
    }

    /** A revision is rendered, or it is known why not. */
    boolean isReady() {
        return converger.revisions().head() != null || converger.sourceError() != null;
    }

    private Node.Mapping source() {
        Node.Mapping view =
                Node.Mapping.EMPTY.with("location", converger.source().location());
        Revisions.Revision head = converger.revisions().head();
        if (head != null) {
            Snapshot.Origin origin = head.snapshot().origin();
            view = view.with("revision", head.snapshot().revision())
                    .with("subject", origin.subject())
                    .with("author", origin.author())
                    .with("time", origin.time().toString())
                    .with(
                            "problems",
                            JsonList.of(head.rendering().problems(), problem -> Node.Text.of(problem.toString())));
        }
        String error = converger.sourceError();
        return error == null ? view : view.with("error", error);
    }

    private Node.Mapping application(String name, List<Live> owned) {
        ApplicationState state = converger.history().application(name);
        Health health = converger.health(name);
        Node.Mapping view = Node.Mapping.EMPTY
                .with("name", name)
                .with("health", health(health))
                .with("state", state(name, state, health))
                .with("message", message(name, state, health))
                .with("objects", owned.size())
                .with("instances", instances(owned))
                .with("services", ServiceView.of(owned));
        Attempt attempt = state.attempt();
        if (attempt != null) {
            view = view.with("revision", attempt.revision());
        }
        ApplicationState.Good good = state.lastGood();
        if (good != null) {
            view = view.with("lastGood", good.revision())
                    .with("goodSince", good.at().toString());
        }
        Revisions.Revision head = converger.revisions().head();
        if (head != null) {
            view = view.with("desiredRevision", head.snapshot().revision());
        }
        Freeze freeze = state.freeze();
        if (freeze != null && freeze.holds(converger.clock().instant())) {
            view = view.with("freeze", freeze(freeze));
        }
        Optional<Quarantine> quarantine = newest(state);
        if (quarantine.isPresent()) {
            view = view.with("quarantine", quarantine(quarantine.get()));
        }
        Hold hold = state.hold();
        if (hold != null && !hold.confirmed()) {
            Node.Mapping held = Node.Mapping.EMPTY
                    .with("reason", hold.reason())
                    .with("since", hold.since().toString())
                    .with("deletions", JsonList.of(hold.deletions()));
            view = view.with("hold", hold.revision().isEmpty() ? held : held.with("revision", hold.revision()));
        }
        return view.with("drift", JsonList.of(List.copyOf(state.drift().keySet())));
    }

    private static Node.Mapping instances(List<Live> owned) {
        int ready = 0;
        int desired = 0;
        for (Live live : owned) {
            if (live.key().kind().equals("Deployment") || live.key().kind().equals("StatefulSet")) {
                ready += live.status().integer("readyReplicas", 0);
                desired += live.content().mapping("spec").integer("replicas", 1);
            }
        }
        return Node.Mapping.EMPTY.with("ready", ready).with("desired", desired);
    }

    /** One word for where an application stands; the first that applies, most pressing first. */
    private String state(String name, ApplicationState state, Health health) {
        if (state.isFrozen(converger.clock().instant())) {
            return "frozen";
        }
        if (state.hold() != null && !state.hold().confirmed()) {
            return "held";
        }
        if (isInvalid(name)) {
            return "invalid";
        }
        Attempt attempt = state.attempt();
        if (attempt == null) {
            return "pending";
        }
        if (attempt.isOpen() || converger.waitsFor(name) != null || isBehind(name, state, attempt)) {
            return "progressing";
        }
        if (!state.quarantines().isEmpty() && runsQuarantineFallback(name, state)) {
            return "quarantined";
        }
        if (attempt.phase() == Attempt.Phase.FAILED || health.status() == Health.Status.DEGRADED) {
            return "failed";
        }
        return state.drift().isEmpty() ? "synced" : "drifted";
    }

    /** As Git declares, and healthy. */
    boolean isSettled(String name) {
        Health health = converger.health(name);
        return health.status() == Health.Status.HEALTHY
                && state(name, converger.history().application(name), health).equals("synced");
    }

    /** Git says something that was not tried yet: seen a moment ago, and the loop has not come to it. */
    private boolean isBehind(String name, ApplicationState state, Attempt attempt) {
        Revisions.Revision head = converger.revisions().head();
        var rendered = head == null ? null : head.rendering().application(name);
        return rendered != null
                && !rendered.digest().equals(attempt.digest())
                && !state.quarantines().containsKey(rendered.digest());
    }

    private boolean isInvalid(String name) {
        Revisions.Revision head = converger.revisions().head();
        if (head == null) {
            return false;
        }
        var rendered = head.rendering().application(name);
        return !head.rendering().broken().isEmpty() || (rendered != null && !rendered.isValid());
    }

    /** What Git says now is in quarantine (and not some older revision). */
    private boolean runsQuarantineFallback(String name, ApplicationState state) {
        Revisions.Revision head = converger.revisions().head();
        var rendered = head == null ? null : head.rendering().application(name);
        return rendered != null && state.quarantines().containsKey(rendered.digest());
    }

    private String message(String name, ApplicationState state, Health health) {
        String waits = converger.waitsFor(name);
        if (waits != null) {
            return waits;
        }
        if (state.hold() != null && !state.hold().confirmed()) {
            return state.hold().reason();
        }
        if (!health.message().isEmpty()) {
            return health.message();
        }
        return runsQuarantineFallback(name, state)
                ? newest(state).map(Quarantine::reason).orElse("")
                : "";
    }

    private static Optional<Quarantine> newest(ApplicationState state) {
        return state.quarantines().values().stream().max(Comparator.comparing(Quarantine::since));
    }

    static Node.Mapping health(Health health) {
        return Node.Mapping.EMPTY.with("status", word(health)).with("message", health.message());
    }

    static String word(Health health) {
        return health.status().name().toLowerCase(Locale.ROOT);
    }

    private static Node.Mapping freeze(Freeze freeze) {
        return Node.Mapping.EMPTY
                .with("owner", freeze.owner())
                .with("reason", freeze.reason())
                .with("since", freeze.since().toString())
                .with("until", freeze.until().toString());
    }

    private static Node.Mapping quarantine(Quarantine quarantine) {
        return Node.Mapping.EMPTY
                .with("revision", quarantine.revision())
                .with("digest", quarantine.digest())
                .with("reason", quarantine.reason())
                .with("since", quarantine.since().toString());
    }

    Node.Mapping drift() {
        List<Node> all = new ArrayList<>();
        for (String name : converger.names()) {
            converger
                    .history()
                    .application(name)
                    .drift()
                    .forEach((place, drift) -> all.add(Node.Mapping.EMPTY
                            .with("application", name)
                            .with("object", drift.object())
                            .with("place", place)
                            .with("found", drift.found())
                            .with("since", drift.since().toString())
                            .with("mode", mode(name))));
        }
        return Node.Mapping.EMPTY.with("drift", JsonList.of(all, node -> node));
    }

    private String mode(String name) {
        Revisions.Revision head = converger.revisions().head();
        var rendered = head == null ? null : head.rendering().application(name);
        return rendered == null
                ? "repair"
                : rendered.application().sync().drift().name().toLowerCase(Locale.ROOT);
    }

    static Node.Mapping event(Event event) {
        return Node.Mapping.EMPTY
                .with("sequence", event.sequence())
                .with("time", event.time().toString())
                .with("type", event.type())
                .with("application", event.application())
                .with("object", event.object())
                .with("message", event.message())
                .with("data", event.data())
                .with("hash", event.hash());
    }

    /** What an aim says, in words. */
    static @Nullable String because(Aim aim) {
        return switch (aim) {
            case Aim.Go go -> go.because();
            case Aim.Stay stay -> stay.because();
            case Aim.Remove ignored -> "it left Git";
        };
    }
}
