package io.homeostat.converge;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/**
 * Whether the target can be heard. The time in which it cannot is nobody's fault: nothing that was under way is judged by it. Safe
 * for use by many threads.
 */
final class Contact {

    private final Target target;
    private final History history;
    private final InstantSource clock;
    private @Nullable Instant lost;

    Contact(Target target, History history, InstantSource clock) {
        this.target = target;
        this.history = history;
        this.clock = clock;
    }

    /**
     * Before anything is looked at: is it back?
     *
     * @throws IOException while it is not
     */
    synchronized void check() throws IOException {
        Instant since = lost;
        if (since != null) {
            target.observe();
            lost = null;
            history.record(Facts.targetRecovered(Duration.between(since, clock.instant())));
        }
    }

    synchronized void lost(Target.Unreachable why) {
        if (lost == null) {
            lost = clock.instant();
            history.record(Facts.targetLost(String.valueOf(why.getMessage())));
        }
    }
}
