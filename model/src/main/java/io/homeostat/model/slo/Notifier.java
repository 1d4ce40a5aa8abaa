package io.homeostat.model.slo;

import io.homeostat.model.Position;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * {@code kind: Notifier}: where people are told what happens.
 *
 * @param events beginnings of the types of events that are told
 * @param severities of alerts that are told; empty for all
 * @param repeatAfter the same is not told again within this time
 * @param perMinute at most so many messages a minute
 */
public record Notifier(
        String name,
        Channel channel,
        List<String> events,
        Set<String> severities,
        Duration repeatAfter,
        int perMinute,
        Position at) {

    /** How a message gets there. */
    public sealed interface Channel {}

    public record Slack(SecretKey url) implements Channel {}

    public record Teams(SecretKey url) implements Channel {}

    /** @param url null where {@code urlFrom} says it */
    public record Webhook(
            @Nullable String url,
            @Nullable SecretKey urlFrom,
            @Nullable SecretKey signWith) implements Channel {}

    public record Stdout() implements Channel {}
}
