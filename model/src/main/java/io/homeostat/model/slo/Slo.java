package io.homeostat.model.slo;

import io.homeostat.model.Position;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A promise: how good a service is to be, over which time.
 *
 * @param composite whether its objectives, each with an indicator of its own, are weighed into one
 * @param alerts null where none are declared and the standard ones hold
 * @param minFailures in the look-back of an alert, fewer failed events than this never alert
 */
public record Slo(
        String name,
        String title,
        String service,
        Method method,
        Window window,
        List<Objective> objectives,
        boolean composite,
        @Nullable List<AlertPolicy> alerts,
        int minFailures,
        Position at) {

    /** Annotation with {@code none}, which turns the standard alerts off. */
    public static final String ALERTS = "homeostat.io/alerts";

    /** Annotation with the number of failed events below which nothing alerts. */
    public static final String MIN_FAILURES = "homeostat.io/min-failures";

    public static final int DEFAULT_MIN_FAILURES = 3;

    /** What is counted. */
    public enum Method {
        OCCURRENCES,
        TIMESLICES,
        RATIO_TIMESLICES
    }
}
