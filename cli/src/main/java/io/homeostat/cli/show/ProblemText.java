package io.homeostat.cli.show;

import io.homeostat.cli.terminal.Paint;
import io.homeostat.converge.Rendering;
import io.homeostat.model.Findings;
import io.homeostat.model.Node;
import io.homeostat.model.Position;
import io.homeostat.model.Problem;
import java.util.ArrayList;
import java.util.List;

/** {@code homeostat validate}: every problem with its place, then how many. */
public final class ProblemText {

    private ProblemText() {}

    public static List<String> lines(Rendering rendering, Paint paint) {
        List<String> lines = new ArrayList<>();
        for (Problem problem : rendering.problems()) {
            lines.add(problem.isError() ? paint.bad(problem.toString()) : paint.busy(problem.toString()));
        }
        if (!lines.isEmpty()) {
            lines.add("");
        }
        int errors = errors(rendering);
        int warnings = rendering.problems().size() - errors;
        String said = counted(rendering.applications().size(), "application") + ", "
                + counted(rendering.owners().size(), "object") + ": "
                + (errors == 0 ? "no error" : counted(errors, "error"))
                + (warnings == 0 ? "" : ", " + counted(warnings, "warning"));
        lines.add(errors == 0 ? paint.good("✓ ") + said : paint.bad("✗ ") + said);
        return lines;
    }

    /** {@code {valid, environment, applications, objects, errors, warnings, problems: [{file, line, …}]}}. */
    public static Node.Mapping json(Rendering rendering) {
        int errors = errors(rendering);
        return Node.Mapping.EMPTY
                .with("valid", Node.Bool.of(!rendering.hasErrors()))
                .with("environment", rendering.environment().name())
                .with("applications", rendering.applications().size())
                .with("objects", rendering.owners().size())
                .with("errors", errors)
                .with("warnings", rendering.problems().size() - errors)
                .with(
                        "problems",
                        new Node.Sequence(
                                rendering.problems().stream()
                                        .<Node>map(Findings::node)
                                        .toList(),
                                Position.NONE));
    }

    private static int errors(Rendering rendering) {
        return (int) rendering.problems().stream().filter(Problem::isError).count();
    }

    private static String counted(int count, String noun) {
        return count + " " + noun + (count == 1 ? "" : "s");
    }
}
