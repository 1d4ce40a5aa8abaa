package io.homeostat.signal.source;

import io.homeostat.model.Durations;
import io.homeostat.model.slo.Metric;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.Map;

/** Fetches a URL and looks at the answer. */
final class HttpProbe {

    private static final Duration TIMEOUT = Duration.ofSeconds(5);

    private HttpProbe() {}

    /** No answer at all is a bad one: that is what the probe is there to see. */
    static boolean isGood(Metric metric) {
        try {
            Http.Answer answer = fetch(metric);
            String contains = metric.spec().text("contains", "");
            return isGood(answer.status(), metric.spec().text("status", "2xx|3xx"))
                    && answer.body().contains(contains);
        } catch (IOException | IllegalArgumentException none) {
            return false;
        }
    }

    /**
     * Seconds that a good answer took.
     *
     * @throws IOException when there was none
     */
    static double seconds(Metric metric) throws IOException {
        long began = System.nanoTime();
        Http.Answer answer = fetch(metric);
        if (!isGood(answer.status(), metric.spec().text("status", "2xx|3xx"))) {
            throw new IOException(metric.spec().text("url", "") + " answered with status " + answer.status());
        }
        return (System.nanoTime() - began) / 1e9;
    }

    private static Http.Answer fetch(Metric metric) throws IOException {
        Duration timeout = Durations.parse(metric.spec().text("timeout", ""));
        return Http.request(
                URI.create(metric.spec().text("url", "")), Map.of(), null, timeout == null ? TIMEOUT : timeout);
    }

    private static boolean isGood(int status, String wanted) {
        return wanted.equals("any") || wanted.contains(status / 100 + "xx");
    }
}
