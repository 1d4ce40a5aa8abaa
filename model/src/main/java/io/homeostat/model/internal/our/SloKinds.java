package io.homeostat.model.internal.our;

import static io.homeostat.model.internal.shape.Shape.Member.optional;
import static io.homeostat.model.internal.shape.Shape.Member.required;

import io.homeostat.model.Shorthands;
import io.homeostat.model.internal.read.Names;
import io.homeostat.model.internal.shape.Shape;
import io.homeostat.model.internal.shape.Shape.Elements;
import io.homeostat.model.internal.shape.Shape.Entries;
import io.homeostat.model.internal.shape.Shape.Fields;
import io.homeostat.model.internal.shape.Shape.Member;
import io.homeostat.model.internal.shape.Shape.TextOr;
import java.util.List;

/** Every field of OpenSLO v1. What depends on several fields at once is {@link SloRules}. */
public final class SloKinds {
    public static final String API_VERSION = "openslo/v1";

    private static final int LONGEST_DESCRIPTION = 1050;
    private static final Shape LENGTH =
            new Shape.Text(Shorthands.FORM, text -> Shorthands.parse(text) != null, Shorthands.PATTERN);
    private static final Shape.Text NAME = new Shape.Text(Names.OPEN_SLO, Names::isOpenSlo, "^[-A-Za-z0-9_.|/\\\\]+$");
    private static final Shape COMPARISON = Shape.choice("lt", "lte", "gt", "gte");
    private static final Shape TIME = new Shape.Text(
            "a date and a time of day such as '2026-01-01 00:00:00'",
            text -> SloRules.startTime(text) != null,
            "^[0-9]{4}-[0-9]{2}-[0-9]{2}[ T][0-9]{2}:[0-9]{2}:[0-9]{2}$");
    private static final Shape ZONE = new Shape.Text(
            "a time zone such as 'Europe/Berlin' or 'UTC'", SloRules::isZone, "^[A-Za-z][-A-Za-z0-9_+/]*$");
    private static final Member DESCRIPTION = optional(
            "description",
            new Shape.Text("at most " + LONGEST_DESCRIPTION + " characters", SloKinds::isDescription, "^[^]{0,1050}$"),
            "What it is about.");

    private static final Fields METADATA = Fields.of(
            "OpenSloMetadata",
            required("name", Shape.TEXT, "Its name."),
            optional("displayName", Shape.TEXT, "Its name for people."),
            optional("namespace", Shape.TEXT, "Plays no part; tools that set it everywhere may."),
            optional("labels", new Entries(new TextOr(Shape.TEXT, new Elements(Shape.TEXT))), "Free to use."),
            optional("annotations", new Entries(Shape.TEXT), "Free to use; `homeostat.io/` ones are in docs/slo.md."));

    private static final Member METRIC_SOURCE = required(
            "metricSource",
            Fields.of(
                    "MetricSource",
                    optional("metricSourceRef", NAME, "Name of a DataSource."),
                    optional("type", Shape.TEXT, "What is asked: `homeostat`, `Prometheus`, `http` or `process`."),
                    optional("spec", new Entries(Shape.ANYTHING), "The question; its keys depend on the type.")),
            "Where the numbers come from.");
    private static final Fields METRIC = Fields.of("Metric", METRIC_SOURCE);

    private static final Fields SLI_SPEC = Fields.of(
            "SliSpec",
            DESCRIPTION,
            optional("thresholdMetric", METRIC, "A value that each objective compares with its own `value`."),
            optional(
                    "ratioMetric",
                    Fields.of(
                            "RatioMetric",
                            optional(
                                            "counter",
                                            Shape.FLAG,
                                            "Whether the numbers only grow; else each is a count of its own.")
                                    .orElse("false"),
                            optional("good", METRIC, "What went well, of `total`."),
                            optional("bad", METRIC, "What went wrong, of `total`."),
                            optional("total", METRIC, "Everything that happened."),
                            optional(
                                    "rawType",
                                    Shape.choice("success", "failure"),
                                    "What the ratio in `raw` is the share of."),
                            optional("raw", METRIC, "A ratio between 0 and 1 that is already worked out.")),
                    "A share of what happened. Either this or `thresholdMetric`."));

    private static final Member INDICATOR = optional(
            "indicator",
            Fields.of(
                    "Indicator",
                    optional("apiVersion", Shape.choice(API_VERSION), "May stand here as in a document of its own."),
                    optional("kind", Shape.choice("SLI"), "May stand here as in a document of its own."),
                    required("metadata", METADATA, "Its identity."),
                    required("spec", SLI_SPEC, "What is measured.")),
            "An SLI, written here.");
    private static final Member INDICATOR_REF = optional("indicatorRef", NAME, "Name of an SLI.");

    private static final Fields OBJECTIVE = Fields.of(
            "Objective",
            optional("displayName", Shape.TEXT, "Its name for people."),
            optional("op", COMPARISON, "How a value compares with `value` where it is good."),
            optional("value", Shape.DECIMAL, "What a threshold metric is compared with."),
            optional("target", Shape.DECIMAL, "Share that must be good, from 0 to below 1."),
            optional("targetPercent", Shape.DECIMAL, "The same in percent, from 0 to below 100."),
            optional("timeSliceTarget", Shape.DECIMAL, "Share of a slice that must be good for the slice to be good."),
            optional("timeSliceWindow", Shape.INT_OR_TEXT, "Length of a slice; a plain number counts minutes."),
            INDICATOR,
            INDICATOR_REF,
            optional("compositeWeight", Shape.DECIMAL, "Weight of this indicator in a composite objective, above 0.")
                    .orElse("1"));

    private static final Fields CONDITION_SPEC = Fields.of(
            "AlertConditionSpec",
            DESCRIPTION,
            required("severity", Shape.TEXT, "How urgent it is: `page`, `ticket` …"),
            required(
                    "condition",
                    Fields.of(
                            "Condition",
                            optional("kind", Shape.choice("burnrate"), "What is looked at.")
                                    .orElse("\"burnrate\""),
                            required("op", COMPARISON, "How the burn rate compares with `threshold` where it alerts."),
                            required(
                                    "threshold",
                                    Shape.DECIMAL,
                                    "Burn rate; 1 spends the budget in exactly its window."),
                            required("lookbackWindow", LENGTH, "The time over which the burn rate is taken."),
                            optional("alertAfter", zeroOrLength(), "How long it must hold before it alerts.")
                                    .orElse("\"0m\"")),
                    "When it alerts."));

    private static final Fields TARGET_SPEC = Fields.of(
            "AlertNotificationTargetSpec",
            DESCRIPTION,
            required("target", Shape.TEXT, "Name of a Notifier, or a word for what is outside homeostat."));

    private static final Fields POLICY_SPEC = Fields.of(
            "AlertPolicySpec",
            DESCRIPTION,
            optional("alertWhenNoData", Shape.FLAG, "Whether missing data alert.")
                    .orElse("false"),
            optional("alertWhenResolved", Shape.FLAG, "Whether the end of an alert is told.")
                    .orElse("false"),
            optional("alertWhenBreaching", Shape.FLAG, "Whether the condition alerts.")
                    .orElse("false"),
            required(
                    "conditions",
                    new Elements(either("PolicyCondition", "conditionRef", "AlertCondition", CONDITION_SPEC)),
                    "Exactly one condition, written here or referred to."),
            required(
                    "notificationTargets",
                    new Elements(either("PolicyTarget", "targetRef", "AlertNotificationTarget", TARGET_SPEC)),
                    "Who is told."));

    public static final Fields SLO = kind(
            "SLO",
            "A promise: how good a service is to be, over which time.",
            Fields.of(
                    "SloSpec",
                    DESCRIPTION,
                    required("service", NAME, "The service that it is about."),
                    INDICATOR,
                    INDICATOR_REF,
                    optional(
                                    "timeWindow",
                                    new Elements(Fields.of(
                                            "TimeWindow",
                                            required("duration", LENGTH, "Its length, at most 93 days."),
                                            optional("isRolling", Shape.FLAG, "Whether it ends now.")
                                                    .orElse("false"),
                                            optional(
                                                    "calendar",
                                                    Fields.of(
                                                            "Calendar",
                                                            required("startTime", TIME, "When a first window began."),
                                                            required("timeZone", ZONE, "Whose clock that is.")),
                                                    "Windows that begin at set times instead."))),
                                    "Exactly one window.")
                            .orElse("[{\"duration\": \"30d\", \"isRolling\": true}]"),
                    required(
                            "budgetingMethod",
                            Shape.choice("Occurrences", "Timeslices", "RatioTimeslices"),
                            "What is counted: events, good slices of time, or the average of all slices."),
                    required("objectives", new Elements(OBJECTIVE), "What must be reached."),
                    optional(
                            "alertPolicies",
                            new Elements(new TextOr(
                                    NAME, either("SloAlertPolicy", "alertPolicyRef", "AlertPolicy", POLICY_SPEC))),
                            "When somebody is told. Without any, the standard multi-window burn-rate alerts hold.")));

    public static final List<Fields> ALL = List.of(
            SLO,
            kind("SLI", "What is measured, and how it is read.", SLI_SPEC),
            kind(
                    "DataSource",
                    "Where measurements come from.",
                    Fields.of(
                            "DataSourceSpec",
                            DESCRIPTION,
                            required(
                                    "type",
                                    Shape.TEXT,
                                    "`Prometheus`, or the name of something else that is not asked."),
                            optional("connectionDetails", Shape.ANYTHING, "How it is reached; depends on the type."))),
            kind("AlertPolicy", "When somebody is told about an objective, and who.", POLICY_SPEC),
            kind("AlertCondition", "A burn rate that calls for somebody.", CONDITION_SPEC),
            kind("AlertNotificationTarget", "Who is told.", TARGET_SPEC),
            kind("Service", "What several objectives are about.", Fields.of("ServiceSpec", DESCRIPTION)));

    private SloKinds() {}

    private static boolean isDescription(String text) {
        return text.length() <= LONGEST_DESCRIPTION;
    }

    private static Shape zeroOrLength() {
        return new Shape.Text(
                Shorthands.FORM,
                text -> text.matches("0[mhdw]") || Shorthands.parse(text) != null,
                "^(0[mhdw]|[1-9][0-9]*[mhdwMQY])$");
    }

    /** A document of its own, referred to by name or written in full. */
    private static Fields either(String name, String reference, String kind, Fields spec) {
        return Fields.of(
                name,
                optional(reference, NAME, "Name of an " + kind + "."),
                optional("apiVersion", Shape.choice(API_VERSION), "May stand here as in a document of its own."),
                optional("kind", Shape.choice(kind), "As in a document of its own."),
                optional("metadata", METADATA, "Its identity, where it is written here."),
                optional("spec", spec, "What it says, where it is written here."));
    }

    private static Fields kind(String name, String about, Fields spec) {
        return Fields.of(
                name,
                required("apiVersion", Shape.choice(API_VERSION), "The version of OpenSLO."),
                required("kind", Shape.choice(name), about),
                required("metadata", METADATA, "Its identity."),
                required("spec", spec, "What is declared."));
    }
}
