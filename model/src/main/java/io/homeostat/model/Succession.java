package io.homeostat.model;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * After which other environments of the repository an {@link Environment} takes a revision.
 *
 * @param after all of them have it first
 * @param hold how long each has to have held it, synced and healthy; zero or more
 */
public record Succession(List<Earlier> after, Duration hold) {

    /** It asks nobody. */
    public static final Succession NONE = new Succession(List.of(), Duration.ZERO);

    /**
     * An environment that comes before another.
     *
     * @param agent where its agent answers, without a slash at the end
     * @param tokenFile where the token to ask with is, on the machine of whoever asks; null: it is asked without one
     */
    public record Earlier(String name, URI agent, @Nullable Path tokenFile) {}
}
