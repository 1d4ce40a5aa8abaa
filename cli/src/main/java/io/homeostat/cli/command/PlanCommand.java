package io.homeostat.cli.command;

import io.homeostat.agent.PlanView;
import io.homeostat.agent.Targets;
import io.homeostat.cli.show.PlanText;
import io.homeostat.converge.Preview;
import io.homeostat.converge.Rendering;
import io.homeostat.converge.Target.Live;
import io.homeostat.model.Node;
import io.homeostat.model.ObjectKey;
import io.homeostat.model.Position;
import io.homeostat.target.kubernetes.KnownInventory;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What would change. */
public final class PlanCommand implements Command {

    @Override
    public void describe(Usage usage) {
        usage.summary("what would change, and why; changes nothing")
                .optional("PATH", "directory", "A directory instead of what Git says: what is not committed yet.")
                .option("--revision", "REVISION", "Another revision instead of what Git says now.")
                .option("--application", "NAME", "Only this one.")
                .option("--environment", "NAME", "With --offline: which one, where the directory has several.")
                .option(
                        "--offline",
                        "Do not ask an agent: what a first sync of PATH would do; with --state of an agent for a cluster, what"
                                + " PATH would change of what that agent knew last.")
                .agent()
                .paragraph(
                        "Exit code 0 when nothing would change, 2 when something would, 1 when what is written is invalid.")
                .example("homeostat plan", "What the agent would do now: what waits, what is held.")
                .example("homeostat plan .", "What committing this directory would change.")
                .example("homeostat plan examples/shop --offline", "What a first sync would create; needs no agent.")
                .example("homeostat plan --revision HEAD~1 -o json", "What going back would change, for programs.");
    }

    @Override
    public int run(Call call) throws Failure, IOException {
        String path = call.arguments().argument("PATH");
        String application = call.value("--application");
        if (call.has("--offline") && path == null) {
            throw Failure.wrongUse("'--offline' needs a PATH", "homeostat plan . --offline");
        }
        if (path != null && call.has("--revision")) {
            throw Failure.wrongUse("PATH and '--revision' exclude each other", "");
        }
        Path directory = path == null ? null : Directories.existing(path);
        Node.Mapping plan = directory != null && call.has("--offline")
                ? offline(directory, call)
                : call.agent()
                        .get(
                                "/api/v1/plan",
                                "application",
                                application,
                                "revision",
                                call.value("--revision"),
                                "directory",
                                directory == null ? null : directory.toString());
        return show(call, plan);
    }

    static int show(Call call, Node.Mapping plan) {
        call.print(plan, PlanText.lines(plan, call.paint()));
        if (PlanText.hasErrors(plan)) {
            return Exit.FAILED;
        }
        return PlanText.hasChanges(plan) ? Exit.SOMETHING : Exit.DONE;
    }

    private static Node.Mapping offline(Path directory, Call call) throws Failure, IOException {
        Preview first = Preview.of(
                ValidateCommand.snapshot(directory), call.value("--environment"), Targets.completion(), Map.of());
        Preview preview =
                call.value("--state") == null ? first : Preview.of(first.rendering(), known(call, first.rendering()));
        String application = call.value("--application");
        return Node.Mapping.EMPTY
                .with("environment", preview.rendering().environment().name())
                .with("revision", preview.rendering().revision())
                .with(
                        "applications",
                        list(preview.plans().stream()
                                .filter(plan -> application == null
                                        || plan.application().equals(application))
                                .<Node>map(plan -> PlanView.of(plan, Map.of()))
                                .toList()))
                .with(
                        "problems",
                        list(preview.rendering().problems().stream()
                                .map(PlanView::problem)
                                .toList()));
    }

    /** What an agent for a cluster knew last to be there; needs neither the cluster nor the agent. */
    private static Map<ObjectKey, Live> known(Call call, Rendering rendering) throws IOException {
        Map<ObjectKey, Node.Mapping> desired = new HashMap<>();
        rendering
                .applications()
                .values()
                .forEach(application -> application
                        .declared()
                        .forEach(declared -> desired.put(
                                declared.document().key(), declared.document().content())));
        return KnownInventory.read(KnownInventory.below(call.state()), desired::get);
    }

    private static Node list(List<Node> nodes) {
        return new Node.Sequence(nodes, Position.NONE);
    }
}
