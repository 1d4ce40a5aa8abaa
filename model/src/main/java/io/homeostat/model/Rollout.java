package io.homeostat.model;

import io.homeostat.model.chaos.Hypothesis;
import io.homeostat.model.slo.Metric;
import java.net.URI;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * {@code kind: Rollout}: how a workload gets from one version to the next.
 *
 * @param workloads what moves together, of one application; empty when even that cannot be read, and then it stands for every one
 * @param flag only changes of this go through it; null: every change of the workload does
 * @param stages what has to be gone through, in order; never empty when there is no error
 * @param baseline instances of the old version that are as many and as young as the new ones are what they are compared with
 * @param affinity header or cookie by which requests stay with one version, of any value; null: each goes by itself
 * @param judging how both versions are compared while both have traffic; null: they never have at the same time
 * @param checks what else is looked at from the first stage on
 * @param rollbackWindow a content that was good so many good revisions ago at most goes at once, without being judged again
 * @param error what is wrong with the document, with its place; null when nothing is. A workload whose Rollout is wrong must not
 *     change all at once instead
 */
public record Rollout(
        String name,
        List<ObjectKey> workloads,
        @Nullable Flag flag,
        List<Stage> stages,
        boolean baseline,
        @Nullable Match affinity,
        @Nullable Judging judging,
        List<Check> checks,
        int rollbackWindow,
        @Nullable String error,
        Position at) {

    /**
     * Looked at again and again; holds every stage until it holds itself.
     *
     * @param failures so many looks may fail in the whole rollout: with one more the new version is worse
     */
    public record Check(String name, Look look, Duration every, int failures) {}

    /** One value of a ConfigMap. */
    public record Flag(ObjectKey configMap, String key) {}

    /** What one look is. */
    public sealed interface Look {

        /** The same that an experiment may ask. */
        record Probe(Hypothesis.Check check) implements Look {}

        /**
         * One number, which has to be within bounds.
         *
         * @param metric its query may name the versions: {@code {{stable}}}, {@code {{canary}}}
         */
        record Query(Metric metric, double min, double max) implements Look {}
    }

    /**
     * @param title as people read it: {@code preview}, {@code switched}, {@code 25 %}
     * @param instances of the new version beside the old ones, as percent of the replicas
     * @param weight percent of the traffic that the new version gets, 0 to 100
     * @param hold how long the stage lasts once it is reached
     * @param approval it lasts until a person lets it go on
     * @param matches requests that go to the new version whatever its weight
     * @param guards what else has to hold before it may end
     * @param mirror percent of the requests of which the new version gets a copy
     */
    public record Stage(
            String title,
            int instances,
            int weight,
            Duration hold,
            boolean approval,
            List<Match> matches,
            Guards guards,
            int mirror) {

        public Stage(String title, int instances, int weight, Duration hold, boolean approval) {
            this(title, instances, weight, hold, approval, List.of(), Guards.NONE);
        }

        /** Without copies. */
        public Stage(
                String title,
                int instances,
                int weight,
                Duration hold,
                boolean approval,
                List<Match> matches,
                Guards guards) {
            this(title, instances, weight, hold, approval, matches, guards, 0);
        }

        /** Somebody, or copies of what somebody asks, depends on it. */
        public boolean hasTraffic() {
            return weight > 0 || !matches.isEmpty() || mirror > 0;
        }
    }

    /**
     * Before a stage ends, all of it has to hold at the same time.
     *
     * @param window null: at any time
     * @param objectives none of them may be burning or spent
     * @param when in CEL over the signals; null: no condition
     * @param experiment name of one that is run at the end and has to hold; null: none
     * @param webhook has to answer with 2xx; null: nobody is asked
     */
    public record Guards(
            @Nullable Hours window,
            List<String> objectives,
            @Nullable String when,
            @Nullable String experiment,
            @Nullable URI webhook) {
        public static final Guards NONE = new Guards(null, List.of(), null, null, null);
    }

    /**
     * Hours of a week.
     *
     * @param from inclusive; when it is not before {@code to}, the hours reach into the next day
     * @param to exclusive
     */
    public record Hours(Set<DayOfWeek> days, LocalTime from, LocalTime to, ZoneId zone) {

        public boolean contain(Instant time) {
            ZonedDateTime there = time.atZone(zone);
            LocalTime clock = there.toLocalTime();
            DayOfWeek day = there.getDayOfWeek();
            if (from.isBefore(to)) {
                return days.contains(day) && !clock.isBefore(from) && clock.isBefore(to);
            }
            return (days.contains(day) && !clock.isBefore(from)) || (days.contains(day.minus(1)) && clock.isBefore(to));
        }
    }

    /**
     * Requests with a header or a cookie of this value.
     *
     * @param cookie it is a cookie; else a header
     */
    public record Match(boolean cookie, String name, String value) {}

    /** What happens at the end of a stage of which nothing was shown, neither good nor bad. */
    public enum Otherwise {
        PROMOTE,
        PAUSE,
        FAIL
    }

    /**
     * How the new version is compared with the old one. Ratios are of the new version to the old one.
     *
     * @param alpha the chance that a version that is no worse is ever called worse, above 0 and below 1
     * @param margin errors and crashes: worse from this ratio on
     * @param tolerance errors and crashes: good enough up to this ratio
     * @param acceptable share of requests that may fail whatever the old version does, 0 to 1
     * @param quantile of the latencies, between 0 and 1
     * @param latencyMargin the quantile: worse from this ratio on
     * @param latencyTolerance the quantile: good enough up to this ratio
     * @param latencyAcceptable latencies that are higher by less than this are no worse
     * @param fewest requests before it can be good enough
     * @param burst errors within it weigh as one, and slow requests
     * @param warmup so long after the first request latencies say nothing
     * @param early a stage that is shown to be good ends before its time
     * @param extend how much longer a stage of which nothing is shown lasts
     */
    public record Judging(
            double alpha,
            double margin,
            double tolerance,
            double acceptable,
            double quantile,
            double latencyMargin,
            double latencyTolerance,
            Duration latencyAcceptable,
            int fewest,
            Duration burst,
            Duration warmup,
            boolean early,
            Duration extend,
            Otherwise inconclusive,
            Otherwise noData) {}

    public boolean isAbout(ObjectKey object) {
        return workloads.isEmpty() || workloads.contains(object);
    }
}
