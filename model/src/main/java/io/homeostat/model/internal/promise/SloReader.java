package io.homeostat.model.internal.promise;

import io.homeostat.model.Document;
import io.homeostat.model.Node;
import io.homeostat.model.Problem;
import io.homeostat.model.Promise;
import io.homeostat.model.Shorthands;
import io.homeostat.model.internal.our.SloRules;
import io.homeostat.model.slo.AlertPolicy;
import io.homeostat.model.slo.Comparison;
import io.homeostat.model.slo.Indicator;
import io.homeostat.model.slo.Metric;
import io.homeostat.model.slo.Objective;
import io.homeostat.model.slo.Slo;
import io.homeostat.model.slo.Window;
import java.math.BigDecimal;
import java.math.MathContext;
import java.time.Duration;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.temporal.TemporalAmount;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code kind: SLO}, with its indicators and alert policies put in their places. */
final class SloReader {

    private static final Window DEFAULT_WINDOW = new Window.Rolling(Duration.ofDays(30));

    private final Library library;
    private final MetricReader metrics;
    private final AlertReader alerts;
    private final List<Problem> problems;

    SloReader(Library library, List<Problem> problems) {
        this.library = library;
        this.metrics = new MetricReader(library, problems);
        this.alerts = new AlertReader(library);
        this.problems = problems;
    }

    /** @return null when something that it refers to is not there, which is reported */
    @Nullable
    Slo read(Document document) {
        Node.Mapping spec = document.spec();
        List<Node.Mapping> declared = mappings(spec, "objectives");
        boolean composite = declared.stream()
                .anyMatch(objective -> objective.get("indicator") != null || objective.get("indicatorRef") != null);
        Indicator shared = composite ? null : indicator(spec);
        List<Objective> objectives = new ArrayList<>();
        Slo.Method method = method(spec.text("budgetingMethod", ""));
        for (Node.Mapping each : declared) {
            Indicator own = composite ? indicator(each) : shared;
            if (own == null) {
                return null;
            }
            String id = document.key().name() + (declared.size() == 1 ? "" : "/" + (objectives.size() + 1));
            objectives.add(objective(id, each, own, method));
        }
        List<AlertPolicy> policies = alerts.read(document);
        if (policies == null && spec.get("alertPolicies") != null) {
            return null;
        }
        boolean none = "none".equals(document.annotation(Slo.ALERTS));
        return new Slo(
                document.key().name(),
                document.metadata().text("displayName", document.key().name()),
                spec.text("service", ""),
                method,
                window(spec),
                List.copyOf(objectives),
                composite,
                policies == null && none ? List.of() : policies,
                minFailures(document),
                document.at());
    }

    /** SLIs that no SLO refers to are read all the same, so that their mistakes show. */
    void leftOver() {
        for (Document document : library.sound()) {
            if (document.key().kind().equals("SLI")) {
                List<Problem> known = List.copyOf(problems);
                indicator(document.key().name(), document.spec());
                // What was said when an SLO referred to it needs no second word.
                for (int i = problems.size() - 1; i >= known.size(); i--) {
                    if (known.contains(problems.get(i))) {
                        problems.remove(i);
                    }
                }
            }
        }
    }

    private @Nullable Indicator indicator(Node.Mapping in) {
        if (in.get("indicatorRef") instanceof Node.Text reference) {
            Document sli = library.find(Promise.OPEN_SLO, "SLI", reference);
            return sli == null ? null : indicator(sli.key().name(), sli.spec());
        }
        Node.Mapping inline = in.mapping("indicator");
        return indicator(inline.mapping("metadata").text("name", ""), inline.mapping("spec"));
    }

    private @Nullable Indicator indicator(String name, Node.Mapping spec) {
        if (spec.get("thresholdMetric") instanceof Node.Mapping threshold) {
            Metric metric = metrics.read(threshold);
            return metric == null ? null : new Indicator.Threshold(name, metric);
        }
        Node.Mapping ratio = spec.mapping("ratioMetric");
        if (ratio.get("raw") instanceof Node.Mapping raw) {
            Metric metric = metrics.read(raw);
            boolean success = ratio.text("rawType", "success").equals("success");
            return metric == null ? null : new Indicator.Ratio(name, metric, success);
        }
        boolean good = ratio.get("good") instanceof Node.Mapping;
        Metric part = metrics.read(ratio.mapping(good ? "good" : "bad"));
        Metric total = metrics.read(ratio.mapping("total"));
        return part == null || total == null
                ? null
                : new Indicator.Share(name, part, good, total, ratio.flag("counter", false));
    }

    private static Objective objective(String id, Node.Mapping from, Indicator indicator, Slo.Method method) {
        Node slice = from.get("timeSliceWindow");
        Duration length = method == Slo.Method.OCCURRENCES || slice == null ? null : SloRules.sliceWindow(slice);
        double target = from.get("targetPercent") instanceof Node.Numeric percent
                ? percent.value()
                        .divide(BigDecimal.valueOf(100), MathContext.DECIMAL64)
                        .doubleValue()
                : number(from, "target", 0);
        return new Objective(
                id,
                from.text("displayName", id),
                indicator,
                Comparison.of(from.text("op", ""), Comparison.LTE),
                number(from, "value", 0),
                target,
                length == null ? Duration.ZERO : length,
                number(from, "timeSliceTarget", 1),
                number(from, "compositeWeight", 1));
    }

    private static Slo.Method method(String word) {
        return switch (word) {
            case "Timeslices" -> Slo.Method.TIMESLICES;
            case "RatioTimeslices" -> Slo.Method.RATIO_TIMESLICES;
            default -> Slo.Method.OCCURRENCES;
        };
    }

    private static Window window(Node.Mapping spec) {
        for (Node.Mapping window : mappings(spec, "timeWindow")) {
            TemporalAmount length = Shorthands.parse(window.text("duration", ""));
            Node.Mapping calendar = window.mapping("calendar");
            LocalDateTime start = SloRules.startTime(calendar.text("startTime", ""));
            if (length != null && start != null) {
                return new Window.Calendar(length, start, ZoneId.of(calendar.text("timeZone", "UTC")));
            } else if (length != null) {
                return new Window.Rolling(Shorthands.exact(length));
            }
        }
        return DEFAULT_WINDOW;
    }

    private int minFailures(Document document) {
        String text = document.annotation(Slo.MIN_FAILURES);
        if (text == null) {
            return Slo.DEFAULT_MIN_FAILURES;
        }
        if (text.matches("[0-9]{1,9}")) {
            return Integer.parseInt(text);
        }
        Node at = document.metadata().mapping("annotations").get(Slo.MIN_FAILURES);
        problems.add(Problem.error(
                        at == null ? document.at() : at.at(), "bad-value", Slo.MIN_FAILURES + " is '" + text + "'")
                .expecting("a whole number in quotes, such as \"10\""));
        return Slo.DEFAULT_MIN_FAILURES;
    }

    static double number(Node.Mapping in, String key, double otherwise) {
        return in.get(key) instanceof Node.Numeric number ? number.value().doubleValue() : otherwise;
    }

    static List<Node.Mapping> mappings(Node.Mapping in, String key) {
        return in.sequence(key).stream()
                .filter(Node.Mapping.class::isInstance)
                .map(Node.Mapping.class::cast)
                .toList();
    }
}
