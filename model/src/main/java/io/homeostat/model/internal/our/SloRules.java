package io.homeostat.model.internal.our;

import io.homeostat.model.Node;
import io.homeostat.model.Position;
import io.homeostat.model.Problem;
import io.homeostat.model.Shorthands;
import io.homeostat.model.internal.shape.Describe;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.temporal.TemporalAmount;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What OpenSLO says of fields together: of two one, this only with that, numbers in their range. Fields whose type is wrong
 * were reported before and are passed over here.
 */
public final class SloRules {

    /** What is measured is kept so long, so no window can be longer. */
    public static final Duration LONGEST_WINDOW = Duration.ofDays(93);

    private final List<Problem> problems;

    private SloRules(List<Problem> problems) {
        this.problems = problems;
    }

    public static void check(String kind, Node.Mapping content, List<Problem> problems) {
        SloRules rules = new SloRules(problems);
        Node.Mapping spec = content.mapping("spec");
        switch (kind) {
            case "SLO" -> rules.slo(spec);
            case "SLI" -> rules.indicator(spec);
            case "AlertPolicy" -> rules.policy(spec);
            case "AlertCondition" -> rules.condition(spec);
            default -> {}
        }
    }

    private void slo(Node.Mapping spec) {
        List<Node.Mapping> objectives = mappings(spec, "objectives");
        boolean composite = objectives.stream().anyMatch(SloRules::hasIndicator);
        if (composite && hasIndicator(spec)) {
            error(spec.at(), "an SLO has its indicator once", "in the spec, or (composite) in every objective");
        } else if (!composite) {
            exactlyOne(spec, "an SLO", "indicator", "indicatorRef");
        }
        if (spec.get("objectives") instanceof Node.Sequence list
                && list.elements().isEmpty()) {
            error(list.at(), "'objectives' is empty", "at least one objective");
        }
        window(spec);
        String method = spec.text("budgetingMethod", "");
        for (Node.Mapping objective : objectives) {
            if (composite) {
                exactlyOne(objective, "an objective of a composite SLO", "indicator", "indicatorRef");
            }
            objective(objective, method, isThreshold(spec) || isThreshold(objective));
        }
        if (isThreshold(spec) && objectives.size() > 1) {
            error(objectives.get(1).at(), "a thresholdMetric has several objectives", "exactly one");
        }
        Stream.concat(Stream.of(spec), objectives.stream())
                .map(each -> each.mapping("indicator"))
                .filter(each -> !each.isEmpty())
                .forEach(each -> indicator(each.mapping("spec")));
        for (Node.Mapping policy : mappings(spec, "alertPolicies")) {
            if (written(policy, "alertPolicyRef")) {
                policy(policy.mapping("spec"));
            }
        }
    }

    private void window(Node.Mapping spec) {
        List<Node.Mapping> windows = mappings(spec, "timeWindow");
        if (spec.get("timeWindow") instanceof Node.Sequence list
                && list.elements().size() != 1) {
            error(list.at(), "'timeWindow' has " + list.elements().size() + " elements", "exactly one");
        }
        for (Node.Mapping window : windows) {
            boolean rolling = window.flag("isRolling", false);
            boolean calendar = window.get("calendar") instanceof Node.Mapping;
            if (rolling == calendar) {
                error(
                        window.at(),
                        rolling
                                ? "a window cannot roll and follow a calendar"
                                : "a window must roll or follow a calendar",
                        "'isRolling: true' or 'calendar: {startTime: …, timeZone: …}'");
            }
            TemporalAmount length = Shorthands.parse(window.text("duration", ""));
            if (length != null && Shorthands.exact(length).compareTo(LONGEST_WINDOW) > 0) {
                error(
                        place(window, "duration"),
                        "the window '" + window.text("duration") + "' is longer than measurements are kept",
                        "at most " + LONGEST_WINDOW.toDays() + " days: '90d' or '1Q'");
            }
        }
    }

    private void objective(Node.Mapping objective, String method, boolean threshold) {
        exactlyOne(objective, "an objective", "target", "targetPercent");
        range(objective, "target", BigDecimal.ZERO, true, BigDecimal.ONE, false);
        range(objective, "targetPercent", BigDecimal.ZERO, true, BigDecimal.valueOf(100), false);
        range(objective, "timeSliceTarget", BigDecimal.ZERO, false, BigDecimal.ONE, true);
        if (objective.get("compositeWeight") instanceof Node.Numeric weight
                && weight.value().signum() <= 0) {
            error(weight.at(), "'compositeWeight' is " + Describe.node(weight), "a number above 0");
        }
        if (threshold) {
            needs(objective, "op", "with a thresholdMetric");
            needs(objective, "value", "with a thresholdMetric");
        }
        if (method.equals("Timeslices")) {
            needs(objective, "timeSliceTarget", "with budgetingMethod Timeslices");
        }
        if (method.equals("Timeslices") || method.equals("RatioTimeslices")) {
            needs(objective, "timeSliceWindow", "with budgetingMethod " + method);
        }
        Node slice = objective.get("timeSliceWindow");
        if (slice instanceof Node.Text && sliceWindow(slice) == null) {
            error(slice.at(), "'timeSliceWindow' is " + Describe.node(slice), "whole minutes, or " + Shorthands.FORM);
        }
    }

    private void indicator(Node.Mapping spec) {
        exactlyOne(spec, "an SLI", "thresholdMetric", "ratioMetric");
        Node.Mapping ratio = spec.mapping("ratioMetric");
        if (!ratio.isEmpty()) {
            boolean raw = present(ratio, "raw");
            if (raw) {
                for (String other : List.of("good", "bad", "total")) {
                    if (present(ratio, other)) {
                        error(place(ratio, other), "'" + other + "' cannot stand beside 'raw'", "one of the two");
                    }
                }
                needs(ratio, "rawType", "with 'raw'");
            } else {
                exactlyOne(ratio, "a ratioMetric without 'raw'", "good", "bad");
                needs(ratio, "total", "with 'good' or 'bad'");
                if (present(ratio, "rawType")) {
                    error(place(ratio, "rawType"), "'rawType' belongs to 'raw'", "no 'rawType' here");
                }
            }
        }
        metric(spec.mapping("thresholdMetric"));
        for (String part : List.of("good", "bad", "total", "raw")) {
            metric(ratio.mapping(part));
        }
    }

    private void metric(Node.Mapping metric) {
        Node.Mapping source = metric.mapping("metricSource");
        if (!source.isEmpty() && !present(source, "type") && !present(source, "metricSourceRef")) {
            error(source.at(), "a metricSource does not say what it is", "'type' or 'metricSourceRef'");
        }
    }

    private void policy(Node.Mapping spec) {
        if (spec.get("conditions") instanceof Node.Sequence list
                && list.elements().size() != 1) {
            error(list.at(), "'conditions' has " + list.elements().size() + " elements", "exactly one");
        }
        for (Node.Mapping condition : mappings(spec, "conditions")) {
            if (written(condition, "conditionRef")) {
                condition(condition.mapping("spec"));
            }
        }
        mappings(spec, "notificationTargets").forEach(target -> written(target, "targetRef"));
    }

    private void condition(Node.Mapping spec) {
        if (spec.mapping("condition").get("threshold") instanceof Node.Numeric number
                && number.value().signum() < 0) {
            error(number.at(), "'threshold' is " + Describe.node(number), "a number from 0 on");
        }
    }

    /** Whether a thing is written in full; it must be that or a reference, not both. */
    private boolean written(Node.Mapping either, String reference) {
        boolean inline = present(either, "spec");
        if (inline == present(either, reference)) {
            error(
                    either.at(),
                    inline
                            ? "this is written in full and referred to"
                            : "this is neither written in full nor referred to",
                    "'" + reference + "' or 'kind', 'metadata' and 'spec'");
        }
        if (inline) {
            needs(either, "metadata", "with 'spec'");
        }
        return inline;
    }

    private void exactlyOne(Node.Mapping in, String what, String one, String other) {
        if (present(in, one) == present(in, other)) {
            error(
                    in.at(),
                    what + (present(in, one) ? " has both '" : " has neither '") + one + "' "
                            + (present(in, one) ? "and" : "nor") + " '" + other + "'",
                    "exactly one of them");
        }
    }

    private void needs(Node.Mapping in, String key, String when) {
        if (!present(in, key)) {
            problems.add(Problem.error(in.at(), "missing-key", "'" + key + "' is missing " + when));
        }
    }

    private void range(
            Node.Mapping in, String key, BigDecimal from, boolean fromIncluded, BigDecimal to, boolean toIncluded) {
        if (!(in.get(key) instanceof Node.Numeric number)) {
            return;
        }
        int low = number.value().compareTo(from);
        int high = number.value().compareTo(to);
        if (low < 0 || (low == 0 && !fromIncluded) || high > 0 || (high == 0 && !toIncluded)) {
            error(
                    number.at(),
                    "'" + key + "' is " + Describe.node(number),
                    "a number " + (fromIncluded ? "from " : "above ") + from + (toIncluded ? " to " : " to below ")
                            + to);
        }
    }

    private void error(Position at, String message, String expected) {
        problems.add(Problem.error(at, "bad-value", message).expecting(expected));
    }

    private static boolean hasIndicator(Node.Mapping in) {
        return present(in, "indicator") || present(in, "indicatorRef");
    }

    private static boolean isThreshold(Node.Mapping in) {
        return in.find("indicator", "spec", "thresholdMetric") instanceof Node.Mapping;
    }

    private static boolean present(Node.Mapping in, String key) {
        Node value = in.get(key);
        return value != null && !(value instanceof Node.Null);
    }

    private static Position place(Node.Mapping in, String key) {
        Node value = in.get(key);
        return value == null ? in.at() : value.at();
    }

    private static List<Node.Mapping> mappings(Node.Mapping in, String key) {
        return in.sequence(key).stream()
                .filter(Node.Mapping.class::isInstance)
                .map(Node.Mapping.class::cast)
                .toList();
    }

    /** Length of a slice, in whole minutes; null when it is none. */
    public static @Nullable Duration sliceWindow(Node node) {
        return switch (node) {
            case Node.Numeric number -> {
                yield number.value().signum() > 0
                        ? Duration.ofMinutes(number.value().longValue())
                        : null;
            }
            case Node.Text text -> Shorthands.exact(text.value());
            default -> null;
        };
    }

    /** @return null when the text is no date with a time of day */
    public static @Nullable LocalDateTime startTime(String text) {
        try {
            return LocalDateTime.parse(text.replace(' ', 'T'));
        } catch (DateTimeException wrong) {
            return null;
        }
    }

    private static final Set<String> ZONES = ZoneId.getAvailableZoneIds();

    static boolean isZone(String text) {
        return ZONES.contains(text);
    }
}
