package io.homeostat.model.internal.promise;

import io.homeostat.model.Document;
import io.homeostat.model.Durations;
import io.homeostat.model.Node;
import io.homeostat.model.ObjectKey;
import io.homeostat.model.Problem;
import io.homeostat.model.Rollout;
import io.homeostat.model.Rollout.Check;
import io.homeostat.model.Rollout.Flag;
import io.homeostat.model.Rollout.Judging;
import io.homeostat.model.Rollout.Match;
import io.homeostat.model.Rollout.Otherwise;
import io.homeostat.model.Rollout.Stage;
import io.homeostat.model.slo.Promises.Unread;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@code kind: Rollout}. */
final class RolloutReader {

    static final List<String> STRATEGIES = List.of("canary", "abTest", "mirror", "featureFlag", "blueGreen");

    /** What a judge goes by where the document does not say. */
    static final BigDecimal ERRORS_MARGIN = BigDecimal.ONE;

    static final BigDecimal LATENCY_MARGIN = new BigDecimal("1.1");
    static final BigDecimal TOLERANCE = new BigDecimal("1.5");

    /** Where a ramp begins and ends without a word, in percent. */
    static final int RAMP_FROM = 5;

    static final int RAMP_TO = 50;

    private static final Duration HOLD = Duration.ofMinutes(5);
    private static final Duration KEEP = Duration.ofMinutes(5);

    /** In the order of the documents, but those last that do not say what they are about, and so stand for the rest. */
    static List<Rollout> readAll(
            Library library, List<Document> documents, List<Unread> unread, List<Problem> problems) {
        List<Rollout> rollouts = new ArrayList<>();
        Map<ObjectKey, Document> byWorkload = new HashMap<>();
        for (Document document : documents) {
            if (!document.key().kind().equals("Rollout")) {
                continue;
            }
            Problem error = library.errorOf(document);
            List<ObjectKey> workloads = workloads(document);
            for (ObjectKey workload : workloads) {
                Document other = byWorkload.putIfAbsent(workload, document);
                if (error == null && other != null) {
                    error = Problem.error(
                            document.at(), "duplicate-rollout", workload + " has a Rollout already, at " + other.at());
                    problems.add(error);
                }
            }
            rollouts.add(read(document, workloads, error, library, problems));
        }
        for (Unread each : unread) {
            if (each.kind().equals("Rollout")) {
                rollouts.add(unreadable(each));
            }
        }
        rollouts.sort(Comparator.comparing(rollout -> rollout.workloads().isEmpty()));
        return List.copyOf(rollouts);
    }

    private static Rollout unreadable(Unread one) {
        return new Rollout(
                "in " + one.why().at().file(),
                List.of(),
                null,
                List.of(),
                false,
                null,
                null,
                List.of(),
                0,
                one.message(),
                one.why().at());
    }

    private RolloutReader() {}

    /** In the order of the document; as far as they can be read. */
    private static List<ObjectKey> workloads(Document document) {
        List<Node> said = new ArrayList<>(document.spec().sequence("workloads"));
        if (document.spec().get("workload") instanceof Node.Mapping one) {
            said.add(one);
        }
        List<ObjectKey> workloads = new ArrayList<>();
        for (Node each : said) {
            if (each instanceof Node.Mapping workload && workload.text("name") != null) {
                workloads.add(new ObjectKey(
                        "apps",
                        workload.text("kind", "Deployment"),
                        workload.text("namespace", ObjectKey.DEFAULT_NAMESPACE),
                        workload.text("name", "")));
            }
        }
        return List.copyOf(workloads);
    }

    private static Rollout read(
            Document document,
            List<ObjectKey> workloads,
            @Nullable Problem error,
            Library library,
            List<Problem> problems) {
        Node.Mapping spec = document.spec();
        Problem wrong = error == null ? StrategyCheck.problem(document) : error;
        if (wrong == null && workloads.stream().anyMatch(each -> each.kind().equals("StatefulSet"))) {
            wrong = StrategyCheck.inPlace(document, stages(spec));
        }
        if (error == null && wrong != null) {
            problems.add(wrong);
        }
        List<Check> checks = List.of();
        if (wrong == null) {
            int before = problems.size();
            checks = new ChecksReader(library, problems).read(strategy(spec));
            GuardsReader.check(strategy(spec), library, problems);
            wrong = problems.subList(before, problems.size()).stream()
                    .filter(Problem::isError)
                    .findFirst()
                    .orElse(null);
        }
        Node.Mapping strategy = strategy(spec);
        boolean isCompared = spec.get("blueGreen") == null;
        String mistake = wrong == null ? null : wrong.toString();
        boolean isSound = mistake == null;
        return new Rollout(
                document.key().name(),
                workloads,
                isSound ? flag(spec.mapping("featureFlag"), workloads) : null,
                isSound ? stages(spec) : List.of(),
                strategy.flag("baseline", false),
                isSound && strategy.get("affinity") != null ? match(strategy.mapping("affinity")) : null,
                isSound && isCompared ? judging(strategy.mapping("judge")) : null,
                checks,
                spec.integer("rollbackWindow", 0),
                mistake,
                document.at());
    }

    static String word(Node.Mapping spec) {
        return STRATEGIES.stream()
                .filter(word -> spec.get(word) != null)
                .findFirst()
                .orElse(STRATEGIES.getFirst());
    }

    private static Node.Mapping strategy(Node.Mapping spec) {
        return spec.mapping(word(spec));
    }

    private static @Nullable Flag flag(Node.Mapping spec, List<ObjectKey> workloads) {
        String configMap = spec.text("configMap");
        return configMap == null
                ? null
                : new Flag(
                        new ObjectKey("", "ConfigMap", workloads.getFirst().namespace(), configMap),
                        spec.text("key", ""));
    }

    private static List<Stage> stages(Node.Mapping spec) {
        Node.Mapping strategy = strategy(spec);
        return switch (word(spec)) {
            case "canary", "featureFlag" -> canary(strategy);
            case "abTest" -> abTest(strategy);
            case "mirror" -> mirror(strategy);
            default -> blueGreen(strategy);
        };
    }

    private static List<Stage> mirror(Node.Mapping spec) {
        Stage copies = new Stage(
                "mirror",
                spec.integer("instances", 100),
                0,
                duration(spec, "hold", HOLD),
                spec.flag("approval", false),
                List.of(),
                GuardsReader.read(spec),
                spec.integer("percent", 100));
        return List.of(copies, new Stage("all", 100, 100, duration(spec, "keep", Duration.ZERO), false));
    }

    private static List<Stage> abTest(Node.Mapping spec) {
        List<Match> matches = new ArrayList<>();
        spec.sequence("match").forEach(each -> matches.add(match((Node.Mapping) each)));
        Stage test = new Stage(
                "test",
                spec.integer("instances", 100),
                0,
                duration(spec, "hold", HOLD),
                spec.flag("approval", false),
                List.copyOf(matches),
                GuardsReader.read(spec));
        return List.of(test, new Stage("all", 100, 100, duration(spec, "keep", Duration.ZERO), false));
    }

    private static Match match(Node.Mapping spec) {
        boolean cookie = spec.get("cookie") != null;
        return new Match(cookie, spec.text(cookie ? "cookie" : "header", ""), spec.text("value", ""));
    }

    private static List<Stage> blueGreen(Node.Mapping spec) {
        return List.of(
                new Stage(
                        "preview",
                        100,
                        0,
                        duration(spec, "preview", Duration.ZERO),
                        spec.flag("approval", false),
                        List.of(),
                        GuardsReader.read(spec)),
                new Stage("switched", 100, 100, duration(spec, "keep", KEEP), false));
    }

    private static List<Stage> canary(Node.Mapping spec) {
        List<Stage> stages = new ArrayList<>(spec.get("steps") == null ? ramp(spec.mapping("ramp")) : steps(spec));
        Stage last = stages.getLast();
        if (last.weight() < 100 || last.instances() < 100) {
            stages.add(new Stage("all", 100, 100, duration(spec, "keep", Duration.ZERO), false));
        }
        return List.copyOf(stages);
    }

    private static List<Stage> steps(Node.Mapping spec) {
        List<Stage> stages = new ArrayList<>();
        for (Node each : spec.sequence("steps")) {
            Node.Mapping step = (Node.Mapping) each;
            int weight = step.integer("weight", 0);
            stages.add(new Stage(
                    weight + " %",
                    // Rounded up, one percent of any replicas is one instance.
                    step.integer("instances", Math.max(1, weight)),
                    weight,
                    duration(step, "hold", HOLD),
                    step.flag("approval", false),
                    List.of(),
                    GuardsReader.read(step)));
        }
        return stages;
    }

    private static List<Stage> ramp(Node.Mapping spec) {
        int to = spec.integer("to", RAMP_TO);
        Duration every = duration(spec, "every", Duration.ofMinutes(1));
        List<Stage> stages = new ArrayList<>();
        for (int weight = spec.integer("from", RAMP_FROM); weight < to; weight += spec.integer("by", 5)) {
            stages.add(new Stage(weight + " %", weight, weight, every, false));
        }
        stages.add(new Stage(to + " %", to, to, every, false));
        return stages;
    }

    private static Judging judging(Node.Mapping spec) {
        Node.Mapping errors = spec.mapping("errors");
        Node.Mapping latency = spec.mapping("latency");
        return new Judging(
                number(spec, "alpha", 0.01),
                number(errors, "margin", ERRORS_MARGIN.doubleValue()),
                number(errors, "tolerance", TOLERANCE.doubleValue()),
                number(errors, "acceptable", 0.001),
                number(latency, "quantile", 0.99),
                number(latency, "margin", LATENCY_MARGIN.doubleValue()),
                number(latency, "tolerance", TOLERANCE.doubleValue()),
                duration(latency, "acceptable", Duration.ofMillis(2)),
                spec.integer("fewest", 100),
                duration(spec, "burst", Duration.ofMillis(250)),
                duration(latency, "warmup", Duration.ofSeconds(30)),
                spec.flag("early", true),
                duration(spec, "extend", Duration.ZERO),
                otherwise(spec, "inconclusive"),
                otherwise(spec, "noData"));
    }

    private static Otherwise otherwise(Node.Mapping in, String key) {
        return Otherwise.valueOf(in.text(key, "promote").toUpperCase(Locale.ROOT));
    }

    private static double number(Node.Mapping in, String key, double otherwise) {
        return in.get(key) instanceof Node.Numeric number ? number.value().doubleValue() : otherwise;
    }

    private static Duration duration(Node.Mapping in, String key, Duration otherwise) {
        Duration read = Durations.parse(in.text(key, ""));
        return read == null ? otherwise : read;
    }
}
