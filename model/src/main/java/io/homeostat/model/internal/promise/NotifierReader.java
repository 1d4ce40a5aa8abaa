package io.homeostat.model.internal.promise;

import io.homeostat.model.Document;
import io.homeostat.model.Durations;
import io.homeostat.model.Node;
import io.homeostat.model.Problem;
import io.homeostat.model.slo.Notifier;
import io.homeostat.model.slo.SecretKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** {@code kind: Notifier}. */
final class NotifierReader {

    private static final List<String> CHANNELS = List.of("slack", "teams", "webhook", "stdout");
    private static final List<String> DEFAULT_EVENTS = List.of("alert.", "budget.");
    private static final Duration DEFAULT_REPEAT = Duration.ofMinutes(5);
    private static final int DEFAULT_PER_MINUTE = 20;

    private NotifierReader() {}

    /** @return null when it does not say how people are told, which is reported */
    static @Nullable Notifier read(Document document, List<Problem> problems) {
        Node.Mapping spec = document.spec();
        List<String> present =
                CHANNELS.stream().filter(name -> spec.get(name) != null).toList();
        if (present.size() != 1) {
            problems.add(Problem.error(
                            document.at(), "bad-value", "a Notifier has " + present.size() + " ways of telling people")
                    .expecting("exactly one of 'slack', 'teams', 'webhook' and 'stdout'"));
            return null;
        }
        Notifier.Channel channel = channel(present.getFirst(), spec.mapping(present.getFirst()));
        if (channel instanceof Notifier.Webhook webhook && (webhook.url() == null) == (webhook.urlFrom() == null)) {
            problems.add(Problem.error(spec.mapping("webhook").at(), "bad-value", "a webhook has its URL once")
                    .expecting("exactly one of 'url' and 'urlFrom'"));
            return null;
        }
        List<String> events = words(spec, "events");
        String repeat = spec.text("repeatAfter");
        Duration repeatAfter = repeat == null ? DEFAULT_REPEAT : Durations.parse(repeat);
        return new Notifier(
                document.key().name(),
                channel,
                events.isEmpty() ? DEFAULT_EVENTS : events,
                severities(spec),
                repeatAfter == null ? DEFAULT_REPEAT : repeatAfter,
                spec.integer("perMinute", DEFAULT_PER_MINUTE),
                document.at());
    }

    private static Notifier.Channel channel(String name, Node.Mapping of) {
        return switch (name) {
            case "slack" -> new Notifier.Slack(required(of, "urlFrom"));
            case "teams" -> new Notifier.Teams(required(of, "urlFrom"));
            case "webhook" -> new Notifier.Webhook(of.text("url"), secret(of, "urlFrom"), secret(of, "signWith"));
            default -> new Notifier.Stdout();
        };
    }

    private static SecretKey required(Node.Mapping of, String key) {
        SecretKey secret = secret(of, key);
        return secret == null ? new SecretKey("", "") : secret;
    }

    private static @Nullable SecretKey secret(Node.Mapping of, String key) {
        Node.Mapping reference = of.mapping(key);
        return reference.isEmpty() ? null : new SecretKey(reference.text("name", ""), reference.text("key", ""));
    }

    private static Set<String> severities(Node.Mapping spec) {
        List<String> words = words(spec, "severities");
        return words.contains("*") ? Set.of() : new LinkedHashSet<>(words);
    }

    private static List<String> words(Node.Mapping spec, String key) {
        List<String> words = new ArrayList<>();
        spec.sequence(key).forEach(word -> words.add(word.toString()));
        return List.copyOf(words);
    }
}
