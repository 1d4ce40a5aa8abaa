package io.homeostat.signal.source;

import io.homeostat.model.Durations;
import io.homeostat.model.slo.Indicator;
import io.homeostat.model.slo.Metric;
import io.homeostat.model.slo.Objective;
import io.homeostat.model.slo.SecretKey;
import io.homeostat.signal.series.Counts;
import io.homeostat.signal.series.Reading;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Asks whoever an indicator says. Safe for use by many threads. */
public final class Sources {

    /** Queries whose result is a sum over series that come and go. */
    private static final Pattern SUMMED =
            Pattern.compile("^\\s*(sum|count|avg|max|min|group)\\b", Pattern.CASE_INSENSITIVE);

    private final Calls calls;
    private final Function<SecretKey, @Nullable String> secrets;

    /** @param secrets the value of a secret; null when there is none */
    public Sources(Calls calls, Function<SecretKey, @Nullable String> secrets) {
        this.calls = calls;
        this.secrets = secrets;
    }

    /**
     * What happened, as good and all.
     *
     * @throws IOException when there are no data; the message says why, for the user
     */
    public Reading read(Objective objective, Instant now) throws IOException {
        return switch (objective.indicator()) {
            case Indicator.Share share -> share(share, now);
            case Indicator.Ratio ratio -> ratio(ratio, now);
            case Indicator.Threshold threshold -> {
                double value = value(threshold.value(), now);
                boolean good = objective.op().holds(value, objective.value());
                yield new Reading.Events(new Counts(good ? 1 : 0, 1));
            }
        };
    }

    private Reading share(Indicator.Share share, Instant now) throws IOException {
        if (share.total().type().equals(Metric.GATE)) {
            // The same question twice: the source itself knows what was good.
            return gate(share.total().spec().get("latency") != null ? share.total() : share.part());
        }
        Map<String, Double> total = values(share.total(), now);
        Map<String, Double> part = values(share.part(), now);
        if (total.isEmpty()) {
            throw new IOException("the query for the total gives nothing");
        }
        boolean sameSeries = total.keySet().containsAll(part.keySet());
        Map<String, Counts> counters = new HashMap<>();
        if (sameSeries) {
            // A series without its part counts as none: a counter of errors appears with the first error.
            total.forEach(
                    (labels, all) -> counters.put(labels, counts(part.getOrDefault(labels, 0.0), all, share.isGood())));
        } else {
            counters.put("", counts(sum(part), sum(total), share.isGood()));
        }
        if (!share.counter()) {
            return new Reading.Events(counters.values().stream().reduce(Counts.NONE, Counts::plus));
        }
        boolean summed = !sameSeries
                || SUMMED.matcher(share.total().spec().text("query", "")).find();
        return new Reading.Counters(counters, summed);
    }

    private static Counts counts(double part, double total, boolean isGood) {
        double good = isGood ? part : total - part;
        return new Counts(Math.clamp(good, 0, Math.max(0, total)), Math.max(0, total));
    }

    private static double sum(Map<String, Double> values) {
        return values.values().stream().mapToDouble(Double::doubleValue).sum();
    }

    private Reading ratio(Indicator.Ratio ratio, Instant now) throws IOException {
        Metric metric = ratio.ratio();
        if (metric.type().equals(Metric.GATE)) {
            return gate(metric);
        }
        double value = Math.clamp(
                switch (metric.type()) {
                    case Metric.HTTP -> HttpProbe.isGood(metric) ? 1 : 0;
                    case Metric.PROCESS -> ProcessProbe.isGood(metric) ? 1 : 0;
                    default -> single(metric, now);
                },
                0,
                1);
        boolean probe = !metric.type().equals(Metric.PROMETHEUS);
        return new Reading.Events(new Counts(ratio.success() || probe ? value : 1 - value, 1));
    }

    /**
     * One number.
     *
     * @throws IOException when there is none, or more than one; the message says why, for the user
     */
    public double value(Metric metric, Instant now) throws IOException {
        return switch (metric.type()) {
            case Metric.HTTP -> HttpProbe.seconds(metric);
            case Metric.PROCESS -> ProcessProbe.number(metric);
            default -> single(metric, now);
        };
    }

    private double single(Metric metric, Instant now) throws IOException {
        Map<String, Double> values = values(metric, now);
        if (values.size() != 1) {
            throw new IOException(
                    values.isEmpty()
                            ? "the query gives nothing"
                            : "the query gives " + values.size() + " values, expected one; sum them up or select one");
        }
        return values.values().iterator().next();
    }

    private Map<String, Double> values(Metric metric, Instant now) throws IOException {
        return switch (metric.type()) {
            case Metric.PROMETHEUS -> Prometheus.query(metric, now, secrets);
            case Metric.PROCESS -> Map.of("", ProcessProbe.number(metric));
            case Metric.HTTP -> Map.of("", HttpProbe.seconds(metric));
            default -> throw new IOException("nothing here asks a source of type '" + metric.type() + "'");
        };
    }

    private Reading gate(Metric metric) throws IOException {
        String service = metric.spec().text("service", "");
        String from = metric.spec().text("from");
        String version = metric.spec().text("version");
        Duration latency = Durations.parse(metric.spec().text("latency", ""));
        Map<String, Counts> counters = new HashMap<>();
        Set<String> known = new HashSet<>();
        for (Calls.Edge edge : calls.read()) {
            known.add(edge.service());
            if (edge.service().equals(service)
                    && (from == null
                            ? !edge.from().equals(Calls.Edge.MIRROR)
                            : edge.from().equals(from))
                    && (version == null || edge.version().equals(version))) {
                long good = latency == null ? edge.requests() - edge.failed() : edge.within(latency);
                counters.merge(edge.key(), new Counts(good, edge.requests()), Counts::plus);
            }
        }
        if (!known.contains(service)) {
            throw new IOException("nobody has called the service '" + service + "' yet");
        }
        return new Reading.Counters(counters, false);
    }
}
