package io.homeostat.cli.command;

import io.homeostat.cli.client.AgentClient;
import io.homeostat.cli.show.ExperimentText;
import io.homeostat.model.Json;
import io.homeostat.model.Node;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Runs an experiment and stays until its verdict. */
public final class ExperimentRunCommand implements Command {

    private static final String NAME = "NAME";

    @Override
    public void describe(Usage usage) {
        ToolkitPlay.describe(usage.summary("run an experiment and wait for its verdict")
                        .required(
                                NAME,
                                "file",
                                "An experiment that Git declares, or a file with one: ours, or one of the Chaos"
                                        + " Toolkit.")
                        .option("--dry-run", "Only show what would be touched, and what says no.")
                        .option("--detach", "Do not wait for the verdict.")
                        .changes())
                .paragraph("Everything that it does is a lease that ends by itself, and is undone before the verdict."
                        + " Exit code 0: it held; 2: it was broken; 1: it was refused, aborted or showed nothing.")
                .example("homeostat experiment run web-survives-a-kill --dry-run", "What would be touched.")
                .example("homeostat experiment run web-survives-a-kill", "Runs it.")
                .example(
                        "homeostat experiment run slow-database.json --compat ctk",
                        "A file of the Chaos Toolkit, as its tool does it.");
    }

    @Override
    public int run(Call call) throws Failure, IOException {
        String what = call.argument(NAME);
        Node.Mapping toolkit =
                isFile(what) && Files.isReadable(Path.of(what)) ? ToolkitPlay.content(Path.of(what)) : null;
        if (toolkit != null) {
            return ToolkitPlay.run(call, toolkit);
        }
        Node.Mapping body = body(what);
        if (call.has("--dry-run")) {
            Node.Mapping plan = call.agent().post("/api/v1/experiment", body.with("action", "plan"));
            call.print(plan, ExperimentText.plan(plan, call.paint()));
            return plan.flag("mayBegin", false) ? Exit.DONE : Exit.FAILED;
        }
        AgentClient agent = Consent.to(call, "experiment run " + what);
        Node.Mapping begun = agent.post(
                "/api/v1/experiment",
                body.with("action", "run").with("by", call.variables().getOrDefault("USER", "somebody")));
        if (!call.json()) {
            call.print(ExperimentText.plan(begun, call.paint()));
            call.terminal().flush();
        }
        if (call.has("--detach")) {
            if (call.json()) {
                call.print(begun);
            }
            return Exit.DONE;
        }
        return follow(call, agent, begun.text("run", ""));
    }

    private static boolean isFile(String what) {
        return what.endsWith(".yaml") || what.endsWith(".yml") || what.endsWith(".json");
    }

    private static Node.Mapping body(String what) throws Failure, IOException {
        if (!isFile(what)) {
            return Node.Mapping.EMPTY.with("name", what);
        }
        Path file = Path.of(what);
        if (!Files.isReadable(file)) {
            throw Failure.of(
                    "there is no file " + file.toAbsolutePath(), "homeostat experiment list names those of Git");
        }
        return Node.Mapping.EMPTY.with("document", Files.readString(file)).with("file", what);
    }

    /** The journal tells what happens, and when it is over. */
    private static int follow(Call call, AgentClient agent, String run) throws IOException {
        Ending ending = new Ending();
        agent.lines(
                "/api/v1/events",
                line -> {
                    if (line.isBlank() || !(Json.read(line) instanceof Node.Mapping event)) {
                        return true;
                    }
                    if (!event.mapping("data").text("run", "").equals(run)) {
                        return true;
                    }
                    boolean over = event.text("type", "").equals("experiment.ended");
                    if (over) {
                        ending.event = event;
                    } else if (!call.json()) {
                        call.print(List.of(ExperimentText.step(event, call.paint())));
                        call.terminal().flush();
                    }
                    return !over;
                },
                "last",
                "50",
                "follow",
                "true");
        Node.Mapping ended = ending.event;
        if (ended == null) {
            throw new IOException("the agent ended before the verdict; its faults end by themselves");
        }
        call.print(ended, List.of(ExperimentText.verdict(ended.mapping("data"), call.paint())));
        return switch (ended.mapping("data").text("verdict", "")) {
            case "held" -> Exit.DONE;
            case "broken" -> Exit.SOMETHING;
            default -> Exit.FAILED;
        };
    }

    private static final class Ending {
        private Node.@Nullable Mapping event;
    }
}
