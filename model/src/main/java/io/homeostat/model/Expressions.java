package io.homeostat.model;

import dev.cel.runtime.CelEvaluationException;
import io.homeostat.model.internal.cel.Cel;
import io.homeostat.model.internal.cel.Cel.Compiled;
import io.homeostat.model.internal.cel.Cel.Fault;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Conditions in CEL, the language of Kubernetes' own policies, with its standard macros. In those over an application there is one
 * variable:
 *
 * <ul>
 *   <li>{@code application.name}: its name
 *   <li>{@code application.health}: {@code "healthy"}, {@code "progressing"}, {@code "degraded"} or {@code "unknown"}
 *   <li>{@code application.revision}: the revision last applied; empty when none was
 *   <li>{@code application.ready}: whether it is healthy at the revision that Git declares now
 * </ul>
 */
public final class Expressions {

    private static final Pattern ASKED = Pattern.compile("\\b(\\w+)\\[\\s*(?:'([^']+)'|\"([^\"]+)\")\\s*\\]");

    private Expressions() {}

    /** What else a condition may speak of. */
    public enum Over {
        /** {@code object}: the whole object as the cluster holds it, {@code status} included. */
        OBJECT("'object', the whole object as the cluster holds it", "object"),
        /**
         * One difference: {@code path} as a JSON pointer, {@code declared} and {@code found} there (null where nothing is), and
         * the live {@code object}.
         */
        DIFFERENCE("'path', 'declared', 'found' and 'object'", "path,declared,found,object");

        private final String words;
        private final String variables;

        Over(String words, String variables) {
            this.words = words;
            this.variables = variables;
        }
    }

    /** What became of a condition. */
    public sealed interface Outcome {
        record Holds() implements Outcome {}

        record HoldsNot() implements Outcome {}

        /** @param reason one sentence: why it cannot be told */
        record Failed(String reason) implements Outcome {}
    }

    /** Adds what is wrong with a condition: syntax, unknown fields, a result that is not true or false. */
    public static void check(Node.Text expression, List<Problem> problems) {
        if (Cel.compile(expression.value()) instanceof Compiled.Faulty faulty) {
            for (Fault fault : faulty.faults()) {
                problems.add(problem(
                        expression, fault, "CEL over 'application' with 'name', 'health', 'revision' and 'ready'"));
            }
        }
    }

    /** @param variables {@code {application: {name: …, health: …, revision: …, ready: …}}} */
    public static Outcome evaluate(String expression, Node.Mapping variables) {
        return evaluate(Cel.compile(expression), variables);
    }

    /** Adds what is wrong with a condition over the signals of an environment. */
    public static void checkSignals(Node.Text expression, List<Problem> problems) {
        if (Cel.compileSignals(expression.value()) instanceof Compiled.Faulty faulty) {
            for (Fault fault : faulty.faults()) {
                problems.add(problem(expression, fault, "CEL over 'slo', 'edge', 'workload' and 'application'"));
            }
        }
    }

    /**
     * A condition over the signals: {@code slo['checkout'].burnRate < 2.0}. docs/chaos.md lists the fields.
     *
     * @param variables {@code {slo: {NAME: {…}}, edge: {…}, workload: {…}, application: {…}}}
     */
    public static Outcome evaluateSignals(String expression, Node.Mapping variables) {
        Outcome outcome = evaluate(Cel.compileSignals(expression), variables);
        return outcome instanceof Outcome.Failed failed
                ? new Outcome.Failed(unknown(expression, failed.reason(), variables))
                : outcome;
    }

    /** Who is not there, in the words of who asked for it. */
    private static String unknown(String expression, String reason, Node.Mapping variables) {
        Matcher asked = ASKED.matcher(expression);
        while (asked.find()) {
            String kind = asked.group(1);
            String key = asked.group(2) == null ? asked.group(3) : asked.group(2);
            Set<String> known = variables.mapping(kind).fields().keySet();
            if (!reason.contains(key) || variables.get(kind) == null || known.contains(key)) {
                continue;
            }
            List<String> inNamespaces = known.stream()
                    .filter(each -> each.endsWith("/" + key))
                    .sorted()
                    .toList();
            String suggestion = Suggestions.didYouMean(key, known);
            return inNamespaces.isEmpty()
                    ? "there is no " + kind + "['" + key + "']" + (suggestion == null ? "" : "; " + suggestion)
                    : "several are called " + kind + "['" + key + "']: say which, '"
                            + String.join("' or '", inNamespaces) + "'";
        }
        return reason;
    }

    /** Adds what is wrong with a condition over something else. */
    public static void check(Over over, Node.Text expression, List<Problem> problems) {
        if (Cel.compileOver(over.variables, expression.value()) instanceof Compiled.Faulty faulty) {
            for (Fault fault : faulty.faults()) {
                problems.add(problem(expression, fault, "CEL over " + over.words));
            }
        }
    }

    /** @param variables each of those that {@code over} names */
    public static Outcome evaluate(Over over, String expression, Node.Mapping variables) {
        return evaluate(Cel.compileOver(over.variables, expression), variables);
    }

    private static Outcome evaluate(Compiled compiled, Node.Mapping variables) {
        return switch (compiled) {
            case Compiled.Faulty faulty ->
                new Outcome.Failed(faulty.faults().getFirst().message());
            case Compiled.Condition condition -> {
                try {
                    yield Cel.evaluate(condition, variables) ? new Outcome.Holds() : new Outcome.HoldsNot();
                } catch (CelEvaluationException failed) {
                    yield new Outcome.Failed(String.valueOf(failed.getMessage()));
                }
            }
        };
    }

    /** Whether a condition is known to hold. */
    public static boolean isTrue(String expression, Node.Mapping variables) {
        return evaluate(expression, variables) instanceof Outcome.Holds;
    }

    /** On the first line, the fault's column counts from where the expression is written. */
    private static Problem problem(Node.Text expression, Fault fault, String expected) {
        Position start = expression.at();
        Position at = fault.line() == 1 && start.line() > 0
                ? new Position(start.file(), start.line(), start.column() + Math.max(0, fault.column()))
                : start;
        String where = fault.line() > 1 ? " (line " + fault.line() + " of the expression)" : "";
        return Problem.error(at, "bad-expression", "the condition cannot be compiled: " + fault.message() + where)
                .expecting(expected);
    }
}
