package io.homeostat.signal;

import io.homeostat.model.Json;
import io.homeostat.model.slo.Indicator;
import io.homeostat.model.slo.Metric;
import io.homeostat.model.slo.Objective;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;

/**
 * The name under which an indicator's counts are kept: its own, and a digest of everything that decides what is counted. Another
 * question is another series, so that what was counted by an old one never speaks for a new one; objectives with the same
 * question share one.
 */
final class SeriesName {

    private static final int LONGEST = 60;

    private SeriesName() {}

    static String of(Objective objective) {
        Indicator indicator = objective.indicator();
        StringBuilder question = new StringBuilder();
        switch (indicator) {
            case Indicator.Share share ->
                question.append("share ").append(share.isGood()).append(share.counter());
            case Indicator.Ratio ratio -> question.append("ratio ").append(ratio.success());
            case Indicator.Threshold ignored ->
                question.append("threshold ").append(objective.op()).append(objective.value());
        }
        for (Metric metric : indicator.metrics()) {
            question.append('\n')
                    .append(metric.type())
                    .append(Json.write(metric.connection()))
                    .append(Json.write(metric.spec()));
        }
        String readable = indicator.name().toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9-]+", "-");
        return readable.substring(0, Math.min(LONGEST, readable.length())) + "-" + digest(question.toString());
    }

    private static String digest(String text) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash, 0, 6);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every JDK has SHA-256", impossible);
        }
    }
}
