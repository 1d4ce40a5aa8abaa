package io.homeostat.source;

import java.time.Duration;

/**
 * Which source to follow, and how.
 *
 * @param path the directory of the repository that becomes the root of its snapshots; {@code "."} is all of it
 * @param timeout how long the network may stay silent; 1 second to 1 hour
 */
public record SourceSpec(
        Location location, Reference reference, Credentials credentials, String path, Limits limits, Duration timeout) {

    public static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(30);

    public SourceSpec {
        if (timeout.compareTo(Duration.ofSeconds(1)) < 0 || timeout.compareTo(Duration.ofHours(1)) > 0) {
            throw new IllegalArgumentException("time-out " + timeout + " is not between 1 s and 1 h");
        }
    }

    /** The default branch of a location, without credentials. */
    public static SourceSpec of(String location) throws SourceException {
        return of(Location.parse(location));
    }

    public static SourceSpec of(Location location) {
        return new SourceSpec(
                location, new Reference.Default(), new Credentials.None(), ".", Limits.DEFAULT, DEFAULT_TIMEOUT);
    }

    public SourceSpec following(Reference other) {
        return new SourceSpec(location, other, credentials, path, limits, timeout);
    }

    public SourceSpec with(Credentials other) {
        return new SourceSpec(location, reference, other, path, limits, timeout);
    }

    /** Only a directory of the repository; links may not leave it. */
    public SourceSpec within(String directory) {
        return new SourceSpec(location, reference, credentials, directory, limits, timeout);
    }

    public SourceSpec with(Limits other) {
        return new SourceSpec(location, reference, credentials, path, other, timeout);
    }

    public SourceSpec with(Duration otherTimeout) {
        return new SourceSpec(location, reference, credentials, path, limits, otherTimeout);
    }
}
