package io.homeostat.model;

import io.homeostat.model.internal.write.Sarif;
import java.util.ArrayList;
import java.util.List;

/** Problems in the forms that {@code homeostat validate} prints. */
public final class Findings {

    private Findings() {}

    /** One line each: {@code file:line:column: what is wrong, expected …; did you mean …}. */
    public static String text(List<Problem> problems) {
        StringBuilder text = new StringBuilder();
        problems.forEach(problem -> text.append(problem).append('\n'));
        return text.toString();
    }

    /** {@code {errors, warnings, problems: [{file, line, column, severity, code, message, expected?, suggestion?}]}}. */
    public static String json(List<Problem> problems) {
        List<Node> list = new ArrayList<>();
        problems.forEach(problem -> list.add(node(problem)));
        long errors = problems.stream().filter(Problem::isError).count();
        return Json.pretty(Node.Mapping.EMPTY
                        .with("errors", errors)
                        .with("warnings", problems.size() - errors)
                        .with("problems", new Node.Sequence(list, Position.NONE)))
                + "\n";
    }

    /** SARIF 2.1.0. */
    public static String sarif(List<Problem> problems) {
        return Json.pretty(Sarif.of(problems)) + "\n";
    }

    /** One problem as {@link #json} has it. */
    public static Node.Mapping node(Problem problem) {
        Node.Mapping node = Node.Mapping.EMPTY
                .with("file", problem.at().file())
                .with("line", problem.at().line())
                .with("column", problem.at().column())
                .with("severity", problem.isError() ? "error" : "warning")
                .with("code", problem.code())
                .with("message", problem.message());
        if (problem.expected() != null) {
            node = node.with("expected", problem.expected());
        }
        return problem.suggestion() != null ? node.with("suggestion", problem.suggestion()) : node;
    }
}
