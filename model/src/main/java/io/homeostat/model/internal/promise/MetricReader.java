package io.homeostat.model.internal.promise;

import static io.homeostat.model.internal.shape.Shape.Member.optional;
import static io.homeostat.model.internal.shape.Shape.Member.required;

import io.homeostat.model.Document;
import io.homeostat.model.Durations;
import io.homeostat.model.Node;
import io.homeostat.model.Problem;
import io.homeostat.model.Promise;
import io.homeostat.model.internal.shape.Checker;
import io.homeostat.model.internal.shape.Shape;
import io.homeostat.model.internal.shape.Shape.Elements;
import io.homeostat.model.internal.shape.Shape.Fields;
import io.homeostat.model.slo.Metric;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Questions to sources: the DataSource that is meant, and every key of those that we ask. */
final class MetricReader {

    private static final Shape DURATION = new Shape.Text(Durations.FORM, text -> Durations.parse(text) != null, null);
    private static final Shape WORD = new Shape.Text("text", text -> !text.isBlank(), null);
    private static final Fields TOKEN =
            Fields.of("Token", required("name", WORD, "Name of a Secret."), required("key", WORD, "Its key."));

    private static final Map<String, Fields> QUESTIONS = Map.of(
            Metric.GATE,
            Fields.of(
                    "HomeostatMetric",
                    required("service", WORD, "The Service that is called."),
                    optional("from", WORD, "Only calls of this caller."),
                    optional("version", WORD, "Only calls answered by this version."),
                    optional("latency", DURATION, "Good is what was answered within this time.")),
            Metric.PROMETHEUS,
            Fields.of(
                    "PrometheusMetric",
                    required("query", WORD, "PromQL."),
                    optional("dimensions", new Elements(WORD), "Plays no part here."),
                    optional("url", WORD, "Where it is, when no DataSource says it.")),
            Metric.HTTP,
            Fields.of(
                    "HttpMetric",
                    required("url", WORD, "What is fetched."),
                    optional("status", Shape.choice("1xx", "2xx", "3xx", "4xx", "2xx|3xx", "any"), "What is good."),
                    optional("contains", WORD, "What the answer must contain."),
                    optional("timeout", DURATION, "How long an answer may take.")),
            Metric.PROCESS,
            Fields.of(
                    "ProcessMetric",
                    required("command", new Elements(WORD), "Program and arguments."),
                    optional("timeout", DURATION, "How long it may take.")));

    private static final Fields PROMETHEUS = Fields.of(
            "PrometheusConnection",
            required("url", WORD, "Where it is."),
            optional("bearerTokenFrom", TOKEN, "A token, from a Secret."),
            optional("timeout", DURATION, "How long an answer may take."));

    private final Library library;
    private final List<Problem> problems;
    private final Set<String> told = new HashSet<>();

    MetricReader(Library library, List<Problem> problems) {
        this.library = library;
        this.problems = problems;
    }

    /** @return null when it cannot be asked for an error that is reported */
    @Nullable
    Metric read(Node.Mapping metric) {
        Node.Mapping source = metric.mapping("metricSource");
        String type = source.text("type", "");
        Node.Mapping connection = Node.Mapping.EMPTY;
        if (source.get("metricSourceRef") instanceof Node.Text reference) {
            Document dataSource = dataSource(reference, type);
            if (dataSource == null && (type.isEmpty() || isAsked(type))) {
                return null;
            }
            if (dataSource != null) {
                type = type.isEmpty() ? dataSource.spec().text("type", "") : type;
                connection = merged(dataSource.spec().get("connectionDetails"));
            }
        }
        String asked = type.toLowerCase(Locale.ROOT);
        Node.Mapping question = source.mapping("spec");
        int before = errors();
        Fields shape = QUESTIONS.get(asked);
        if (shape == null) {
            once(Problem.warning(
                            source.at(),
                            "unknown-source",
                            "nothing here asks a source of type '" + type + "', so there are no data")
                    .expecting("homeostat, Prometheus, http or process"));
        } else {
            Checker.check(shape, question.isEmpty() ? new Node.Mapping(Map.of(), source.at()) : question, problems);
        }
        if (asked.equals(Metric.PROMETHEUS)) {
            if (!connection.isEmpty()) {
                Checker.check(PROMETHEUS, connection, problems);
            } else if (question.get("url") == null) {
                once(Problem.warning(source.at(), "unknown-source", "nothing says where this Prometheus is")
                        .suggesting("add 'metricSourceRef' with a DataSource, or 'url' to the spec"));
            }
        }
        return errors() > before ? null : new Metric(asked, connection, question, source.at());
    }

    private static boolean isAsked(String type) {
        return QUESTIONS.containsKey(type.toLowerCase(Locale.ROOT));
    }

    /** A source that is not asked anyway need not be declared here either. */
    private @Nullable Document dataSource(Node.Text reference, String type) {
        boolean declared = library.sound().stream()
                .anyMatch(document -> document.key().kind().equals("DataSource")
                        && document.key().name().equals(reference.value()));
        return !declared && !type.isEmpty() && !isAsked(type)
                ? null
                : library.find(Promise.OPEN_SLO, "DataSource", reference);
    }

    /** OpenSLO's examples write a list of mappings as often as one mapping. */
    private static Node.Mapping merged(@Nullable Node details) {
        Node.Mapping all = Node.Mapping.EMPTY;
        if (details instanceof Node.Mapping mapping) {
            return mapping;
        }
        if (details instanceof Node.Sequence sequence) {
            for (Node element : sequence.elements()) {
                if (element instanceof Node.Mapping mapping) {
                    for (Map.Entry<String, Node.Field> field : mapping.fields().entrySet()) {
                        all = all.with(field.getKey(), field.getValue().value());
                    }
                }
            }
            return new Node.Mapping(all.fields(), sequence.at());
        }
        return all;
    }

    private int errors() {
        return (int) problems.stream().filter(Problem::isError).count();
    }

    private void once(Problem problem) {
        if (told.add(problem.toString())) {
            problems.add(problem);
        }
    }
}
