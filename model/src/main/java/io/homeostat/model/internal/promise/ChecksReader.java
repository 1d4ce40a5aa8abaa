package io.homeostat.model.internal.promise;

import io.homeostat.model.Durations;
import io.homeostat.model.Node;
import io.homeostat.model.Position;
import io.homeostat.model.Problem;
import io.homeostat.model.Rollout.Check;
import io.homeostat.model.Rollout.Look;
import io.homeostat.model.chaos.Hypothesis;
import io.homeostat.model.slo.Metric;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What is looked at while a rollout goes on, beside what the judge compares. */
final class ChecksReader {

    private static final String CODE = "invalid-rollout";
    private static final Duration EVERY = Duration.ofSeconds(10);
    private static final Duration SHORTEST = Duration.ofMillis(100);

    private final MetricReader metrics;
    private final List<Problem> problems;

    /** @param problems what is wrong is added here */
    ChecksReader(Library library, List<Problem> problems) {
        this.metrics = new MetricReader(library, problems);
        this.problems = problems;
    }

    List<Check> read(Node.Mapping strategy) {
        List<Check> checks = new ArrayList<>();
        Set<String> names = new HashSet<>();
        for (Node each : strategy.sequence("checks")) {
            Node.Mapping check = (Node.Mapping) each;
            Look look = look(check);
            String name = check.text("name", "");
            Duration every = Objects.requireNonNullElse(Durations.parse(check.text("every", "")), EVERY);
            if (every.compareTo(SHORTEST) < 0) {
                error(
                        at(check, "every"),
                        "looking more often than every 100ms says more of the looking than of the system");
            }
            if (!names.add(name)) {
                error(at(check, "name"), "there is another check of this name");
            }
            if (look != null) {
                checks.add(new Check(name, look, every, check.integer("failures", 2)));
            }
        }
        return List.copyOf(checks);
    }

    private @Nullable Look look(Node.Mapping check) {
        List<Hypothesis.Check> said = ProbeReader.said(check, CODE, problems);
        if (said.size() + (check.get("prometheus") == null ? 0 : 1) != 1) {
            error(check.at(), "a check has exactly one of http, process, cel and prometheus");
            return null;
        }
        return said.isEmpty() ? query(check.mapping("prometheus")) : new Look.Probe(said.getFirst());
    }

    private @Nullable Look query(Node.Mapping said) {
        if (said.get("min") == null && said.get("max") == null) {
            error(said.at(), "nothing says which numbers are good; add 'max' or 'min'");
        }
        if ((said.get("source") == null) == (said.get("url") == null)) {
            error(said.at(), "nothing, or too much, says where this Prometheus is; add 'source' or 'url'");
            return null;
        }
        Node.Mapping question = Node.Mapping.EMPTY.with("query", said.text("query", ""));
        Node url = said.get("url");
        question = url == null ? question : question.with("url", url);
        Node.Mapping source = new Node.Mapping(Map.of(), said.at()).with("type", "Prometheus");
        Node reference = said.get("source");
        source = reference == null ? source : source.with("metricSourceRef", reference);
        Metric metric = metrics.read(new Node.Mapping(Map.of(), said.at())
                .with("metricSource", source.with("spec", new Node.Mapping(question.fields(), said.at()))));
        return metric == null
                ? null
                : new Look.Query(
                        metric,
                        number(said, "min", Double.NEGATIVE_INFINITY),
                        number(said, "max", Double.POSITIVE_INFINITY));
    }

    private static double number(Node.Mapping in, String key, double otherwise) {
        return in.get(key) instanceof Node.Numeric number ? number.value().doubleValue() : otherwise;
    }

    private static Position at(Node.Mapping in, String key) {
        Node value = in.get(key);
        return value == null ? in.at() : value.at();
    }

    private void error(Position at, String message) {
        problems.add(Problem.error(at, CODE, message));
    }
}
