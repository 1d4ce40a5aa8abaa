package io.homeostat.target.local.pod;

import io.homeostat.target.local.pod.ContainerState.Exit;
import java.time.Duration;
import java.time.Instant;

/** What happens to instances, in words. */
final class Sentences {

    private Sentences() {}

    static String exited(Pod pod, Pod.Container container, ContainerState state, Exit exit, Instant now) {
        StringBuilder text = new StringBuilder(pod.title(container.name()));
        if (exit.reason().equals("StartError")) {
            text.append(" could not be started: ").append(exit.message());
        } else {
            text.append(" ended: ").append(exit.how()).append(" after ").append(brief(exit.ran()));
            if (!exit.message().isEmpty()) {
                text.append(" (").append(exit.message()).append(")");
            }
        }
        boolean again = switch (pod.restartPolicy()) {
            case ALWAYS -> !container.init() || !exit.succeeded();
            case ON_FAILURE -> !exit.succeeded();
            case NEVER -> false;
        };
        Duration wait = Duration.between(now, state.backoff().notBefore());
        if (again) {
            text.append(wait.isPositive() ? "; starts again in " + brief(wait) : "; starts again now");
        }
        return text.toString();
    }

    static String brief(Duration duration) {
        if (duration.compareTo(Duration.ofSeconds(10)) < 0) {
            return duration.toMillis() < 1000
                    ? duration.toMillis() + " ms"
                    : String.format(java.util.Locale.ROOT, "%.1f s", duration.toMillis() / 1000.0);
        }
        long seconds = (duration.toMillis() + 500) / 1000;
        return seconds < 120 ? seconds + " s" : (seconds / 60) + " min";
    }
}
