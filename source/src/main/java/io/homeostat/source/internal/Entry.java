package io.homeostat.source.internal;

import java.util.SortedMap;

/**
 * One thing in a snapshot's tree. Trees of successive revisions share what did not change.
 *
 * <p>{@code id} names the content with its kind of digest in front ({@code git:…}, {@code sha256:…}): equal id, equal content.
 */
public sealed interface Entry {
    String id();

    record Directory(String id, SortedMap<String, Entry> children) implements Entry {}

    /** @param size in bytes */
    record File(String id, long size, boolean executable) implements Entry {}

    record Link(String id, String target) implements Entry {}

    /** What a snapshot may not hold; kept so that the refusal can name it. */
    record Refused(String id, String why) implements Entry {}
}
