package io.homeostat.cli;

import io.homeostat.cli.command.AdoptCommand;
import io.homeostat.cli.command.AgentCommand;
import io.homeostat.cli.command.BudgetCommand;
import io.homeostat.cli.command.CatalogAddCommand;
import io.homeostat.cli.command.CatalogCheckCommand;
import io.homeostat.cli.command.CatalogCommand;
import io.homeostat.cli.command.CatalogRemoveCommand;
import io.homeostat.cli.command.Command;
import io.homeostat.cli.command.CompletionCommand;
import io.homeostat.cli.command.ConfirmCommand;
import io.homeostat.cli.command.ConsoleCommand;
import io.homeostat.cli.command.CoverageCommand;
import io.homeostat.cli.command.CoverageSuggestCommand;
import io.homeostat.cli.command.DemoCommand;
import io.homeostat.cli.command.DiffCommand;
import io.homeostat.cli.command.DriftCommand;
import io.homeostat.cli.command.EventsCommand;
import io.homeostat.cli.command.ExperimentAnswerCommand;
import io.homeostat.cli.command.ExperimentBattleCommand;
import io.homeostat.cli.command.ExperimentListCommand;
import io.homeostat.cli.command.ExperimentRunCommand;
import io.homeostat.cli.command.ExperimentShowCommand;
import io.homeostat.cli.command.ExperimentStopCommand;
import io.homeostat.cli.command.FindingsCommand;
import io.homeostat.cli.command.FreezeCommand;
import io.homeostat.cli.command.GateCommand;
import io.homeostat.cli.command.GraphCommand;
import io.homeostat.cli.command.HaltCommand;
import io.homeostat.cli.command.HistoryCommand;
import io.homeostat.cli.command.JournalVerifyCommand;
import io.homeostat.cli.command.JudgeCommand;
import io.homeostat.cli.command.LogsCommand;
import io.homeostat.cli.command.PerimeterCommand;
import io.homeostat.cli.command.PlanCommand;
import io.homeostat.cli.command.ReleaseCommand;
import io.homeostat.cli.command.ResumeCommand;
import io.homeostat.cli.command.RollbackCommand;
import io.homeostat.cli.command.RolloutActionCommand;
import io.homeostat.cli.command.RolloutExplainCommand;
import io.homeostat.cli.command.RolloutSimulateCommand;
import io.homeostat.cli.command.RolloutStatusCommand;
import io.homeostat.cli.command.SloCommand;
import io.homeostat.cli.command.StatusCommand;
import io.homeostat.cli.command.SyncCommand;
import io.homeostat.cli.command.TestCommand;
import io.homeostat.cli.command.TopCommand;
import io.homeostat.cli.command.UndoerCommand;
import io.homeostat.cli.command.UnfreezeCommand;
import io.homeostat.cli.command.Usage;
import io.homeostat.cli.command.ValidateCommand;
import io.homeostat.cli.command.VersionCommand;
import io.homeostat.cli.command.WhyCommand;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Every command by its name, in the order in which a newcomer meets them. Made only when asked for. */
public final class Commands {

    /** A heading of the help and what stands under it. */
    record Group(String heading, List<String> names) {}

    static final List<Group> GROUPS = List.of(
            new Group("See it", List.of("demo")),
            new Group("Before a commit", List.of("validate", "plan", "judge", "rollout simulate")),
            new Group(
                    "What runs",
                    List.of("console", "status", "why", "diff", "drift", "graph", "history", "events", "logs")),
            new Group("How well", List.of("slo", "budget", "top")),
            new Group("Change it", List.of("sync", "rollback", "release", "freeze", "unfreeze", "confirm", "adopt")),
            new Group(
                    "Roll it out",
                    List.of(
                            "rollout status",
                            "rollout watch",
                            "rollout explain",
                            "rollout pause",
                            "rollout resume",
                            "rollout promote",
                            "rollout abort",
                            "rollout retry")),
            new Group(
                    "Disturb it",
                    List.of(
                            "experiment list",
                            "experiment show",
                            "experiment run",
                            "experiment stop",
                            "experiment answer",
                            "experiment battle",
                            "test",
                            "findings",
                            "perimeter",
                            "coverage",
                            "coverage suggest",
                            "catalog",
                            "catalog add",
                            "catalog remove",
                            "catalog check",
                            "halt",
                            "resume")),
            new Group("Run it", List.of("agent", "gate", "undoer", "journal verify", "completion", "version")));

    private Commands() {}

    /** The command that is called exactly so; null when there is none. */
    static @Nullable Command find(String name) {
        return switch (name) {
            case "adopt" -> new AdoptCommand();
            case "agent" -> new AgentCommand();
            case "budget" -> new BudgetCommand();
            case "catalog" -> new CatalogCommand();
            case "catalog add" -> new CatalogAddCommand();
            case "catalog check" -> new CatalogCheckCommand();
            case "catalog remove" -> new CatalogRemoveCommand();
            case "completion" -> new CompletionCommand(Commands::usages);
            case "confirm" -> new ConfirmCommand();
            case "console" -> new ConsoleCommand();
            case "coverage" -> new CoverageCommand();
            case "coverage suggest" -> new CoverageSuggestCommand();
            case "demo" -> new DemoCommand();
            case "diff" -> new DiffCommand();
            case "drift" -> new DriftCommand();
            case "events" -> new EventsCommand();
            case "experiment answer" -> new ExperimentAnswerCommand();
            case "experiment battle" -> new ExperimentBattleCommand();
            case "experiment list" -> new ExperimentListCommand();
            case "experiment run" -> new ExperimentRunCommand();
            case "experiment show" -> new ExperimentShowCommand();
            case "experiment stop" -> new ExperimentStopCommand();
            case "findings" -> new FindingsCommand();
            case "freeze" -> new FreezeCommand();
            case "gate" -> new GateCommand();
            case "graph" -> new GraphCommand();
            case "undoer" -> new UndoerCommand();
            case "halt" -> new HaltCommand();
            case "history" -> new HistoryCommand();
            case "journal verify" -> new JournalVerifyCommand();
            case "judge" -> new JudgeCommand();
            case "logs" -> new LogsCommand();
            case "perimeter" -> new PerimeterCommand();
            case "plan" -> new PlanCommand();
            case "release" -> new ReleaseCommand();
            case "resume" -> new ResumeCommand();
            case "rollback" -> new RollbackCommand();
            case "rollout abort", "rollout pause", "rollout promote", "rollout resume", "rollout retry" ->
                new RolloutActionCommand(name.substring("rollout ".length()));
            case "rollout explain", "rollout watch" -> new RolloutExplainCommand(name.endsWith("watch"));
            case "rollout simulate" -> new RolloutSimulateCommand();
            case "rollout status" -> new RolloutStatusCommand();
            case "slo" -> new SloCommand();
            case "status" -> new StatusCommand();
            case "sync" -> new SyncCommand();
            case "test" -> new TestCommand();
            case "top" -> new TopCommand();
            case "unfreeze" -> new UnfreezeCommand();
            case "validate" -> new ValidateCommand();
            case "version" -> new VersionCommand();
            case "why" -> new WhyCommand();
            default -> null;
        };
    }

    static List<String> names() {
        return GROUPS.stream().flatMap(group -> group.names().stream()).toList();
    }

    /** How each command is called. */
    public static List<Usage> usages() {
        List<Usage> usages = new ArrayList<>();
        for (String name : names()) {
            usages.add(Usage.of(name, Objects.requireNonNull(find(name))));
        }
        return usages;
    }
}
