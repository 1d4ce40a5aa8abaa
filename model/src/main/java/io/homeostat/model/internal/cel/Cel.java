package io.homeostat.model.internal.cel;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.CelIssue;
import dev.cel.common.CelOptions;
import dev.cel.common.CelValidationException;
import dev.cel.common.CelValidationResult;
import dev.cel.common.types.CelType;
import dev.cel.common.types.CelTypeProvider;
import dev.cel.common.types.MapType;
import dev.cel.common.types.SimpleType;
import dev.cel.common.types.StructType;
import dev.cel.common.values.NullValue;
import dev.cel.compiler.CelCompiler;
import dev.cel.compiler.CelCompilerBuilder;
import dev.cel.compiler.CelCompilerFactory;
import dev.cel.parser.CelStandardMacro;
import dev.cel.runtime.CelEvaluationException;
import dev.cel.runtime.CelRuntime;
import dev.cel.runtime.CelRuntimeFactory;
import dev.cel.runtime.Program;
import io.homeostat.model.Node;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/** Compiles conditions over an application and evaluates them. What was compiled once is kept. */
public final class Cel {
    private static final int LONGEST = 4096;
    private static final int MOST_KEPT = 1000;

    private static final CelOptions OPTIONS = CelOptions.current()
            .enableHeterogeneousNumericComparisons(true)
            .maxExpressionCodePointSize(LONGEST)
            .maxParseRecursionDepth(64)
            .comprehensionMaxIterations(10_000)
            .build();
    private static final StructType APPLICATION = StructType.create(
            "homeostat.Application",
            ImmutableSet.of("name", "health", "revision", "ready"),
            field -> Optional.of(field.equals("ready") ? SimpleType.BOOL : SimpleType.STRING));
    private static final CelCompiler COMPILER = CelCompilerFactory.standardCelCompilerBuilder()
            .setOptions(OPTIONS)
            .setStandardMacros(CelStandardMacro.STANDARD_MACROS)
            .setTypeProvider(new Types())
            .addVar("application", APPLICATION)
            .setResultType(SimpleType.BOOL)
            .build();
    private static final CelCompiler SIGNALS = CelCompilerFactory.standardCelCompilerBuilder()
            .setOptions(OPTIONS)
            .setStandardMacros(CelStandardMacro.STANDARD_MACROS)
            .addVar("slo", MapType.create(SimpleType.STRING, SimpleType.DYN))
            .addVar("edge", MapType.create(SimpleType.STRING, SimpleType.DYN))
            .addVar("workload", MapType.create(SimpleType.STRING, SimpleType.DYN))
            .addVar("application", MapType.create(SimpleType.STRING, SimpleType.DYN))
            .setResultType(SimpleType.BOOL)
            .build();
    private static final CelRuntime RUNTIME =
            CelRuntimeFactory.plannerRuntimeBuilder().setOptions(OPTIONS).build();
    private static final Map<String, CelCompiler> COMPILERS = new ConcurrentHashMap<>();
    private static final Map<String, Compiled> KEPT = new ConcurrentHashMap<>();

    private Cel() {}

    /** Either something that can be evaluated, or why there is none. */
    public sealed interface Compiled {
        record Condition(Program program) implements Compiled {}

        record Faulty(List<Fault> faults) implements Compiled {}
    }

    /**
     * @param line 1-based within the expression; 0 when unknown
     * @param column 0-based
     */
    public record Fault(int line, int column, String message) {}

    /** A condition over one application. */
    public static Compiled compile(String expression) {
        return kept("", COMPILER, expression);
    }

    /** A condition over the signals of an environment. */
    public static Compiled compileSignals(String expression) {
        return kept("signals ", SIGNALS, expression);
    }

    /** @param variables names of those that it may speak of, with commas; what is in them is known when it is evaluated */
    public static Compiled compileOver(String variables, String expression) {
        return kept(variables + " ", COMPILERS.computeIfAbsent(variables, Cel::compiler), expression);
    }

    private static CelCompiler compiler(String variables) {
        CelCompilerBuilder builder = CelCompilerFactory.standardCelCompilerBuilder()
                .setOptions(OPTIONS)
                .setStandardMacros(CelStandardMacro.STANDARD_MACROS)
                .setResultType(SimpleType.BOOL);
        for (String variable : variables.split(",", -1)) {
            builder.addVar(variable, SimpleType.DYN);
        }
        return builder.build();
    }

    private static Compiled kept(String kind, CelCompiler compiler, String expression) {
        Compiled kept = KEPT.get(kind + expression);
        if (kept != null) {
            return kept;
        }
        if (KEPT.size() >= MOST_KEPT) {
            KEPT.clear();
        }
        Compiled compiled = compileAnew(compiler, expression);
        KEPT.put(kind + expression, compiled);
        return compiled;
    }

    /** @throws CelEvaluationException when the values do not fit the expression */
    public static boolean evaluate(Compiled.Condition condition, Node.Mapping variables) throws CelEvaluationException {
        Map<String, Object> named = new LinkedHashMap<>();
        variables.fields().forEach((name, field) -> named.put(name, value(field.value())));
        return Boolean.TRUE.equals(condition.program.eval(named));
    }

    private static Compiled compileAnew(CelCompiler compiler, String expression) {
        if (expression.length() > LONGEST) {
            return new Compiled.Faulty(List.of(new Fault(0, 0, "it is longer than " + LONGEST + " characters")));
        }
        try {
            CelValidationResult result = compiler.compile(expression);
            if (result.hasError()) {
                return new Compiled.Faulty(
                        result.getErrors().stream().map(Cel::fault).toList());
            }
            CelAbstractSyntaxTree tree = result.getAst();
            return new Compiled.Condition(RUNTIME.createProgram(tree));
        } catch (CelValidationException | CelEvaluationException broken) {
            return new Compiled.Faulty(List.of(new Fault(0, 0, String.valueOf(broken.getMessage()))));
        }
    }

    private static Fault fault(CelIssue issue) {
        return new Fault(
                issue.getSourceLocation().getLine(), issue.getSourceLocation().getColumn(), issue.getMessage());
    }

    private static Object value(Node node) {
        return switch (node) {
            case Node.Mapping mapping ->
                mapping.fields().entrySet().stream()
                        .filter(entry -> !(entry.getValue().value() instanceof Node.Null))
                        .collect(Collectors.toMap(
                                Map.Entry::getKey,
                                entry -> value(entry.getValue().value())));
            case Node.Sequence sequence -> {
                List<Object> values = new ArrayList<>();
                sequence.elements().forEach(element -> values.add(value(element)));
                yield values;
            }
            case Node.Text text -> text.value();
            case Node.Hidden hidden -> hidden.toString();
            case Node.Numeric number ->
                number.value().stripTrailingZeros().scale() <= 0
                        ? (Object) number.value().longValue()
                        : (Object) number.value().doubleValue();
            case Node.Bool bool -> bool.value();
            case Node.Null _ -> NullValue.NULL_VALUE;
        };
    }

    private static final class Types implements CelTypeProvider {
        @Override
        public ImmutableList<CelType> types() {
            return ImmutableList.of(APPLICATION);
        }

        @Override
        public Optional<CelType> findType(String name) {
            return name.equals(APPLICATION.name()) ? Optional.of(APPLICATION) : Optional.empty();
        }
    }
}
