package io.homeostat.converge;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * May this go now? A freeze, a prune limit, later a spent budget or an approval. Every guard is asked each time; {@code why}
 * shows every answer.
 */
public interface Guard {

    /** As {@code why} shows it: {@code freeze}, {@code prune limit}. */
    String name();

    /** @param cause why it would go: a plan's repairs are asked for apart from its changes */
    Answer ask(Plan plan, Step.Cause cause, Instant now);

    sealed interface Answer {
        record Yes() implements Answer {}

        /**
         * @param reason one sentence: what holds it, whose it is, what ends it
         * @param until when it ends by itself; null when only a person can end it
         * @param confirmable a person may let exactly this revision through all the same
         */
        record No(String reason, @Nullable Instant until, boolean confirmable) implements Answer {

            /** One that nobody may pass over by a word alone. */
            public No(String reason, @Nullable Instant until) {
                this(reason, until, false);
            }
        }
    }
}
