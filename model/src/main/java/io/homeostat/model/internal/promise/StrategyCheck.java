package io.homeostat.model.internal.promise;

import io.homeostat.model.Document;
import io.homeostat.model.Node;
import io.homeostat.model.Problem;
import io.homeostat.model.Rollout.Stage;
import java.math.BigDecimal;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What the shape of a Rollout's document cannot say: what excludes what, and which numbers make sense. */
final class StrategyCheck {

    private static final String CODE = "invalid-rollout";

    private StrategyCheck() {}

    /** The first mistake; null when there is none. */
    static @Nullable Problem problem(Document document) {
        Node.Mapping spec = document.spec();
        Problem unnamed = workloads(spec);
        if (unnamed != null) {
            return unnamed;
        }
        List<String> strategies = RolloutReader.STRATEGIES.stream()
                .filter(strategy -> spec.get(strategy) != null)
                .toList();
        if (strategies.isEmpty()) {
            return Problem.error(spec.at(), CODE, "a Rollout needs a strategy")
                    .suggesting("add 'canary: {ramp: {}}' or 'blueGreen: {}'");
        }
        if (strategies.size() > 1) {
            Node second = Objects.requireNonNull(spec.get(strategies.get(1)));
            return Problem.error(second.at(), CODE, "a Rollout has one strategy, and this one has " + strategies.get(0))
                    .suggesting("remove one of them");
        }
        return switch (strategies.getFirst()) {
            case "canary" -> canary("a canary", spec.mapping("canary"));
            case "featureFlag" -> canary("a featureFlag", spec.mapping("featureFlag"));
            case "mirror" -> judge(spec.mapping("mirror").mapping("judge"));
            case "abTest" -> abTest(spec.mapping("abTest"));
            default -> null;
        };
    }

    /** A StatefulSet has each of its instances once: none of them can be there in two versions. */
    static @Nullable Problem inPlace(Document document, List<Stage> stages) {
        Node.Mapping strategy = document.spec().mapping(RolloutReader.word(document.spec()));
        Node baseline = strategy.get("baseline");
        if (baseline != null && strategy.flag("baseline", false)) {
            return Problem.error(
                    baseline.at(), CODE, "a StatefulSet cannot have a baseline: it has each instance once");
        }
        for (Stage stage : stages) {
            if (stage.instances() == 100 && stage.weight() < 100) {
                return Problem.error(
                                strategy.at(),
                                CODE,
                                "a StatefulSet has each instance once: in stage " + stage.title()
                                        + " none of the old version would be left")
                        .suggesting("give the step fewer 'instances', in percent");
            }
        }
        return null;
    }

    private static @Nullable Problem workloads(Node.Mapping spec) {
        Node one = spec.get("workload");
        Node several = spec.get("workloads");
        if (one == null && several == null) {
            return Problem.error(spec.at(), CODE, "nothing says which workload this Rollout is about")
                    .suggesting("add 'workload: {name: web}'");
        }
        if (one != null && several != null) {
            return Problem.error(several.at(), CODE, "a Rollout has a workload or workloads, not both");
        }
        return several != null && spec.sequence("workloads").isEmpty()
                ? Problem.error(several.at(), CODE, "a group needs at least one workload")
                : null;
    }

    private static @Nullable Problem abTest(Node.Mapping test) {
        if (test.sequence("match").isEmpty()) {
            return Problem.error(test.at(), CODE, "an abTest needs at least one match")
                    .suggesting("add 'match: [{header: x-beta, value: \"yes\"}]'");
        }
        for (Node each : test.sequence("match")) {
            Node.Mapping match = (Node.Mapping) each;
            if ((match.get("header") == null) == (match.get("cookie") == null)) {
                return Problem.error(match.at(), CODE, "a match names a header or a cookie, one of them");
            }
        }
        return judge(test.mapping("judge"));
    }

    private static @Nullable Problem canary(String what, Node.Mapping canary) {
        Node steps = canary.get("steps");
        Node ramp = canary.get("ramp");
        if (steps == null && ramp == null) {
            return Problem.error(canary.at(), CODE, what + " needs steps or a ramp")
                    .suggesting("add 'steps: [{weight: 5}, {weight: 25}, {weight: 50}]'");
        }
        if (steps != null && ramp != null) {
            return Problem.error(ramp.at(), CODE, what + " has steps or a ramp, not both");
        }
        if (steps != null && canary.sequence("steps").isEmpty()) {
            return Problem.error(steps.at(), CODE, what + " needs at least one step");
        }
        Problem reversed = ramp(canary.mapping("ramp"));
        return reversed == null ? judge(canary.mapping("judge")) : reversed;
    }

    private static @Nullable Problem ramp(Node.Mapping ramp) {
        int from = ramp.integer("from", RolloutReader.RAMP_FROM);
        int to = ramp.integer("to", RolloutReader.RAMP_TO);
        return from <= to
                ? null
                : Problem.error(ramp.at(), CODE, "a ramp goes up, and this one goes from " + from + " to " + to)
                        .suggesting("give it a 'to' of " + from + " or more");
    }

    private static @Nullable Problem judge(Node.Mapping judge) {
        Problem problem = between(judge, "alpha", 0, 1);
        problem = problem == null ? between(judge.mapping("latency"), "quantile", 0, 1) : problem;
        problem = problem == null ? ratios(judge.mapping("errors"), RolloutReader.ERRORS_MARGIN) : problem;
        return problem == null ? ratios(judge.mapping("latency"), RolloutReader.LATENCY_MARGIN) : problem;
    }

    private static @Nullable Problem between(Node.Mapping in, String key, long low, long high) {
        Node value = in.get(key);
        return value instanceof Node.Numeric number
                        && (number.value().compareTo(BigDecimal.valueOf(low)) <= 0
                                || number.value().compareTo(BigDecimal.valueOf(high)) >= 0)
                ? Problem.error(value.at(), CODE, key + " is " + value + ", expected between " + low + " and " + high)
                : null;
    }

    /**
     * A margin below 1 would call an equal version worse; a tolerance at the margin or below could never be shown.
     *
     * @param usual the margin where the document has none
     */
    private static @Nullable Problem ratios(Node.Mapping in, BigDecimal usual) {
        Node margin = in.get("margin");
        Node tolerance = in.get("tolerance");
        BigDecimal least = margin instanceof Node.Numeric number ? number.value() : usual;
        BigDecimal most = tolerance instanceof Node.Numeric number ? number.value() : RolloutReader.TOLERANCE;
        if (margin != null && least.compareTo(BigDecimal.ONE) < 0) {
            return Problem.error(margin.at(), CODE, "margin is " + margin + ", expected 1 or more");
        }
        if (most.compareTo(least) > 0) {
            return null;
        }
        if (tolerance == null) {
            return Problem.error(
                            in.at(),
                            CODE,
                            "margin is " + least + ", expected less than the tolerance, " + most
                                    + " where it says none")
                    .suggesting("give it a 'tolerance' above its margin");
        }
        return Problem.error(
                tolerance.at(),
                CODE,
                "tolerance is " + most + ", expected more than the margin, " + least
                        + (margin == null ? " where it says none" : ""));
    }
}
