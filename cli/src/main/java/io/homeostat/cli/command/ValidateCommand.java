package io.homeostat.cli.command;

import io.homeostat.agent.Targets;
import io.homeostat.cli.show.ProblemText;
import io.homeostat.converge.Renderer;
import io.homeostat.converge.Rendering;
import io.homeostat.model.Findings;
import io.homeostat.source.Snapshot;
import io.homeostat.source.Snapshots;
import io.homeostat.source.SourceException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Every mistake in a directory, each with its place. */
public final class ValidateCommand implements Command {

    @Override
    public void describe(Usage usage) {
        usage.summary("every mistake in a directory, each with its place")
                .optional("PATH", "directory", "Root of the repository (default: the current directory).")
                .option("--environment", "NAME", "Which one, where the repository has several.")
                .choice(
                        "-o, --output",
                        List.of("text", "json", "sarif"),
                        "For people, for programs, for code review tools.")
                .paragraph(
                        "Reads what an agent would read, without one: syntax, unknown and duplicate keys, wrong types, duplicate "
                                + "objects, references to what is not there, cycles, and what this machine cannot run. Exit code 0 when "
                                + "there is no error, 1 when there is.")
                .example("homeostat validate examples/shop", "Errors and warnings as file:line:column.")
                .example("homeostat validate . -o sarif", "For code scanning.");
    }

    @Override
    public int run(Call call) throws Failure, IOException {
        Path root = Directories.existing(call.argument("PATH"));
        Rendering rendering = new Renderer(Targets.completion()).render(snapshot(root), call.value("--environment"));
        if ("sarif".equals(call.value("--output"))) {
            call.print(List.of(Findings.sarif(rendering.problems()).stripTrailing()));
        } else {
            call.print(ProblemText.json(rendering), ProblemText.lines(rendering, call.paint()));
        }
        return rendering.hasErrors() ? Exit.FAILED : Exit.DONE;
    }

    static Snapshot snapshot(Path root) throws Failure {
        try {
            return Snapshots.ofDirectory(root);
        } catch (SourceException unreadable) {
            throw Failure.of(String.valueOf(unreadable.getMessage()), "");
        }
    }
}
